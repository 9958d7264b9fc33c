import type { Payment, Refund } from './model.ts'
import type { BillRow } from './providers/provider.ts'

/** Where our books and a provider's statement differ. */
export interface Difference {
  kind:
    /** They have it, and no number of ours is like it. */
    | 'unknown_here'
    /** They have the payment; with us it is open, closed or failed. */
    | 'not_paid_here'
    /** They gave it back; with us it is not done. */
    | 'not_refunded_here'
    /** We have it as paid or given back on that day, and they have not. */
    | 'missing_there'
    /** Both have it, with different amounts. */
    | 'amount'
  outTradeNo: string
  outRefundNo: string
  providerNo: string
  /** What they say, and what we say; null: nothing. Money back is below nothing. */
  theirFen: number | null
  ourFen: number | null
}

/** Our side: every payment and refund that the statement names, and those that we count to its day. */
export interface OurSide {
  payments: readonly Pick<Payment, 'outTradeNo' | 'providerNo' | 'amountFen' | 'state'>[]
  refunds: readonly (Pick<Refund, 'outRefundNo' | 'providerNo' | 'amountFen' | 'state'> & { outTradeNo: string })[]
  /** Numbers of payments paid, and of refunds done, on this day by our books. */
  ofDay: ReadonlySet<string>
}

export interface Compared {
  matched: number
  /** What came less what went back, of what matched. */
  matchedFen: number
  feeFen: number
  differences: Difference[]
  /** What was kept of each payment and refund that both have alike; several lines of one number together. */
  fees: Fee[]
}

/** A fee by the number that it belongs to; `outRefundNo` is '' with payments. */
export interface Fee {
  outTradeNo: string
  outRefundNo: string
  feeFen: number
}

/** Compares one day's statement with our rows, number by number. The order of either changes nothing. */
export function compare(bill: readonly BillRow[], ours: OurSide): Compared {
  const payments = new Map(ours.payments.map((payment) => [payment.outTradeNo, payment]))
  const refunds = new Map(ours.refunds.map((refund) => [refund.outRefundNo, refund]))
  const named = new Set<string>()
  const fees = new Map<string, Fee>()
  const result: Compared = { matched: 0, matchedFen: 0, feeFen: 0, differences: [], fees: [] }
  for (const row of bill) {
    const { outTradeNo, outRefundNo, providerNo, amountFen: theirFen } = row
    const number = row.kind === 'refund' ? outRefundNo : outTradeNo
    named.add(number)
    result.feeFen += row.feeFen
    const found = row.kind === 'refund' ? refunds.get(outRefundNo) : payments.get(outTradeNo)
    const ourFen = found === undefined ? null : row.kind === 'refund' ? -found.amountFen : found.amountFen
    const tell = (kind: Difference['kind']): void =>
      void result.differences.push({ kind, outTradeNo, outRefundNo, providerNo, theirFen, ourFen })
    if (found === undefined) tell('unknown_here')
    else if (ourFen !== theirFen) tell('amount')
    else if (row.kind === 'payment' && found.state !== 'paid') tell('not_paid_here')
    else if (row.kind === 'refund' && found.state !== 'done') tell('not_refunded_here')
    else {
      result.matched += 1
      result.matchedFen += theirFen
      const fee = fees.get(number) ?? { outTradeNo, outRefundNo, feeFen: 0 }
      if (Number.isSafeInteger(row.feeFen)) fees.set(number, { ...fee, feeFen: fee.feeFen + row.feeFen })
    }
  }
  const missing = (number: string): boolean => ours.ofDay.has(number) && !named.has(number)
  for (const { outTradeNo, providerNo, amountFen } of ours.payments) {
    if (missing(outTradeNo))
      result.differences.push({ kind: 'missing_there', outTradeNo, outRefundNo: '', providerNo, theirFen: null, ourFen: amountFen })
  }
  for (const { outTradeNo, outRefundNo, providerNo, amountFen } of ours.refunds) {
    if (missing(outRefundNo))
      result.differences.push({ kind: 'missing_there', outTradeNo, outRefundNo, providerNo, theirFen: null, ourFen: -amountFen })
  }
  result.fees.push(...fees.values())
  return result
}

/** What each difference means and what to do about it. */
export const differenceWords: Readonly<Record<Difference['kind'], { zh: string; en: string }>> = {
  unknown_here: {
    zh: '平台有这一笔，我们没有。可能同一个商户号还收了别的钱；若不是，请到商户后台按单号查付款人，再退回或补登。',
    en: 'They have it, we do not. The same merchant number may serve something else; if not, look the payer up by its number at the provider, and give it back or enter it.',
  },
  not_paid_here: {
    zh: '平台说已付，我们还没有登记。已再问一次平台；仍不符时请点开订单看通知里的原因。',
    en: 'They say it is paid, we have not noted it. They were asked once more; if it still differs, open the order and see why its notice was refused.',
  },
  not_refunded_here: {
    zh: '平台说已退，我们还没有完成。下一分钟会再问一次；明天仍不符时请核对退款单。',
    en: 'They say it was given back, we have not finished it. It is asked after within a minute; if it differs tomorrow, check the refund.',
  },
  missing_there: {
    zh: '我们登记在这一天，平台这一天的账单里没有。零点前后的会在相邻一天；两天都没有时请联系平台。',
    en: 'We count it to this day, their statement does not. Around midnight it stands in the day beside; if it stands in neither, ask the provider.',
  },
  amount: {
    zh: '金额不同。不要改账；请按平台金额核对订单，差额用退款或手工记账补平。',
    en: 'The amounts differ. Do not change the books; check the order against the provider’s amount and settle the rest by a refund or an entry by hand.',
  },
}
