import type { Payment, PaymentSetting, Refund } from './model.ts'
import type { Identity, RefundFacts } from './providers/provider.ts'
import type { Mismatch } from './rules.ts'

/** States in which a refund's money counts as given back or promised. */
const COUNTS = new Set<Refund['state']>(['asked', 'due', 'sent', 'done', 'failed'])

/** How much of a payment can still be given back, in fen: what was paid, less what was given back, promised or asked for. */
export function refundable(
  payment: Pick<Payment, 'id' | 'state' | 'amountFen'>,
  refunds: readonly Pick<Refund, 'paymentId' | 'state' | 'amountFen'>[],
): number {
  if (payment.state !== 'paid') return 0
  const gone = refunds.filter((r) => r.paymentId === payment.id && COUNTS.has(r.state)).reduce((sum, r) => sum + r.amountFen, 0)
  return Math.max(0, payment.amountFen - gone)
}

/** Spreads an amount over an order's booked payments, the newest first; null when there is not so much. */
export function spread(
  payments: readonly Pick<Payment, 'id' | 'state' | 'outcome' | 'amountFen'>[],
  refunds: readonly Pick<Refund, 'paymentId' | 'state' | 'amountFen'>[],
  amountFen: number,
): { paymentId: string; amountFen: number }[] | null {
  let left = amountFen
  const parts: { paymentId: string; amountFen: number }[] = []
  for (const payment of payments.filter((p) => p.outcome === 'booked').toReversed()) {
    const part = Math.min(left, refundable(payment, refunds))
    if (part > 0) parts.push({ paymentId: payment.id, amountFen: part })
    left -= part
  }
  return left === 0 && parts.length > 0 ? parts : null
}

/**
 * What follows from a verified word about a refund. `undone`: it was done, and the bank has sent the money back to the
 * provider since (Stripe tells so, up to a month later); notices come in any order, so only an answer to a question counts.
 */
export function judgeRefunded(
  refund: Pick<Refund, 'state' | 'amountFen' | 'providerNo'>,
  facts: RefundFacts,
  told: Identity,
  ours: Identity,
): { verdict: 'taken' } | { verdict: 'again' } | { verdict: 'undone' } | { verdict: 'refused'; reason: Mismatch } {
  if (told.app !== ours.app) return { verdict: 'refused', reason: 'app' }
  if (told.merchant !== ours.merchant) return { verdict: 'refused', reason: 'merchant' }
  if (facts.amountFen !== refund.amountFen) return { verdict: 'refused', reason: 'amount' }
  if (refund.state === 'done')
    return { verdict: facts.state === 'failed' && facts.providerNo !== '' && facts.providerNo === refund.providerNo ? 'undone' : 'again' }
  if (refund.state === 'asked' || refund.state === 'refused') return { verdict: 'refused', reason: 'order' }
  return { verdict: 'taken' }
}

const MINUTE = 60_000
/** Pauses between tries of a refund: providers take seconds to days. */
const PAUSES = [1, 5, 15, 60, 240, 720, 1440].map((minutes) => minutes * MINUTE)

/** When a refund is tried or asked after once more, after so many tries. */
export function nextTry(tries: number, now: Date): Date {
  const pause = PAUSES[Math.min(Math.max(tries - 1, 0), PAUSES.length - 1)] ?? MINUTE
  return new Date(now.getTime() + pause)
}

/** Whether the holder of an order may have money back by the event's rule, and until when. */
export function refundPolicy(
  setting: Pick<PaymentSetting, 'refunds' | 'refundUntil'>,
  event: { startsAt: Date },
  now: Date,
): { policy: PaymentSetting['refunds']; until: Date } {
  const until = setting.refundUntil !== null && setting.refundUntil < event.startsAt ? setting.refundUntil : event.startsAt
  return { policy: now < until ? setting.refunds : 'none', until }
}

/** What becomes of the money of seats that are given up: it goes back, a treasurer is asked, or it is kept. */
export type SeatMoney = 'back' | 'ask' | 'keep'

/**
 * The one rule: the holder by the event's own; of staff only those who look after the money give it back by themselves,
 * of others a treasurer is asked.
 */
export function moneyOfSeats(policy: PaymentSetting['refunds'], by: { who: 'holder' } | { who: 'staff'; mayGive: boolean }): SeatMoney {
  if (by.who === 'staff') return by.mayGive ? 'back' : 'ask'
  return policy === 'self' ? 'back' : policy === 'ask' ? 'ask' : 'keep'
}

/** What staff who cancel a whole order are offered first: an event that gives nothing back keeps it here, too. */
export function usualMoney(policy: PaymentSetting['refunds'], mayGive: boolean): SeatMoney {
  return policy === 'none' ? 'keep' : moneyOfSeats(policy, { who: 'staff', mayGive })
}

/**
 * What follows when the holder asks for money and keeps their seats: a treasurer looks at it. Where money goes back by
 * itself it goes with its seat, so that nobody has both.
 */
export function judgeAsked(policy: PaymentSetting['refunds']): 'asked' | 'refund.not_offered' | 'refund.with_seats' {
  return policy === 'ask' ? 'asked' : policy === 'self' ? 'refund.with_seats' : 'refund.not_offered'
}
