import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId, shortCode } from '#core/kernel/ids.ts'
import { pickText } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { openOrder, type OpenOrder } from '../orders/open.ts'
import { closeBefore } from './query.actions.ts'
import { paymentJournal } from './journal.ts'
import { startSchema, type Offer, type Payment, type PaymentSetting, type PaymentView, type StartInput } from './model.ts'
import { asYuan } from './providers/common.ts'
import { startedSchema, type Method, type Provider, type ProviderName, type Started } from './providers/provider.ts'
import { providersOf } from './providers/registry.ts'
import { isStillGood, judgePayable, paymentEnd, tradeNo } from './rules.ts'
import { findSetting, insertPayment, listPaymentsOfOrder, lockOrder, updatePayment } from './store.ts'
import { asBuyer } from './buyer.ts'
import { noticeUrl } from './urls.ts'

/** The ways to pay an event's orders: what the installation has, without what the organisers do without. */
export async function paymentOffers(ctx: Context, communityId: string, eventId: string): Promise<Offer[]> {
  const setting = await findSetting(ctx.db, communityId, eventId)
  return [...providersOf(ctx).values()]
    .filter(({ name }) => isOffered(setting, name))
    .map(({ name, methods, sandbox }) => ({ provider: name, methods, sandbox }))
}

function isOffered(setting: PaymentSetting, name: ProviderName): boolean {
  return name === 'offline' ? setting.offline : !setting.without.includes(name)
}

/**
 * Begins (or goes on with) paying an order, for whoever holds its link. The row is written before the provider is asked,
 * so that no money can come for something unknown; the amount is the order's, never the client's. Asked again for the
 * same way it answers the open payment; another way closes the one before. Errors: input.invalid, access.link_*,
 * payment.event_off, .not_offered, .nothing_to_pay, .paid_already, .order_over, .openid, .provider_*.
 */
export async function startPayment(ctx: Context, token: string, input: StartInput): Promise<PaymentView> {
  const { provider: name, method, ...payer } = parseInput(startSchema, input)
  const opened = await openOrder(ctx, token)
  if (opened.event.state === 'cancelled') throw fail('payment.event_off')
  const provider = await offeredProvider(ctx, opened.order, name, method)
  if (method === 'jsapi' && !payer.openid) throw fail('payment.openid')
  const setting = await findSetting(ctx.db, opened.order.communityId, opened.order.eventId)
  const acting = asBuyer(ctx, opened.order)
  // Before the new one begins, so that hardly anybody can pay both.
  for (const old of await listPaymentsOfOrder(ctx.db, opened.order.communityId, opened.order.id)) {
    if (old.state === 'open' && (old.provider !== name || old.method !== method || isPersonal(method))) await closeBefore(acting, old)
  }
  const payment = await openRow(acting, opened, provider, method, setting)
  const known = startedOf(payment)
  if (known) return viewOf(payment)
  return askToStart(acting, opened, provider, payment, payer)
}

/** WeChat's own sheet opens for one payer only, whom we do not remember: whoever begins begins anew. */
const isPersonal = (method: Method): boolean => method === 'jsapi'

/** The provider behind a way to pay. Errors: payment.not_offered when the event (or the installation) does without it. */
export async function offeredProvider(
  ctx: Context,
  { communityId, eventId }: { communityId: string; eventId: string },
  name: ProviderName,
  method: Method,
): Promise<Provider> {
  const provider = providersOf(ctx).get(name)
  const setting = await findSetting(ctx.db, communityId, eventId)
  if (!provider || !isOffered(setting, name) || !provider.methods.includes(method)) throw fail('payment.not_offered')
  return provider
}

