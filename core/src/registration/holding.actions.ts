import { sql } from 'kysely'
import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { transact } from '#core/store/transaction.ts'
import { registrationJournal } from './journal.ts'
import { holdingSchema, type HoldingInput, type SeatCounter } from './model.ts'
import { withSeats } from './seats/door.ts'
import { deleteChannel, ensureCounter, findCounter, listChannels, updateChannel, updateCounter } from './store.ts'

/** How long an event's seats are held. Errors: access.*. */
export async function readHolding(
  ctx: Context,
  communityId: string,
  eventId: string,
): Promise<Pick<SeatCounter, 'holdMinutes' | 'payMinutes' | 'offerHours' | 'waitingOpen' | 'handoverUntil'>> {
  authorise(ctx.actor, 'registration.figures', { communityId, eventId })
  const counter = await findCounter(ctx.db, communityId, eventId)
  return counter ?? { holdMinutes: 15, payMinutes: 30, offerHours: 12, waitingOpen: true, handoverUntil: null }
}

/** Sets how long seats are held while a form is filled in, while money is awaited, and for who waited. What runs already keeps its time. Errors: access.*, input.invalid. */
export async function setHolding(ctx: Context, communityId: string, eventId: string, input: HoldingInput): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const values = parseInput(holdingSchema, input)
  await transact(ctx, async (tx) => {
    await ensureCounter(tx.db, communityId, eventId)
    await withSeats(ctx, tx, { communityId, eventId }, async ({ counter }) => {
      const { holdMinutes, payMinutes, offerHours, waitingOpen, handoverUntil } = counter
      const facts = { ...values, handoverUntil: values.handoverUntil?.toISOString() ?? null }
      const before = { holdMinutes, payMinutes, offerHours, waitingOpen, handoverUntil: handoverUntil?.toISOString() ?? null }
      if (Object.entries(before).every(([name, value]) => Object.entries(facts).some(([other, now]) => other === name && now === value)))
        return
      await updateCounter(tx.db, communityId, eventId, values)
      tx.journal(registrationJournal.holding_set, { communityId, eventId, kind: 'event', id: eventId }, facts)
    })
  })
}

/**
 * Takes an entrance away: for good when nobody has come through it, else it is retired: its old link counts on, and its
 * share is everybody's. Errors: access.*, thing.not_found.
 */
export async function removeChannel(ctx: Context, communityId: string, eventId: string, id: string): Promise<'removed' | 'retired'> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  return transact(ctx, (tx) =>
    withSeats(ctx, tx, { communityId, eventId }, async (book) => {
      const channel = (await listChannels(tx.db, communityId, eventId)).find((one) => one.id === id)
      if (!channel) throw fail('thing.not_found')
      const { slug, name } = channel
      const subject = { communityId, eventId, kind: 'channel', id }
      if (await isChannelUsed(tx.db, communityId, eventId, id)) {
        if (channel.retiredAt !== null) return 'retired'
        await updateChannel(tx.db, communityId, id, { retiredAt: book.now, share: null })
        const stock = book.stock.channels.get(id)
        if (stock) stock.share = null
        tx.journal(registrationJournal.channel_retired, subject, { slug, name })
        return 'retired'
      }
      await deleteChannel(tx.db, communityId, id)
      book.stock.channels.delete(id)
      book.before.channels.delete(id)
      tx.journal(registrationJournal.channel_removed, subject, { slug, name })
      return 'removed'
    }),
  )
}

/** Passes a retired entrance on again; a share is set anew when wanted. Errors: access.*, thing.not_found. */
export async function restoreChannel(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await transact(ctx, (tx) =>
    withSeats(ctx, tx, { communityId, eventId }, async () => {
      const channel = (await listChannels(tx.db, communityId, eventId)).find((one) => one.id === id)
      if (!channel) throw fail('thing.not_found')
      if (channel.retiredAt === null) return
      await updateChannel(tx.db, communityId, id, { retiredAt: null })
      const facts = { slug: channel.slug, name: channel.name }
      tx.journal(registrationJournal.channel_restored, { communityId, eventId, kind: 'channel', id }, facts)
    }),
  )
}

/** True when somebody came, ordered or waits through an entrance, or its link was opened. */
async function isChannelUsed(db: Db, communityId: string, eventId: string, id: string): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`select
    exists (select from channel where community_id = ${communityId}::uuid and id = ${id}::uuid and (clicks > 0 or taken > 0))
    or exists (select from registration where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and channel_id = ${id}::uuid)
    or exists (select from ticket_order where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and channel_id = ${id}::uuid)
    or exists (select from waiting where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and channel_id = ${id}::uuid)
      as used`.execute(db)
  return rows[0]?.used === true
}
