import { sql, type Insertable, type Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { Question as QuestionTable } from '#core/store/schema.ts'
import type { Text } from '#core/kernel/text.ts'
import type { AnswerValue, GivenAnswer, Option, Question } from './model.ts'

const columns = [
  'communityId',
  'id',
  'eventId',
  'key',
  'kind',
  'label',
  'help',
  'options',
  'lowest',
  'highest',
  'unit',
  'required',
  'purpose',
  'keepDays',
  'keepReason',
  'askedOf',
  'shownById',
  'shownValues',
  'typeIds',
  'position',
  'archivedAt',
  'revision',
] as const

/** All questions of an event, archived ones too, in their order. */
export async function listQuestions(db: Db, communityId: string, eventId: string): Promise<Question[]> {
  const rows = await db
    .selectFrom('question')
    .select(columns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('position')
    .orderBy('id')
    .execute()
  return rows.map(({ shownById, shownValues, options, ...row }) => ({
    ...row,
    options: asOptions(options),
    shownIf: shownById === null ? null : { questionId: shownById, anyOf: shownValues },
  }))
}

/** The event's questions with their rows locked: whoever edits one sees the others as they are. */
export async function lockQuestions(db: Db, communityId: string, eventId: string): Promise<Question[]> {
  // The event's row stands for the list, so that two that add a question wait for one another as well.
  await db
    .selectFrom('event')
    .select('id')
    .where('communityId', '=', communityId)
    .where('id', '=', eventId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return listQuestions(db, communityId, eventId)
}

// Written by ourselves from the same type; nobody else writes this column.
function asOptions(value: unknown): Option[] {
  const list: unknown[] = Array.isArray(value) ? value : []
  return list.flatMap((one) => {
    if (typeof one !== 'object' || one === null || !('key' in one) || typeof one.key !== 'string') return []
    const label: Text = 'label' in one && typeof one.label === 'object' && one.label !== null ? one.label : {}
    return [{ key: one.key, label }]
  })
}

type Row = Omit<Insertable<QuestionTable>, 'options' | 'shownById' | 'shownValues'> & Pick<Question, 'options' | 'shownIf'>

function asRow<T extends Partial<Pick<Question, 'options' | 'shownIf'>>>({ options, shownIf, ...row }: T) {
  return {
    ...row,
    ...(options === undefined ? {} : { options: JSON.stringify(options) }),
    ...(shownIf === undefined ? {} : { shownById: shownIf?.questionId ?? null, shownValues: shownIf?.anyOf ?? [] }),
  }
}

export async function insertQuestion(db: Db, row: Row): Promise<void> {
  await db.insertInto('question').values(asRow(row)).execute()
}

/** Changes a question and raises its revision. */
export async function updateQuestion(
  db: Db,
  communityId: string,
  id: string,
  values: Omit<Updateable<QuestionTable>, 'options' | 'shownById' | 'shownValues' | 'revision'> &
    Partial<Pick<Question, 'options' | 'shownIf'>>,
): Promise<void> {
  await db
    .updateTable('question')
    .set(asRow(values))
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .execute()
}

/** Puts questions in this order, by their ids. */
export async function updatePositions(db: Db, communityId: string, ids: readonly string[]): Promise<void> {
  await sql`update question q set position = o.position::int from unnest(${ids}::uuid[]) with ordinality as o(id, position)
    where q.community_id = ${communityId}::uuid and q.id = o.id`.execute(db)
}

export async function deleteQuestion(db: Db, communityId: string, id: string): Promise<void> {
  await db.deleteFrom('question').where('communityId', '=', communityId).where('id', '=', id).execute()
}

/** How many answers each of an event's questions has; none: not named. */
export async function countAnswers(db: Db, communityId: string, eventId: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; count: number }>`select q.id, count(*)::int as count from question q
    join answer a on a.community_id = q.community_id and a.question_id = q.id
    where q.community_id = ${communityId}::uuid and q.event_id = ${eventId}::uuid group by q.id`.execute(db)
  return new Map(rows.map((row) => [row.id, row.count]))
}

/** Writes the answers of many bookings, over those that are there. */
export async function writeAnswers(
  db: Db,
  communityId: string,
  now: Date,
  bookings: readonly { registrationId: string; answers: readonly GivenAnswer[] }[],
): Promise<void> {
  const rows = bookings.flatMap(({ registrationId, answers }) =>
    answers.map(({ questionId, value }) => ({ registration: registrationId, question: questionId, value })),
  )
  if (rows.length === 0) return
  await sql`insert into answer (community_id, registration_id, question_id, value, given_at)
    select ${communityId}::uuid, registration, question, value, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as a(registration uuid, question uuid, value jsonb)
    on conflict (community_id, registration_id, question_id) do update set value = excluded.value, given_at = excluded.given_at
      where answer.value is distinct from excluded.value`.execute(db)
}

/** One booking's answers as they are stored, with their questions' ids. */
export async function listAnswers(
  db: Db,
  communityId: string,
  registrationId: string,
): Promise<{ questionId: string; value: AnswerValue; givenAt: Date }[]> {
  const rows = await db
    .selectFrom('answer')
    .select(['questionId', 'value', 'givenAt'])
    .where('communityId', '=', communityId)
    .where('registrationId', '=', registrationId)
    .execute()
  return rows.flatMap(({ value, ...row }) => {
    const known = asValue(value)
    return known === undefined ? [] : [{ ...row, value: known }]
  })
}

/** All answers of an event's bookings, erased ones aside, by booking. */
export async function listEventAnswers(
  db: Db,
  communityId: string,
  eventId: string,
): Promise<{ registrationId: string; questionId: string; value: AnswerValue }[]> {
  const { rows } = await sql<{ registrationId: string; questionId: string; value: unknown }>`
    select a.registration_id, a.question_id, a.value from question q
    join answer a on a.community_id = q.community_id and a.question_id = q.id
    where q.community_id = ${communityId}::uuid and q.event_id = ${eventId}::uuid`.execute(db)
  return rows.flatMap(({ value, ...row }) => {
    const known = asValue(value)
    return known === undefined ? [] : [{ ...row, value: known }]
  })
}

/** Written by ourselves; undefined for anything else. */
function asValue(value: unknown): AnswerValue | undefined {
  if (typeof value === 'string' || typeof value === 'number' || value === true) return value
  return Array.isArray(value) && value.every((one): one is string => typeof one === 'string') ? value : undefined
}

/** Removes one booking's answers: all, or only those to these questions. Returns how many went. */
export async function deleteAnswers(
  db: Db,
  communityId: string,
  registrationId: string,
  questionIds: readonly string[] | null = null,
): Promise<number> {
  if (questionIds?.length === 0) return 0
  let query = db.deleteFrom('answer').where('communityId', '=', communityId).where('registrationId', '=', registrationId)
  if (questionIds) query = query.where('questionId', 'in', questionIds)
  const { numDeletedRows } = await query.executeTakeFirst()
  return Number(numDeletedRows)
}
