import { requireEvent } from '#core/community/actions.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail, KaichangError } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { pickText, type Locale, type Text } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { forgetForm } from './asked.ts'
import { changeOf, findFaults, hangingOn, moved, valuesToHangOn } from './edit.rules.ts'
import { questionJournal } from './journal.ts'
import { questionSchema, type Question, type QuestionInput, type QuestionValues } from './model.ts'
import {
  countAnswers,
  deleteQuestion,
  insertQuestion,
  listQuestions,
  listTypeNames,
  lockQuestions,
  updatePositions,
  updateQuestion,
} from './store.ts'

/** A question in the console, with how many have answered it. */
export type CountedQuestion = Question & { answered: number }

/** The event's questions, archived ones too, and its ticket types. Errors: access.*, event.not_found. */
export async function openQuestions(
  ctx: Context,
  communityId: string,
  eventId: string,
): Promise<{ questions: CountedQuestion[]; types: { id: string; name: Text }[] }> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await requireEvent(ctx, ctx.db, communityId, eventId)
  const counts = await countAnswers(ctx.db, communityId, eventId)
  const questions = await listQuestions(ctx.db, communityId, eventId)
  return {
    questions: questions.map((question) => ({ ...question, answered: counts.get(question.id) ?? 0 })),
    types: await listTypeNames(ctx.db, communityId, eventId),
  }
}

/** What names a form's request, and the language in which other questions are named in its errors. */
interface Asker {
  requestKey?: string | null
  locale?: Locale
}

/** Adds a question at the end; returns its id. Errors: access.*, event.not_found, input.invalid. */
export async function addQuestion(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: QuestionInput,
  { requestKey = null, locale = 'zh' }: Asker = {},
): Promise<string> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const values = parseInput(questionSchema, input)
  const id = await transact(ctx, (tx) =>
    createOnce(ctx, tx, { communityId, scope: `question:${eventId}`, key: requestKey, body: values }, async () => {
      const { live } = await prepare(ctx, tx, { communityId, eventId, id: null, values, locale })
      const fresh = newId(ctx)
      const position = Math.max(0, ...live.map((one) => one.position)) + 1
      await insertQuestion(tx.db, { ...values, communityId, eventId, id: fresh, position, createdAt: ctx.clock.now() })
      const { label, purpose, keepDays } = values
      tx.journal(questionJournal.question_added, { communityId, eventId, kind: 'question', id: fresh }, { label, purpose, keepDays })
      return fresh
    }),
  )
  forgetForm(ctx, communityId, eventId)
  return id
}

/**
 * Changes a question. A change that would alter what given answers mean, or what people were promised about them, archives
 * the question with its answers and puts a new one in its place: then `replaced`. Concurrent edits as in mergeEdit.
 * Errors: access.*, thing.not_found, thing.changed, input.invalid, question.needed.
 */
export async function editQuestion(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  input: QuestionInput & Opened,
  { locale = 'zh' }: Pick<Asker, 'locale'> = {},
): Promise<'saved' | 'replaced'> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const mine = parseInput(questionSchema, input)
  const done = await transact(ctx, async (tx) => {
    const before = await requireQuestion(tx, communityId, eventId, id)
    const edited = { communityId, id, now: valuesOf(before), revision: before.revision }
    const { values, before: changed } = await mergeEdit(tx.db, edited, mine, input)
    if (Object.keys(changed).length === 0) return 'saved'
    const { live } = await prepare(ctx, tx, { communityId, eventId, id, values, locale })
    const others = live.filter((one) => one.id !== id)
    const hung = hangingOn(id, others, values.askedOf === before.askedOf ? valuesToHangOn({ ...before, ...values }) : [])[0]
    if (hung) throw fail('question.needed', { question: pickText(hung.label, locale) })
    const answered = (await countAnswers(tx.db, communityId, eventId)).get(id) ?? 0
    const subject = { communityId, eventId, kind: 'question', id }
    if (changeOf(before, values, answered) === 'edit') {
      await updateQuestion(tx.db, communityId, id, values)
      tx.journal(questionJournal.question_changed, subject, { label: values.label, revision: before.revision + 1, before: changed })
      return 'saved'
    }
    const fresh = newId(ctx)
    const now = ctx.clock.now()
    await updateQuestion(tx.db, communityId, id, { archivedAt: now })
    await insertQuestion(tx.db, { ...values, communityId, eventId, id: fresh, position: before.position, createdAt: now })
    for (const one of hangingOn(id, others))
      await updateQuestion(tx.db, communityId, one.id, { shownIf: one.shownIf && { ...one.shownIf, questionId: fresh } })
    const { label, purpose, keepDays } = values
    tx.journal(questionJournal.question_replaced, { ...subject, id: fresh }, { label, purpose, keepDays, kept: answered })
    return 'replaced'
  })
  forgetForm(ctx, communityId, eventId)
  return done
}

