import { authorise } from '#core/community/permissions.ts'
import { line } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { addVouchers, type Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import type { Lack } from '../seats/model.ts'
import { lackOf, take, voucherFault, type VoucherFault } from '../seats/rules.ts'
import { requireCommunity } from '../tickets.ts'
import { bookOrder } from './book.ts'
import { orderJournal } from './journal.ts'
import { mailOrderDeclined, mailOrderPlaced } from './mails.ts'
import type { Order, OrderLine } from './model.ts'
import { releaseOrders, wantOf } from './release.ts'
import { listLines, listOrdersByIds, updateLines, updateOrders } from './store.ts'

/** What became of one request that was decided about. */
export interface Decided {
  id: string
  /** The order's short code; '' for one that is not there. */
  code: string
  /** booked: they have their tickets · placed: they have to pay · full: nothing changed · gone: it was decided before. */
  verdict: 'booked' | 'placed' | 'full' | 'gone' | 'declined'
  lack?: Lack['code'] | VoucherFault
}

/**
 * Lets requests in, in the order in which they came, each with its own verdict: who finds no room any more stays under
 * review. What costs something awaits payment as long as an offer stands. Errors: access.*.
 */
export async function approveOrders(ctx: Context, communityId: string, eventId: string, ids: readonly string[]): Promise<Decided[]> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  return transact(ctx, (tx) =>
    withSeats(ctx, tx, { communityId, eventId }, async (book) => {
      const orders = await underReview(tx, communityId, eventId, ids)
      const decided: Decided[] = []
      for (const order of orders) decided.push(await approve(ctx, tx, book, order))
      return [...decided, ...goneOf(ids, orders)]
    }),
  )
}

async function approve(ctx: Context, tx: Tx, book: Book, order: Order): Promise<Decided> {
  const { communityId, eventId, id, code } = order
  const lines = (await listLines(tx.db, communityId, [id])).filter((one) => one.state === 'asked')
  await addVouchers(tx, book, order.voucherId === null ? [] : [order.voucherId])
  const lack = holdAgain(book, order, lines)
  if (lack) return { id, code, verdict: 'full', lack }
  await updateLines(
    tx.db,
    communityId,
    lines.map((one) => one.id),
    { state: 'held' },
  )
  await updateOrders(tx.db, communityId, [id], { approvedAt: book.now })
  const seats = lines.filter((one) => one.forLineId === null).length
  tx.journal(orderJournal.approved, { communityId, eventId, kind: 'order', id }, { seats })
  const held = lines.map((one): OrderLine => ({ ...one, state: 'held' }))
  if (order.totalFen === 0) {
    await bookOrder(ctx, tx, book, order, held)
    return { id, code, verdict: 'booked' }
  }
  const expiresAt = new Date(book.now.getTime() + book.counter.offerHours * 3_600_000)
  await updateOrders(tx.db, communityId, [id], { state: 'placed', expiresAt })
  const community = await requireCommunity({ ...ctx, db: tx.db }, communityId)
  await mailOrderPlaced(ctx, tx, { community, event: book.event, order: { ...order, expiresAt } }, seats)
  return { id, code, verdict: 'placed' }
}

/** Counts an order's lines in when there is room for all of them; else says what is lacking and changes nothing. */
export function holdAgain(book: Book, order: Order, lines: readonly OrderLine[]): Lack['code'] | VoucherFault | null {
  const wants = lines.map((one) => wantOf(order, one))
  const uses = wants.filter((want) => want.voucherId !== null)
  const voucher = order.voucherId === null ? undefined : book.stock.vouchers.get(order.voucherId)
  // Each of them: the voucher may be for another type by now.
  for (const { typeId } of uses) {
    const fault = voucherFault(voucher, { typeId, seats: uses.length }, book.now)
    if (fault) return fault
  }
  const lack = lackOf(book.stock, wants, book.blocked)
  if (lack) return lack.code
  for (const want of wants) take(book.stock, want)
  return null
}

const reasonSchema = line(300)

/** Declines requests with a reason that they are told. Errors: access.*, input.invalid. */
export async function declineOrders(
  ctx: Context,
  communityId: string,
  eventId: string,
  ids: readonly string[],
  reason: string,
): Promise<Decided[]> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const told = parseInput(reasonSchema, reason)
  return transact(ctx, (tx) =>
    withSeats(ctx, tx, { communityId, eventId }, async (book) => {
      const orders = await underReview(tx, communityId, eventId, ids)
      await releaseOrders(ctx, tx, book, orders, 'declined', told)
      const community = await requireCommunity({ ...ctx, db: tx.db }, communityId)
      for (const order of orders) await mailOrderDeclined(ctx, tx, { community, event: book.event, order: { ...order, reason: told } })
      return [...orders.map(({ id, code }): Decided => ({ id, code, verdict: 'declined' })), ...goneOf(ids, orders)]
    }),
  )
}

async function underReview(tx: Tx, communityId: string, eventId: string, ids: readonly string[]): Promise<Order[]> {
  const orders = await listOrdersByIds(tx.db, communityId, ids)
  return orders.filter((order) => order.eventId === eventId && order.state === 'review')
}

const goneOf = (ids: readonly string[], orders: readonly Order[]): Decided[] =>
  ids.filter((id) => !orders.some((order) => order.id === id)).map((id) => ({ id, code: '', verdict: 'gone' }))
