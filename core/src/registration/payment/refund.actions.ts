import { z } from 'zod'
import { authorise, type Place } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { line, optionalLine } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import type { Order } from '../orders/model.ts'
import { openOrder } from '../orders/open.ts'
import { asBuyer } from './buyer.ts'
import { paymentJournal } from './journal.ts'
import { mailNotTaken } from './mails.ts'
import type { Payment, PaymentSetting, Refund, RefundCause } from './model.ts'
import { asYuan } from './providers/common.ts'
import type { ProviderName } from './providers/provider.ts'
import { bookOwed, owe, refundNo, type NewRefund } from './refund.owe.ts'
import { judgeAsked, refundable, refundPolicy, spread } from './refund.rules.ts'
import { receiveRefund } from './refund.settle.ts'
import { findRefund, insertRefund, listRefundsOfEvent, listRefundsOfOrder, lockRefund, updateRefund } from './refund.store.ts'
import { findPayment, findSetting, listOrderCodes, listPaymentsOfOrder, listProvidersOf, lockOrder } from './store.ts'

type EventPlace = Place & { eventId: string }

/** What the holder of an order can expect of its money. Amounts in fen. */
export interface RefundOffer {
  /** How much can still be given back. */
  leftFen: number
  /** self: at once · ask: a treasurer decides · none: not by oneself. */
  policy: PaymentSetting['refunds']
  until: Date
}

/** Whether and until when the holder of an order can have money back. The link authorises. Errors: access.link_*. */
export async function refundOffer(ctx: Context, token: string): Promise<RefundOffer> {
  const { order, event } = await openOrder(ctx, token)
  const setting = await findSetting(ctx.db, order.communityId, order.eventId)
  const payments = await listPaymentsOfOrder(ctx.db, order.communityId, order.id)
  const refunds = await listRefundsOfOrder(ctx.db, order.communityId, order.id)
  return { leftFen: leftOf(payments, refunds), ...refundPolicy(setting, event, ctx.clock.now()) }
}

/** How much of an order's money can still go back. */
export const leftOf = (payments: readonly Payment[], refunds: readonly Refund[]): number =>
  payments.filter((payment) => payment.outcome === 'booked').reduce((sum, payment) => sum + refundable(payment, refunds), 0)

const askSchema = z.object({
  reason: optionalLine(200),
  amountFen: z.int({ error: 'field.money' }).min(1, { error: 'field.money' }).optional(),
})

/**
 * The holder asks for money back and keeps the seats: all that is left unless said otherwise. It waits for the treasurer;
 * where money goes back by itself, it goes with its seat. Errors: access.link_*, input.invalid, refund.not_offered,
 * .with_seats, .too_much.
 */
export async function askForRefund(
  ctx: Context,
  token: string,
  input: z.input<typeof askSchema> = {},
  key: string | null = null,
): Promise<void> {
  const { reason, amountFen } = parseInput(askSchema, input)
  const { order, event } = await openOrder(ctx, token)
  const acting = asBuyer(ctx, order)
  await transact(acting, async (tx) => {
    await lockOrder(tx.db, order.communityId, order.eventId, order.id)
    const setting = await findSetting(tx.db, order.communityId, order.eventId)
    const judged = judgeAsked(refundPolicy(setting, event, ctx.clock.now()).policy)
    if (judged !== 'asked') throw fail(judged)
    const left = leftOf(
      await listPaymentsOfOrder(tx.db, order.communityId, order.id),
      await listRefundsOfOrder(tx.db, order.communityId, order.id),
    )
    const what = { amountFen: amountFen ?? left, reason, cause: 'goodwill', lineId: null, state: judged } as const
    await giveOnce(acting, tx, order, { key, body: { reason, amountFen } }, what)
  })
}

const requestSchema = z.object({ amountFen: z.int({ error: 'field.money' }).min(1, { error: 'field.money' }), reason: line(200) })

