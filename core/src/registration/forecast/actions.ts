import { requireEvent } from '#core/community/actions.ts'
import { eventJournal } from '#core/community/journal.ts'
import type { Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { updateEvent } from '#core/community/store.ts'
import { fail } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { transact } from '#core/store/transaction.ts'
import { withSeats } from '../seats/door.ts'
import { learn } from './fit.rules.ts'
import { forecastJournal } from './journal.ts'
import { adviceSchema, type Advice, type AdviceInput, type Forecast, type Range, type Turnout } from './model.ts'
import { adviseCap, comeRange, forecastOf } from './rules.ts'
import { listGroups, listPast } from './store.ts'
import { turnoutOf } from './turnout.rules.ts'

/** Who will come, and the cap that the hall bears; null where the seats of the hall are not known. */
export interface Outlook {
  forecast: Forecast
  advice: Advice | null
}

/** Who will come to the event by all that is known now. Errors: access.*, event.not_found. */
export async function readOutlook(ctx: Context, communityId: string, eventId: string): Promise<Outlook> {
  authorise(ctx.actor, 'registration.figures', { communityId, eventId })
  return outlookOf(ctx, await requireEvent(ctx, ctx.db, communityId, eventId))
}

/** The same for who has been let in already. */
export async function outlookOf(ctx: Pick<Context, 'clock'> & { db: Db }, event: Event): Promise<Outlook> {
  const [groups, past] = await Promise.all([listGroups(ctx.db, event), listPast(ctx.db, event, ctx.clock.now())])
  const learnt = learn(past)
  return {
    forecast: forecastOf(groups, past, learnt),
    advice: event.seats === null ? null : adviseCap(turnoutOf(learnt, groups, past), event.seats, event.cap),
  }
}

/**
 * Makes the advised cap the event's, as it was shown. Errors: access.*, event.not_found, registration.advice_changed when
 * so many would no longer fit by what is known now.
 */
export async function takeAdvice(ctx: Context, communityId: string, eventId: string, input: AdviceInput): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  authorise(ctx.actor, 'event.manage', { communityId, eventId })
  const { cap } = parseInput(adviceSchema, input)
  await transact(ctx, (tx) =>
    // By the seats' own door, so that whoever waits is called with the seats that this opens.
    withSeats(ctx, tx, { communityId, eventId }, async ({ event, stock }) => {
      if (event.cap === cap) return
      const { advice, forecast } = await outlookOf({ db: tx.db, clock: ctx.clock }, event)
      if (!advice || cap > advice.cap) throw fail('registration.advice_changed')
      await updateEvent(tx.db, communityId, eventId, { cap })
      stock.cap = cap
      const subject = { communityId, eventId, kind: 'event', id: eventId }
      const before = { cap: event.cap }
      tx.journal(eventJournal.cap_changed, subject, { from: event.cap, to: cap, revision: event.revision + 1, before })
      tx.journal(forecastJournal.advice_taken, subject, { cap, seats: advice.seats, events: forecast.past.events })
    }),
  )
}

/** How long the public page goes on with what it reckoned: the mix of people moves slowly, and the page is asked for often. */
const FRESH_MS = 60_000
const MOST_KEPT = 200
const kept = new WeakMap<Db, Map<string, { at: number; turnout: Turnout }>>()

/** How many of `registered` people will come, for the public page; the mix and the history may be a minute old. */
export async function publicRange(ctx: Pick<Context, 'clock' | 'db'>, event: Event, registered: number): Promise<Range> {
  const ofThis = kept.get(ctx.db) ?? new Map<string, { at: number; turnout: Turnout }>()
  kept.set(ctx.db, ofThis)
  const key = `${event.communityId} ${event.id}`
  const at = ctx.clock.now().getTime()
  let one = ofThis.get(key)
  if (!one || Math.abs(at - one.at) > FRESH_MS) {
    const [groups, past] = await Promise.all([listGroups(ctx.db, event), listPast(ctx.db, event, ctx.clock.now())])
    one = { at, turnout: turnoutOf(learn(past), groups, past) }
    if (ofThis.size >= MOST_KEPT) ofThis.clear()
    ofThis.set(key, one)
  }
  return comeRange(one.turnout, registered)
}
