import type { Context } from '#core/store/context.ts'
import { dropUnused } from '#core/store/files.ts'
import { transact } from '#core/store/transaction.ts'
import { asBuyer } from '../payment/buyer.ts'
import { eraseWaitingOf, exportWaiting, type WaitingCopy } from '../waiting/forget.ts'
import { copyOrders, type OrderCopy } from './copy.ts'
import { inOrder } from './fill.actions.ts'
import { orderJournal } from './journal.ts'
import { openOrder } from './open.ts'
import { clearOrders, listOverdueOrders } from './own.store.ts'
import { releaseOrders } from './release.ts'

/** Everything that is held about an order, as whoever ordered gets it (PIPL 45), told to the journal. Errors: access.link_*. */
export async function exportOrder(ctx: Context, token: string): Promise<{ order: OrderCopy | null; waiting: WaitingCopy[] }> {
  const { order } = await openOrder(ctx, token)
  const { communityId, eventId, id } = order
  return transact(asBuyer(ctx, order), async (tx) => {
    tx.journal(orderJournal.copied, { communityId, eventId, kind: 'order', id }, {})
    const [copy = null] = await copyOrders(tx.db, communityId, [id])
    return { order: copy, waiting: await exportWaiting(tx, communityId, waitingOf(id)) }
  })
}

/**
 * Erases who ordered (PIPL 47), with proofs of payment and personal titles; the link ends. What is not complete is given
 * up first, with its seats' names. Tickets stay with their holders; amounts stay in the books without a name. Errors: access.link_*.
 */
export async function eraseOrder(ctx: Context, token: string): Promise<void> {
  const { order: seen } = await openOrder(ctx, token)
  const { communityId, eventId, id } = seen
  const files: string[] = []
  const acting = asBuyer(ctx, seen)
  await inOrder(acting, seen, async (tx, book, order) => {
    if (order.state === 'held' || order.state === 'placed' || order.state === 'review')
      await releaseOrders(acting, tx, book, [order], 'cancelled')
    await eraseWaitingOf(tx, communityId, waitingOf(id), book.now)
    files.push(...(await clearOrders(tx.db, communityId, [id], book.now, { lines: order.state !== 'done' })))
    tx.journal(orderJournal.erased, { communityId, eventId, kind: 'order', id }, {})
  })
  for (const sha256 of files) await dropUnused(ctx, communityId, sha256)
}

/** Erases who ordered, who was named and what they paid with, of events whose time of keeping has ended. Returns how many orders. */
export async function clearOverdueOrders(ctx: Context, communityId: string): Promise<number> {
  const now = ctx.clock.now()
  const overdue = (await listOverdueOrders(ctx.db, communityId, now)).map(({ id }) => id)
  const files = await transact(ctx, (tx) => clearOrders(tx.db, communityId, overdue, now, { lines: true }))
  for (const sha256 of files) await dropUnused(ctx, communityId, sha256)
  return overdue.length
}

/** The places in the waiting list that an order was offered to; no ticket bears an order's id. */
const waitingOf = (orderId: string) => ({ registrationId: orderId, orderId })
