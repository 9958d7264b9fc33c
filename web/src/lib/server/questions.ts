import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import type { ToldAnswer as Told } from '@kaichang/core/registration/questions/answers.actions.ts'
import { readForm } from '@kaichang/core/registration/questions/asked.ts'
import { tellAnswer } from '@kaichang/core/registration/questions/tell.ts'
import { AGREED, type Question } from '@kaichang/core/registration/questions/model.ts'
import { answersEnd, inOrder } from '@kaichang/core/registration/questions/rules.ts'
import { uploadAnswer } from '@kaichang/core/registration/questions/upload.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import type { ShownQuestion, ShownValue, ToldAnswer } from '#lib/questions.ts'
import type { Sent } from './form.ts'

/** Questions as a form shows them: in their order, in the reader's language, conditions in words. */
export function presentQuestions(
  questions: readonly Question[],
  locale: Locale,
  event: { endsAt: Date; retentionDays: number },
): ShownQuestion[] {
  const byId = new Map(questions.map((question) => [question.id, question]))
  return inOrder(questions).map((question) => ({
    key: question.key,
    kind: question.kind,
    askedOf: question.askedOf,
    label: pickText(question.label, locale),
    help: pickText(question.help, locale),
    options: question.options.map((option) => ({ value: option.key, label: pickText(option.label, locale) })),
    lowest: question.lowest,
    highest: question.highest,
    unit: pickText(question.unit, locale),
    required: question.required,
    purpose: pickText(question.purpose, locale),
    endsAt: answersEnd(question, event),
    shownIf: presentCondition(question, byId.get(question.shownIf?.questionId ?? ''), locale),
  }))
}

function presentCondition({ shownIf }: Question, source: Question | undefined, locale: Locale): ShownQuestion['shownIf'] {
  if (!shownIf || !source) return null
  return {
    key: source.key,
    question: pickText(source.label, locale),
    agreed: source.kind === 'consent',
    anyOf: shownIf.anyOf,
    labels: shownIf.anyOf
      .filter((value) => value !== AGREED || source.kind !== 'consent')
      .map((value) => pickText(source.options.find((option) => option.key === value)?.label, locale) || value),
  }
}

/** Answers as they are read, in the reader's language. */
export function presentAnswers(answered: readonly Told[], locale: Locale): ToldAnswer[] {
  return answered.map(({ question, value, file, endsAt }) => ({
    id: question.id,
    label: pickText(question.label, locale),
    purpose: pickText(question.purpose, locale),
    archived: question.archivedAt !== null,
    text: tellAnswer(question, value, locale, '—'),
    agreed: value === true,
    file: file && { id: file.id, name: file.name },
    endsAt,
  }))
}

/** What was answered to the questions that are asked now, as their fields show it at first. */
export function presentValues(answered: readonly Told[]): Record<string, ShownValue> {
  const live = answered.filter(({ question }) => question.archivedAt === null)
  return Object.fromEntries(
    live.flatMap(({ question, value, file }): [string, ShownValue][] => {
      if (question.kind === 'file') return file ? [[question.key, { id: file.id, name: file.name }]] : []
      return [[question.key, value]]
    }),
  )
}

/**
 * The answers of a sent form, as they were typed, ready to be held against the questions. Chosen files are taken in first,
 * so that a form that comes back for another reason still has them. Errors: those of `uploadAnswer`.
 */
export async function readAnswers(
  sent: Sent,
  ctx: Context,
  place: { communityId: string; eventId: string },
  prefix = 'answers',
): Promise<Record<string, unknown>> {
  const raw = { ...fieldsBelow(sent.data, prefix) }
  const { questions } = await readForm(ctx, place.communityId, place.eventId)
  for (const { key } of questions.filter((question) => question.kind === 'file')) {
    const name = `${prefix}.${key}`
    const [chosen] = sent.files(name)
    if (chosen) {
      const bytes = new Uint8Array(await chosen.arrayBuffer())
      const file = { name: chosen.name, bytes, key: sent.key && `${sent.key} ${prefix}`, path: name }
      const { id, name: kept } = await uploadAnswer(ctx, place.communityId, place.eventId, key, file)
      raw[key] = `${id} ${kept}`
      sent.put(name, `${id} ${kept}`)
    } else if (sent.text(`_drop.${name}`) === 'on') {
      delete raw[key]
      sent.put(name, '')
    }
  }
  return raw
}

function fieldsBelow(data: unknown, prefix: string): Record<string, unknown> {
  let at: unknown = data
  for (const part of prefix.split('.')) {
    if (typeof at !== 'object' || at === null) return {}
    at = new Map<string, unknown>(Object.entries(at)).get(part)
  }
  return typeof at === 'object' && at !== null && !Array.isArray(at) ? Object.fromEntries(Object.entries(at)) : {}
}
