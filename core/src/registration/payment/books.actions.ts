import { z } from 'zod'
import { authorise, type Place } from '#core/community/permissions.ts'
import { csvFile } from '#core/kernel/csv.ts'
import { fail } from '#core/kernel/errors.ts'
import { line, type Locale } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact } from '#core/store/transaction.ts'
import { paymentJournal } from './journal.ts'
import { move } from './ledger.ts'
import { findImbalances, listLedger, listNumbers, sumAccounts, type LedgerRow } from './ledger.store.ts'
import type { NoticeRow, Payment } from './model.ts'
import { asYuan } from './providers/common.ts'
import { providerNames } from './providers/provider.ts'
import { listNotices, listOrderCodes, listPaymentsOfEvent } from './store.ts'

type EventPlace = Place & { eventId: string }

/** The sums of an event's accounts in fen; they sum to nothing, and so does every movement. */
export interface TrialBalance {
  accounts: { account: LedgerRow['account']; provider: string; fen: number }[]
  /** What came in, went back and is owed; from the accounts. */
  salesFen: number
  receivedFen: number
  owedFen: number
  feesFen: number
  /** Both are empty, or something is wrong with the books. */
  unbalancedMovements: string[]
  orders: { id: string; paidFen: number; ledgerFen: number }[]
}

/** How an event's books stand. Errors: access.*. */
export async function trialBalance(ctx: Context, { communityId, eventId }: EventPlace): Promise<TrialBalance> {
  authorise(ctx.actor, 'money.view', { communityId, eventId })
  const accounts = await sumAccounts(ctx.db, communityId, eventId)
  const { movements, orders } = await findImbalances(ctx.db, communityId, eventId)
  const sum = (account: LedgerRow['account']): number =>
    accounts.filter((one) => one.account === account).reduce((total, one) => total + one.fen, 0)
  return {
    accounts,
    salesFen: -sum('sales') || 0,
    receivedFen: sum('provider') + sum('bank') + sum('fees'),
    owedFen: -sum('refunds_due') || 0,
    feesFen: sum('fees'),
    unbalancedMovements: movements,
    orders,
  }
}

/** Every entry of an event's books, the first one first. Errors: access.*. */
export async function ledgerOf(ctx: Context, { communityId, eventId }: EventPlace): Promise<LedgerRow[]> {
  authorise(ctx.actor, 'money.view', { communityId, eventId })
  return listLedger(ctx.db, communityId, eventId)
}

const heads = {
  zh: ['时间', '事项', '科目', '渠道', '金额（元）', '凭证号', '订单号', '商户单号', '商户退款单号'],
  en: ['Time', 'What', 'Account', 'Provider', 'Amount (yuan)', 'Movement', 'Order', 'Payment', 'Refund'],
} as const
const whats: Record<LedgerRow['what'], Record<Locale, string>> = {
  sale: { zh: '售票', en: 'Sale' },
  sale_undone: { zh: '退票', en: 'Sale undone' },
  payment: { zh: '收款', en: 'Payment' },
  refund_due: { zh: '应退', en: 'Refund due' },
  refund: { zh: '退款', en: 'Refund' },
  fee: { zh: '手续费', en: 'Fee' },
  payout: { zh: '提现', en: 'Payout' },
}
const accounts: Record<LedgerRow['account'], Record<Locale, string>> = {
  buyers: { zh: '应收（购票人）', en: 'Buyers' },
  sales: { zh: '票款收入', en: 'Sales' },
  provider: { zh: '支付平台', en: 'Provider' },
  bank: { zh: '银行', en: 'Bank' },
  fees: { zh: '手续费', en: 'Fees' },
  refunds_due: { zh: '应退款', en: 'Refunds due' },
}
const providers: Readonly<Record<string, Record<Locale, string>>> = {
  offline: { zh: '转账', en: 'Transfer' },
  wechatpay: { zh: '微信支付', en: 'WeChat Pay' },
  alipay: { zh: '支付宝', en: 'Alipay' },
  stripe: { zh: 'Stripe', en: 'Stripe' },
}
/** The names of accounts and movements as people read them. */
export const ledgerWords = { whats, accounts }