/**
 * Stops asking a question: archived while there are answers, whose time goes on; else removed. Doing it twice changes
 * nothing. Errors: access.*, thing.not_found, question.needed.
 */
export async function archiveQuestion(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  { locale = 'zh' }: Pick<Asker, 'locale'> = {},
): Promise<'archived' | 'removed'> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const done = await transact(ctx, async (tx) => {
    const all = await lockQuestions(tx.db, communityId, eventId)
    const question = all.find((one) => one.id === id)
    if (!question) throw fail('thing.not_found')
    if (question.archivedAt) return 'archived'
    const hung = hangingOn(
      id,
      all.filter((one) => one.archivedAt === null),
    )[0]
    if (hung) throw fail('question.needed', { question: pickText(hung.label, locale) })
    const kept = (await countAnswers(tx.db, communityId, eventId)).get(id) ?? 0
    const subject = { communityId, eventId, kind: 'question', id }
    if (kept > 0) {
      await updateQuestion(tx.db, communityId, id, { archivedAt: ctx.clock.now() })
      tx.journal(questionJournal.question_archived, subject, { label: question.label, kept })
      return 'archived'
    }
    await deleteQuestion(tx.db, communityId, id)
    tx.journal(questionJournal.question_removed, subject, { label: question.label })
    return 'removed'
  })
  forgetForm(ctx, communityId, eventId)
  return done
}

/** Moves a question one up (-1) or down (1); at the end it stays. Errors: access.*, thing.not_found. */
export async function moveQuestion(ctx: Context, communityId: string, eventId: string, id: string, by: -1 | 1): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const live = (await lockQuestions(tx.db, communityId, eventId)).filter((one) => one.archivedAt === null)
    if (!live.some((one) => one.id === id)) throw fail('thing.not_found')
    const before = live.map((one) => one.id)
    const after = moved(before, id, by)
    if (after.join() === before.join()) return
    await updatePositions(tx.db, communityId, after)
    tx.journal(questionJournal.questions_ordered, { communityId, eventId, kind: 'question', id }, { count: after.length })
  })
  forgetForm(ctx, communityId, eventId)
}

interface Placing {
  communityId: string
  eventId: string
  /** Null: a new one. */
  id: string | null
  values: QuestionValues
  locale: Locale
}

/** The event's live questions, locked, after a look at how the question stands beside them. */
async function prepare(ctx: Context, tx: Tx, { communityId, eventId, id, values, locale }: Placing): Promise<{ live: Question[] }> {
  const event = await requireEvent(ctx, tx.db, communityId, eventId)
  const live = (await lockQuestions(tx.db, communityId, eventId)).filter((one) => one.archivedAt === null)
  const others = live.filter((one) => one.id !== id)
  const issues = findFaults(values, { id, others, retentionDays: event.retentionDays, locale })
  if (issues.length > 0) throw new KaichangError('input.invalid', {}, issues)
  if (values.typeIds.length > 0) {
    const types = new Set((await listTypeNames(tx.db, communityId, eventId)).map((one) => one.id))
    if (values.typeIds.some((one) => !types.has(one)))
      throw new KaichangError('input.invalid', {}, [{ path: 'typeIds', code: 'field.invalid' }])
  }
  return { live }
}

async function requireQuestion(tx: Tx, communityId: string, eventId: string, id: string): Promise<Question> {
  const question = (await lockQuestions(tx.db, communityId, eventId)).find((one) => one.id === id)
  if (!question || question.archivedAt) throw fail('thing.not_found')
  return question
}

function valuesOf({
  communityId: _,
  id: __,
  eventId: ___,
  position: ____,
  archivedAt: _____,
  revision: ______,
  ...values
}: Question): QuestionValues {
  return values
}
