import { z } from 'zod'
import type { Community } from '#core/community/model.ts'
import { findEvent } from '#core/community/store.ts'
import { authorise, can } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { optionalLine } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { mailCancelled } from '../mails.ts'
import { leftOf } from '../payment/refund.actions.ts'
import { refundPolicy, usualMoney, type SeatMoney } from '../payment/refund.rules.ts'
import { listRefundsOfOrder } from '../payment/refund.store.ts'
import { settleSeats } from '../payment/refund.seats.ts'
import { findSetting, listPaymentsOfOrder } from '../payment/store.ts'
import type { Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import { giveBack } from '../seats/rules.ts'
import { findRegistration } from '../store.ts'
import { freeLines, pricesOf } from '../ticket.actions.ts'
import { loadTicket, requireCommunity } from '../tickets.ts'
import { orderJournal } from './journal.ts'
import { mailOrderCancelled } from './mails.ts'
import type { Order, OrderLine } from './model.ts'
import { releaseOrders, wantOf } from './release.ts'
import { findOrder, listLines, updateLines, updateOrders } from './store.ts'

const cancelSchema = z.object({
  reason: optionalLine(300),
  /** What becomes of what was paid; left out: as the event usually does. */
  money: z.enum(['back', 'ask', 'keep']).optional(),
})

/** What staff who are about to cancel an order decide about. */
export interface CancelMoney {
  /** What its live tickets cost and can still go back, in fen. */
  amountFen: number
  /** What was paid and can still go back, in fen, whatever its tickets cost. */
  leftFen: number
  usual: SeatMoney
  mayGive: boolean
  /** It came by a transfer, and is sent back by a person. */
  byHand: boolean
}

/** What is to be said about the money of an order that staff cancel. Errors: access.*, thing.not_found. */
export async function moneyAtStake(ctx: Context, communityId: string, eventId: string, id: string): Promise<CancelMoney> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const order = await findOrder(ctx.db, communityId, id)
  const event = await findEvent(ctx.db, communityId, eventId)
  if (order?.eventId !== eventId || !event) throw fail('thing.not_found')
  const payments = await listPaymentsOfOrder(ctx.db, communityId, id)
  const live = (await listLines(ctx.db, communityId, [id])).filter((line) => line.state === 'booked')
  const left = leftOf(payments, await listRefundsOfOrder(ctx.db, communityId, id))
  const mayGive = can(ctx.actor, 'money.edit', { communityId, eventId })
  return {
    amountFen: Math.min(
      left,
      live.reduce((sum, line) => sum + line.priceFen, 0),
    ),
    leftFen: left,
    usual: await usualFor(ctx, { communityId, eventId }, event, mayGive),
    mayGive,
    byHand: payments.some((one) => one.outcome === 'booked' && one.provider === 'offline'),
  }
}

async function usualFor(
  ctx: Context,
  { communityId, eventId }: { communityId: string; eventId: string },
  event: { startsAt: Date },
  mayGive: boolean,
): Promise<SeatMoney> {
  return usualMoney(refundPolicy(await findSetting(ctx.db, communityId, eventId), event, ctx.clock.now()).policy, mayGive)
}

/**
 * Cancels an order by staff and tells whoever ordered why: what it holds comes back, its tickets are cancelled each with
 * its own letter, and in the same transaction its money is due, waits for a treasurer, or is kept for a reason. Doing it
 * twice changes nothing. Errors: access.* (giving back is for those who look after the money), thing.not_found,
 * input.invalid, payment.reason.
 */
export async function cancelOrderByStaff(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  input: z.input<typeof cancelSchema>,
): Promise<void> {
  const place = { communityId, eventId }
  authorise(ctx.actor, 'registration.edit', place)
  const { reason, money } = parseInput(cancelSchema, input)
  if (money === 'back') authorise(ctx.actor, 'money.edit', place)
  const seen = await findOrder(ctx.db, communityId, id)
  if (seen?.eventId !== eventId) throw fail('thing.not_found')
  await transact(ctx, async (tx) => {
    const within = { ...ctx, db: tx.db }
    const wish = { ids: seen.voucherId === null ? [] : [seen.voucherId] }
    const work = (book: Book) => endOrder(within, tx, book, id, reason)
    const ended = await withSeats(ctx, tx, place, work, wish)
    if (!ended) return
    const freed = [...ended.extras]
    for (const ticket of ended.tickets) freed.push(...(await cancelTicket(within, tx, place, ticket)))
    const decided = money ?? (await usualFor(within, place, ended.event, can(ctx.actor, 'money.edit', place)))
    const settled: ('told' | null)[] = []
    for (const seats of pricesOf(freed)) settled.push(await settleSeats(ctx, tx, { ...seats, lineId: null }, decided, { reason }))
    if (freed.length === 0 || reason === '') return
    await updateOrders(tx.db, communityId, [id], { reason })
    if (!settled.includes('told')) await mailOrderCancelled(ctx, tx, { ...ended, order: { ...ended.order, reason } })
  })
}

/** Gives back what an order holds; of one that is done the extras without a ticket of its own, and names its tickets. */
async function endOrder(
  ctx: Context,
  tx: Tx,
  book: Book,
  id: string,
  reason: string,
): Promise<{ tickets: Set<string>; extras: OrderLine[]; event: Book['event']; community: Community; order: Order } | null> {
  const { communityId, eventId } = book.place
  const order = await findOrder(tx.db, communityId, id)
  if (!order) throw fail('thing.not_found')
  const community = await requireCommunity(ctx, communityId)
  if (['review', 'held', 'placed'].includes(order.state)) {
    await releaseOrders(ctx, tx, book, [order], 'cancelled', reason)
    await mailOrderCancelled(ctx, tx, { community, event: book.event, order: { ...order, reason } })
  }
  if (order.state !== 'done') return null
  const booked = (await listLines(tx.db, communityId, [id])).filter((line) => line.state === 'booked')
  const isExtra = (line: OrderLine): boolean => book.stock.types.get(line.ticketTypeId ?? '')?.kind === 'addon'
  // An extra that was offered to somebody with a ticket of another order goes, and that ticket stays.
  const extras = booked.filter((line) => line.forLineId === null && isExtra(line))
  await freeExtras(tx, book, order, extras)
  if (extras.length > 0) tx.journal(orderJournal.cancelled, { communityId, eventId, kind: 'order', id }, { seats: extras.length })
  const tickets = new Set(booked.filter((line) => !isExtra(line)).flatMap((line) => line.registrationId ?? []))
  return { tickets, extras, event: book.event, community, order }
}

async function freeExtras(tx: Tx, book: Book, order: Order, extras: readonly OrderLine[]): Promise<void> {
  for (const line of extras) giveBack(book.stock, wantOf(order, line), book.now)
  const ids = extras.map((line) => line.id)
  await updateLines(tx.db, order.communityId, ids, { state: 'free' })
}

/** Cancels one ticket with its letter; the lines that came free. */
async function cancelTicket(
  ctx: Context,
  tx: Tx,
  { communityId, eventId }: { communityId: string; eventId: string },
  registrationId: string,
): Promise<OrderLine[]> {
  const registration = await findRegistration(tx.db, communityId, registrationId)
  const freed = await freeLines(ctx, tx, { communityId, eventId, id: registrationId })
  if (!freed || !registration) return []
  await mailCancelled(ctx, tx, await loadTicket(ctx, await requireCommunity(ctx, communityId), registration))
  return freed.lines
}
