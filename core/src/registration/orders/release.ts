import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { addVouchers, type Book } from '../seats/book.ts'
import type { Want } from '../seats/model.ts'
import { giveBack } from '../seats/rules.ts'
import { closeWaitingOf } from '../waiting/store.ts'
import { orderJournal } from './journal.ts'
import type { Order, OrderLine } from './model.ts'
import { listExpired, listLines, updateLines, updateOrders } from './store.ts'

/** What a line takes of the event's counters. */
export function wantOf(order: Pick<Order, 'channelId' | 'voucherId'>, line: Pick<OrderLine, 'ticketTypeId' | 'byVoucher'>): Want {
  return { typeId: line.ticketTypeId, seats: 1, channelId: order.channelId, voucherId: line.byVoucher ? order.voucherId : null }
}

/** Gives back the seats of all holds of the event that have run out; returns whose offers these were. The event's counter is locked. */
export async function expireOrders(ctx: Context, tx: Tx, book: Book): Promise<string[]> {
  const { communityId, eventId } = book.place
  return releaseOrders(ctx, tx, book, await listExpired(tx.db, communityId, eventId, book.now), 'expired')
}

/**
 * Ends orders that are not done: what they hold is given back, once. Returns the places in the waiting list whose offers
 * these were. The event's counter is locked.
 */
export async function releaseOrders(
  _ctx: Context,
  tx: Tx,
  book: Book,
  orders: readonly Order[],
  state: 'expired' | 'cancelled' | 'declined',
  reason = '',
): Promise<string[]> {
  if (orders.length === 0) return []
  const { communityId, eventId } = book.place
  const byId = new Map(orders.map((order) => [order.id, order]))
  const ids = [...byId.keys()]
  await addVouchers(
    tx,
    book,
    orders.flatMap(({ voucherId }) => voucherId ?? []),
  )
  const lines = (await listLines(tx.db, communityId, ids)).filter((line) => line.state === 'held' || line.state === 'asked')
  for (const line of lines) {
    const order = byId.get(line.orderId)
    if (order && line.state === 'held') giveBack(book.stock, wantOf(order, line), book.now)
  }
  await updateLines(
    tx.db,
    communityId,
    lines.map(({ id }) => id),
    { state: 'free' },
  )
  await updateOrders(tx.db, communityId, ids, { state, closedAt: book.now, expiresAt: null, ...(reason === '' ? {} : { reason }) })
  const waited = await closeWaitingOf(tx.db, communityId, ids, state === 'expired' ? 'missed' : 'left', book.now)
  for (const id of ids) {
    const seats = lines.filter((line) => line.orderId === id && line.forLineId === null).length
    tx.journal(orderJournal[state], { communityId, eventId, kind: 'order', id }, { seats })
  }
  return waited
}
