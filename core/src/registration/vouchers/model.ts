import { z } from 'zod'
import { box, optionalMoment } from '#core/kernel/fields.ts'
import { optionalLine } from '#core/kernel/text.ts'
import { normaliseVoucher } from '../orders/model.ts'

export const effects = ['none', 'percent', 'amount', 'price'] as const
export type Effect = (typeof effects)[number]

/** Codes made or brought in at once. */
export const MOST_CODES = 5_000

/** A code as people type it: letters of any script, digits, hyphens; it begins with a letter or digit, so no spreadsheet reckons it. */
export const codeSchema = z
  .string()
  .transform(normaliseVoucher)
  .pipe(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{3,39}$/u, { error: 'registration.voucher_code' }))

const ticketTypeId = z
  .union([z.literal(''), z.uuid(), z.null()])
  .default(null)
  .transform((id) => id || null)
const maxUses = z.coerce.number({ error: 'field.number' }).int().min(1).max(100_000).default(1)
const endsLater = {
  holds: (v: { validFrom: Date | null; validUntil: Date | null }): boolean =>
    v.validFrom === null || v.validUntil === null || v.validUntil > v.validFrom,
  told: { path: ['validUntil'], params: { code: 'event.ends_before_start' } },
}
const keepsOfOneType = {
  holds: (v: { reserves: boolean; ticketTypeId: string | null }): boolean => !v.reserves || v.ticketTypeId !== null,
  told: { path: ['ticketTypeId'], params: { code: 'registration.voucher_reserves_type' } },
}

/** What a voucher does. percent: `value` of a hundred off · amount: `value` fen off · price: costs `value` fen · none: only opens or reserves. */
export const termsSchema = z
  .object({
    effect: z.enum(effects).default('none'),
    value: z.coerce.number({ error: 'field.number' }).int().min(0).max(100_000_000).default(0),
    /** '' for every type of the event. */
    ticketTypeId,
    /** How often each code serves. */
    maxUses,
    reserves: box,
    validFrom: optionalMoment,
    validUntil: optionalMoment,
    /** What they were made for; never shown to who uses them. */
    note: optionalLine(120),
    batch: optionalLine(60),
  })
  .transform((terms) => (terms.effect === 'none' ? { ...terms, value: 0 } : terms))
  .refine((v) => v.effect !== 'percent' || (v.value >= 1 && v.value <= 100), {
    path: ['value'],
    params: { code: 'registration.voucher_percent' },
  })
  .refine((v) => v.effect !== 'amount' || v.value > 0, { path: ['value'], params: { code: 'field.required' } })
  .refine(endsLater.holds, endsLater.told)
  .refine(keepsOfOneType.holds, keepsOfOneType.told)
export type TermsInput = z.input<typeof termsSchema>
export type Terms = z.output<typeof termsSchema>

/** What an edit can change: not the code, which is printed somewhere, nor what it does to prices that were told. */
export const editSchema = z
  .object({ ticketTypeId, maxUses, reserves: box, validFrom: optionalMoment, validUntil: optionalMoment })
  .refine(endsLater.holds, endsLater.told)
  .refine(keepsOfOneType.holds, keepsOfOneType.told)
export type EditValues = z.output<typeof editSchema>
/** `noteWas`: the note as the form was opened with. */
export const noteSchema = z.object({ note: optionalLine(120), noteWas: optionalLine(120).nullable().default(null) })
export type EditInput = z.input<typeof editSchema> & z.input<typeof noteSchema>

/** How many codes to draw, and what they begin with; or one code of one's own. */
export const drawSchema = z.object({
  code: z.union([z.literal(''), codeSchema]).default(''),
  count: z.coerce.number({ error: 'field.number' }).int().min(1).max(MOST_CODES).default(1),
  prefix: z
    .string()
    .default('')
    .transform(normaliseVoucher)
    .pipe(z.string().regex(/^[\p{L}\p{N}]{0,12}$/u, { error: 'registration.voucher_code' })),
})
export type DrawInput = z.input<typeof drawSchema>

/** A voucher as staff see it. */
export interface Voucher {
  id: string
  code: string
  note: string
  batch: string
  effect: Effect
  value: number
  ticketTypeId: string | null
  maxUses: number
  used: number
  reserves: boolean
  kept: number
  validFrom: Date | null
  validUntil: Date | null
  retiredAt: Date | null
  createdAt: Date
  revision: number
}
