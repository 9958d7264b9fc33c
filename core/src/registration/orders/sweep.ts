import { listCommunities } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { withSeats } from '../seats/door.ts'
import { listEventsToSweep } from '../seats/store.ts'

/**
 * Opens the seats of every event where a hold has run out or somebody waits, so that what is free is given back and
 * offered also when nobody asks. Run by the job `seats.sweep`; one transaction an event. Returns how many events.
 */
export async function sweepSeats(ctx: Context): Promise<number> {
  let events = 0
  for (const { communityId } of await listCommunities(ctx.db)) {
    authorise(ctx.actor, 'community.manage', { communityId })
    for (const eventId of await listEventsToSweep(ctx.db, communityId, ctx.clock.now())) {
      await transact(ctx, (tx) => withSeats(ctx, tx, { communityId, eventId }, () => Promise.resolve()))
      events += 1
    }
  }
  return events
}
