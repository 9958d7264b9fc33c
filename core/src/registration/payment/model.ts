import { z } from 'zod'
import { box, optionalMoment } from '#core/kernel/fields.ts'
import { optionalLine, optionalProseSchema, type Locale, type Text } from '#core/kernel/text.ts'
import { methodsOf, providerNames, type Method, type ProviderName, type Started } from './providers/provider.ts'

export const paymentStates = ['open', 'paid', 'failed', 'closed'] as const
export type PaymentState = (typeof paymentStates)[number]
/** What a paid payment was for; '' while it is not paid. */
export type Outcome = '' | 'booked' | 'late' | 'twice'

/** One try to pay an order. Amounts are fen of CNY. */
export interface Payment {
  communityId: string
  id: string
  eventId: string
  orderId: string
  provider: ProviderName
  method: string
  outTradeNo: string
  amountFen: number
  sandbox: boolean
  state: PaymentState
  outcome: Outcome
  providerNo: string
  started: unknown
  proofPath: string | null
  proofName: string
  proofType: string
  proofAt: Date | null
  confirmedBy: string
  note: string
  createdAt: Date
  expiresAt: Date | null
  paidAt: Date | null
  closedAt: Date | null
  askedAt: Date | null
}

/** A notice as it is kept. */
export interface NoticeRow {
  id: string
  provider: string
  noticeNo: string
  paymentId: string | null
  kind: 'paid' | 'refunded' | 'other'
  verdict: 'taken' | 'again' | 'late' | 'refused'
  reason: string
  amountFen: number | null
  receivedAt: Date
}

export const refundCauses = ['cancelled', 'late', 'twice', 'goodwill'] as const
export type RefundCause = (typeof refundCauses)[number]
export const refundStates = ['asked', 'due', 'sent', 'done', 'failed', 'refused'] as const
export type RefundState = (typeof refundStates)[number]

/** Money on its way back. */
export interface Refund {
  communityId: string
  id: string
  eventId: string
  orderId: string
  paymentId: string
  outRefundNo: string
  amountFen: number
  lineId: string | null
  reason: string
  cause: RefundCause
  state: RefundState
  providerNo: string
  problem: string
  tries: number
  createdAt: Date
  nextAt: Date | null
  sentAt: Date | null
  doneAt: Date | null
}

/** How an event is paid. */
export interface PaymentSetting {
  without: string[]
  offline: boolean
  instructions: Text
  codePath: string | null
  codeName: string
  codeType: string
  offlineDays: number
  hostEntity: string
  fapiao: boolean
  refunds: 'self' | 'ask' | 'none'
  refundUntil: Date | null
  revision: number
}

/** How an event is paid of which nobody has said otherwise. */
export const defaultSetting: PaymentSetting = {
  without: [],
  offline: false,
  instructions: {},
  codePath: null,
  codeName: '',
  codeType: '',
  offlineDays: 3,
  hostEntity: '',
  fapiao: false,
  refunds: 'ask',
  refundUntil: null,
  revision: 0,
}

const methods: readonly string[] = Object.values(methodsOf).flat()
const isMethod = (value: string): value is Method => methods.includes(value)

/** How somebody wants to pay; never how much. */
export const startSchema = z
  .object({
    provider: z.enum(providerNames),
    method: z.string().refine(isMethod, { params: { code: 'field.invalid' } }),
    openid: z
      .string()
      .regex(/^[\w-]{1,128}$/)
      .optional(),
    ip: z.string().max(45).optional(),
  })
  .refine(({ provider, method }) => methodsOf[provider].some((one) => one === method), {
    path: ['method'],
    params: { code: 'field.invalid' },
  })
export type StartInput = z.input<typeof startSchema>

/** What organisers say about paying their event. */
export const settingSchema = z.object({
  without: z.array(z.enum(providerNames)).default([]),
  offline: box,
  instructions: optionalProseSchema(2000),
  offlineDays: z.coerce.number({ error: 'field.number' }).int().min(1).max(30).default(3),
  hostEntity: optionalLine(100),
  fapiao: box,
  refunds: z.enum(['self', 'ask', 'none']).default('ask'),
  refundUntil: optionalMoment,
})
export type SettingInput = z.input<typeof settingSchema>

/** A way to pay as the order's page offers it. */
export interface Offer {
  provider: ProviderName
  methods: readonly Method[]
  sandbox: boolean
}

/** A payment as the one who pays sees it. */
export interface PaymentView {
  id: string
  provider: ProviderName
  method: string
  amountFen: number
  state: PaymentState
  outcome: Outcome
  sandbox: boolean
  started: Started | null
  proofName: string
  proofAt: Date | null
  note: string
  expiresAt: Date | null
  paidAt: Date | null
}

/** Who is written to about money. */
export interface Buyer {
  name: string
  email: string
  locale: Locale
}
