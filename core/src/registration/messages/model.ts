import { z } from 'zod'
import { box, momentSchema } from '#core/kernel/fields.ts'
import { cleanLine, cleanLines, locales, type Locale, type Text } from '#core/kernel/text.ts'
import { TYPED_MARKS } from '#core/people/mail/letter.ts'
import type { MailText } from '#core/people/mail/model.ts'

/** What is sent to all who are registered. */
export const messageKinds = ['reminder', 'reconfirm', 'reconfirm_again', 'changed', 'called_off', 'free'] as const
export type PlannedKind = (typeof messageKinds)[number]
/** off: switched off · planned · sending: begun · sent · missed: its moment passed · dropped: nobody needs to be told. */
export type MessageState = 'off' | 'planned' | 'sending' | 'sent' | 'missed' | 'dropped'
/** What becomes of a seat whose holder does not answer in time. */
export const silentRules = ['keep', 'remind', 'release'] as const
export type SilentRule = (typeof silentRules)[number]

/** registered: who holds a seat · type: who holds one of a type · waiting: who is in the waiting list. */
export type Audience = 'registered' | 'type' | 'waiting'
/** A message to all who are registered, at once. */
export const toAll = { sendAt: null, audience: 'registered', ticketTypeId: null } as const

/** What changed, as it is told: the old and the new value in each language; both ways to the same field. */
export interface Change {
  field: 'when' | 'where' | 'state'
  from: Text
  to: Text
}

/** A message to all who are registered. */
export interface PlannedMessage {
  communityId: string
  id: string
  eventId: string
  kind: PlannedKind
  state: MessageState
  /** Its moment: days before the event's day at a wall-clock time there, or hours before the start; neither: at once. */
  daysBefore: number | null
  atTime: string | null
  hoursBefore: number | null
  /** A moment that stands, whatever becomes of the event's own. */
  sendAt: Date | null
  /** Whom it is for; of a type: who holds that one. */
  audience: Audience
  ticketTypeId: string | null
  /** Re-confirmation: until when an answer is awaited, in days before the event's day. */
  untilDays: number | null
  /** As it was told when the question went out: it stands, even if the event moves. */
  answerUntil: Date | null
  silent: SilentRule
  subject: Text
  body: Text
  changes: Change[]
  revision: number
  createdAt: Date
  startedAt: Date | null
  sentAt: Date | null
  closedAt: Date | null
  mailed: number
  withoutMail: number
  released: number
}

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'field.invalid' })
const whole = (min: number, max: number) => z.coerce.number({ error: 'field.number' }).int().min(min).max(max)
/** When the reminder goes out; switched off it waits for nothing. */
export const reminderSchema = z.object({
  on: box,
  unit: z.enum(['days', 'hours']).default('days'),
  daysBefore: whole(0, 60).default(1),
  atTime: clockTime.default('20:00'),
  hoursBefore: whole(1, 72).default(3),
})
export type ReminderInput = z.input<typeof reminderSchema>

/** When people are asked again whether they come, until when, and what happens to the silent ones. */
export const reconfirmSchema = z
  .object({
    on: box,
    daysBefore: whole(1, 60).default(5),
    atTime: clockTime.default('10:00'),
    untilDays: whole(0, 59).default(2),
    silent: z.enum(silentRules).default('keep'),
  })
  // A day is the least that people get for their answer.
  .refine((v) => v.untilDays < v.daysBefore, { path: ['untilDays'], params: { code: 'message.until' } })
export type ReconfirmInput = z.input<typeof reconfirmSchema>

/** When a free text goes out, and to whom: `registered`, `waiting`, or the id of a ticket type. */
export const freePlanSchema = z.object({
  when: z.enum(['now', 'days', 'hours', 'date']).default('now'),
  daysBefore: whole(0, 60).default(1),
  atTime: clockTime.default('10:00'),
  hoursBefore: whole(1, 72).default(3),
  sendAt: z
    .union([z.date(), z.string(), z.null()])
    .optional()
    .transform((value) => (value === '' || value === undefined ? null : value))
    .pipe(momentSchema.nullable()),
  to: z.union([z.enum(['registered', 'waiting']), z.uuid()]).default('registered'),
})
export type FreePlanInput = z.input<typeof freePlanSchema>
export type FreePlan = z.output<typeof freePlanSchema>

/** The community's quiet hours; the same time twice: none. */
export const quietSchema = z.object({ from: clockTime, until: clockTime })
export type QuietInput = z.input<typeof quietSchema>

/** Subject and body as typed: no hidden letters, no marks of letters. */
const subject = z
  .string()
  .default('')
  .transform((typed) => cleanLine(typed.replace(TYPED_MARKS, '')))
  .pipe(z.string().max(150))
const body = z
  .string()
  .default('')
  .transform((typed) => cleanLines(typed.replace(TYPED_MARKS, '')))
  .pipe(z.string().max(10_000))
const wordsSchema = z.object({ subject, body })
/** A kind's words in one or both languages, as a form sends them: an empty pair is the built-in one. */
export const bothWordsSchema = z.object({ zh: wordsSchema.prefault({}), en: wordsSchema.prefault({}) })
export type BothWordsInput = z.input<typeof bothWordsSchema>
export type BothWords = Record<Locale, MailText>

/** A pair of texts from subject and body. */
export function asWords({ subject: s, body: b }: { subject: Text; body: Text }): Partial<BothWords> {
  return Object.fromEntries(
    locales.flatMap((locale) => (s[locale] && b[locale] ? [[locale, { subject: s[locale], body: b[locale] }] as const] : [])),
  )
}
