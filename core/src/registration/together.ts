import { fail, isKaichangError } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { noteWorkedOff, refuseCrowd, type Work } from './crowd/gate.ts'
import type { Place } from './seats/book.ts'
import { makeTelling, type Telling } from './telling.ts'

/** Requests that are decided together at most: what one commit is worth, without making anybody wait. */
const LARGEST = 500
/** How long a batch is tried again while the link breaks, in ms. */
const PATIENCE = 10_000

/** What every request brings, whatever it asks for. */
export interface Asked {
  /** The token of the line before the form: a place in it, or a let-in. */
  line?: string | null
  /** Staff do not stand in the line. */
  anyTime: boolean
}

export interface Kind<A extends Asked, B> {
  work: Work
  /** Of the room that a process has (`KAICHANG_ROOM`, in single seats): so many of these. */
  room(room: number): number
  /**
   * Decides all of them in one transaction, each with its own answer. `again`: an earlier try ended unheard, so its
   * rows may stand. `onRead` may be called once the database has told what it knows.
   */
  decide(ctx: Context, tx: Tx, place: Place, requests: readonly A[], options: { again: boolean; onRead?: () => void }): Promise<B[]>
}

interface Waiting<A, B> {
  asking: A
  resolve: (answer: B) => void
  reject: (error: unknown) => void
}

interface Queue<A, B> {
  waiting: Waiting<A, B>[]
  working: boolean
}

/**
 * Makes the way by which requests of one kind wait with all others of their event in this process: a batch is decided as
 * soon as the one before has committed, in the order of arrival. Other processes are kept apart by the lock of the event's
 * counter. More than there is room for stand in a line before the form. Errors: registration.crowded (with the place in
 * it), machine.database_away, registration.unheard, and those of the decision.
 */
export function waitTogether<A extends Asked, B>(kind: Kind<A, B>): (ctx: Context, place: Place, asking: A) => Promise<B> {
  /** The queues of each pool, by community and event. */
  const pools = new WeakMap<Context['db'], Map<string, Queue<A, B>>>()
  return (ctx, place, asking) => {
    let queues = pools.get(ctx.db)
    if (!queues) pools.set(ctx.db, (queues = new Map()))
    const name = `${place.communityId} ${place.eventId}`
    let queue = queues.get(name)
    if (!queue) queues.set(name, (queue = { waiting: [], working: false }))
    const { waiting } = queue
    const load = { waiting: waiting.length, room: kind.room(ctx.settings.room) }
    const crowded = refuseCrowd(ctx, place, kind.work, load, { token: asking.line ?? null, staff: asking.anyTime })
    if (crowded) return Promise.reject(crowded)
    const answer = new Promise<B>((resolve, reject) => waiting.push({ asking, resolve, reject }))
    if (!queue.working) {
      queue.working = true
      const [all, one] = [queues, queue]
      // What arrives in this same turn of the loop goes along.
      setImmediate(() => void workOff(ctx, place, kind, one, () => all.delete(name)))
    }
    return answer
  }
}

/** Where the requests of a queue are decided, how, and by whom their answers are told. */
interface Way<A extends Asked, B> {
  ctx: Context
  place: Place
  kind: Kind<A, B>
  telling: Telling
}

async function workOff<A extends Asked, B>(ctx: Context, place: Place, kind: Kind<A, B>, queue: Queue<A, B>, end: () => void) {
  const way = { ctx, place, kind, telling: makeTelling() }
  const room = kind.room(ctx.settings.room)
  let before: Promise<void> = Promise.resolve()
  for (;;) {
    if (queue.waiting.length === 0) await before
    if (queue.waiting.length === 0) break
    const batch = queue.waiting.splice(0, LARGEST)
    const commit = Promise.withResolvers<void>()
    before = settle(way, batch, commit.resolve).then((answers) => {
      way.telling.add(answers)
      noteWorkedOff(ctx, place, kind.work, batch.length, { waiting: queue.waiting.length, room })
    })
    // The next batch goes out while this one commits, and waits in the database for the counter's lock: otherwise both the
    // database and this process would stand still for a word between them.
    await Promise.race([commit.promise, before])
  }
  // In the same turn as the last look at the queue, so that nobody is left waiting in it.
  end()
}

/** Decides a batch; what is to be told to each. Never throws. `onCommit`: nothing but its commit is left to be done. */
async function settle<A extends Asked, B>(way: Way<A, B>, batch: readonly Waiting<A, B>[], onCommit: () => void): Promise<(() => void)[]> {
  try {
    const answers = await decideSurely(
      way,
      batch.map(({ asking }) => asking),
      onCommit,
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
    return [...(await settle(way, batch.slice(0, half), () => {})), ...(await settle(way, batch.slice(half), onCommit))]
  }
}

/**
 * One batch in one transaction. When the link breaks, nobody knows whether the commit was heard: the next try waits at
 * the counter's lock until the former transaction has ended and looks its rows up before it decides anything.
 */
async function decideSurely<A extends Asked, B>(
  { ctx, place, kind, telling }: Way<A, B>,
  requests: readonly A[],
  onCommit: () => void,
): Promise<B[]> {
  let decided = false
  const decide = async (tx: Tx): Promise<B[]> => {
    const answers = await kind.decide(ctx, tx, place, requests, { again: decided, onRead: telling.pause })
    decided = true
    telling.goOn()
    return answers
  }
  // Taking a connection waits long for a database that is away; nobody shall wait that long three times.
  const until = performance.now() + PATIENCE
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact(ctx, decide, onCommit)
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
