import { z } from 'zod'
import { box } from '#core/kernel/fields.ts'
import { optionalTextSchema, textSchema, type Text } from '#core/kernel/text.ts'

export const questionKinds = ['short', 'long', 'choice', 'choices', 'number', 'date', 'file', 'consent'] as const
export type QuestionKind = (typeof questionKinds)[number]

/** Whom a question asks: everybody who gets a seat, or whoever orders, once. */
export const askedOf = ['person', 'order'] as const
export type AskedOf = (typeof askedOf)[number]

/** Questions of one event at most: a form that asks more is not filled in. */
export const MOST_QUESTIONS = 40
/** What a short and a long answer hold at most, in characters. */
export const LONGEST = { short: 200, long: 2000 } as const
/** An uploaded file waits so long for its form. */
export const UPLOAD_MINUTES = 120
/** A consent's one value, where another question hangs on it. */
export const AGREED = 'yes'

/** One of the answers that can be chosen. */
export interface Option {
  key: string
  label: Text
}

/** When a question is asked: another one's answer is, or contains, one of these values. */
export interface Condition {
  questionId: string
  anyOf: string[]
}

/** What whoever registers is asked beside name and contact. */
export interface Question {
  communityId: string
  id: string
  eventId: string
  /** Its name for programs and forms; stays when the words change. */
  key: string
  kind: QuestionKind
  label: Text
  help: Text
  options: Option[]
  /** For numbers: the smallest and the largest that is taken. */
  lowest: number | null
  highest: number | null
  unit: Text
  required: boolean
  /** Why it is asked. */
  purpose: Text
  /** The answers go so many days after the event's end. */
  keepDays: number
  /** Why they are kept longer than everything else about the event's attendees. */
  keepReason: Text
  askedOf: AskedOf
  /** Null: always asked. */
  shownIf: Condition | null
  /** Ticket types that it is asked for; empty: all. */
  typeIds: string[]
  position: number
  archivedAt: Date | null
  revision: number
}

/** A text, an option's key, a date (2026-12-05), the id of a file · several options' keys · a number · a consent that was given. */
export type AnswerValue = string | string[] | number | true

/** Answers by their questions' keys. */
export type Answers = Record<string, AnswerValue>

/** An answer as it is written: by the question's id, since a key may go over to a newer question. */
export interface GivenAnswer {
  questionId: string
  value: AnswerValue
  /** The value is the id of an answer_file. */
  file: boolean
}

/** Answers as they come in from a form or a program, not yet held against the questions. */
export const rawAnswersSchema = z
  .record(z.string().max(60), z.unknown())
  .refine((answers) => Object.keys(answers).length <= 2 * MOST_QUESTIONS, { params: { code: 'field.invalid' } })

// A key stands in names of form fields: no dots, not a bare number, nothing that objects already have.
const keySchema = z
  .string()
  .transform((key) => key.trim().toLowerCase())
  .pipe(z.string().regex(/^(?!constructor$|prototype$)[a-z][a-z0-9_-]{0,39}$/, { error: 'question.key' }))

const optionSchema = z.object({
  key: z
    .string()
    .transform((key) => key.trim().toLowerCase())
    .pipe(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, { error: 'question.key' })),
  label: textSchema(120),
})

const optionalNumber = z
  .union([z.number(), z.string(), z.null()])
  .optional()
  .transform((value) => (value === '' || value === undefined || value === null ? null : Number(value)))
  .pipe(z.number({ error: 'field.number' }).min(-1e12).max(1e12).nullable())

const ids = z.array(z.uuid()).max(100).default([])

/** A question as its editor says it. What does not belong to its kind is dropped. */
export const questionSchema = z
  .object({
    key: keySchema,
    kind: z.enum(questionKinds),
    label: textSchema(200),
    help: optionalTextSchema(500),
    options: z.array(optionSchema).max(60).default([]),
    lowest: optionalNumber,
    highest: optionalNumber,
    unit: optionalTextSchema(20),
    required: box,
    purpose: textSchema(300),
    keepDays: z.coerce.number({ error: 'field.number' }).int().min(0).max(3650),
    keepReason: optionalTextSchema(300),
    askedOf: z.enum(askedOf).default('person'),
    shownIf: z
      .object({ questionId: z.uuid(), anyOf: z.array(z.string().max(40)).min(1).max(60) })
      .nullable()
      .default(null),
    typeIds: ids,
  })
  .refine((q) => !hasOptions(q.kind) || q.options.length >= (q.kind === 'choice' ? 2 : 1), {
    path: ['options'],
    params: { code: 'question.options' },
  })
  .refine((q) => new Set(q.options.map((option) => option.key)).size === q.options.length, {
    path: ['options'],
    params: { code: 'question.option_twice' },
  })
  .refine((q) => q.lowest === null || q.highest === null || q.lowest <= q.highest, {
    path: ['highest'],
    params: { code: 'question.range' },
  })
  .transform((q) => ({
    ...q,
    options: hasOptions(q.kind) ? q.options : [],
    ...(q.kind === 'number' ? {} : { lowest: null, highest: null, unit: {} }),
  }))
export type QuestionInput = z.input<typeof questionSchema>
export type QuestionValues = z.output<typeof questionSchema>

/** True for kinds whose answers are chosen from a list. */
export function hasOptions(kind: QuestionKind): kind is 'choice' | 'choices' {
  return kind === 'choice' || kind === 'choices'
}

/** A file that was handed in as an answer. */
export interface AnswerFile {
  id: string
  eventId: string
  questionId: string
  registrationId: string | null
  orderId: string | null
  name: string
  sha256: string
  size: number
  mediaType: string
}
