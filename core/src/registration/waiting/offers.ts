import { newId, shortCode } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { insertOrders } from '../orders/store.ts'
import type { Book } from '../seats/book.ts'
import type { Waiter } from '../seats/model.ts'
import { priceOf } from '../seats/rules.ts'
import { waitingJournal } from './journal.ts'
import { insertWaiting, listWaitingByIds, markOffered } from './store.ts'

/**
 * Turns calls into offers: orders that hold the seats, which are counted already, until the offer ends. Whoever gets only
 * a part of the party's seats keeps the place for the rest. The event's counter is locked.
 */
export async function makeOffers(ctx: Context, tx: Tx, book: Book, offers: readonly { waiter: Waiter; seats: number }[]): Promise<void> {
  const { communityId, eventId } = book.place
  const { now } = book
  const rows = new Map(
    (
      await listWaitingByIds(
        tx.db,
        communityId,
        offers.map(({ waiter }) => waiter.id),
      )
    ).map((row) => [row.id, row]),
  )
  const expiresAt = new Date(now.getTime() + book.counter.offerHours * 3_600_000)
  for (const { waiter, seats } of offers) {
    const row = rows.get(waiter.id)
    if (!row) throw new Error('somebody was called who does not wait')
    const type = row.ticketTypeId === null ? undefined : book.stock.types.get(row.ticketTypeId)
    const id = newId(ctx)
    const { name, phone, email, locale, channelId, noticeVersion } = row
    // The seats are counted, so the price is that of the last ones before them.
    const prices = Array.from({ length: seats }, (_, n) => (type ? priceOf(type, now, { before: n - seats }) : 0))
    const lines = prices.map((priceFen, n) => ({
      communityId,
      id: newId(ctx),
      orderId: id,
      eventId,
      ticketTypeId: row.ticketTypeId,
      position: n,
      priceFen,
      state: 'held' as const,
      registrationId: row.registrationId,
      ...(n === 0 ? { name, phone, email } : {}),
    }))
    const order = {
      communityId,
      id,
      eventId,
      name,
      phone,
      email,
      locale,
      channelId,
      noticeVersion,
      expiresAt,
      code: shortCode(ctx.random, 8),
      state: 'held' as const,
      totalFen: prices.reduce((sum, price) => sum + price, 0),
      createdAt: now,
    }
    await insertOrders(tx.db, [order], lines)
    await markOffered(tx.db, communityId, row.id, { seats, orderId: id, offeredAt: now })
    if (seats < row.seats) {
      const { orderId: _, offeredAt: __, ...rest } = row
      await insertWaiting(tx.db, [{ ...rest, id: newId(ctx), seats: row.seats - seats }])
    }
    tx.journal(waitingJournal.offered, { communityId, eventId, kind: 'waiting', id: row.id }, { seats })
  }
}
