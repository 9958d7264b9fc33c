import type { Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { erasePerson } from '#core/people/person/actions.ts'
import { giveConsent, withdrawConsent } from '#core/people/person/consent.ts'
import type { Person } from '#core/people/person/model.ts'
import { normaliseEmail, normalisePhone } from '#core/people/person/rules.ts'
import { findPerson } from '#core/people/person/store.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { registrationJournal } from './journal.ts'
import { mailCancelled, mailTicket } from './mails.ts'
import { bookingSchema, type BookingInput, type Registration } from './model.ts'
import type { OrderLine } from './orders/model.ts'
import { releaseOrders } from './orders/release.ts'
import { listLinesOf, listOrdersByIds, updateLines } from './orders/store.ts'
import { cancelPaidSeat, type GivenUp } from './payment/refund.seats.ts'
import { bookedOnce, findOrCreatePeople } from './people.ts'
import { contactKeys, decideTogether, openingOf } from './rules.ts'
import { addVouchers, type Book } from './seats/book.ts'
import { withSeats } from './seats/door.ts'
import { giveBack } from './seats/rules.ts'
import { findByContacts, findRegistration, isPersonUsedElsewhere, lockRegistration, updateRegistration } from './store.ts'
import { closeWaitingFor } from './waiting/store.ts'
import { asHolder, loadTicket, lockHeld, openTicket, requireCommunity, type Ticket } from './tickets.ts'

/** Gives the seat of a ticket back, at once. Doing it twice changes nothing. Errors: access.link_*. */
export async function cancelByTicket(ctx: Context, token: string): Promise<void> {
  const ticket = await openTicket(ctx, token)
  await cancel(asHolder(ctx, ticket), ticket)
}

/** The same by staff. Errors: thing.not_found. */
export async function cancelRegistration(ctx: Context, communityId: string, eventId: string, registrationId: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const registration = await findRegistration(ctx.db, communityId, registrationId)
  if (!registration || registration.eventId !== eventId) throw fail('thing.not_found')
  await cancel(ctx, await loadTicket(ctx, await requireCommunity(ctx, communityId), registration), 'staff')
}

async function cancel(ctx: Context, ticket: Ticket, by: 'holder' | 'staff' = 'holder'): Promise<void> {
  await transact(ctx, async (tx) => {
    if (await freeSeat(ctx, tx, ticket.registration, by)) await mailCancelled(ctx, tx, ticket)
  })
}

/**
 * Gives a seat back with what was added to it, under the counter's lock; what was paid for it is due, asked for or kept by
 * the event's rule, or as staff may. False when it was free already. Errors: access.link_expired, when its holder gives it
 * back who has handed it on meanwhile.
 */
export async function freeSeat(ctx: Context, tx: Tx, registration: Registration, by: 'holder' | 'staff' = 'holder'): Promise<boolean> {
  const freed = await freeLines(ctx, tx, registration, by === 'holder' ? registration : undefined)
  if (!freed) return false
  for (const seat of pricesOf(freed.lines)) await cancelPaidSeat(ctx, tx, seat, freed.event, by)
  return true
}

/** What freed lines cost, for each order: what was added later may stand in an order of its own. */
export function pricesOf(lines: readonly OrderLine[]): GivenUp[] {
  return [...Map.groupBy(lines, (line) => line.orderId)].flatMap(([orderId, own]) => {
    const [first] = own
    const priceFen = own.reduce((sum, line) => sum + line.priceFen, 0)
    return first ? [{ communityId: first.communityId, eventId: first.eventId, orderId, lineId: first.id, priceFen }] : []
  })
}

/** The same without the money, which the caller decides on in the same transaction. Null when it was free already. */
export async function freeLines(
  ctx: Context,
  tx: Tx,
  { communityId, eventId, id }: Pick<Registration, 'communityId' | 'eventId' | 'id'>,
  /** The booking as its link was opened, when its holder acts. */
  held?: Registration,
): Promise<{ lines: OrderLine[]; event: Event } | null> {
  return withSeats(ctx, tx, { communityId, eventId }, async (book) => {
    const booking = await (held ? lockHeld(tx.db, held) : lockRegistration(tx.db, communityId, id))
    if (!booking || booking.state === 'cancelled') return null
    const lines = await giveSeatBack(tx, book, booking)
    await updateRegistration(tx.db, communityId, id, { state: 'cancelled', cancelledAt: book.now })
    await closeWaitingFor(tx.db, communityId, id, book.now)
    await endOffers(ctx, tx, book, id)
    const facts = { channel: book.stock.channels.get(booking.channelId ?? '')?.slug ?? '', taken: book.stock.taken }
    tx.journal(registrationJournal.cancelled, { communityId, eventId, kind: 'registration', id }, facts)
    return { lines, event: book.event }
  })
}

/** Gives up extras that were offered to go with a booking and are not booked: without its seat there is nothing they go with. */
async function endOffers(ctx: Context, tx: Tx, book: Book, id: string): Promise<void> {
  const { communityId } = book.place
  const held = (await listLinesOf(tx.db, communityId, id)).filter((line) => line.state === 'held')
  const ids = held.map(({ orderId }) => orderId)
  await releaseOrders(ctx, tx, book, await listOrdersByIds(tx.db, communityId, ids), 'cancelled')
}

/** Counts a booking's seat and add-ons out, and frees their lines, which it returns. */
async function giveSeatBack(tx: Tx, book: Book, booking: Registration): Promise<OrderLine[]> {
  const { communityId } = booking
  const lines = (await listLinesOf(tx.db, communityId, booking.id)).filter((line) => line.state === 'booked')
  const orders = await listOrdersByIds(
    tx.db,
    communityId,
    lines.map(({ orderId }) => orderId),
  )
  const voucherOf = ({ orderId, byVoucher }: OrderLine): string | null =>
    byVoucher ? (orders.find((one) => one.id === orderId)?.voucherId ?? null) : null
  await addVouchers(
    tx,
    book,
    lines.flatMap((line) => voucherOf(line) ?? []),
  )
  const seat = lines.find((line) => book.stock.types.get(line.ticketTypeId ?? '')?.kind !== 'addon')
  const { ticketTypeId, channelId } = booking
  giveBack(book.stock, { typeId: ticketTypeId, seats: 1, channelId, voucherId: seat ? voucherOf(seat) : null }, book.now)
  for (const line of lines)
    if (line !== seat) giveBack(book.stock, { typeId: line.ticketTypeId, seats: 1, voucherId: voucherOf(line) }, book.now)
  await updateLines(
    tx.db,
    communityId,
    lines.map((line) => line.id),
    { state: 'free' },
  )
  return lines
}

/**
 * Takes a cancellation back while there is still a seat. Not cancelled: changes nothing. Errors: access.link_*,
 * registration.closed, .full, .type_full, .twice, .channel_full, .waited_for, .order_first (it was paid for).
 */
export async function restoreByTicket(ctx: Context, token: string): Promise<void> {
  const ticket = await openTicket(ctx, token)
  const acting = asHolder(ctx, ticket)
  const { communityId, eventId, id } = ticket.registration
  const restored = transact(acting, (tx) =>
    withSeats(acting, tx, { communityId, eventId }, async (book) => {
      const booking = await lockHeld(tx.db, ticket.registration)
      if (booking.state === 'registered') return
      const { phone, email, channelId, ticketTypeId } = booking
      const others = await findByContacts(tx.db, communityId, eventId, [phone].filter(Boolean), [email].filter(Boolean))
      const channel = book.stock.channels.get(channelId ?? '')?.slug ?? ''
      const [verdict] = decideTogether(
        {
          opening: openingOf(book.event, book.counter, book.now),
          now: book.now,
          stock: book.stock,
          blocked: book.blocked,
          contacts: new Set(others.flatMap((one) => contactKeys(one))),
        },
        [{ phone, email, channel, ticketType: ticketTypeId ?? '' }],
      )
      if (verdict && !verdict.ok) throw fail(verdict.code, verdict)
      await updateRegistration(tx.db, communityId, id, { state: 'registered', cancelledAt: null })
      const facts = { channel, taken: book.stock.taken }
      tx.journal(registrationJournal.restored, { communityId, eventId, kind: 'registration', id }, facts)
      await mailTicket(acting, tx, ticket)
    }),
  )
  await bookedOnce(restored)
}

/** Changes name, contacts, language and optional consents of a booking. Errors: access.link_*, input.invalid, registration.twice, .cancelled. */
export async function changeRegistration(ctx: Context, token: string, input: BookingInput): Promise<void> {
  const values = parseInput(bookingSchema, input)
  const ticket = await openTicket(ctx, token)
  const acting = asHolder(ctx, ticket)
  const { communityId, eventId, id } = ticket.registration
  const changed = transact(acting, async (tx) => {
    const booking = await lockHeld(tx.db, ticket.registration)
    if (booking.state === 'cancelled') throw fail('registration.cancelled')
    const others = await findByContacts(tx.db, communityId, eventId, [values.phone].filter(Boolean), [values.email].filter(Boolean))
    if (others.some((one) => one.id !== id)) throw fail('registration.twice')
    // As it is now: who changes twice at once leaves nobody behind.
    const person = await findPerson(tx.db, communityId, booking.personId)
    const personId = await personFor(acting, tx, booking, person, values)
    await updateRegistration(tx.db, communityId, id, { personId, phone: values.phone, email: values.email, locale: values.locale })
    await setConsents(acting, tx, { communityId, eventId, personId }, values.consents, ticket)
    const fields = [
      ...(person?.name === values.name ? [] : ['name']),
      ...(['phone', 'email', 'locale'] as const).filter((field) => booking[field] !== values[field]),
    ]
    if (fields.length > 0) tx.journal(registrationJournal.changed, { communityId, eventId, kind: 'registration', id }, { fields })
  })
  await bookedOnce(changed)
}

/** Who the changed booking belongs to; what only it held about the former person goes. */
async function personFor(
  ctx: Context,
  tx: Tx,
  { communityId, id, personId, phone, email }: Registration,
  person: Person | undefined,
  values: { name: string; phone: string; email: string },
): Promise<string> {
  if (person?.name === values.name && phone === values.phone && email === values.email) return personId
  const [found] = await findOrCreatePeople(ctx, tx, communityId, [values])
  if (!found) throw new Error('nobody was found or made')
  if (found.id === personId) return personId
  if (!(await isPersonUsedElsewhere(tx.db, communityId, personId, id))) await erasePerson(ctx, tx, communityId, personId)
  return found.id
}

async function setConsents(
  ctx: Context,
  tx: Tx,
  place: { communityId: string; eventId: string; personId: string },
  wanted: { photos: boolean; news: boolean },
  ticket: Ticket,
): Promise<void> {
  for (const purpose of ['photos', 'news'] as const) {
    if (wanted[purpose]) await giveConsent(ctx, tx, place, [purpose], ticket.community.noticeVersion)
    else await withdrawConsent(ctx, tx, place, purpose)
  }
}

/** Sends a ticket's link to the address of the booking again, by staff. Errors: thing.not_found, field.email. */
export async function resendTicket(ctx: Context, communityId: string, eventId: string, registrationId: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const registration = await findRegistration(ctx.db, communityId, registrationId)
  if (!registration || registration.eventId !== eventId || registration.erasedAt) throw fail('thing.not_found')
  if (registration.email === '') throw fail('registration.no_email')
  await sendAgain(ctx, registration)
}

/** How long a ticket is not sent again on a stranger's wish. */
const PAUSE_MINUTES = 10

/**
 * Somebody who has lost the link names their contact: it goes to the address of the booking, never to another one, and
 * nobody learns whether there is a booking. At most once in ten minutes.
 */
export async function requestTicketAgain(
  ctx: Context,
  communityId: string,
  eventId: string,
  typed: { phone: string; email: string },
): Promise<void> {
  const [phone, email] = [normalisePhone(typed.phone), normaliseEmail(typed.email)]
  const [registration] = await findByContacts(ctx.db, communityId, eventId, phone ? [phone] : [], email ? [email] : [])
  if (!registration || registration.email === '') return
  const since = new Date(ctx.clock.now().getTime() - PAUSE_MINUTES * 60_000)
  const recent = await ctx.db
    .selectFrom('outbox')
    .select('id')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('toAddress', '=', registration.email)
    .where('createdAt', '>', since)
    .limit(1)
    .executeTakeFirst()
  if (!recent) await sendAgain(ctx, registration)
}

async function sendAgain(ctx: Context, registration: Registration): Promise<void> {
  const { communityId, eventId, id } = registration
  const ticket = await loadTicket(ctx, await requireCommunity(ctx, communityId), registration)
  await transact(ctx, async (tx) => {
    await mailTicket(ctx, tx, ticket)
    tx.journal(registrationJournal.resent, { communityId, eventId, kind: 'registration', id }, {})
  })
}
