import type { OrderState } from '../orders/model.ts'
import type { Payment, PaymentState } from './model.ts'
import type { Identity, PaidFacts } from './providers/provider.ts'

/** Why a verified notice is not taken: it is not about this payment as we know it. */
export type Mismatch = 'app' | 'merchant' | 'currency' | 'amount' | 'order' | 'other_number' | 'unreadable'

/** What follows when money is said to have come. */
export type PaidVerdict =
  /** Nothing is changed; a treasurer sees it. */
  | { verdict: 'refused'; reason: Mismatch }
  /** Told before: nothing is changed. */
  | { verdict: 'again' }
  /** The money is here; the order's seats are to be booked, or found gone. */
  | { verdict: 'book' }
  /** The money is here and goes back by itself. */
  | { verdict: 'back'; cause: 'late' | 'twice' }

/**
 * What follows from a verified “paid”: (payment, its order, what the provider says, who we are) → verdict. Every
 * provider asks merchants to compare app, merchant, order and amount, since a good signature says only who is speaking.
 */
export function judgePaid(
  payment: Pick<Payment, 'outTradeNo' | 'amountFen' | 'state' | 'providerNo'>,
  order: { state: OrderState; totalFen: number },
  facts: PaidFacts,
  ours: Identity,
): PaidVerdict {
  const mismatch = mismatchOf(payment, facts, ours)
  if (mismatch) return { verdict: 'refused', reason: mismatch }
  if (payment.state === 'paid') {
    // One number at our side is paid once; a second transaction under it cannot be.
    return payment.providerNo === facts.providerNo ? { verdict: 'again' } : { verdict: 'refused', reason: 'other_number' }
  }
  switch (order.state) {
    case 'held':
    case 'placed':
    // Its seats came back when it ran out; they may still be there.
    case 'expired':
      // The order has changed since this payment was begun: what was paid is not what it costs now.
      return payment.amountFen === order.totalFen ? { verdict: 'book' } : { verdict: 'back', cause: 'late' }
    case 'done':
      return { verdict: 'back', cause: 'twice' }
    // Somebody decided against it: the money has come too late, whatever seats are free.
    case 'review':
    case 'declined':
    case 'cancelled':
      return { verdict: 'back', cause: 'late' }
  }
}

function mismatchOf(payment: Pick<Payment, 'outTradeNo' | 'amountFen'>, facts: PaidFacts, ours: Identity): Mismatch | null {
  if (facts.app !== ours.app) return 'app'
  if (facts.merchant !== ours.merchant) return 'merchant'
  if (facts.outTradeNo !== payment.outTradeNo) return 'order'
  if (facts.currency !== 'CNY') return 'currency'
  if (facts.amountFen !== payment.amountFen) return 'amount'
  if (facts.providerNo === '' || Number.isNaN(facts.paidAt.getTime())) return 'unreadable'
  return null
}

/** Whether an order can be paid now, and if not, why not. */
export function judgePayable(
  order: { state: OrderState; totalFen: number; expiresAt: Date | null },
  now: Date,
): 'payable' | 'payment.nothing_to_pay' | 'payment.paid_already' | 'payment.order_over' {
  if (order.state === 'done') return order.totalFen > 0 ? 'payment.paid_already' : 'payment.nothing_to_pay'
  if (order.state === 'declined' || order.state === 'cancelled' || order.state === 'expired') return 'payment.order_over'
  if (order.state !== 'placed' || order.totalFen === 0) return 'payment.nothing_to_pay'
  return order.expiresAt !== null && order.expiresAt <= now ? 'payment.order_over' : 'payable'
}

const MINUTE = 60_000
/** Ages at which an open payment is asked after: notices are best effort (WeChat), or late (Alipay: up to 25 hours). */
const ASK_AT = [1, 5, 15, 30, 60, 120, 240, 480, 960].map((minutes) => minutes * MINUTE)

/** Whether an open payment is to be asked after now: once after each age that it has passed since it was last asked. */
export function isToBeAsked(payment: { createdAt: Date; askedAt: Date | null }, now: Date): boolean {
  const age = now.getTime() - payment.createdAt.getTime()
  const due = ASK_AT.findLast((at) => at <= age)
  return due !== undefined && (payment.askedAt === null || payment.askedAt.getTime() - payment.createdAt.getTime() < due)
}

/** How much longer than its order a payment at a provider may be tried before we close it there, in milliseconds. */
const GRACE = MINUTE

/** Whether nobody is to pay this any more, so that it is closed at the provider. */
export function isToBeClosed(
  payment: { expiresAt: Date | null },
  order: { state: OrderState; expiresAt: Date | null },
  now: Date,
): boolean {
  if (order.state !== 'placed') return true
  const end = order.expiresAt ?? payment.expiresAt
  return end !== null && end.getTime() + GRACE <= now.getTime()
}

/** Whether an open payment can be gone on with by whoever asks for the same again. */
export function isStillGood(
  payment: { state: PaymentState; amountFen: number; expiresAt: Date | null },
  totalFen: number,
  now: Date,
): boolean {
  return (
    payment.state === 'open' &&
    payment.amountFen === totalFen &&
    (payment.expiresAt === null || payment.expiresAt.getTime() > now.getTime() + MINUTE)
  )
}

/** How long a payment can be tried: as long as the seats are held, but at least as long as providers want (WeChat: a minute). */
export function paymentEnd(order: { expiresAt: Date | null }, now: Date): Date {
  const least = now.getTime() + 2 * MINUTE
  const held = order.expiresAt?.getTime() ?? now.getTime() + 120 * MINUTE
  return new Date(Math.max(held, least))
}

/** Our number of a payment or refund at a provider, with the community's number in front: a notice finds its tenant by it. */
export function tradeNo(communityNo: number, code: string): string {
  return `${communityNo.toString(36)}-${code}`
}

/** The community's number in a number of ours; null for any other. */
export function communityNoOf(outTradeNo: string): number | null {
  const match = /^([0-9a-z]{1,10})-[0-9A-Za-z]{8,40}$/.exec(outTradeNo)
  const no = match?.[1] === undefined ? Number.NaN : Number.parseInt(match[1], 36)
  return Number.isSafeInteger(no) ? no : null
}
