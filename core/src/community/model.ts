import { z } from 'zod'
import { momentSchema } from '#core/kernel/fields.ts'
import { line, optionalLine, optionalProseSchema, optionalTextSchema, slugSchema, textSchema, type Text } from '#core/kernel/text.ts'

/** A colour such as #D0412B; '' leaves the product's own. */
export const accentSchema = z
  .string()
  .trim()
  .regex(/^(#[0-9a-fA-F]{6})?$/, { error: 'field.invalid' })
  .default('')

/** A web address that begins with http(s); '' for none. Other schemes (javascript:, data:) are refused. */
export const urlSchema = z
  .string()
  .default('')
  .transform((s) => s.trim())
  .pipe(z.union([z.literal(''), z.url({ protocol: /^https?$/, error: 'field.url' }).max(1000)]))

/** Addresses that belong to the product itself. */
const RESERVED_COMMUNITIES = new Set([
  'api',
  'app',
  'assets',
  'console',
  'files',
  'healthz',
  'live',
  'metrics',
  'notice',
  'outbox',
  'readyz',
  'sandbox',
  'sign-in',
  'sign-out',
  'static',
])
/** Addresses below a community that are not events. */
const RESERVED_EVENTS = new Set(['edition', 'feed', 'new', 'notice', 'settings'])
const freeSlug = (reserved: ReadonlySet<string>) =>
  slugSchema.refine((slug) => !reserved.has(slug), { params: { code: 'field.slug_reserved' } })

export const communitySchema = z.object({
  slug: freeSlug(RESERVED_COMMUNITIES),
  name: textSchema(80),
  about: optionalProseSchema(5000),
  city: optionalTextSchema(40),
  site: urlSchema,
  contact: optionalLine(200),
  accent: accentSchema,
})
export type CommunityInput = z.input<typeof communitySchema>

export interface Community {
  communityId: string
  no: number
  slug: string
  name: Text
  about: Text
  city: Text
  site: string
  contact: string
  accent: string
  noticeVersion: string
  example: boolean
  revision: number
}

export const eventStates = ['draft', 'published', 'over', 'postponed', 'cancelled'] as const
export type EventState = (typeof eventStates)[number]

const count = z.coerce.number({ error: 'field.number' }).int().min(0).max(1_000_000)
/** A whole number or nothing: an empty field of a form is null. */
export const optionalCount = z.preprocess((v) => (v === '' || v === undefined ? null : v), count.nullable())

export const eventSchema = z
  .object({
    slug: freeSlug(RESERVED_EVENTS),
    name: textSchema(120),
    summary: optionalProseSchema(5000),
    purpose: optionalTextSchema(500),
    audience: optionalTextSchema(500),
    city: optionalTextSchema(40),
    venue: optionalTextSchema(120),
    address: optionalTextSchema(200),
    venueNote: optionalTextSchema(500),
    startsAt: momentSchema,
    endsAt: momentSchema,
    timeZone: z
      .string()
      .default('Asia/Shanghai')
      .refine(isTimeZone, { params: { code: 'field.invalid' } }),
    seats: optionalCount,
    cap: optionalCount,
    expected: optionalCount,
    budgetFen: z.int().min(0).default(0),
    retentionDays: z.coerce.number().int().min(1).max(3650).default(180),
    liveUrl: urlSchema,
    editionId: z.uuid().nullable().default(null),
  })
  .refine((e) => e.endsAt > e.startsAt, { path: ['endsAt'], params: { code: 'event.ends_before_start' } })
export type EventInput = z.input<typeof eventSchema>

/** The six questions that make an event: what, why, for whom, how many, when, where. */
export const sixQuestionsSchema = z.object({
  what: line(120),
  why: optionalLine(500),
  forWhom: optionalLine(500),
  howMany: z.coerce.number({ error: 'field.number' }).int().min(1).max(100_000),
  startsAt: momentSchema,
  endsAt: momentSchema,
  city: optionalLine(40),
  where: optionalLine(200),
  slug: freeSlug(RESERVED_EVENTS),
  locale: z.enum(['zh', 'en']).default('zh'),
})
export type SixQuestions = z.input<typeof sixQuestionsSchema>

export interface Event {
  communityId: string
  id: string
  editionId: string | null
  slug: string
  name: Text
  summary: Text
  purpose: Text
  audience: Text
  city: Text
  venue: Text
  address: Text
  venueNote: Text
  startsAt: Date
  endsAt: Date
  timeZone: string
  state: EventState
  /** Chairs in the hall. */
  seats: number | null
  /** Registrations accepted. */
  cap: number | null
  /** How many the organisers count on. */
  expected: number | null
  budgetFen: number
  retentionDays: number
  liveUrl: string
  revision: number
  createdAt: Date
}

export interface Edition {
  id: string
  slug: string
  name: Text
}

export interface Member {
  id: string
  accountId: string
  eventId: string | null
  role: string
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
