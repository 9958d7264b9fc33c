import { z } from 'zod'
import { box } from '#core/kernel/fields.ts'
import { asLocale, type Locale } from '#core/kernel/text.ts'
import { emailSchema, nameSchema, phoneSchema } from '#core/people/person/model.ts'
import { rawAnswersSchema, type GivenAnswer } from '../questions/model.ts'

export const orderStates = ['review', 'held', 'placed', 'done', 'declined', 'cancelled', 'expired'] as const
export type OrderState = (typeof orderStates)[number]

/** A hold, and what becomes of it. */
export interface Order {
  communityId: string
  id: string
  eventId: string
  code: string
  state: OrderState
  name: string
  phone: string
  email: string
  locale: Locale
  channelId: string | null
  voucherId: string | null
  noticeVersion: string
  totalFen: number
  paidFen: number
  createdAt: Date
  expiresAt: Date | null
  placedAt: Date | null
  /** Let in after somebody looked at it; null for what needed no look. */
  approvedAt: Date | null
  doneAt: Date | null
  closedAt: Date | null
  reason: string
  linkVersion: number
  erasedAt: Date | null
}

/** asked: under review · held: counted · booked: counted as its registration · free: given back. */
export type LineState = 'asked' | 'held' | 'booked' | 'free'

/** One thing of an order: a ticket, or what is added to one. */
export interface OrderLine {
  communityId: string
  id: string
  orderId: string
  eventId: string
  /** Null: the plain seat of an event without types. */
  ticketTypeId: string | null
  forLineId: string | null
  position: number
  priceFen: number
  state: LineState
  byVoucher: boolean
  name: string
  phone: string
  email: string
  /** As `takeAnswers` gave them. */
  answers: GivenAnswer[]
  consents: string[]
  registrationId: string | null
}

const amount = z
  .union([z.number(), z.string(), z.null()])
  .optional()
  .transform((value) => (value === '' || value === undefined || value === null ? null : Number(value)))
  .pipe(z.number({ error: 'field.number' }).int().min(0).max(100_000_000).nullable())

/** What somebody wants to hold: how many of which types, and what is added to each ticket. */
export const holdSchema = z.object({
  lines: z
    .array(
      z.object({
        /** '' for the plain seat of an event without types. */
        typeId: z.union([z.literal(''), z.uuid()]).transform((id) => (id === '' ? null : id)),
        seats: z.coerce.number({ error: 'field.number' }).int().min(0).max(100),
        /** Where the price is open: what one wants to pay for each, in fen. */
        chosenFen: amount,
      }),
    )
    .max(50),
  voucher: z
    .string()
    .default('')
    .transform((code) => normaliseVoucher(code)),
  channel: z
    .string()
    .default('')
    .transform((slug) => /^[a-z0-9-]{1,60}$/.exec(slug.trim().toLowerCase())?.[0] ?? ''),
  locale: z.string().default('zh').transform(asLocale),
})
export type HoldInput = z.input<typeof holdSchema>
export type HoldValues = z.output<typeof holdSchema>

/** A voucher's code as it is stored: full-width letters, case and spaces forgiven. */
export function normaliseVoucher(typed: string): string {
  return typed.normalize('NFKC').toUpperCase().replace(/\s/g, '').slice(0, 40)
}

/** What is filled in for one seat; companions may do without contacts of their own. */
export const seatSchema = z.object({
  lineId: z.uuid(),
  name: nameSchema,
  phone: phoneSchema,
  email: emailSchema,
  /** By the questions' keys; held against the event's questions by `takeAnswers`. */
  answers: rawAnswersSchema.default({}),
  consents: z.object({ photos: box, news: box }).prefault({}),
})

/** The form of an order: who orders, who comes, and the consent for all of them. */
export const fillSchema = z
  .object({
    name: nameSchema,
    phone: phoneSchema,
    email: emailSchema,
    locale: z.string().default('zh').transform(asLocale),
    consents: z.object({ registration: box }).prefault({}),
    seats: z.array(seatSchema).min(1).max(100),
  })
  .refine((value) => value.phone !== '' || value.email !== '', { path: ['phone'], params: { code: 'field.contact' } })
  .refine((value) => value.consents.registration, { path: ['consents.registration'], params: { code: 'field.consent' } })
export type FillInput = z.input<typeof fillSchema>
export type FillValues = z.output<typeof fillSchema>
