import { pickText } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { Book } from '../seats/book.ts'
import { requireCommunity } from '../tickets.ts'
import { waitingJournal } from './journal.ts'
import { mailRemoved } from './mails.ts'
import { listLine, updateWaiting } from './store.ts'

/** More do not wait for one event. */
const MOST = 100_000

/** Ends the waiting for types that are no longer given out, and tells each why: nothing of them comes free any more. */
export async function endWaitingForTypes(ctx: Context, tx: Tx, book: Book, typeIds: readonly string[]): Promise<void> {
  const { communityId, eventId } = book.place
  if (!book.waiting) return
  const community = await requireCommunity({ ...ctx, db: tx.db }, communityId)
  for (const waiting of await listLine(tx.db, communityId, eventId, MOST)) {
    const { id, locale, seats, ticketTypeId } = waiting
    if (ticketTypeId === null || !typeIds.includes(ticketTypeId)) continue
    await updateWaiting(tx.db, communityId, id, { state: 'left', closedAt: book.now })
    tx.journal(waitingJournal.removed, { communityId, eventId, kind: 'waiting', id }, { seats })
    const type = book.stock.types.get(ticketTypeId)
    const what = pickText(type?.name, locale)
    const reason = locale === 'zh' ? `「${what}」不再提供了。` : `“${what}” is no longer given out.`
    await mailRemoved(ctx, tx, { community, event: book.event, waiting, type }, reason)
  }
}
