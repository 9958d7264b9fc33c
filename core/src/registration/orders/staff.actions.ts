import { findEvent } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { maskEmail, maskPhone } from '#core/people/person/rules.ts'
import type { Context } from '#core/store/context.ts'
import { handOut, type AnswerDownload, type ToldAnswer } from '../questions/answers.actions.ts'
import { answersEnd, inOrder } from '../questions/rules.ts'
import { listFilesOfOrders, listQuestions } from '../questions/store.ts'
import type { TypeStock } from '../seats/model.ts'
import { readCounters } from '../seats/store.ts'
import type { Order, OrderLine, OrderState } from './model.ts'
import { openOrderOf, type OpenOrder } from './open.ts'
import { extraOf, stateOf, type NamedExtra } from './rules.ts'
import { countOrderStates, listOrderRows, listReviewIds, type OrderRow } from './staff.store.ts'
import { findOrder, listLines, listOrdersByIds } from './store.ts'

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
  const tell = await teller(ctx, communityId, eventId, ids)
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

/** Tells answers that wait in orders' lines by their questions, files by their names. */
async function teller(
  ctx: Context,
  communityId: string,
  eventId: string,
  orderIds: readonly string[],
): Promise<(order: Order, line: OrderLine) => ToldAnswer[]> {
  const event = await findEvent(ctx.db, communityId, eventId)
  if (!event) throw fail('event.not_found')
  const questions = inOrder(await listQuestions(ctx.db, communityId, eventId))
  const files = new Map((await listFilesOfOrders(ctx.db, communityId, orderIds)).map((one) => [one.id, one]))
  return (order, line) =>
    questions.flatMap((question) => {
      const given = line.answers.find(({ questionId }) => questionId === question.id)
      if (!given) return []
      const found = question.kind === 'file' ? files.get(String(given.value)) : undefined
      // Whoever looks a request through has to see what was handed in with it, such as a student's card.
      const file = found?.orderId === order.id ? { id: found.id, name: found.name, size: found.size } : null
      return [{ question, value: given.value, file, givenAt: order.placedAt ?? order.createdAt, endsAt: answersEnd(question, event) }]
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
  const tell = await teller(ctx, communityId, eventId, [id])
  return { ...opened, answers: new Map(opened.lines.map((line) => [line.id, tell(order, line)])) }
}

/** A file that was handed in with an order that is not booked yet, for staff. Errors: access.*, thing.not_found. */
export async function openOrderFile(
  ctx: Context,
  communityId: string,
  eventId: string,
  orderId: string,
  fileId: string,
): Promise<AnswerDownload> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const order = await findOrder(ctx.db, communityId, orderId)
  if (order?.eventId !== eventId || order.erasedAt !== null) throw fail('thing.not_found')
  const file = (await listFilesOfOrders(ctx.db, communityId, [orderId])).find((one) => one.id === fileId)
  if (!file) throw fail('thing.not_found')
  return handOut(ctx, communityId, file)
}
