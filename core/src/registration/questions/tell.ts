import { pickText, type Locale } from '#core/kernel/text.ts'
import type { AnswerValue, Question } from './model.ts'

/** An answer in words: chosen options by their labels, a number with its unit, a consent as a tick; a file as `file` says. */
export function tellAnswer(question: Pick<Question, 'kind' | 'options' | 'unit'>, value: AnswerValue, locale: Locale, file = ''): string {
  const word = (key: string): string => pickText(question.options.find((option) => option.key === key)?.label, locale) || key
  if (value === true) return '✓'
  if (Array.isArray(value)) return value.map(word).join(locale === 'zh' ? '、' : ', ')
  if (typeof value === 'number') return `${value} ${pickText(question.unit, locale)}`.trim()
  if (question.kind === 'file') return file
  return question.options.length > 0 ? word(value) : value
}
