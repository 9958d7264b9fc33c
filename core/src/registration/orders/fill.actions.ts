import { fail, isKaichangError, KaichangError } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { findKeys, hashBody, keepKey, type AnsweredKey } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import type { GivenAnswer } from '../questions/model.ts'
import { keepOrderFiles } from '../questions/write.ts'
import { findByContacts } from '../store.ts'
import type { Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import { requireCommunity } from '../tickets.ts'
import { takeSeatAnswers } from './answers.ts'
import { bookOrder } from './book.ts'
import { orderJournal } from './journal.ts'
import { mailOrderAsked, mailOrderPlaced } from './mails.ts'
import { fillSchema, type FillInput, type FillValues, type Order, type OrderLine } from './model.ts'
import { openOrder, openOrderOf, type OpenOrder } from './open.ts'
import { releaseOrders } from './release.ts'
import { stateOf } from './rules.ts'
import { countHad, findOrder, listLines, updateLines, updateOrders } from './store.ts'

/**
 * Fills an order in: who orders, who comes. What costs nothing is booked at once, what is reviewed waits for it, the rest
 * awaits payment until a stated time. Sent twice it changes nothing; under the same `key` (the form's token) with other
 * content it is refused, so that nobody takes a change for done. Errors: access.link_*, input.invalid (answers at
 * `seats.{n}.answers.{key}`), registration.closed (the event was called off), .hold_over, .order_closed, .order_seats,
 * .twice, .person_limit, request.repeated_otherwise.
 */
export async function fillOrder(ctx: Context, token: string, input: FillInput, key: string | null = null): Promise<OpenOrder> {
  const { order: seen, lines: seenLines } = await openOrder(ctx, token)
  const request = key === null ? null : { scope: `fill:${seen.id}`, key, bodyHash: hashBody(input), answer: seen.id }
  if (FILLED.has(seen.state)) {
    await refuseOther(ctx.db, seen.communityId, request)
    return openOrderOf(ctx, seen.communityId, seen.id)
  }
  if (seen.state === 'expired') throw fail('registration.hold_over')
  const { values, answers } = await readFill(ctx, seen, seenLines, input)
  await inOrder(ctx, seen, async (tx, book, order) => {
    if (FILLED.has(order.state)) return refuseOther(tx.db, order.communityId, request)
    if (book.event.state === 'cancelled') throw fail('registration.closed')
    const lines = await requireHeld(tx, order, book.now)
    await checkSeats(tx, order, lines, values)
    await checkPersonLimit(tx, book, order, lines, values)
    const { name, phone, email, locale } = values
    const community = await requireCommunity({ ...ctx, db: tx.db }, order.communityId)
    const review = lines.some((line) => line.state === 'asked')
    const paid = !review && order.totalFen > 0
    const filled: Order = {
      ...order,
      name,
      phone,
      email,
      locale,
      noticeVersion: community.noticeVersion,
      placedAt: book.now,
      state: review ? 'review' : paid ? 'placed' : 'held',
      expiresAt: review ? null : paid ? later(order.expiresAt, book.now.getTime() + book.counter.payMinutes * 60_000) : order.expiresAt,
    }
    const { state, expiresAt, noticeVersion, placedAt } = filled
    await updateOrders(tx.db, order.communityId, [order.id], { name, phone, email, locale, state, expiresAt, noticeVersion, placedAt })
    const named = await writeSeats(tx, lines, values, answers)
    await keepOrderFiles(tx.db, order.communityId, book.now, order.id, [...answers.values()].flat())
    const seats = values.seats.length
    const subject = { communityId: order.communityId, eventId: order.eventId, kind: 'order', id: order.id }
    const about = { community, event: book.event, order: filled }
    if (review) {
      tx.journal(orderJournal.asked, subject, { seats })
      await mailOrderAsked(ctx, tx, about)
    } else if (paid) {
      tx.journal(orderJournal.placed, subject, { seats, totalFen: order.totalFen })
      await mailOrderPlaced(ctx, tx, about, seats)
    } else await bookOrder(ctx, tx, book, filled, named)
    if (request) await keepKey(tx.db, order.communityId, book.now, request)
  })
  return openOrderOf(ctx, seen.communityId, seen.id)
}

const FILLED: ReadonlySet<Order['state']> = new Set(['placed', 'review', 'done'])

/** Errors: request.repeated_otherwise, when this key came with other content before. */
async function refuseOther(db: Db, communityId: string, request: AnsweredKey | null): Promise<void> {
  const [before] = request ? await findKeys(db, communityId, [request]) : []
  if (before && before.bodyHash !== request?.bodyHash) throw fail('request.repeated_otherwise')
}

/** The form with its answers; what is wrong with either is told together, so that nobody corrects it twice. */
async function readFill(
  ctx: Context,
  order: Order,
  lines: readonly OrderLine[],
  input: FillInput,
): Promise<{ values: FillValues; answers: Map<string, GivenAnswer[]> }> {
  let values: FillValues
  try {
    values = parseInput(fillSchema, input)
  } catch (error) {
    if (!isKaichangError(error, 'input.invalid')) throw error
    const more = await takeSeatAnswers(ctx, order, lines, Array.isArray(input.seats) ? input.seats : []).then(
      () => [],
      (other: unknown) => (isKaichangError(other) ? other.issues : []),
    )
    throw new KaichangError('input.invalid', {}, [...error.issues, ...more])
  }
  return { values, answers: await takeSeatAnswers(ctx, order, lines, values.seats) }
}

/** Gives up what an order holds or asks for, by whoever ordered. What is done stays. Errors: access.link_*, registration.order_closed. */
export async function cancelOrder(ctx: Context, token: string): Promise<void> {
  const { order: seen } = await openOrder(ctx, token)
  await inOrder(ctx, seen, async (tx, book, order) => {
    if (order.state === 'cancelled' || order.state === 'expired') return
    if (order.state === 'done' || order.state === 'declined') throw fail('registration.order_closed')
    await releaseOrders(ctx, tx, book, [order], 'cancelled')
  })
}

/** Work on an order with the event's seats open, the order read again under their lock. */
export function inOrder<T>(
  ctx: Context,
  { communityId, eventId, id, voucherId }: Pick<Order, 'communityId' | 'eventId' | 'id' | 'voucherId'>,
  work: (tx: Tx, book: Book, order: Order) => Promise<T>,
): Promise<T> {
  return transact(ctx, (tx) =>
    withSeats(
      ctx,
      tx,
      { communityId, eventId },
      async (book) => {
        const order = await findOrder(tx.db, communityId, id)
        if (!order) throw fail('thing.not_found')
        return work(tx, book, order)
      },
      { ids: voucherId === null ? [] : [voucherId] },
    ),
  )
}

async function requireHeld(tx: Tx, order: Order, now: Date): Promise<OrderLine[]> {
  const state = stateOf(order, now)
  if (state === 'expired') throw fail('registration.hold_over')
  if (state !== 'held') throw fail('registration.order_closed')
  return (await listLines(tx.db, order.communityId, [order.id])).filter((line) => line.state !== 'free')
}

async function checkSeats(tx: Tx, order: Order, lines: readonly OrderLine[], values: FillValues): Promise<void> {
  const { communityId, eventId } = order
  const wanted = lines.filter((line) => line.forLineId === null).map(({ id }) => id)
  const given = values.seats.map(({ lineId }) => lineId)
  if (given.length !== wanted.length || new Set(given).size !== given.length || given.some((id) => !wanted.includes(id)))
    throw fail('registration.order_seats')
  // Whoever waited for an extra has registered already.
  const fresh = values.seats.filter(({ lineId }) => lines.some((line) => line.id === lineId && line.registrationId === null))
  const phones = fresh.map(({ phone }) => phone).filter(Boolean)
  const emails = fresh.map(({ email }) => email).filter(Boolean)
  if (new Set(phones).size < phones.length || new Set(emails).size < emails.length) throw fail('registration.twice')
  if ((await findByContacts(tx.db, communityId, eventId, phones, emails)).length > 0) throw fail('registration.twice')
}

/** Writes who sits where; an extra goes under its ticket's name. Returns the lines as they are now. */
async function writeSeats(
  tx: Tx,
  lines: readonly OrderLine[],
  values: FillValues,
  given: ReadonlyMap<string, GivenAnswer[]>,
): Promise<OrderLine[]> {
  const seatOf = new Map(values.seats.map((seat) => [seat.lineId, seat]))
  const named = lines.map((line): OrderLine => {
    const seat = seatOf.get(line.forLineId ?? line.id)
    if (!seat) return line
    const { name, phone, email } = seat
    const answers = given.get(line.id) ?? []
    const consents = (['photos', 'news'] as const).filter((purpose) => seat.consents[purpose])
    return line.forLineId === null ? { ...line, name, phone, email, answers, consents } : { ...line, name }
  })
  for (const { communityId, id, name, phone, email, answers, consents } of named)
    await updateLines(tx.db, communityId, [id], { name, phone, email, answers: JSON.stringify(answers), consents })
  return named
}

/** Errors: registration.person_limit, when this contact would have more of a type than one person may. */
export async function checkPersonLimit(
  tx: Tx,
  book: Book,
  order: Order,
  lines: readonly OrderLine[],
  contact: { phone: string; email: string },
): Promise<void> {
  const byType = Map.groupBy(lines, (line) => line.ticketTypeId)
  const had = await countHad(tx.db, order.communityId, order.eventId, contact, order.id)
  for (const [typeId, own] of byType) {
    const type = book.stock.types.get(typeId ?? '')
    if (!type) continue
    if ((had.get(typeId) ?? 0) + own.length > type.perPerson) throw fail('registration.person_limit', { maximum: type.perPerson })
  }
}

/** An offer that stands longer than the time of paying stays as it was told. */
function later(told: Date | null, until: number): Date {
  return new Date(Math.max(told?.getTime() ?? 0, until))
}
