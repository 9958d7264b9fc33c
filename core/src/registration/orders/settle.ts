import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { addVouchers, type Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import { bookOrder } from './book.ts'
import { orderJournal } from './journal.ts'
import type { Order, OrderLine } from './model.ts'
import { holdAgain } from './review.actions.ts'
import { findOrder, listLines, updateLines } from './store.ts'

/** booked: the seats are theirs · already: they were · seats_gone: the hold had run out and others have them now, or there are none any more. */
export type Settled = 'booked' | 'already' | 'seats_gone'

/**
 * Books what an order holds once its money is here. Money that comes after the hold has run out finds the seats again
 * while there are some that nobody waits for; else nothing changes and the money has to go back. The one place where
 * an order that costs something becomes done. Locks the event's counter: nothing of the order may be locked before.
 * Errors: thing.not_found.
 */
export async function settleOrder(ctx: Context, tx: Tx, place: { communityId: string; eventId: string; id: string }): Promise<Settled> {
  const { communityId, eventId, id } = place
  return withSeats(ctx, tx, { communityId, eventId }, async (book) => {
    const order = await findOrder(tx.db, communityId, id)
    if (!order || order.eventId !== eventId) throw fail('thing.not_found')
    if (order.state === 'done') return 'already'
    // Nobody keeps money for an event that does not take place.
    if (book.event.state === 'cancelled') return 'seats_gone'
    const lines = await listLines(tx.db, communityId, [id])
    const held = lines.filter((line) => line.state === 'held')
    if (order.state === 'placed') {
      await bookOrder(ctx, tx, book, order, held)
      return 'booked'
    }
    const revived = order.placedAt === null ? null : await revive(tx, book, order, lines)
    if (!revived) return 'seats_gone'
    await bookOrder(ctx, tx, book, order, revived)
    return 'booked'
  })
}

/** Holds the seats of an order that ran out or was given up again, all of them or none. */
async function revive(tx: Tx, book: Book, order: Order, lines: readonly OrderLine[]): Promise<OrderLine[] | null> {
  const { communityId, eventId, id } = order
  if (order.state !== 'expired' && order.state !== 'cancelled') return null
  await addVouchers(tx, book, order.voucherId === null ? [] : [order.voucherId])
  if (holdAgain(book, order, lines) !== null) return null
  await updateLines(
    tx.db,
    communityId,
    lines.map((line) => line.id),
    { state: 'held' },
  )
  const seats = lines.filter((line) => line.forLineId === null).length
  tx.journal(orderJournal.revived, { communityId, eventId, kind: 'order', id }, { seats })
  return lines.map((line): OrderLine => ({ ...line, state: 'held' }))
}
