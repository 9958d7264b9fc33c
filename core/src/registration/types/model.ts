import { z } from 'zod'
import { box, optionalMoment } from '#core/kernel/fields.ts'
import { fenSchema } from '#core/kernel/money.ts'
import { optionalTextSchema, textSchema, type Text } from '#core/kernel/text.ts'

export const categories = ['standard', 'student', 'comp', 'speaker', 'media', 'staff'] as const
export type Category = (typeof categories)[number]

const optionalCount = (maximum: number) =>
  z
    .union([z.number(), z.string(), z.null()])
    .optional()
    .transform((value) => (value === '' || value === undefined || value === null ? null : Number(value)))
    .pipe(z.number({ error: 'field.number' }).int().min(0).max(maximum).nullable())
const few = z.coerce.number({ error: 'field.number' }).int().min(1).max(100)
const price = fenSchema.min(0).max(100_000_000)

const fields = {
  name: textSchema(60),
  about: optionalTextSchema(300),
  category: z.enum(categories).default('standard'),
  /** Whether it takes a seat under the event's cap; never so of an add-on. */
  counts: box,
  /** open: whoever registers says how much, `priceFen` at least. */
  pricing: z.enum(['fixed', 'open']).default('fixed'),
  priceFen: price.default(0),
  earlyFen: price.nullable().default(null),
  earlyUntil: optionalMoment,
  earlyCount: optionalCount(1_000_000),
  sellsFrom: optionalMoment,
  sellsUntil: optionalMoment,
  hidden: box,
  review: box,
  perOrder: few.default(1),
  /** Not said: as many as in one order. */
  perPerson: few.optional(),
}

/** What an edit can change: all but what it is (a ticket or an add-on) and what it is a variant of. */
export const typeSchema = z
  .object(fields)
  .refine((t) => t.sellsFrom === null || t.sellsUntil === null || t.sellsUntil > t.sellsFrom, {
    path: ['sellsUntil'],
    params: { code: 'event.ends_before_start' },
  })
  .refine((t) => t.earlyFen === null || t.earlyUntil !== null || t.earlyCount !== null, {
    path: ['earlyUntil'],
    params: { code: 'registration.early_end' },
  })
  .refine((t) => t.earlyFen !== null || (t.earlyUntil === null && t.earlyCount === null), {
    path: ['earlyFen'],
    params: { code: 'field.required' },
  })
  .refine((t) => t.earlyFen === null || (t.pricing === 'fixed' && t.earlyFen < t.priceFen), {
    path: ['earlyFen'],
    params: { code: 'registration.early_price' },
  })
  .refine((t) => (t.perPerson ?? t.perOrder) >= t.perOrder, {
    path: ['perPerson'],
    params: { code: 'registration.person_under_order' },
  })
  .transform((t) => ({ ...t, perPerson: t.perPerson ?? t.perOrder }))
export type TypeInput = z.input<typeof typeSchema>
export type TypeValues = z.output<typeof typeSchema>

/** What a new type is besides; `variants`: names (S, M, L) of sizes that are made with an add-on. */
export const newTypeSchema = z.object({
  kind: z.enum(['ticket', 'addon']).default('ticket'),
  parentId: z
    .union([z.literal(''), z.uuid(), z.null()])
    .default(null)
    .transform((id) => id || null),
  variants: z.array(textSchema(40)).max(30).default([]),
})
export type NewTypeInput = TypeInput & z.input<typeof newTypeSchema>

/** Something to register for, as staff see it. */
export interface TicketType extends TypeValues {
  id: string
  kind: 'ticket' | 'addon'
  parentId: string | null
  position: number
  /** Held, registered, and kept for vouchers. */
  taken: number
  retiredAt: Date | null
  revision: number
}

export const quotaSchema = z.object({
  name: textSchema(60),
  /** Null: counted, not limited. */
  size: optionalCount(1_000_000),
  /** Which types need a place of it. */
  typeIds: z
    .array(z.uuid())
    .max(200)
    .default([])
    .transform((ids) => [...new Set(ids)].sort()),
})
export type QuotaInput = z.input<typeof quotaSchema>
export type QuotaValues = z.output<typeof quotaSchema>

/** A number of places that several types share. */
export interface Quota {
  id: string
  name: Text
  size: number | null
  taken: number
  typeIds: string[]
  revision: number
}

/** Prices in fen of the usual set: a standard ticket with an early price, and one for students. 0 makes both free. */
export const usualSchema = z.object({
  standardFen: price,
  studentFen: price,
  earlyFen: price.nullable().default(null),
  earlyUntil: optionalMoment,
})
export type UsualInput = z.input<typeof usualSchema>
