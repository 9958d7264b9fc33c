import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { mayLeave } from '../messages/quiet.rules.ts'
import { quietOf } from '../messages/store.ts'
import { isOffering, type Book } from '../seats/book.ts'
import { requireCommunity } from '../tickets.ts'
import { mailMissed } from './mails.ts'
import { isTaking } from './rules.ts'
import { findSame, findWaiting, listWaitingByIds } from './store.ts'

/**
 * Tells whoever missed an offer that it ran out and how to wait again, after the quiet hours; nobody once the event has
 * begun or does not take place. The places have just been closed, so each is told of once.
 */
export async function tellMissed(ctx: Context, tx: Tx, book: Book, ids: readonly string[]): Promise<void> {
  if (!isOffering(book)) return
  const { place, event, counter, now } = book
  const community = await requireCommunity({ ...ctx, db: tx.db }, place.communityId)
  const leaves = mayLeave(now, await quietOf(tx.db, place.communityId, event.timeZone), event.startsAt)
  const open = isTaking({ event, waitingOpen: counter.waitingOpen, now })
  for (const waiting of await listWaitingByIds(tx.db, place.communityId, ids)) {
    const type = waiting.ticketTypeId === null ? undefined : book.stock.types.get(waiting.ticketTypeId)
    // The rest of a party that was split may still wait, at its own link.
    const rest = await findSame(tx.db, waiting)
    const at = rest === undefined ? undefined : await findWaiting(tx.db, place.communityId, rest)
    const way = at ? 'waits' : open ? 'open' : 'closed'
    await mailMissed(ctx, tx, { community, event, waiting, type }, { way, at: at ?? waiting, leaves })
  }
}
