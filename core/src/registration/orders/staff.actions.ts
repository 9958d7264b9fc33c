import { findEvent } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { optionalLine } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { maskEmail, maskPhone } from '#core/people/person/rules.ts'
import type { Context } from '#core/store/context.ts'
import type { ToldAnswer } from '../questions/answers.actions.ts'
import { answersEnd, inOrder } from '../questions/rules.ts'
import { listQuestions } from '../questions/store.ts'
import type { TypeStock } from '../seats/model.ts'
import { giveBack } from '../seats/rules.ts'
import { readCounters } from '../seats/store.ts'
import { cancelRegistration } from '../ticket.actions.ts'
import { requireCommunity } from '../tickets.ts'
import { inOrder as withOrder } from './fill.actions.ts'
import { mailOrderCancelled } from './mails.ts'
import type { Order, OrderLine, OrderState } from './model.ts'
import { openOrderOf, type OpenOrder } from './open.ts'
import { orderJournal } from './journal.ts'
import { releaseOrders, wantOf } from './release.ts'
import { extraOf, stateOf, type NamedExtra } from './rules.ts'
import { countOrderStates, listOrderRows, listReviewIds, type OrderRow } from './staff.store.ts'
import { findOrder, listLines, listOrdersByIds, updateLines } from './store.ts'

/** Orders under review that are shown at once; those behind come when these are decided. */
const SHOWN = 100

const masked = <T extends { phone: string; email: string }>(one: T): T => ({
  ...one,
  phone: one.phone && maskPhone(one.phone),
  email: one.email && maskEmail(one.email),
})

/** A page of the event's orders, the newest first; contacts are masked until somebody opens one. Errors: access.*. */
export async function listOrders(
  ctx: Context,
  communityId: string,
  eventId: string,
  filter: { query?: string; state?: OrderState; page?: number } = {},
): Promise<{ rows: OrderRow[]; total: number; page: number; pages: number; states: ReadonlyMap<OrderState, number> }> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const size = 50
  const page = Math.max(Math.trunc(filter.page ?? 1) || 1, 1)
  const { rows, total } = await listOrderRows(ctx.db, communityId, eventId, { ...filter, page, size })
  const now = ctx.clock.now()
  return {
    rows: rows.map((row) => ({ ...masked(row), state: stateOf(row, now) })),
    total,
    page,
    pages: Math.max(Math.ceil(total / size), 1),
    states: await countOrderStates(ctx.db, communityId, eventId),
  }
}

/** A request that waits to be looked at, with what was answered. */
export interface Request {
  order: Pick<Order, 'id' | 'code' | 'name' | 'phone' | 'email' | 'totalFen' | 'placedAt' | 'createdAt'>
  seats: { name: string; type: TypeStock | null; answers: ToldAnswer[] }[]
  extras: NamedExtra[]
}

/** The requests under review in the order in which they came, contacts masked; at most a hundred, and how many there are. Errors: access.*. */
export async function listRequests(ctx: Context, communityId: string, eventId: string): Promise<{ requests: Request[]; total: number }> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const ids = await listReviewIds(ctx.db, communityId, eventId, SHOWN)
  const total = (await countOrderStates(ctx.db, communityId, eventId)).get('review') ?? 0
  if (ids.length === 0) return { requests: [], total }
  const orders = await listOrdersByIds(ctx.db, communityId, ids)
  const lines = Map.groupBy(await listLines(ctx.db, communityId, ids), (line) => line.orderId)
  const { types } = await readCounters(ctx.db, communityId, eventId, ctx.clock.now())
  const tell = await teller(ctx, communityId, eventId)
  const typeOf = (line: OrderLine): TypeStock | null => types.get(line.ticketTypeId ?? '') ?? null
  const requests = orders.map((order) => {
    const own = lines.get(order.id) ?? []
    return {
      order: masked(order),
      seats: own
        .filter((line) => line.forLineId === null)
        .map((line) => ({ name: line.name, type: typeOf(line), answers: tell(order, line) })),
      extras: own.filter((line) => line.forLineId !== null).flatMap((line) => extraOf(types, line.ticketTypeId)),
    }
  })
  return { requests, total }
}

/** Tells answers that wait in an order's lines by their questions. */
async function teller(ctx: Context, communityId: string, eventId: string): Promise<(order: Order, line: OrderLine) => ToldAnswer[]> {
  const event = await findEvent(ctx.db, communityId, eventId)
  if (!event) throw fail('event.not_found')
  const questions = inOrder(await listQuestions(ctx.db, communityId, eventId))
  return (order, line) =>
    questions.flatMap((question) => {
      const given = line.answers.find(({ questionId }) => questionId === question.id)
      if (!given) return []
      return [{ question, value: given.value, file: null, givenAt: order.placedAt ?? order.createdAt, endsAt: answersEnd(question, event) }]
    })
}

/** An order whole, with contacts and answers, for staff who opened it. Errors: access.*, thing.not_found. */
export async function readOrder(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
): Promise<OpenOrder & { answers: ReadonlyMap<string, ToldAnswer[]> }> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const order = await findOrder(ctx.db, communityId, id)
  if (order?.eventId !== eventId) throw fail('thing.not_found')
  const opened = await openOrderOf(ctx, communityId, id)
  const tell = await teller(ctx, communityId, eventId)
  return { ...opened, answers: new Map(opened.lines.map((line) => [line.id, tell(order, line)])) }
}

/**
 * Cancels an order by staff and tells whoever ordered why. What it holds comes back at once; tickets that came of it are
 * cancelled one by one, each with its own letter. Money is given back by those who look after it. Doing it twice changes
 * nothing. Errors: access.*, thing.not_found, input.invalid.
 */
export async function cancelOrderByStaff(ctx: Context, communityId: string, eventId: string, id: string, reason: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const told = parseInput(optionalLine(300), reason)
  const seen = await findOrder(ctx.db, communityId, id)
  if (seen?.eventId !== eventId) throw fail('thing.not_found')
  const tickets = await withOrder(ctx, seen, async (tx, book, order) => {
    if (['review', 'held', 'placed'].includes(order.state)) {
      await releaseOrders(ctx, tx, book, [order], 'cancelled', told)
      const community = await requireCommunity({ ...ctx, db: tx.db }, communityId)
      await mailOrderCancelled(ctx, tx, { community, event: book.event, order: { ...order, reason: told } })
    }
    if (order.state !== 'done') return []
    const booked = (await listLines(tx.db, communityId, [id])).filter((line) => line.state === 'booked')
    const isExtra = (line: OrderLine): boolean => book.stock.types.get(line.ticketTypeId ?? '')?.kind === 'addon'
    // An extra that was offered to somebody with a ticket of another order goes, and that ticket stays.
    const extras = booked.filter((line) => line.forLineId === null && isExtra(line))
    for (const line of extras) giveBack(book.stock, wantOf(order, line), book.now)
    await updateLines(
      tx.db,
      communityId,
      extras.map((line) => line.id),
      { state: 'free' },
    )
    if (extras.length > 0) tx.journal(orderJournal.cancelled, { communityId, eventId, kind: 'order', id }, { seats: extras.length })
    return booked.filter((line) => !isExtra(line)).flatMap((line) => line.registrationId ?? [])
  })
  for (const ticket of new Set(tickets)) await cancelRegistration(ctx, communityId, eventId, ticket)
}
