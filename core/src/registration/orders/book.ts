import { requireCommunity } from '../tickets.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { Accepted } from '../batch.model.ts'
import { listBookedPeople, lookUp } from '../batch.store.ts'
import { drawCodes } from '../codes.ts'
import { writeBookings } from '../batch.write.ts'
import { sameHolder } from '../people.ts'
import type { Book } from '../seats/book.ts'
import { closeWaitingOf } from '../waiting/store.ts'
import { orderJournal } from './journal.ts'
import { mailOrderDone } from './mails.ts'
import type { Order, OrderLine } from './model.ts'
import { updateLines, updateOrders } from './store.ts'

/**
 * Turns an order's held lines into registrations with their tickets and mails; the seats are counted already. Somebody
 * who registered by another way meanwhile keeps that booking, and this one goes without their contact: what was paid
 * for must not fail. The event's counter is locked.
 */
export async function bookOrder(ctx: Context, tx: Tx, book: Book, order: Order, lines: readonly OrderLine[]): Promise<void> {
  const { communityId, eventId } = book.place
  const community = await requireCommunity({ ...ctx, db: tx.db }, communityId)
  const held = lines.filter((line) => line.state === 'held')
  const seats = held.filter((line) => line.registrationId === null && line.forLineId === null)
  const codes = await drawCodes(ctx, tx.db, book.place, seats.length)
  const known = await lookUp(
    tx.db,
    communityId,
    eventId,
    '',
    seats.map(({ phone, email }, n) => ({ phone, email, code: codes[n] ?? '', key: null })),
  )
  const people = seats.map((line, n) => sameHolder(line, known.people.get(n) ?? []))
  const booked = new Set(
    await listBookedPeople(
      tx.db,
      communityId,
      eventId,
      people.flatMap((id) => id ?? []),
    ),
  )
  const accepted = seats.map((line, n): Accepted => {
    const given = (kind: 'phone' | 'email'): string => (known.contacts.has(`${kind}:${line[kind]}`) ? '' : line[kind])
    const holder = people[n]
    const agreed = (purpose: 'photos' | 'news'): boolean => line.consents.includes(purpose)
    return {
      request: {
        id: newId(ctx),
        values: {
          name: line.name,
          phone: given('phone'),
          email: given('email'),
          locale: order.locale,
          channel: book.stock.channels.get(order.channelId ?? '')?.slug ?? '',
          ticketType: line.ticketTypeId ?? '',
          consents: {
            registration: true,
            photos: agreed('photos'),
            news: agreed('news'),
          },
        },
        answers: line.answers,
        actor: ctx.actor,
        anyTime: true,
        mail: true,
        at: null,
        key: null,
        bodyHash: null,
      },
      // Nobody sits twice: whoever took two seats in their own name, by phone and by e-mail, is somebody new at the second.
      personId: holder !== undefined && (booked.has(holder) || people.indexOf(holder) < n) ? undefined : holder,
      typeId: line.ticketTypeId,
      channelId: order.channelId,
      orderId: order.id,
      code: codes[n] ?? '',
    }
  })
  if (accepted.length > 0) {
    const written = await writeBookings(ctx, tx, { community, event: book.event }, accepted, book.stock.taken - accepted.length)
    const registrationOf = new Map(seats.map((line, n) => [line.id, written[n]?.registration.id ?? null]))
    for (const [lineId, registrationId] of registrationOf) {
      const own = held.filter((line) => line.id === lineId || line.forLineId === lineId).map((line) => line.id)
      await updateLines(tx.db, communityId, own, { state: 'booked', registrationId })
    }
  }
  // Extras that somebody waited for belong to the ticket that they have.
  const extras = held.filter((line) => line.registrationId !== null && line.forLineId === null)
  await updateLines(
    tx.db,
    communityId,
    extras.map((line) => line.id),
    { state: 'booked' },
  )
  await updateOrders(tx.db, communityId, [order.id], { state: 'done', doneAt: book.now, closedAt: null, expiresAt: null })
  await closeWaitingOf(tx.db, communityId, [order.id], 'taken', book.now)
  const facts = { seats: seats.length, totalFen: order.totalFen }
  tx.journal(orderJournal.done, { communityId, eventId, kind: 'order', id: order.id }, facts)
  const sent = accepted.some(({ request }) => request.values.email === order.email)
  await mailOrderDone(ctx, tx, { community, event: book.event, order }, seats.length, sent)
}
