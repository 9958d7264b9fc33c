import { sql } from 'kysely'
import { KaichangError } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { UPLOAD_MINUTES, type Answers, type GivenAnswer, type Question } from './model.ts'
import { checkAnswers, givenAnswers, type Asked } from './rules.ts'
import { listQuestions } from './store.ts'

/** What an event asks. */
export interface Form {
  /** Its live questions in their order. */
  questions: readonly Question[]
  /** The one ticket type that there is, for those who name none; null: no types, or several. */
  onlyTypeId: string | null
}

interface Kept {
  form: Promise<Form>
  until: number
}

/**
 * How long a process goes by what it read, in milliseconds: a rush asks once a second instead of a thousand times. Whoever
 * has opened the form before a question was added does not know of it either.
 */
const FRESH = 1_000
const pools = new WeakMap<Context['db'], Map<string, Kept>>()

/** What an event asks now, or did a second ago; at once after a change by this process. */
export function readForm({ db }: Pick<Context, 'db'>, communityId: string, eventId: string): Promise<Form> {
  let forms = pools.get(db)
  if (!forms) pools.set(db, (forms = new Map()))
  const name = `${communityId} ${eventId}`
  const now = performance.now()
  const kept = forms.get(name)
  if (kept && kept.until > now) return kept.form
  if (forms.size > 500) for (const [other, { until }] of forms) if (until <= now) forms.delete(other)
  const all = forms
  const form = loadForm(db, communityId, eventId).catch((error: unknown) => {
    all.delete(name)
    throw error
  })
  forms.set(name, { form, until: now + FRESH })
  return form
}

/** After a change: the next one who asks reads anew. */
export function forgetForm({ db }: Pick<Context, 'db'>, communityId: string, eventId: string): void {
  pools.get(db)?.delete(`${communityId} ${eventId}`)
}

/** The same inside a transaction or without the memory. */
export async function loadForm(db: Db, communityId: string, eventId: string): Promise<Form> {
  const questions = (await listQuestions(db, communityId, eventId)).filter((question) => question.archivedAt === null)
  if (!questions.some((question) => question.typeIds.length > 0)) return { questions, onlyTypeId: null }
  const types = await db
    .selectFrom('ticketType')
    .select('id')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('kind', '=', 'ticket')
    .where('retiredAt', 'is', null)
    .where('hidden', '=', false)
    .limit(2)
    .execute()
  return { questions, onlyTypeId: types.length === 1 ? (types[0]?.id ?? null) : null }
}

/**
 * Holds raw answers (by key) against what the event asks; costs nothing where nothing is asked. `typeId` of the seat, ''
 * for the one there is; `own` whose files may be named again. Errors: input.invalid with the path `answers.{key}`.
 */
export async function takeAnswers(
  ctx: Context,
  place: { communityId: string; eventId: string },
  raw: Readonly<Record<string, unknown>>,
  asked: Omit<Asked, 'typeId'> & { typeId?: string | null; own?: string },
): Promise<GivenAnswer[]> {
  const form = await readForm(ctx, place.communityId, place.eventId)
  if (form.questions.length === 0 && Object.keys(raw).length === 0) return []
  const seat = { ...asked, typeId: asked.typeId || form.onlyTypeId }
  const checked = checkAnswers(form.questions, raw, seat)
  if (!checked.ok) throw new KaichangError('input.invalid', {}, checked.issues)
  await requireFiles(ctx, place.communityId, form.questions, checked.answers, seat)
  return givenAnswers(form.questions, checked.answers)
}

/** The files that answers name have come in for just these questions and are not too old. */
async function requireFiles(
  ctx: Context,
  communityId: string,
  questions: readonly Question[],
  answers: Readonly<Answers>,
  { path = 'answers', own }: { path?: string; own?: string },
): Promise<void> {
  const named = questions.flatMap(({ id, key, kind }) => {
    const value = answers[key]
    return kind === 'file' && typeof value === 'string' ? [{ questionId: id, key, file: value }] : []
  })
  if (named.length === 0) return
  const since = new Date(ctx.clock.now().getTime() - UPLOAD_MINUTES * 60_000)
  const { rows } = await sql<{ id: string; questionId: string; registrationId: string | null; waiting: boolean }>`
    select id, question_id, registration_id, registration_id is null and order_id is null as waiting from answer_file
    where community_id = ${communityId}::uuid and id = any(${named.map((one) => one.file)}::uuid[])
      and (registration_id is not null or order_id is not null or created_at > ${since}::timestamptz)`.execute(ctx.db)
  const issues = named
    .filter(({ questionId, file }) => {
      const found = rows.find((row) => row.id === file && row.questionId === questionId)
      // What belongs to a booking already may be named by that booking only, or by its own request sent a second time.
      return !found || (own !== undefined && !found.waiting && found.registrationId !== own)
    })
    .map(({ key }) => ({ path: `${path}.${key}`, code: 'question.file_gone' as const }))
  if (issues.length > 0) throw new KaichangError('input.invalid', {}, issues)
}
