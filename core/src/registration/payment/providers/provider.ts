import { z } from 'zod'
import type { Clock } from '#core/kernel/clock.ts'
import type { Random } from '#core/kernel/random.ts'

export const providerNames = ['offline', 'wechatpay', 'alipay', 'stripe'] as const
export type ProviderName = (typeof providerNames)[number]

/** Ways to pay at each provider. */
export const methodsOf = {
  /** A bank transfer, or the community's own collection code. */
  offline: ['transfer'],
  /** Inside WeChat; a code to scan; a phone's browser elsewhere. */
  wechatpay: ['jsapi', 'native', 'h5'],
  /** A desktop's page; a phone's page; a code to scan. */
  alipay: ['page', 'wap', 'precreate'],
  stripe: ['checkout'],
} as const satisfies Record<ProviderName, readonly string[]>
export type Method = (typeof methodsOf)[ProviderName][number]

/** What a provider is told of a payment. Amounts are fen of CNY. */
export interface PaymentToStart {
  outTradeNo: string
  amountFen: number
  method: Method
  /** A line for the payer's statement. */
  description: string
  expiresAt: Date
}

/** Where the provider sends notices and the payer. */
export interface Urls {
  /** For programs: verified notices. Without a query. */
  notify: string
  /** For people: back to the order's page, which shows what is true. */
  back: string
}

/** Who pays, as far as a method wants to know. */
export interface Payer {
  /** Inside WeChat: the payer's id at the app. */
  openid?: string
  /** The phone's public address, for WeChat's H5. */
  ip?: string
}

/** What the page needs to go on paying; kept with the payment. */
export const startedSchema = z.object({
  started: z.discriminatedUnion('kind', [
    /** A link to the provider's page; not a form, which a page's own policy would not let go elsewhere. */
    z.object({ kind: z.literal('redirect'), url: z.string() }),
    /** Shown as a QR code that the provider's app scans. */
    z.object({ kind: z.literal('qr'), content: z.string() }),
    /** For WeixinJSBridge.invoke('getBrandWCPayRequest', parameters); at a sandbox `page` stands in for WeChat's sheet. */
    z.object({ kind: z.literal('jsapi'), parameters: z.record(z.string(), z.string()), page: z.string().optional() }),
    /** The event's instructions are shown, and a proof is asked for. */
    z.object({ kind: z.literal('transfer') }),
  ]),
})
export type Started = z.output<typeof startedSchema>['started']

/** Who the provider says was paid, which must be us. */
export interface Identity {
  app: string
  merchant: string
}

/** What a provider says of a payment of ours, verified. */
export interface PaidFacts extends Identity {
  outTradeNo: string
  providerNo: string
  amountFen: number
  /** ISO 4217; everything but CNY is refused. */
  currency: string
  paidAt: Date
}

/** What a provider says of money on its way back. */
export interface RefundFacts {
  outRefundNo: string
  providerNo: string
  state: 'done' | 'sent' | 'failed'
  amountFen: number
  problem: string
}

/** A verified notice. `noticeNo` is the provider's id of it. */
export type Notice =
  | { kind: 'paid'; noticeNo: string; paid: PaidFacts }
  | { kind: 'refunded'; noticeNo: string; identity: Identity; outTradeNo: string; refund: RefundFacts }
  /** Something that moves no money: closed, waiting, a kind that is none of ours. */
  | { kind: 'other'; noticeNo: string; outTradeNo: string }

/** Why a notice is not believed. */
export type Refusal = 'signature' | 'serial' | 'old' | 'unreadable'
export type ReadNotice = { ok: true; notice: Notice } | { ok: false; reason: Refusal }

/** How a payment stands at the provider. */
export type Standing = { state: 'open' | 'closed' | 'unknown' } | { state: 'paid'; paid: PaidFacts }

/** A payment or a refund as it stands in our books; `started` as it was kept. */
export interface AtProvider {
  outTradeNo: string
  providerNo: string
  amountFen: number
  started: unknown
}

export interface RefundToSend {
  outRefundNo: string
  amountFen: number
  reason: string
}

/** One row of a day's statement; money back is below nothing. */
export interface BillRow {
  kind: 'payment' | 'refund'
  outTradeNo: string
  /** Our number of the refund; '' with payments. */
  outRefundNo: string
  providerNo: string
  amountFen: number
  feeFen: number
  at: Date
}

/** The account at a provider's app that tells who pays there. */
export interface Account {
  /** Where the reader is sent, and from where they come `back` with a code and this `state` (letters and digits). */
  address(back: string, state: string): string
  /** The payer's id, once for each code. Errors: payment.wechat_code, .wechat_account, .provider_away. */
  openidOf(code: string): Promise<string>
}

/** What a provider is given beside its settings. */
export interface Tools {
  clock: Clock
  random: Random
}

/**
 * One way for money to come. Every call but `readNotice` and `answer` goes over the network: never inside a transaction.
 * Calls throw `payment.provider_away` (no answer, 5xx), `payment.provider_refused` (4xx, with its words) and
 * `payment.provider_forged` (an answer whose signature is missing or wrong).
 */
export interface Provider {
  readonly name: ProviderName
  readonly methods: readonly Method[]
  readonly sandbox: boolean
  readonly identity: Identity
  /** Who pays inside an app, where that has to be known. */
  readonly account?: Account
  /** Begins a payment. `kept` is stored with it and given back to later calls. */
  start(payment: PaymentToStart, urls: Urls, payer: Payer): Promise<{ started: Started; kept: Record<string, unknown> }>
  query(payment: AtProvider): Promise<Standing>
  /** Lets nobody pay it any more; `paid` when somebody was faster. */
  close(payment: AtProvider): Promise<'closed' | 'paid'>
  refund(payment: AtProvider, refund: RefundToSend, notifyUrl: string): Promise<RefundFacts>
  queryRefund(payment: AtProvider, refund: RefundToSend & { providerNo: string }): Promise<RefundFacts | null>
  /** Believes a notice or not. Headers in lower case; the body as it came. */
  readNotice(headers: Readonly<Record<string, string | undefined>>, body: string): ReadNotice | Promise<ReadNotice>
  /** What the provider wants to hear, so that it stops telling, or tells again. */
  answer(taken: boolean): { status: number; type: string; body: string }
  /** The statement of one day in China's time (`2026-11-20`). */
  bill(day: string): Promise<BillRow[]>
}
