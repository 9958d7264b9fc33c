import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { optionalTextSchema, type Text } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { moveEvent, requireEvent } from '#core/community/actions.ts'
import { authorise } from '#core/community/permissions.ts'
import { localDay, shiftDays } from '#core/community/rules.ts'
import { lockEvent } from '#core/community/store.ts'
import { planJournal } from './journal.ts'
import { daySchema, type DateOption } from './model.ts'
import { daysBetween } from './road.rules.ts'
import { insertDate, listDates, updateDate } from './store.ts'

const reasonSchema = optionalTextSchema(300)

/** Puts a day among the options, with what speaks for it; returns its id. Errors: plan.day_taken. */
export async function considerDate(
  ctx: Context,
  communityId: string,
  eventId: string,
  day: string,
  reason: Text = {},
  key: string | null = null,
): Promise<string> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  const wanted = parseInput(daySchema, day)
  const why = parseInput(reasonSchema, reason)
  return transact(ctx, async (tx) => {
    await requireEvent(ctx, tx.db, communityId, eventId)
    return createOnce(ctx, tx, { communityId, scope: `date:${eventId}`, key, body: { wanted, why } }, async () => {
      const id = newId(ctx)
      if (!(await insertDate(tx.db, { communityId, eventId, id, day: wanted, reason: why, createdAt: ctx.clock.now() })))
        throw fail('plan.day_taken')
      tx.journal(planJournal.date_considered, { communityId, eventId, kind: 'date', id }, { day: wanted })
      return id
    })
  })
}

/** Keeps an objection to a day. Errors: plan.reason without one. */
export async function rejectDate(ctx: Context, communityId: string, eventId: string, id: string, reason: Text): Promise<void> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  const why = parseInput(reasonSchema, reason)
  if (!why.zh && !why.en) throw fail('plan.reason')
  await transact(ctx, async (tx) => {
    const option = await requireDate(tx, communityId, eventId, id)
    await updateDate(tx.db, communityId, id, { state: 'rejected', reason: why })
    tx.journal(planJournal.date_rejected, { communityId, eventId, kind: 'date', id }, { day: option.day, reason: why })
  })
}

/** Chooses a day: the event moves there at the same hours, and every task with it. The one chosen before is an option again. */
export async function chooseDate(ctx: Context, communityId: string, eventId: string, id: string, reason: Text = {}): Promise<void> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  authorise(ctx.actor, 'event.manage', { communityId, eventId })
  const why = parseInput(reasonSchema, reason)
  await transact(ctx, async (tx) => {
    const event = await lockEvent(tx.db, communityId, eventId)
    if (!event) throw fail('event.not_found')
    const option = await requireDate(tx, communityId, eventId, id)
    if (option.state === 'chosen') return
    for (const other of await listDates(tx.db, communityId, eventId)) {
      if (other.state === 'chosen') await updateDate(tx.db, communityId, other.id, { state: 'considered' })
    }
    await updateDate(tx.db, communityId, id, { state: 'chosen', ...(why.zh || why.en ? { reason: why } : {}) })
    tx.journal(planJournal.date_chosen, { communityId, eventId, kind: 'date', id }, { day: option.day })
    const { startsAt, endsAt } = atDay(event, option.day)
    await moveEvent(tx, event, startsAt, endsAt)
  })
}

/** The event's start and end on another day, at the same hours of its time zone. */
function atDay(event: { startsAt: Date; endsAt: Date; timeZone: string }, day: string): { startsAt: Date; endsAt: Date } {
  const shift = daysBetween(localDay(event.startsAt, event.timeZone), day)
  return { startsAt: shiftDays(event.startsAt, shift, event.timeZone), endsAt: shiftDays(event.endsAt, shift, event.timeZone) }
}

async function requireDate(tx: Tx, communityId: string, eventId: string, id: string): Promise<DateOption> {
  const option = (await listDates(tx.db, communityId, eventId)).find((date) => date.id === id)
  if (!option) throw fail('thing.not_found')
  return option
}