/** The books as a table for a finance team; nobody's name stands in it. Errors: access.*. */
export async function exportLedgerCsv(ctx: Context, { communityId, eventId }: EventPlace, locale: Locale): Promise<string> {
  authorise(ctx.actor, 'money.view', { communityId, eventId })
  const rows = await listLedger(ctx.db, communityId, eventId)
  const numbers = await listNumbers(ctx.db, communityId, eventId)
  // As receipts and the providers’ statements call them, so that a finance team can match them.
  const no = (id: string | null): string => numbers.get(id ?? '') ?? ''
  await transact(ctx, async (tx) =>
    tx.journal(paymentJournal.exported, { communityId, eventId, kind: 'event', id: eventId }, { rows: rows.length }),
  )
  return csvFile([
    heads[locale],
    ...rows.map((row) => [
      inChina(row.at),
      whats[row.what][locale],
      accounts[row.account][locale],
      providers[row.provider]?.[locale] ?? row.provider,
      row.amountFen / 100,
      row.movementId,
      no(row.orderId),
      no(row.paymentId),
      no(row.refundId),
    ]),
  ])
}

const inChina = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

const byHandSchema = z.object({
  what: z.enum(['fee', 'payout']),
  provider: z.enum(providerNames),
  /** Below nothing: a movement back, which puts an earlier one right. */
  amountFen: z.int({ error: 'field.money' }).refine((fen) => fen !== 0, { params: { code: 'field.money' } }),
  note: line(100),
})

/**
 * Books a payout to the bank, or a bank's fee for transfers, by hand. Providers' fees come from their statements; by hand
 * only what was booked too much is taken back. The same form (`key`) books once. Errors: access.*, input.invalid, payment.fee_by_bill.
 */
export async function bookByHand(
  ctx: Context,
  { communityId, eventId }: EventPlace,
  input: z.input<typeof byHandSchema>,
  key: string | null = null,
): Promise<void> {
  authorise(ctx.actor, 'money.edit', { communityId, eventId })
  const body = parseInput(byHandSchema, input)
  const { what, provider, amountFen, note } = body
  if (what === 'fee' && provider !== 'offline' && amountFen > 0) throw fail('payment.fee_by_bill')
  await transact(ctx, (tx) =>
    createOnce(ctx, tx, { communityId, scope: `book:${eventId}`, key, body }, async () => {
      await move(ctx, tx, what, amountFen, { communityId, eventId, provider, at: ctx.clock.now() })
      const facts = { what: note, provider, yuan: asYuan(amountFen), fen: amountFen }
      tx.journal(paymentJournal.booked, { communityId, eventId, kind: 'event', id: eventId }, facts)
      return eventId
    }),
  )
}

/** An event's payments with the code of their order: transfers that wait first, then the newest. Errors: access.*. */
export async function paymentsOfEvent(
  ctx: Context,
  { communityId, eventId }: EventPlace,
  limit = 500,
): Promise<(Payment & { orderCode: string; orderState: string; heldUntil: Date | null })[]> {
  authorise(ctx.actor, 'money.view', { communityId, eventId })
  const payments = await listPaymentsOfEvent(ctx.db, communityId, eventId, limit)
  const codes = await listOrderCodes(
    ctx.db,
    communityId,
    payments.map(({ orderId }) => orderId),
  )
  return payments.map((payment) => ({
    ...payment,
    orderCode: codes.get(payment.orderId)?.code ?? '',
    orderState: codes.get(payment.orderId)?.state ?? '',
    heldUntil: codes.get(payment.orderId)?.expiresAt ?? null,
  }))
}

/** What providers told a community lately, believed or not, the newest first. Errors: access.*. */
export async function noticesOf(ctx: Context, communityId: string, limit = 200): Promise<NoticeRow[]> {
  authorise(ctx.actor, 'money.view', { communityId })
  return listNotices(ctx.db, communityId, { limit })
}
