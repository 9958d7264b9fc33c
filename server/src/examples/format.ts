import { z } from 'zod'
import { eventStates } from '@kaichang/core/community/model.ts'
import { duties } from '@kaichang/core/team/model.ts'
import { noteKinds } from '@kaichang/core/plan/model.ts'
import { contactKinds, pledgeStates, supportKinds } from '@kaichang/core/partners/model.ts'
import { metrics } from '@kaichang/core/stage/model.ts'
import { lists } from '@kaichang/core/door/model.ts'
import { sessionKinds } from '@kaichang/core/programme/model.ts'

/** A text in both languages, as the files write it. */
const text = z.strictObject({ zh: z.string().optional(), en: z.string().optional() })
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const clockTime = z.string().regex(/^\d{2}:\d{2}(:\d{2})?$/)
/** Local time of the event: `2019-10-26 13:38:49`, seconds optional. */
const localTime = z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$/)
const count = z.int().min(0)

/** What may happen, one thing a step; each is carried out by the action that pages use. */
export const stepKinds = {
  proposal: z.strictObject({
    key: z.string(),
    title: text,
    what: text.optional(),
    why: text.optional(),
    howMany: count.optional(),
    plannedFor: day.optional(),
  }),
  acceptProposal: z.string(),
  shelve: z.strictObject({ key: z.string(), reason: text }),
  revive: z.string(),
  closeAttempt: z.strictObject({ key: z.string(), registered: count, came: count, lesson: text }),
  planFromTemplate: z.literal(true),
  /** Ticks every task that was due by this day, at the evening of the day on which it was due. */
  tickDone: day,
  note: z.strictObject({ kind: z.enum(noteKinds), title: text, detail: text.optional(), present: count.optional() }),
  considerDate: day,
  rejectDate: z.strictObject({ day, reason: text }),
  chooseDate: z.strictObject({ day, reason: text }),
  budgetLine: z.strictObject({ kind: z.enum(['income', 'expense']), title: text, planned: count }),
  volunteer: z.strictObject({ name: z.string(), duty: z.enum(duties) }),
  introduction: z.strictObject({
    from: z.string(),
    fromKind: z.enum(contactKinds),
    to: z.string(),
    toKind: z.enum(contactKinds),
    ledTo: text,
    day: day.optional(),
  }),
  /** Amounts in yuan. */
  partner: z.strictObject({
    name: z.string(),
    kinds: z.array(z.enum(supportKinds)),
    state: z.enum(pledgeStates),
    amount: count.optional(),
    what: text,
  }),
  /** The promised money of a partner came in. */
  received: z.strictObject({ name: z.string() }),
  session: z.strictObject({
    no: count,
    slug: z.string(),
    kind: z.enum(sessionKinds),
    title: text,
    starts: clockTime,
    minutes: z.int().min(1),
    note: text.optional(),
    slidesUrl: z.string().optional(),
    speakers: z.array(z.strictObject({ name: z.string(), affiliation: text.optional() })).optional(),
  }),
  releaseSchedule: z.literal(true),
  state: z.enum(eventStates),
  channel: z.strictObject({ slug: z.string(), name: text }),
  openRegistration: z.literal(true),
  closeRegistration: z.literal(true),
  /** Generated attendees: how many a day through each channel. */
  registrations: z.array(z.strictObject({ channel: z.string(), days: z.record(day, count) })),
  /** Generated arrivals: `people` on each list, of whom `fresh` (all, on the first) were not there before. */
  checkIns: z.strictObject({
    desk: text,
    lists: z.array(z.strictObject({ list: z.enum(lists), from: clockTime, to: clockTime, people: count, fresh: count.optional() })),
  }),
  actual: z.strictObject({ no: count, starts: clockTime, ends: clockTime.optional(), overrun: count.optional() }),
  figure: z.strictObject({ metric: z.enum(metrics), platform: z.string(), value: count, note: text.optional() }),
  /** Recordings of silence under these names. */
  recordings: z.array(z.strictObject({ name: z.string(), seconds: z.int().min(1).max(600) })),
  publishRecordings: z.literal(true),
  recap: z.strictObject({ locales: z.array(z.enum(['zh', 'en'])) }),
}
export type StepKind = keyof typeof stepKinds
export type StepValue<K extends StepKind> = z.output<(typeof stepKinds)[K]>

/** Steps that carry their own times. */
const TIMELESS: readonly string[] = ['registrations', 'checkIns']

const stepSchema = z
  .strictObject({ at: localTime.optional(), ...z.object(stepKinds).partial().shape })
  .refine((step) => Object.keys(step).filter((key) => key !== 'at').length === 1, { error: 'a step does exactly one thing' })
  .refine((step) => step.at !== undefined || Object.keys(step).some((key) => TIMELESS.includes(key)), {
    error: 'a step needs its time: at',
  })
export type Step = z.output<typeof stepSchema>

/** An example: a community, one event of it, and what happened, in order of time. */
export const exampleSchema = z.strictObject({
  seed: z.int(),
  community: z.strictObject({
    slug: z.string(),
    name: text,
    about: text,
    city: text.optional(),
    site: z.string().optional(),
    contact: z.string().optional(),
    accent: z.string().optional(),
  }),
  edition: z.strictObject({ slug: z.string(), name: text }).optional(),
  event: z.strictObject({
    at: localTime,
    slug: z.string(),
    name: text,
    summary: text,
    purpose: text,
    audience: text,
    city: text,
    venue: text,
    address: text.optional(),
    venueNote: text.optional(),
    starts: localTime,
    ends: localTime,
    seats: count,
    cap: count,
    expected: count,
    budget: count.optional(),
  }),
  steps: z.array(stepSchema),
})
export type Example = z.output<typeof exampleSchema>
