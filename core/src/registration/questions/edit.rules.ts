import type { Issue } from '#core/kernel/errors.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import { AGREED, hasOptions, MOST_QUESTIONS, type Question, type QuestionValues } from './model.ts'

/** What an edited question is held against: the event's live questions without itself, and how long the event keeps people. */
export interface Neighbours {
  /** The question's own id; null: a new one. */
  id: string | null
  others: readonly Question[]
  retentionDays: number
  /** The language in which other questions are named. */
  locale: Locale
}

/** What is wrong with a question beside its neighbours, each with its field. */
export function findFaults(values: QuestionValues, { id, others, retentionDays, locale }: Neighbours): Issue[] {
  const issues: Issue[] = []
  if (id === null && others.length >= MOST_QUESTIONS)
    issues.push({ path: 'key', code: 'question.too_many', params: { most: MOST_QUESTIONS } })
  if (others.some((one) => one.key === values.key)) issues.push({ path: 'key', code: 'question.key_taken', params: { key: values.key } })
  if (values.keepDays > retentionDays && !values.keepReason.zh && !values.keepReason.en)
    issues.push({ path: 'keepReason.zh', code: 'question.keep_reason', params: { days: retentionDays } })
  if (values.shownIf === null) return issues
  const source = others.find((one) => one.id === values.shownIf?.questionId)
  const offered = source ? valuesToHangOn(source) : []
  if (!source || source.askedOf !== values.askedOf || values.shownIf.anyOf.some((value) => !offered.includes(value)))
    issues.push({ path: 'shownIf', code: 'question.condition' })
  else if (id !== null && hangsOn(source, id, others))
    issues.push({ path: 'shownIf', code: 'question.circle', params: { question: pickText(source.label, locale) } })
  return issues
}

/** The values of a question's answer that another question can hang on; none for kinds that are written freely. */
export function valuesToHangOn(question: Pick<Question, 'kind' | 'options'>): string[] {
  if (question.kind === 'consent') return [AGREED]
  return hasOptions(question.kind) ? question.options.map((option) => option.key) : []
}

/** True when a question is asked only after the one with this id, directly or by others in between. */
function hangsOn(question: Question, id: string, others: readonly Question[]): boolean {
  const seen = new Set<string>()
  let at: Question | undefined = question
  while (at && !seen.has(at.id)) {
    if (at.id === id || at.shownIf?.questionId === id) return true
    seen.add(at.id)
    const before: string | undefined = at.shownIf?.questionId
    at = others.find((one) => one.id === before)
  }
  return false
}

/** The live questions that hang on this one: on some value that it would no longer have, when `left` names those it keeps. */
export function hangingOn(id: string, others: readonly Question[], left: readonly string[] = []): Question[] {
  return others.filter((one) => one.shownIf?.questionId === id && one.shownIf.anyOf.some((value) => !left.includes(value)))
}

/**
 * How a question with answers may take a change. Words, order, conditions, new options and a shorter keeping are edits. What
 * would change the meaning of answers that are there, or what people were promised when they gave them, makes a new
 * version: the old question is archived with its answers, its purpose and its keeping.
 */
export function changeOf(before: Question, after: QuestionValues, answered: number): 'edit' | 'version' {
  if (answered === 0) return 'edit'
  const kept = new Set(after.options.map((option) => option.key))
  const promised =
    before.kind === after.kind &&
    before.askedOf === after.askedOf &&
    before.options.every((option) => kept.has(option.key)) &&
    sameText(before.unit, after.unit) &&
    sameText(before.purpose, after.purpose) &&
    after.keepDays <= before.keepDays
  return promised ? 'edit' : 'version'
}

const sameText = (a: { zh?: string | undefined; en?: string | undefined }, b: typeof a): boolean =>
  (a.zh ?? '') === (b.zh ?? '') && (a.en ?? '') === (b.en ?? '')

/** The order after moving one up (-1) or down (1) among the live ones; the same when it stands at that end. */
export function moved(ids: readonly string[], id: string, by: -1 | 1): string[] {
  const from = ids.indexOf(id)
  const to = from + by
  const next = [...ids]
  if (from === -1 || to < 0 || to >= ids.length) return next
  next.splice(from, 1)
  next.splice(to, 0, id)
  return next
}
