import { z } from 'zod'
import { fenSchema } from '#core/kernel/money.ts'
import { optionalProseSchema, optionalTextSchema, textSchema, type Text } from '#core/kernel/text.ts'
import { optionalCount } from '#core/community/model.ts'

/** A calendar day, YYYY-MM-DD, that exists. */
export const daySchema = z.iso.date({ error: 'field.date' })
const optionalDay = z.preprocess((v) => (v === '' || v === undefined ? null : v), daySchema.nullable())
const optionalId = z.preprocess((v) => (v === '' || v === undefined ? null : v), z.uuid().nullable())

/** Where a task is done: the rooms of the console. */
export const taskRooms = ['plan', 'team', 'partners', 'programme', 'registration', 'door', 'stage', 'archive', 'story', 'handover'] as const
export type TaskRoom = (typeof taskRooms)[number]

export const proposalSchema = z.object({
  title: textSchema(120),
  what: optionalProseSchema(5000),
  why: optionalTextSchema(500),
  forWhom: optionalTextSchema(500),
  howMany: optionalCount,
  plannedFor: optionalDay,
  whereText: optionalTextSchema(200),
})
export type ProposalInput = z.input<typeof proposalSchema>

export const proposalStates = ['open', 'shelved', 'revived', 'accepted', 'done'] as const
export type ProposalState = (typeof proposalStates)[number]

export interface Proposal extends z.output<typeof proposalSchema> {
  id: string
  state: ProposalState
  /** Why it was shelved. */
  reason: Text
  registered: number | null
  came: number | null
  lesson: Text
  revision: number
  createdAt: Date
}

/** What an attempt came to. */
export const outcomeSchema = z.object({ registered: optionalCount, came: optionalCount, lesson: optionalTextSchema(500) })
export type OutcomeInput = z.input<typeof outcomeSchema>

export const dateStates = ['considered', 'rejected', 'chosen'] as const
export interface DateOption {
  id: string
  day: string
  state: (typeof dateStates)[number]
  /** What speaks for it, or the objection. */
  reason: Text
}

export const taskSchema = z.object({
  title: textSchema(120),
  detail: optionalProseSchema(2000),
  room: z.enum(taskRooms).default('plan'),
  /** Days from the event's day: −14 is two weeks before. */
  dayOffset: z.coerce.number({ error: 'field.number' }).int().min(-730).max(730),
  ownerId: optionalId.default(null),
})
export type TaskInput = z.input<typeof taskSchema>
export type TaskValues = z.output<typeof taskSchema>

export interface Task extends TaskValues {
  id: string
  /** Name of the owner, '' when nobody has claimed it. */
  ownerName: string
  state: 'open' | 'done' | 'dropped'
  doneAt: Date | null
  position: number
  revision: number
}

export const noteKinds = ['meeting', 'decision', 'milestone'] as const
export type NoteKind = (typeof noteKinds)[number]
export const noteSchema = z.object({
  kind: z.enum(noteKinds),
  day: daySchema,
  title: textSchema(200),
  detail: optionalProseSchema(5000),
  present: optionalCount.default(null),
})
export type NoteInput = z.input<typeof noteSchema>
export interface Note extends z.output<typeof noteSchema> {
  id: string
}

export const budgetLineSchema = z.object({
  kind: z.enum(['income', 'expense']),
  title: textSchema(120),
  plannedFen: fenSchema.min(0).default(0),
  /** What it really was; null while unknown. */
  actualFen: fenSchema.min(0).nullable().default(null),
})
export type BudgetLineInput = z.input<typeof budgetLineSchema>
export type BudgetLineValues = z.output<typeof budgetLineSchema>
export interface BudgetLine extends BudgetLineValues {
  id: string
  position: number
  revision: number
}

/** Everything of the road before an event that this room keeps. */
export interface Plan {
  proposals: Proposal[]
  dates: DateOption[]
  tasks: Task[]
  notes: Note[]
}
