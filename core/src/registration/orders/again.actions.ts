import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { openingOf } from '../rules.ts'
import type { Book } from '../seats/book.ts'
import { take } from '../seats/rules.ts'
import { checkPersonLimit, inOrder } from './fill.actions.ts'
import { orderJournal } from './journal.ts'
import type { Order, OrderLine } from './model.ts'
import { openOrder, openOrderOf, type OpenOrder } from './open.ts'
import { planOrder, wantsOf, type Chosen } from './rules.ts'
import { listLines, updateLines, updateOrders } from './store.ts'

/**
 * Holds what an order held before it ran out once more, for whoever ordered: the same seats under the same link, at what
 * they cost now. What had been filled in awaits its payment again. Holding still changes nothing. Errors: access.link_*,
 * registration.order_closed, .person_limit, and those of `holdSeats`.
 */
export async function holdOrderAgain(ctx: Context, token: string): Promise<OpenOrder> {
  const { order: seen } = await openOrder(ctx, token)
  await inOrder(ctx, seen, async (tx, book, order) => {
    if (order.state === 'held' || order.state === 'placed') return
    if (order.state !== 'expired') throw fail('registration.order_closed')
    const lines = await listLines(tx.db, order.communityId, [order.id])
    // An extra for somebody who has a ticket was offered from the waiting list, and goes on to whoever waits next.
    if (lines.some((line) => line.registrationId !== null)) throw fail('registration.order_closed')
    await hold(tx, book, order, lines)
  })
  return openOrderOf(ctx, seen.communityId, seen.id)
}

async function hold(tx: Tx, book: Book, order: Order, lines: readonly OrderLine[]): Promise<void> {
  const { communityId, eventId, id } = order
  const { stock, now, blocked, event, counter } = book
  const voucher = order.voucherId === null ? null : (stock.vouchers.get(order.voucherId) ?? null)
  const opening = openingOf(event, counter, now)
  const plan = planOrder({ opening, now, stock, blocked, anyTime: false, channelId: order.channelId }, chosenOf(lines), voucher?.code ?? '')
  if (!plan.ok) throw fail(plan.code, plan.params)
  // Whose it is is known once it was filled in; they may have ordered anew since.
  if (order.placedAt !== null) await checkPersonLimit(tx, book, order, lines, order)
  const priced = lines.map((line, n): OrderLine => {
    const listed = plan.lines[n]?.priceFen ?? line.priceFen
    const open = stock.types.get(line.ticketTypeId ?? '')?.pricing === 'open'
    const byVoucher = plan.lines[n]?.byVoucher ?? false
    return { ...line, byVoucher, state: plan.review ? 'asked' : 'held', priceFen: open ? Math.max(line.priceFen, listed) : listed }
  })
  if (!plan.review) for (const want of wantsOf(plan.lines, order.channelId, plan.voucher?.id ?? null)) take(stock, want)
  for (const { id: lineId, state, priceFen, byVoucher } of priced)
    await updateLines(tx.db, communityId, [lineId], { state, priceFen, byVoucher })
  const totalFen = priced.reduce((sum, line) => sum + line.priceFen, 0)
  const placed = order.placedAt !== null && !plan.review && totalFen > 0
  const minutes = placed ? counter.payMinutes : counter.holdMinutes
  await updateOrders(tx.db, communityId, [id], {
    totalFen,
    state: placed ? 'placed' : 'held',
    closedAt: null,
    ...(plan.review ? { approvedAt: null } : {}),
    expiresAt: new Date(now.getTime() + minutes * 60_000),
  })
  const seats = priced.filter((line) => line.forLineId === null).length
  tx.journal(orderJournal.held, { communityId, eventId, kind: 'order', id }, { seats, totalFen })
}

/** The wish that the lines came of, type by type in their order: planned again, it gives the same lines. */
function chosenOf(lines: readonly OrderLine[]): Chosen[] {
  const byType = Map.groupBy(lines, (line) => line.ticketTypeId)
  return [...byType].map(([typeId, own]) => ({ typeId, seats: own.length, chosenFen: null }))
}
