import { pickText, type Locale } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import type { AnswerValue, Question } from './model.ts'
import { listEventAnswers, listQuestions } from './store.ts'

/** An answer in words: chosen options by their labels, a number with its unit, a consent as a tick; a file by its name. */
export function tellAnswer(
  question: Pick<Question, 'kind' | 'options' | 'unit'>,
  value: AnswerValue,
  locale: Locale,
  fileName = '',
): string {
  const word = (key: string): string => pickText(question.options.find((option) => option.key === key)?.label, locale) || key
  if (value === true) return '✓'
  if (Array.isArray(value)) return value.map(word).join(locale === 'zh' ? '、' : ', ')
  if (typeof value === 'number') return `${value} ${pickText(question.unit, locale)}`.trim()
  if (question.kind === 'file') return fileName
  return question.options.length > 0 ? word(value) : value
}

/** Columns that a list of an event's bookings can take along: a heading for each question, and the answers of a booking. */
export interface AnswerColumns {
  headings: string[]
  of(registrationId: string): string[]
}

/**
 * The answers of an event's bookings for a list that serves the event itself. Files stay out: who needs one opens the booking.
 * The caller has authorised and says for what the list is taken.
 */
export async function answerColumns(db: Db, communityId: string, eventId: string, locale: Locale): Promise<AnswerColumns> {
  const given = Map.groupBy(await listEventAnswers(db, communityId, eventId), (one) => one.registrationId)
  const answered = new Set([...given.values()].flat().map((one) => one.questionId))
  const all = await listQuestions(db, communityId, eventId)
  const questions = all.filter((one) => one.kind !== 'file' && (one.archivedAt === null || answered.has(one.id)))
  return {
    headings: questions.map((question) => pickText(question.label, locale)),
    of: (registrationId) => {
      const own = new Map((given.get(registrationId) ?? []).map((one) => [one.questionId, one.value]))
      return questions.map((question) => {
        const value = own.get(question.id)
        return value === undefined ? '' : tellAnswer(question, value, locale)
      })
    },
  }
}
