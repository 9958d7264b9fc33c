import { authorise } from '#core/community/permissions.ts'
import type { Text } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import { AGREED, hasOptions, type AnswerValue, type Question, type QuestionKind } from './model.ts'
import { listEventAnswers, listQuestions } from './store.ts'

/** What an event's live bookings answered to one question, in figures; texts are counted, never shown. */
export interface AnswerSummary {
  questionId: string
  key: string
  kind: QuestionKind
  label: Text
  unit: Text
  archived: boolean
  /** How many have answered. */
  answered: number
  /** For choices (in their order) and consents (`yes`): how many chose each. Several may be chosen by one. */
  choices: { key: string; label: Text; count: number }[]
  /** For numbers. */
  spread: { lowest: number; median: number; highest: number } | null
}

/** The answers of an event's live bookings in figures, in the questions' order. Errors: access.*. */
export async function summariseAnswers(ctx: Context, communityId: string, eventId: string): Promise<AnswerSummary[]> {
  authorise(ctx.actor, 'registration.figures', { communityId, eventId })
  const questions = await listQuestions(ctx.db, communityId, eventId)
  if (questions.length === 0) return []
  const byQuestion = Map.groupBy(await listEventAnswers(ctx.db, communityId, eventId, { live: true }), (one) => one.questionId)
  return questions
    .map((question) =>
      summarise(
        question,
        (byQuestion.get(question.id) ?? []).map((one) => one.value),
      ),
    )
    .filter((one) => !one.archived || one.answered > 0)
}

/** One question's answers in figures. The median of an even number of answers is the mean of the middle two. */
export function summarise(question: Question, values: readonly AnswerValue[]): AnswerSummary {
  const { id, key, kind, label, unit, options, archivedAt } = question
  const count = (wanted: string): number =>
    values.filter((value) => (Array.isArray(value) ? value.includes(wanted) : value === wanted)).length
  const choices = hasOptions(kind)
    ? options.map((option) => ({ ...option, count: count(option.key) }))
    : kind === 'consent'
      ? [{ key: AGREED, label, count: values.filter((value) => value === true).length }]
      : []
  const numbers = kind === 'number' ? values.filter((value) => typeof value === 'number').sort((a, b) => a - b) : []
  return {
    questionId: id,
    key,
    kind,
    label,
    unit,
    archived: archivedAt !== null,
    answered: values.length,
    choices,
    spread: spreadOf(numbers),
  }
}

function spreadOf(sorted: readonly number[]): AnswerSummary['spread'] {
  const [lowest, highest] = [sorted[0], sorted.at(-1)]
  if (lowest === undefined || highest === undefined) return null
  const [below, above] = [sorted[Math.floor((sorted.length - 1) / 2)] ?? lowest, sorted[Math.ceil((sorted.length - 1) / 2)] ?? highest]
  return { lowest, median: (below + above) / 2, highest }
}
