import { newId, shortCode } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { insertOrders } from '../orders/store.ts'
import type { Book } from '../seats/book.ts'
import type { Waiter } from '../seats/model.ts'
import { priceOf } from '../seats/rules.ts'
import { quietOf } from '../messages/store.ts'
import { offerEnds } from '../messages/quiet.rules.ts'
import { requireCommunity } from '../tickets.ts'
import { waitingJournal } from './journal.ts'
import { mailOffer } from './mails.ts'
import { insertWaiting, listParts, listWaitingByIds, updateWaiting } from './store.ts'

/**
 * Turns calls into offers: orders that hold the seats, which are counted already, until the offer ends. Whoever gets only
 * a part of the party's seats keeps place and link for the rest. The event's counter is locked.
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
  const community = await requireCommunity({ ...ctx, db: tx.db }, communityId)
  const expiresAt = await offersEnd(tx, book)
  for (const { waiter, seats } of offers) {
    const row = rows.get(waiter.id)
    if (!row) throw new Error('somebody was called who does not wait')
    const type = row.ticketTypeId === null ? undefined : book.stock.types.get(row.ticketTypeId)
    const id = newId(ctx)
    const { name, phone, email, locale, channelId, noticeVersion } = row
    // Who is served piece by piece sits on the first one's seat; the others are for whom they bring.
    const served = !row.together && (await listParts(tx.db, row)).length > 0
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
      ...(n === 0 && !served ? { name, phone, email } : {}),
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
      linkVersion: 1,
      code: shortCode(ctx.random, 8),
      state: 'held' as const,
      totalFen: prices.reduce((sum, price) => sum + price, 0),
      createdAt: now,
    }
    await insertOrders(tx.db, [order], lines)
    const offered = { seats, orderId: id, offeredAt: now, state: 'offered' as const }
    if (seats === row.seats) await updateWaiting(tx.db, communityId, row.id, offered)
    else {
      await updateWaiting(tx.db, communityId, row.id, { seats: row.seats - seats })
      await insertWaiting(tx.db, [{ ...row, ...offered, id: newId(ctx) }])
    }
    await mailOffer(ctx, tx, { community, event: book.event, waiting: row, type }, { seats, order, until: expiresAt })
    tx.journal(waitingJournal.offered, { communityId, eventId, kind: 'waiting', id: row.id }, { seats })
  }
}

/** Until when an offer stands that is made now: its hours do not run at night, and never beyond the event's beginning. */
async function offersEnd(tx: Tx, { place, event, counter, now }: Book): Promise<Date> {
  const ends = offerEnds(now, counter.offerHours, await quietOf(tx.db, place.communityId, event.timeZone))
  return ends < event.startsAt ? ends : event.startsAt
}
