import { z } from 'zod'
import { momentSchema } from '#core/kernel/fields.ts'
import { urlSchema } from '#core/community/model.ts'
import { line, optionalProseSchema, optionalTextSchema, slugSchema, textSchema, type Text } from '#core/kernel/text.ts'

export const sessionKinds = [
  'warm-up',
  'opening',
  'keynote',
  'talk',
  'lightning',
  'panel',
  'workshop',
  'break',
  'photo',
  'closing',
  'other',
] as const
export type SessionKind = (typeof sessionKinds)[number]

export const levels = ['', 'beginner', 'intermediate', 'advanced'] as const
export type Level = (typeof levels)[number]

export const sessionStates = ['draft', 'confirmed', 'cancelled'] as const
export type SessionState = (typeof sessionStates)[number]

/** An empty field of a form is nothing. */
const orNull = <S extends z.ZodType>(schema: S) => z.preprocess((v) => (v === '' || v === undefined ? null : v), schema.nullable())

/** A box that is ticked: what a form sends, or a boolean. */
const flag = z.preprocess((v) => v === 'on' || v === 'true' || v === true, z.boolean())

const minutesSchema = z.coerce.number().int().min(1).max(1440)

export const hallSchema = z.object({
  name: textSchema(80),
  seats: orNull(z.coerce.number().int().min(0).max(1_000_000)),
})
export type HallInput = z.input<typeof hallSchema>

/** One speaker as typed. `personId` names somebody who is known; without it a name in use is the same person unless `another`. */
export const speakerSchema = z.object({
  personId: orNull(z.uuid()),
  name: line(60),
  affiliation: optionalTextSchema(120),
  another: flag.default(false),
})
export type SpeakerInput = z.input<typeof speakerSchema>
export const speakersSchema = z.array(speakerSchema).max(20)

export const sessionSchema = z.object({
  title: textSchema(200),
  kind: z.enum(sessionKinds, { error: 'field.invalid' }).default('talk'),
  abstract: optionalProseSchema(10_000),
  level: z.enum(levels, { error: 'field.invalid' }).default(''),
  language: z
    .string()
    .trim()
    .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/, { error: 'field.invalid' })
    .default('zh'),
  slidesUrl: urlSchema,
  note: optionalTextSchema(500),
  mayRecord: flag.default(true),
  hallId: orNull(z.uuid({ error: 'field.invalid' })),
  startsAt: orNull(momentSchema),
  minutes: minutesSchema.default(30),
  state: z.enum(['draft', 'confirmed'], { error: 'field.invalid' }).default('confirmed'),
})
export type SessionInput = z.input<typeof sessionSchema>
export type SessionValues = z.output<typeof sessionSchema>

/** What only a new session takes: its number (the next free one when absent), its name in the address, its speakers. */
export const newSessionSchema = sessionSchema.extend({
  no: orNull(z.coerce.number().int().min(0).max(99_999)),
  slug: orNull(slugSchema),
  speakers: speakersSchema.default([]),
})
export type NewSessionInput = z.input<typeof newSessionSchema>
export type NewSessionValues = z.output<typeof newSessionSchema>

export const moveSchema = z.object({
  startsAt: orNull(momentSchema),
  minutes: minutesSchema.optional(),
  hallId: orNull(z.uuid({ error: 'field.invalid' })).optional(),
  /** True moves everything that follows in the same hall on the same day by the same span. */
  shift: flag.default(false),
})
export type MoveInput = z.input<typeof moveSchema>

export interface Hall {
  id: string
  name: Text
  seats: number | null
  position: number
}

/** Somebody who speaks in a session; the name is the person's own, the affiliation the one for this session. */
export interface Speaker {
  personId: string
  name: string
  affiliation: Text
}

/** One item of the programme. `id` is also its guid in every feed. */
export interface Session {
  id: string
  no: number
  slug: string
  kind: SessionKind
  title: Text
  abstract: Text
  level: Level
  language: string
  slidesUrl: string
  note: Text
  state: SessionState
  mayRecord: boolean
  hallId: string | null
  startsAt: Date | null
  minutes: number
  position: number
  revision: number
  speakers: Speaker[]
}

/** The programme as it stands in the console: the working copy, or what a release made of it. */
export interface Programme {
  halls: Hall[]
  sessions: Session[]
}

/** Items with an own page: others are only lines of the schedule. */
export const talkKinds: ReadonlySet<SessionKind> = new Set(['keynote', 'talk', 'lightning', 'panel', 'workshop'])
export const isTalk = (session: Pick<Session, 'kind'>): boolean => talkKinds.has(session.kind)

/** Items in which the audience rests; they may shrink when a day runs late. */
export const isBreak = (session: Pick<Session, 'kind'>): boolean => session.kind === 'break' || session.kind === 'photo'

/** The planned end; null without a planned start. */
export function endOf(session: Pick<Session, 'startsAt' | 'minutes'>): Date | null {
  return session.startsAt ? new Date(session.startsAt.getTime() + session.minutes * 60_000) : null
}
