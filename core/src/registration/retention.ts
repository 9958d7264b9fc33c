import type { Context } from '#core/store/context.ts'
import { listCommunities } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import { dropUnused } from '#core/store/files.ts'
import { forgetOldKeys } from '#core/store/request-keys.ts'
import { transact } from '#core/store/transaction.ts'
import { clearOverdueMails } from './forget.ts'
import { clearOverdueLists } from './import/forget.ts'
import { registrationJournal } from './journal.ts'
import { clearOverdueOrders } from './orders/own.actions.ts'
import { endAnswers } from './questions/retention.ts'
import { listOverdue, lockRegistration } from './store.ts'
import { eraseBooking } from './own-data.actions.ts'
import { clearOverdueWaiting } from './waiting/forget.ts'

/**
 * Anonymises the attendees of events whose time of keeping has ended, in all communities (PIPL 19); figures stay. Keys of
 * requests are forgotten after their own time.
 * Run by the nightly job `people.retain`; one transaction an event, so that a stop in between loses nothing.
 * Returns how many bookings were anonymised.
 */
export async function retainAttendees(ctx: Context): Promise<number> {
  let people = 0
  for (const { communityId, example } of await listCommunities(ctx.db)) {
    // The people of the examples are made up, and the examples are to stay whole.
    if (example) continue
    authorise(ctx.actor, 'community.manage', { communityId })
    await endAnswers(ctx, communityId)
    await forgetOldKeys(ctx.db, communityId, ctx.clock.now())
    const overdue = await listOverdue(ctx.db, communityId, ctx.clock.now())
    for (const eventId of new Set(overdue.map((one) => one.eventId))) {
      const ofEvent = overdue.filter((one) => one.eventId === eventId)
      const files = await transact(ctx, async (tx) => {
        const unneeded: string[] = []
        for (const { id } of ofEvent) {
          const booking = await lockRegistration(tx.db, communityId, id)
          if (booking && !booking.erasedAt) unneeded.push(...(await eraseBooking(ctx, tx, booking)))
        }
        tx.journal(
          registrationJournal.retained,
          { communityId, eventId, kind: 'event', id: eventId },
          { people: ofEvent.length, days: ofEvent[0]?.retentionDays ?? 0 },
        )
        return unneeded
      })
      for (const sha256 of files) await dropUnused(ctx, communityId, sha256)
      people += ofEvent.length
    }
    await clearOverdueOrders(ctx, communityId)
    await clearOverdueLists(ctx, communityId)
    await clearOverdueWaiting(ctx, communityId)
    await clearOverdueMails(ctx.db, communityId, ctx.clock.now())
  }
  return people
}
