import { z } from 'zod'
import { box } from '#core/kernel/fields.ts'
import { asLocale, line } from '#core/kernel/text.ts'
import { emailSchema, nameSchema, phoneSchema } from '#core/people/person/model.ts'

/** How many may wait together where no type of ticket says how many one order may have. */
export const PARTY = 6
/** How many may wait together at most. */
export const LARGEST_PARTY = 20

/** How many people wait, and whether all together or none. */
export const partySchema = z.object({
  seats: z.coerce.number({ error: 'field.number' }).int().min(1).max(LARGEST_PARTY).default(1),
  together: box,
})
export type PartyInput = z.input<typeof partySchema>

/** Somebody's wish to wait: for what, how many, and how they are told. */
export const joinSchema = partySchema
  .extend({
    /** '' for the plain seat of an event without types. */
    ticketType: z.union([z.literal(''), z.uuid()]).default(''),
    name: nameSchema,
    phone: phoneSchema,
    email: emailSchema,
    locale: z.string().default('zh').transform(asLocale),
    channel: z
      .string()
      .default('')
      .transform((slug) => /^[a-z0-9-]{1,60}$/.exec(slug.trim().toLowerCase())?.[0] ?? ''),
    consents: z.object({ registration: box }).prefault({}),
  })
  .refine((value) => value.phone !== '' || value.email !== '', { path: ['phone'], params: { code: 'field.contact' } })
  .refine((value) => value.consents.registration, { path: ['consents.registration'], params: { code: 'field.consent' } })
export type JoinInput = z.input<typeof joinSchema>

/** Why somebody was taken off the list, as they are told. */
export const reasonSchema = line(300)
