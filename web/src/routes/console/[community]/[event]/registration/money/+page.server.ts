import { can } from '@kaichang/core/community/permissions.ts'
import { localDay } from '@kaichang/core/community/rules.ts'
import { parseYuan } from '@kaichang/core/kernel/money.ts'
import { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { fapiaoOfEvent } from '@kaichang/core/registration/fapiao/actions.ts'
import { paymentOffers } from '@kaichang/core/registration/payment/actions.ts'
import { bookByHand, ledgerWords, paymentsOfEvent, trialBalance } from '@kaichang/core/registration/payment/books.actions.ts'
import { providerNames } from '@kaichang/core/registration/payment/providers/provider.ts'
import { confirmOffline, refuseOffline } from '@kaichang/core/registration/payment/offline.actions.ts'
import { reconcileNow, reconciliationsOf } from '@kaichang/core/registration/payment/reconcile.actions.ts'
import { differenceWords } from '@kaichang/core/registration/payment/reconcile.rules.ts'
import { decideRefund, markRefunded, refundsOfEvent, requestRefund } from '@kaichang/core/registration/payment/refund.actions.ts'
import { paymentSetting, setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import { fromLocal } from '#lib/format.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

/** Payments and refunds that the page shows of each. */
const SHOWN = 100

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, communityId, eventId, may } = await placeOf(request)
  const at = { communityId, eventId }
  const setting = await paymentSetting(ctx, at)
  const payments = await paymentsOfEvent(ctx, at, SHOWN)
  const refunds = await refundsOfEvent(ctx, at, SHOWN)
  const balance = await trialBalance(ctx, at)
  // The providers' accounts are the community's, so its reconciliations are for who looks after all of its money.
  const whole = can(request.locals.actor, 'money.view', { communityId })
  const now = ctx.clock.now()
  return {
    done: request.url.searchParams.get('done'),
    mayEdit: may('money.edit'),
    over: event.endsAt < ctx.clock.now(),
    mayReconcile: can(request.locals.actor, 'money.edit', { communityId }),
    mayBeAsked: may('registration.edit'),
    sandbox: (await paymentOffers(ctx, communityId, eventId)).some((offer) => offer.sandbox),
    // Said where money goes back, so that nobody has to think of it.
    fapiaoLate: (await fapiaoOfEvent(ctx, at)).filter((one) => one.toBeReversed || one.leftFen !== null).length,
    figures: { salesFen: balance.salesFen, receivedFen: balance.receivedFen, owedFen: balance.owedFen, feesFen: balance.feesFen },
    unbalanced: { movements: balance.unbalancedMovements.length, orders: balance.orders.length },
    accounts: balance.accounts.map(({ account, provider, fen }) => ({ name: ledgerWords.accounts[account][locale], provider, fen })),
    payments: payments.map((one) => ({
      id: one.id,
      orderId: one.orderId,
      orderCode: one.orderCode,
      provider: one.provider,
      amountFen: one.amountFen,
      state: one.state,
      outcome: one.outcome,
      sandbox: one.sandbox,
      providerNo: one.providerNo,
      note: one.note,
      at: one.paidAt ?? one.createdAt,
      proof: one.proofAt,
      heldUntil: one.heldUntil,
    })),
    refunds: refunds.map((one) => ({
      id: one.id,
      orderId: one.orderId,
      amountFen: one.amountFen,
      cause: one.cause,
      state: one.state,
      reason: one.reason,
      problem: one.problem,
      at: one.doneAt ?? one.createdAt,
      orderCode: one.orderCode,
      offline: one.provider === 'offline',
    })),
    days: (whole ? await reconciliationsOf(ctx, communityId, 14) : []).map(({ differences, ...day }) => ({
      ...day,
      differences: differences.map((one) => ({ ...one, words: differenceWords[one.kind][locale] })),
    })),
    setting: {
      without: setting.without,
      offline: setting.offline,
      offlineDays: setting.offlineDays,
      hostEntity: setting.hostEntity,
      fapiao: setting.fapiao,
      refunds: setting.refunds,
      refundUntil: setting.refundUntil,
      code: setting.codePath !== null,
      instructions: setting.instructions,
      told: pickText(setting.instructions, locale),
    },
    providers: providerNames.filter((name) => name !== 'offline'),
    today: localDay(now, event.timeZone),
    yesterday: localDay(new Date(now.getTime() - 86_400_000), event.timeZone),
    timeZone: event.timeZone,
  }
}

/** An amount that may be below nothing. Throws field.money at the field. */
function readFen(sent: Sent): number {
  const fen = parseYuan(sent.text('amount'))
  if (fen === null || fen === 0) throw new KaichangError('input.invalid', {}, [{ path: 'amount', code: 'field.money' }])
  return fen
}

const page = ({ base }: Place): string => `${base}/registration/money`
/** One form of the page: what is done, and where it goes on. */
function act(run: (place: Place, at: { communityId: string; eventId: string }, sent: Sent) => Promise<string>) {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      goOn(page(place), await run(place, { communityId: place.communityId, eventId: place.eventId }, sent))
    })
}

export const actions: Actions = {
  confirm: act(async ({ ctx }, at, { text }) => {
    const verdict = await confirmOffline(ctx, at, text('payment'), { reference: text('reference') })
    return verdict === 'late' ? 'late' : 'confirmed'
  }),
  refuse: act(async ({ ctx }, at, { text }) => {
    await refuseOffline(ctx, at, text('payment'), { reason: text('reason') })
    return 'refused'
  }),
  decide: act(async ({ ctx }, at, { text }) => {
    await decideRefund(ctx, at, text('refund'), text('verdict') === 'yes', { reason: text('reason') })
    return 'decided'
  }),
  refunded: act(async ({ ctx }, at, { text }) => {
    await markRefunded(ctx, at, text('refund'), { reference: text('reference') })
    return 'refunded'
  }),
  give: act(async ({ ctx }, at, sent) => {
    await requestRefund(ctx, at, sent.text('order'), { amountFen: readFen(sent), reason: sent.text('reason') }, sent.key)
    return 'asked'
  }),
  reconcile: act(async ({ ctx }, { communityId }, { text }) => {
    await reconcileNow(ctx, communityId, text('day'))
    const found = await reconciliationsOf(ctx, communityId)
    return found.some(({ day }) => day === text('day')) ? 'checked' : 'checked_none'
  }),
  book: act(async ({ ctx }, at, sent) => {
    const provider = providerNames.find((name) => name === sent.text('provider')) ?? 'wechatpay'
    const what = sent.text('what') === 'payout' ? 'payout' : 'fee'
    await bookByHand(ctx, at, { what, provider, amountFen: readFen(sent), note: sent.text('note') }, sent.key)
    return 'booked'
  }),
  setting: act(async ({ ctx, event }, at, sent) => {
    const [file] = sent.files('code')
    const { with: offered } = sent.data
    const refunds = (['self', 'ask', 'none'] as const).find((one) => one === sent.text('refunds')) ?? 'ask'
    const values = {
      ...sent.data,
      refunds,
      without: providerNames.filter((name) => name !== 'offline' && ![offered].flat().includes(name)),
      refundUntil: fromLocal(sent.text('refundUntil'), event.timeZone),
    }
    await setPaymentSetting(ctx, at, values, file ? { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) } : undefined)
    return 'saved'
  }),
}
