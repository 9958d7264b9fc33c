import { z } from 'zod'
import { box, optionalMoment } from '#core/kernel/fields.ts'
import { asLocale, textSchema, type Locale, type Text } from '#core/kernel/text.ts'
import { emailSchema, nameSchema, phoneSchema } from '#core/people/person/model.ts'
import { rawAnswersSchema } from './questions/model.ts'

/** What people may agree to when they register; the first one is required, none is ticked beforehand. */
export const registrationConsents = ['registration', 'photos', 'news'] as const
export type RegistrationConsent = (typeof registrationConsents)[number]

const consentsSchema = z.object({ registration: box, photos: box, news: box }).prefault({})

const contactGiven = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || ['phone', 'email'].some((kind) => !['', undefined].includes(Reflect.get(value, kind)))
/** Told together with the other fields' faults, so that nobody corrects a form twice. */
const always = { when: () => true }

/** Somebody's booking: a name, a phone number and/or an e-mail address, and what they agree to. */
export const registrationSchema = z
  .object({
    name: nameSchema,
    phone: phoneSchema,
    email: emailSchema,
    locale: z.string().default('zh').transform(asLocale),
    /** Slug of the entrance by which they came; unknown ones count as none. */
    channel: z
      .string()
      .default('')
      .transform((slug) => /^[a-z0-9-]{1,60}$/.exec(slug.trim().toLowerCase())?.[0] ?? ''),
    /** Id of the ticket type; '' for the one there is. */
    ticketType: z
      .string()
      .default('')
      .transform((id) => id.trim().toLowerCase())
      .pipe(z.union([z.literal(''), z.uuid()], { error: 'field.invalid' })),
    consents: consentsSchema,
    /** Answers to the event's own questions by their keys; held against them by `takeAnswers`. */
    answers: rawAnswersSchema.optional(),
  })
  .refine(contactGiven, { ...always, path: ['phone'], params: { code: 'field.contact' } })
  .refine((value) => value?.consents?.registration !== false, {
    ...always,
    path: ['consents.registration'],
    params: { code: 'field.consent' },
  })
export type RegistrationInput = z.input<typeof registrationSchema>
export type RegistrationValues = z.output<typeof registrationSchema>

/** What a ticket's holder may change. */
export const bookingSchema = z
  .object({
    name: nameSchema,
    phone: phoneSchema,
    email: emailSchema,
    locale: z.string().default('zh').transform(asLocale),
    consents: z.object({ photos: box, news: box }).prefault({}),
  })
  .refine(contactGiven, { ...always, path: ['phone'], params: { code: 'field.contact' } })
export type BookingInput = z.input<typeof bookingSchema>

/** From when until when people may register; null leaves that end to the switch and to the event's own end. */
export const windowSchema = z
  .object({ opensAt: optionalMoment, closesAt: optionalMoment })
  .refine((w) => w.opensAt === null || w.closesAt === null || w.closesAt > w.opensAt, {
    path: ['closesAt'],
    params: { code: 'event.ends_before_start' },
  })
export type WindowInput = z.input<typeof windowSchema>

/** How long seats are held, and what people may do with them. */
export const holdingSchema = z.object({
  holdMinutes: z.coerce.number({ error: 'field.number' }).int().min(1).max(1440),
  payMinutes: z.coerce.number({ error: 'field.number' }).int().min(5).max(20_160),
  offerHours: z.coerce.number({ error: 'field.number' }).int().min(1).max(168),
  waitingOpen: box,
  handoverUntil: optionalMoment,
})
export type HoldingInput = z.input<typeof holdingSchema>

const optionalShare = z
  .union([z.number(), z.string(), z.null()])
  .optional()
  .transform((value) => (value === '' || value === undefined || value === null ? null : Number(value)))
  .pipe(z.number({ error: 'field.number' }).int().min(0).max(1_000_000).nullable())

/** An entrance with a link of its own. */
export const channelSchema = z.object({
  slug: z
    .string()
    .transform((s) => s.trim().toLowerCase())
    .pipe(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, { error: 'field.slug' })),
  name: textSchema(60),
  share: optionalShare,
})
export type ChannelInput = z.input<typeof channelSchema>

export interface Channel {
  id: string
  slug: string
  name: Text
  /** At most so many seats of the cap through this entrance; null: no share of its own. */
  share: number | null
  clicks: number
  taken: number
  /** No longer passed on; its old link counts on, without a share. */
  retiredAt: Date | null
}

/** The event's counter and switch. */
export interface SeatCounter {
  taken: number
  open: boolean
  opensAt: Date | null
  closesAt: Date | null
  /** How long seats are held: while a form is filled in, while money is awaited, for somebody who waited. */
  holdMinutes: number
  payMinutes: number
  offerHours: number
  /** Whether people may wait when there is no seat. */
  waitingOpen: boolean
  /** Until when a ticket may be handed to somebody else; null: until the event begins. */
  handoverUntil: Date | null
}

export interface Registration {
  communityId: string
  id: string
  eventId: string
  personId: string
  /** Null: the plain seat of an event without types. */
  ticketTypeId: string | null
  channelId: string | null
  /** The order it came with; null: registered for at once. */
  orderId: string | null
  code: string
  state: 'registered' | 'cancelled'
  phone: string
  email: string
  locale: Locale
  /** The notice that was agreed to with this booking; '' before it was kept here. */
  noticeVersion: string
  linkVersion: number
  registeredAt: Date
  cancelledAt: Date | null
  erasedAt: Date | null
}

/** One row of the staff's list; contacts are masked unless the reader may see them. */
export interface RegistrationRow {
  id: string
  code: string
  name: string
  phone: string
  email: string
  state: 'registered' | 'cancelled'
  channel: Text | null
  registeredAt: Date
  cancelledAt: Date | null
}
