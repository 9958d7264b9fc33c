import { fapiaoOfOrder, type FapiaoOffer } from '@kaichang/core/registration/fapiao/actions.ts'
import type { Look } from '@kaichang/core/registration/payment/look.actions.ts'
import { refundOffer, refundsOfOrder } from '@kaichang/core/registration/payment/refund.actions.ts'
import type { Context } from '@kaichang/core/store/context.ts'

/** What the order's page shows of money that came and goes back; null where nothing was ever to be paid. */
export async function presentMoney(ctx: Context, { opened: { order }, payments }: Look, token: string) {
  if (order.totalFen === 0 && order.paidFen === 0) return null
  const [refunds, offer, invoices] = await Promise.all([refundsOfOrder(ctx, token), refundOffer(ctx, token), fapiaoOfOrder(ctx, token)])
  return {
    late: payments.some((one) => one.outcome === 'late'),
    twice: payments.some((one) => one.outcome === 'twice'),
    refunds: refunds.map(({ id, amountFen, state, problem }) => ({ id, amountFen, state, reason: state === 'refused' ? problem : '' })),
    policy: offer.policy,
    until: offer.until,
    leftFen: offer.leftFen,
    fapiao: invoices.offered || invoices.fapiao.length > 0 ? presentFapiao(invoices) : null,
  }
}

function presentFapiao({ offered, hostEntity, amountFen, fapiao }: FapiaoOffer) {
  const isOpen = fapiao.some(({ state }) => state === 'asked' || state === 'issuing' || state === 'issued')
  return {
    hostEntity,
    amountFen,
    mayAsk: offered && amountFen > 0 && !isOpen,
    list: fapiao.map(({ id, title, amountFen: fen, state, reason, number, filePath, askedAt }) => ({
      id,
      title,
      amountFen: fen,
      state,
      reason,
      number,
      askedAt,
      file: state === 'issued' && filePath !== null,
    })),
  }
}
