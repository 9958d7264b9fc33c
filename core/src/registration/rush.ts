import { fail, isKaichangError } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import type { Answer, Asking } from './batch.model.ts'
import { decideBatch } from './batch.ts'
import { noteWorkedOff, refuseCrowd } from './crowd/gate.ts'
import { makeTelling, type Telling } from './telling.ts'

/** Requests that are decided together at most: what one commit is worth, without making anybody wait. */
const LARGEST = 500
/** How long a batch is tried again while the link breaks, in ms. */
const PATIENCE = 10_000

interface Waiting {
  asking: Asking
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

interface Queue {
  waiting: Waiting[]
  working: boolean
}

/** The queues of each pool, by community and event. */
const pools = new WeakMap<Context['db'], Map<string, Queue>>()

/**
 * Waits with all others who ask for a seat of this event in this process: a batch is decided as soon as the one before
 * has committed, in the order of arrival. Other processes are kept apart by the lock of the event's counter. More than
 * there is room for stand in a line before the form. Errors: registration.crowded (with the place in it), machine.database_away, registration.unheard.
 */
export function askForSeat(ctx: Context, place: { communityId: string; eventId: string }, asking: Asking): Promise<Answer> {
  let queues = pools.get(ctx.db)
  if (!queues) pools.set(ctx.db, (queues = new Map()))
  const name = `${place.communityId} ${place.eventId}`
  let queue = queues.get(name)
  if (!queue) queues.set(name, (queue = { waiting: [], working: false }))
  const { waiting } = queue
  const crowded = refuseCrowd(
    ctx,
    place,
    'seat',
    { waiting: waiting.length, room: ctx.settings.room },
    { token: asking.line ?? null, staff: asking.anyTime },
  )
  if (crowded) return Promise.reject(crowded)
  const answer = new Promise<Answer>((resolve, reject) => waiting.push({ asking, resolve, reject }))
  if (!queue.working) {
    queue.working = true
    const [all, one] = [queues, queue]
    // What arrives in this same turn of the loop goes along.
    setImmediate(() => void workOff(ctx, place, one, () => all.delete(name)))
  }
  return answer
}

async function workOff(ctx: Context, place: { communityId: string; eventId: string }, queue: Queue, end: () => void): Promise<void> {
  const telling = makeTelling()
  while (queue.waiting.length > 0) {
    const batch = queue.waiting.splice(0, LARGEST)
    telling.add(await settle(ctx, place, batch, telling))
    noteWorkedOff(ctx, place, 'seat', batch.length, { waiting: queue.waiting.length, room: ctx.settings.room })
  }
  // In the same turn as the last look at the queue, so that nobody is left waiting in it.
  end()
  telling.tell()
}

/** Decides a batch; what is to be told to each. Never throws. Answers of the one before are told along. */
async function settle(
  ctx: Context,
  place: { communityId: string; eventId: string },
  batch: readonly Waiting[],
  telling: Telling,
): Promise<(() => void)[]> {
  try {
    const answers = await decideSurely(
      ctx,
      place,
      batch.map(({ asking }) => asking),
      telling,
    )
    return batch.map(({ resolve, reject }, i) => () => {
      const answer = answers[i]
      if (answer) resolve(answer)
      else reject(new Error('a request got no verdict'))
    })
  } catch (error) {
    if (batch.length === 1 || !isAboutOne(error))
      return batch.map(
        ({ reject }) =>
          () =>
            reject(error),
      )
    // One of them is at fault, the others must not suffer: halve until it is found.
    const half = Math.ceil(batch.length / 2)
    return [...(await settle(ctx, place, batch.slice(0, half), telling)), ...(await settle(ctx, place, batch.slice(half), telling))]
  }
}

/**
 * One batch in one transaction. When the link breaks, nobody knows whether the commit was heard: the next try waits at
 * the counter's lock until the former transaction has ended and looks its bookings up before it decides anything.
 */
async function decideSurely(
  ctx: Context,
  place: { communityId: string; eventId: string },
  requests: readonly Asking[],
  telling: Telling,
): Promise<Answer[]> {
  let decided = false
  // Taking a connection waits long for a database that is away; nobody shall wait that long three times.
  const until = performance.now() + PATIENCE
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact(ctx, async (tx) => {
        const deciding = decideBatch(ctx, tx, place, requests, { again: decided, onRead: telling.pause })
        telling.tell()
        const answers = await deciding
        decided = true
        telling.tell()
        return answers
      })
    } catch (error) {
      if (isKaichangError(error) || isRefused(error)) throw error
      if (attempt >= 3 || performance.now() > until) throw decided ? fail('registration.unheard') : error
    }
  }
}

/** True when the database refused a statement, so that surely nothing was committed; 08, 40003 and 57 are links that were lost. */
const isRefused = (error: unknown): boolean => /^(?!08|40003|57)\d[0-9A-Z]{4}$/.test(sqlState(error))

/** True when one request's own values were refused. */
const isAboutOne = (error: unknown): boolean => /^2[23]/.test(sqlState(error))

function sqlState(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