/**
 * Gives money back, the whole or a part: never more than was paid and not yet given back, promised or asked for.
 * Errors: access.*, input.invalid, thing.not_found, refund.too_much.
 */
export async function requestRefund(
  ctx: Context,
  place: EventPlace,
  orderId: string,
  input: z.input<typeof requestSchema>,
  key: string | null = null,
): Promise<void> {
  authorise(ctx.actor, 'money.edit', place)
  await giveByStaff(ctx, place, orderId, parseInput(requestSchema, input), key, 'due')
}

/**
 * Asks the treasurer to give money back while the tickets stay: for organisers who do not look after the money themselves.
 * Errors: access.*, input.invalid, thing.not_found, refund.too_much.
 */
export async function proposeRefund(
  ctx: Context,
  place: EventPlace,
  orderId: string,
  input: z.input<typeof requestSchema>,
  key: string | null = null,
): Promise<void> {
  authorise(ctx.actor, 'registration.edit', place)
  await giveByStaff(ctx, place, orderId, parseInput(requestSchema, input), key, 'asked')
}

/** Money back of an order, by whoever has been authorised for it: owed at once, or asked for. */
async function giveByStaff(
  ctx: Context,
  { communityId, eventId }: EventPlace,
  orderId: string,
  body: z.output<typeof requestSchema>,
  key: string | null,
  state: 'due' | 'asked',
): Promise<void> {
  await transact(ctx, async (tx) => {
    const order = await lockOrder(tx.db, communityId, eventId, orderId)
    if (!order || order.eventId !== eventId) throw fail('thing.not_found')
    await giveOnce(ctx, tx, order, { key, body }, { ...body, cause: 'goodwill', lineId: null, state })
  })
}

/** The same once for each form (`key`): pressed twice it gives once. */
async function giveOnce(
  ctx: Context,
  tx: Tx,
  order: Pick<Order, 'communityId' | 'eventId' | 'id'>,
  form: { key: string | null; body: unknown },
  what: Parameters<typeof give>[3],
): Promise<void> {
  const { communityId, id } = order
  await createOnce(ctx, tx, { communityId, scope: `refund:${what.state}:${id}`, ...form }, async () => {
    await give(ctx, tx, order, what)
    return id
  })
}

/** Writes refunds over the order's payments; its row is locked. Errors: refund.too_much. */
export async function give(
  ctx: Context,
  tx: Tx,
  { communityId, eventId, id: orderId }: { communityId: string; eventId: string; id: string },
  { amountFen, state, ...about }: Omit<NewRefund, 'id' | 'cause'> & { cause: RefundCause; state: 'asked' | 'due' },
): Promise<void> {
  const payments = await listPaymentsOfOrder(tx.db, communityId, orderId)
  const refunds = await listRefundsOfOrder(tx.db, communityId, orderId)
  const parts = spread(payments, refunds, amountFen)
  if (!parts) throw fail('refund.too_much', { left: asYuan(leftOf(payments, refunds)) })
  for (const part of parts) {
    const payment = payments.find((one) => one.id === part.paymentId)
    if (!payment) continue
    const id = newId(ctx)
    if (state === 'due') {
      await owe(ctx, tx, payment, { id, amountFen: part.amountFen, ...about })
      continue
    }
    await insertRefund(tx.db, {
      communityId,
      id,
      eventId,
      orderId,
      paymentId: payment.id,
      outRefundNo: refundNo(ctx, payment),
      amountFen: part.amountFen,
      ...about,
      state,
      createdAt: ctx.clock.now(),
    })
    const money = { yuan: asYuan(part.amountFen), fen: part.amountFen }
    tx.journal(paymentJournal.refund_asked, { communityId, eventId, kind: 'refund', id }, money)
  }
}

const decideSchema = z.object({ reason: optionalLine(200) })

/**
 * Follows a request for money back, or does not and says why; whoever asked is told. Errors: access.*, thing.not_found,
 * refund.state, payment.reason.
 */
