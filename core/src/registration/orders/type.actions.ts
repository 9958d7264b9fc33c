import { fail } from '#core/kernel/errors.ts'
import { pickText, type Text } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { transact } from '#core/store/transaction.ts'
import type { Registration } from '../model.ts'
import { openingOf } from '../rules.ts'
import { addVouchers, asStock, copyStock, type Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import type { VoucherStock } from '../seats/model.ts'
import { giveBack, take } from '../seats/rules.ts'
import { readCounters } from '../seats/store.ts'
import { findCounter, updateRegistration } from '../store.ts'
import { asHolder, lockHeld, openTicket, type Ticket } from '../tickets.ts'
import { orderJournal } from './journal.ts'
import type { OrderLine } from './model.ts'
import { countHad, findOrder, listLinesOf, updateLines } from './store.ts'
import { changeFault, type TypeChange } from './type.rules.ts'

/** The seat's own line and voucher; nothing of them for a free seat that was registered for at once. */
interface Seat {
  line: OrderLine | undefined
  voucherId: string | null
  paidFen: number
  /** How many of each type whoever has the say over it has. */
  had: ReadonlyMap<string | null, number>
}

/**
 * Changes a ticket's type, for its holder: only to one that is on sale at the price that was paid. The old place is free
 * and the new one taken in one step. The same type again changes nothing. Errors: access.link_*, registration.cancelled,
 * .closed, .type_unknown, .type_not_yet, .type_over, .type_price, .person_limit, .type_full, .full, .waited_for.
 */
export async function changeTicketType(ctx: Context, token: string, typeId: string): Promise<void> {
  const ticket = await openTicket(ctx, token)
  const acting = asHolder(ctx, ticket)
  const { communityId, eventId, id } = ticket.registration
  await transact(acting, (tx) =>
    withSeats(acting, tx, { communityId, eventId }, async (book) => {
      const booking = await lockHeld(tx.db, ticket.registration)
      if (booking.state === 'cancelled') throw fail('registration.cancelled')
      if (booking.ticketTypeId === typeId) return
      const opening = openingOf(book.event, book.counter, book.now)
      if (opening === 'over' || book.now >= book.event.startsAt) throw fail('registration.closed')
      const seat = await seatOf(tx.db, booking)
      await addVouchers(tx, book, seat.voucherId === null ? [] : [seat.voucherId])
      const change = changeOf(book.stock, booking, seat, typeId)
      // Whatever is thrown from here on undoes this, too.
      giveBack(book.stock, wantOf(change, change.fromId), book.now)
      const fault = changeFault(book, change)
      if (fault) throw fail(fault.code, fault)
      take(book.stock, wantOf(change, typeId))
      await updateRegistration(tx.db, communityId, id, { ticketTypeId: typeId })
      if (seat.line) await updateLines(tx.db, communityId, [seat.line.id], { ticketTypeId: typeId })
      const name = (of: string | null): string => pickText(book.stock.types.get(of ?? '')?.name, 'zh')
      const facts = { from: name(change.fromId), to: name(typeId) }
      tx.journal(orderJournal.type_changed, { communityId, eventId, kind: 'registration', id }, facts)
    }),
  )
}

/** The types that a ticket could be changed to now. */
export async function typesToChangeTo(ctx: Context, { event, registration }: Ticket): Promise<{ id: string; name: Text }[]> {
  const { communityId, eventId } = registration
  const now = ctx.clock.now()
  if (registration.state === 'cancelled' || registration.ticketTypeId === null || now >= event.startsAt) return []
  const seat = await seatOf(ctx.db, registration)
  const [counter, counters] = await Promise.all([
    findCounter(ctx.db, communityId, eventId),
    readCounters(ctx.db, communityId, eventId, now, { ids: seat.voucherId === null ? [] : [seat.voucherId] }),
  ])
  const stock = asStock(event, counter, counters)
  return [...stock.types.values()].filter((type) => {
    if (type.id === registration.ticketTypeId || type.kind !== 'ticket') return false
    const change = changeOf(stock, registration, seat, type.id)
    const tried = copyStock(stock)
    giveBack(tried, wantOf(change, change.fromId), now)
    return changeFault({ stock: tried, blocked: new Set(), now }, change) === null
  })
}

/** What a booking's seat cost, and with which voucher. */
async function seatOf(db: Db, booking: Registration): Promise<Seat> {
  const { communityId, eventId, id, ticketTypeId, orderId, linkVersion } = booking
  // Not the line of an extra that was waited for, which stands for itself, too.
  const line = (await listLinesOf(db, communityId, id)).find((one) => one.ticketTypeId === ticketTypeId && one.state === 'booked')
  const order = orderId === null ? undefined : await findOrder(db, communityId, orderId)
  // Whoever ordered for many has as many as if they had ordered them so; who was handed a ticket has their own.
  const had = await countHad(db, communityId, eventId, order && linkVersion === 1 ? order : booking)
  return { line, voucherId: line?.byVoucher ? (order?.voucherId ?? null) : null, paidFen: line?.priceFen ?? 0, had }
}

function changeOf(stock: Book['stock'], booking: Registration, seat: Seat, toId: string): TypeChange {
  const voucher: VoucherStock | null = stock.vouchers.get(seat.voucherId ?? '') ?? null
  return { fromId: booking.ticketTypeId, toId, channelId: booking.channelId, voucher, paidFen: seat.paidFen, had: seat.had.get(toId) ?? 0 }
}

const wantOf = ({ channelId, voucher }: TypeChange, typeId: string | null) => ({
  typeId,
  seats: 1,
  channelId,
  voucherId: voucher?.id ?? null,
})
