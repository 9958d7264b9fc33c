import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { expireOrders } from '../orders/release.ts'
import { tellMissed } from '../waiting/missed.ts'
import { makeOffers } from '../waiting/offers.ts'
import { isOffering, makeBook, readBook, type Book, type BookRead, type Place } from './book.ts'
import { callWaiting, dropPlaces } from './rules.ts'
import { listWaiters, writeCounters, type VoucherWish } from './store.ts'

export { isOffering }

/**
 * The one door to an event's seats. Locks its counter, gives back what has run out, calls who waits, does the work, calls
 * who waits once more (something may have come free), and writes the counters. Nobody else writes them, so that every
 * seat is counted out and in exactly once, whatever happens at the same time. Nothing may be locked before in the same
 * transaction that others lock after it. Errors: event.not_found, and those of the work.
 */
export async function withSeats<T>(
  ctx: Context,
  tx: Tx,
  place: Place,
  work: (book: Book) => Promise<T>,
  wish: VoucherWish = {},
): Promise<T> {
  const book = await openBook(ctx, tx, place, await readBook(tx.db, ctx, place, wish))
  const result = await work(book)
  await closeBook(ctx, tx, book)
  return result
}

/** Opens the book of what was read under the lock: what has run out is given back, who waits is called. */
export async function openBook(ctx: Context, tx: Tx, place: Place, read: BookRead): Promise<Book> {
  const book = makeBook(ctx, place, read)
  if (read.counters.due) {
    const missed = await expireOrders(ctx, tx, book)
    if (missed.length > 0) await tellMissed(ctx, tx, book, missed)
    for (const voucher of book.stock.vouchers.values()) dropPlaces(book.stock, voucher, book.now)
  }
  await callThose(ctx, tx, book)
  return book
}

/** Calls who waits with what came free, and writes the counters that moved. */
export async function closeBook(ctx: Context, tx: Tx, book: Book): Promise<void> {
  await callThose(ctx, tx, book)
  tx.along(writeCounters(tx.db, book.place.communityId, book.place.eventId, book.before, book.stock))
}

async function callThose(ctx: Context, tx: Tx, book: Book): Promise<void> {
  if (!book.waiting || !isOffering(book)) return
  const { communityId, eventId } = book.place
  const calling = callWaiting(book.stock, await listWaiters(tx.db, communityId, eventId))
  book.blocked = calling.blocked
  if (calling.offers.length > 0) await makeOffers(ctx, tx, book, calling.offers)
}