export async function decideRefund(
  ctx: Context,
  { communityId, eventId }: EventPlace,
  refundId: string,
  approve: boolean,
  input: z.input<typeof decideSchema> = {},
): Promise<void> {
  authorise(ctx.actor, 'money.edit', { communityId, eventId })
  const { reason } = parseInput(decideSchema, input)
  if (!approve && reason === '') throw fail('payment.reason')
  await transact(ctx, async (tx) => {
    const found = await findRefund(tx.db, communityId, refundId)
    if (!found || found.eventId !== eventId) throw fail('thing.not_found')
    const order = await lockOrder(tx.db, communityId, eventId, found.orderId)
    const refund = await lockRefund(tx.db, communityId, refundId)
    const payment = await findPayment(tx.db, communityId, found.paymentId)
    if (!order || !payment || refund?.state !== 'asked') throw fail('refund.state')
    if (approve) {
      await updateRefund(tx.db, communityId, refundId, { state: 'due' })
      await bookOwed(ctx, tx, payment, refund)
      return
    }
    await updateRefund(tx.db, communityId, refundId, { state: 'refused', problem: reason, doneAt: ctx.clock.now() })
    const money = { yuan: asYuan(refund.amountFen), fen: refund.amountFen }
    tx.journal(paymentJournal.refund_refused, { communityId, eventId, kind: 'refund', id: refundId }, money)
    await mailNotTaken(ctx, tx, order, 'refund', reason)
  })
}

const sentSchema = z.object({ reference: optionalLine(64) })

/** Says that money was given back by hand (an offline payment's only way). Errors: access.*, thing.not_found, refund.state. */
export async function markRefunded(
  ctx: Context,
  { communityId, eventId }: EventPlace,
  refundId: string,
  input: z.input<typeof sentSchema> = {},
): Promise<void> {
  authorise(ctx.actor, 'money.edit', { communityId, eventId })
  const { reference } = parseInput(sentSchema, input)
  await transact(ctx, async (tx) => {
    const refund = await findRefund(tx.db, communityId, refundId)
    const payment = refund && (await findPayment(tx.db, communityId, refund.paymentId))
    if (!refund || refund.eventId !== eventId || payment?.provider !== 'offline') throw fail('thing.not_found')
    const { outRefundNo, amountFen } = refund
    const ours = { app: 'offline', merchant: 'offline' }
    const told = await receiveRefund(
      ctx,
      tx,
      payment,
      { outRefundNo, providerNo: reference, state: 'done', amountFen, problem: '' },
      ours,
      ours,
    )
    if (told.verdict === 'refused') throw fail('refund.state')
  })
}

/** The refunds of an order for whoever holds its link, the newest first. Errors: access.link_*. */
export async function refundsOfOrder(ctx: Context, token: string): Promise<Refund[]> {
  const { order } = await openOrder(ctx, token)
  return (await listRefundsOfOrder(ctx.db, order.communityId, order.id)).toReversed()
}

/** The refunds of an event for those who look after its money, with the order's code and the provider; what is to be done first, then the newest. Errors: access.*. */
export async function refundsOfEvent(
  ctx: Context,
  { communityId, eventId }: EventPlace,
  limit = 500,
): Promise<(Refund & { orderCode: string; provider: ProviderName | null })[]> {
  authorise(ctx.actor, 'money.view', { communityId, eventId })
  const refunds = await listRefundsOfEvent(ctx.db, communityId, eventId, limit)
  const codes = await listOrderCodes(
    ctx.db,
    communityId,
    refunds.map(({ orderId }) => orderId),
  )
  const providers = await listProvidersOf(
    ctx.db,
    communityId,
    refunds.map(({ paymentId }) => paymentId),
  )
  return refunds.map((one) => ({ ...one, orderCode: codes.get(one.orderId)?.code ?? '', provider: providers.get(one.paymentId) ?? null }))
}