/** The order's open payment of this way, or a new one. */
async function openRow(
  ctx: Context,
  { community, order }: OpenOrder,
  provider: Provider,
  method: Method,
  setting: PaymentSetting,
): Promise<Payment> {
  const { communityId, eventId, id: orderId } = order
  return transact(ctx, async (tx) => {
    const locked = await lockOrder(tx.db, communityId, eventId, orderId)
    if (!locked) throw fail('access.link_expired')
    const now = ctx.clock.now()
    const judged = judgePayable(locked, now)
    if (judged !== 'payable') throw fail(judged)
    const mine = (await listPaymentsOfOrder(tx.db, communityId, orderId)).filter((p) => p.provider === provider.name && p.method === method)
    const open = isPersonal(method) ? undefined : mine.find((p) => isStillGood(p, locked.totalFen, now))
    if (open) return open
    const offlineUntil = new Date(now.getTime() + setting.offlineDays * 86_400_000)
    // A transfer takes its time; seats are held for it once, not again with every new try.
    if (provider.name === 'offline' && mine.length === 0 && locked.expiresAt !== null && locked.expiresAt < offlineUntil) {
      locked.expiresAt = offlineUntil
      await tx.db
        .updateTable('ticketOrder')
        .set({ expiresAt: offlineUntil })
        .where('communityId', '=', communityId)
        .where('id', '=', orderId)
        .execute()
    }
    const row = {
      communityId,
      id: newId(ctx),
      eventId,
      orderId,
      provider: provider.name,
      method,
      outTradeNo: tradeNo(community.no, shortCode(ctx.random, 16)),
      amountFen: locked.totalFen,
      sandbox: provider.sandbox,
      state: 'open' as const,
      createdAt: now,
      expiresAt: paymentEnd(locked, now),
    }
    await insertPayment(tx.db, row)
    tx.journal(
      paymentJournal.started,
      { communityId, eventId, kind: 'payment', id: row.id },
      { provider: provider.name, yuan: asYuan(row.amountFen), fen: row.amountFen },
    )
    return { ...blank, ...row }
  })
}

const blank = {
  outcome: '' as const,
  providerNo: '',
  started: {},
  proofPath: null,
  proofName: '',
  proofType: '',
  proofAt: null,
  confirmedBy: '',
  note: '',
  paidAt: null,
  closedAt: null,
  askedAt: null,
}

async function askToStart(
  ctx: Context,
  { event, order, path }: OpenOrder,
  provider: Provider,
  payment: Payment,
  payer: { openid?: string | undefined; ip?: string | undefined },
): Promise<PaymentView> {
  const { communityId } = payment
  const { publicUrl } = ctx.settings
  try {
    const { started, kept } = await provider.start(
      {
        outTradeNo: payment.outTradeNo,
        amountFen: payment.amountFen,
        method: asMethod(provider, payment.method),
        description: `${pickText(event.name, order.locale)} ${order.code}`,
        expiresAt: payment.expiresAt ?? paymentEnd(order, ctx.clock.now()),
      },
      { notify: noticeUrl(publicUrl, provider.name), back: `${publicUrl}${path}` },
      { ...(payer.openid === undefined ? {} : { openid: payer.openid }), ...(payer.ip === undefined ? {} : { ip: payer.ip }) },
    )
    await transact(ctx, (tx) => updatePayment(tx.db, communityId, payment.id, { started: { ...kept, started } }))
    return viewOf({ ...payment, started: { ...kept, started } })
  } catch (error) {
    // Whatever was refused may be tried anew; after silence the same number is asked for again, which a provider takes for the same.
    await transact(ctx, async (tx) => {
      if (isRefusal(error)) await updatePayment(tx.db, communityId, payment.id, { state: 'failed', closedAt: ctx.clock.now() })
    })
    throw error
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'payment.provider_refused' || error.code === 'payment.openid')

function asMethod(provider: Provider, method: string): Method {
  const known = provider.methods.find((one) => one === method)
  if (!known) throw fail('payment.not_offered')
  return known
}

/** What the page needs to go on paying, as it was kept; null while the provider has not answered. */
export function startedOf(payment: Pick<Payment, 'started'>): Started | null {
  const kept = startedSchema.safeParse(payment.started)
  return kept.success ? kept.data.started : null
}

function viewOf(payment: Payment): PaymentView {
  const { id, provider, method, amountFen, state, outcome, sandbox, proofName, proofAt, note, expiresAt, paidAt } = payment
  return {
    id,
    provider,
    method,
    amountFen,
    state,
    outcome,
    sandbox,
    proofName,
    proofAt,
    note,
    expiresAt,
    paidAt,
    started: startedOf(payment),
  }
}

/** The payments of an order for whoever holds its link, the newest first. Errors: access.link_*. */
export async function paymentsOfOrder(ctx: Context, token: string): Promise<PaymentView[]> {
  const { order } = await openOrder(ctx, token)
  return (await listPaymentsOfOrder(ctx.db, order.communityId, order.id)).map(viewOf).toReversed()
}

/** The payments of an order for those who look after its money. Errors: access.*. */
export async function paymentsForStaff(ctx: Context, place: { communityId: string; eventId: string }, orderId: string): Promise<Payment[]> {
  authorise(ctx.actor, 'money.view', place)
  return (await listPaymentsOfOrder(ctx.db, place.communityId, orderId)).filter((payment) => payment.eventId === place.eventId)
}
