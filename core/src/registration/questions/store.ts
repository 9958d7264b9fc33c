import { sql, type Insertable, type Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { Question as QuestionTable } from '#core/store/schema.ts'
import type { Text } from '#core/kernel/text.ts'
import type { AnswerFile, AnswerValue, GivenAnswer, Option, Question } from './model.ts'

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

/** All answers of an event's bookings; `live`: without those of cancelled ones. */
export async function listEventAnswers(
  db: Db,
  communityId: string,
  eventId: string,
  { live = false }: { live?: boolean } = {},
): Promise<{ registrationId: string; questionId: string; value: AnswerValue }[]> {
  const { rows } = await sql<{ registrationId: string; questionId: string; value: unknown }>`
    select a.registration_id, a.question_id, a.value from question q
    join answer a on a.community_id = q.community_id and a.question_id = q.id
    join registration r on r.community_id = a.community_id and r.id = a.registration_id
    where q.community_id = ${communityId}::uuid and q.event_id = ${eventId}::uuid and (not ${live} or r.state = 'registered')`.execute(db)
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

/** An answer's file with its name and kind. */
export async function listFiles(db: Db, communityId: string, registrationId: string): Promise<AnswerFile[]> {
  return db
    .selectFrom('answerFile')
    .select(['id', 'eventId', 'questionId', 'registrationId', 'orderId', 'name', 'sha256', 'size', 'mediaType'])
    .where('communityId', '=', communityId)
    .where('registrationId', '=', registrationId)
    .execute()
}

/** Files that came with orders and wait with them until they are booked. */
export async function listFilesOfOrders(db: Db, communityId: string, orderIds: readonly string[]): Promise<AnswerFile[]> {
  if (orderIds.length === 0) return []
  return db
    .selectFrom('answerFile')
    .select(['id', 'eventId', 'questionId', 'registrationId', 'orderId', 'name', 'sha256', 'size', 'mediaType'])
    .where('communityId', '=', communityId)
    .where('orderId', 'in', orderIds)
    .where('registrationId', 'is', null)
    .execute()
}

/** The event's ticket types by their names: those that a question can be for. */
export function listTypeNames(db: Db, communityId: string, eventId: string): Promise<{ id: string; name: Text }[]> {
  return db
    .selectFrom('ticketType')
    .select(['id', 'name'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('kind', '=', 'ticket')
    .where('retiredAt', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** Questions whose answers' own time has ended and that still have some, with how long they were kept. */
export async function listEnded(
  db: Db,
  communityId: string,
  now: Date,
): Promise<{ id: string; eventId: string; label: Text; keepDays: number }[]> {
  const { rows } = await sql<{ id: string; eventId: string; label: Text; keepDays: number }>`
    select q.id, q.event_id, q.label, k.days as keep_days from question q
    join event e on e.community_id = q.community_id and e.id = q.event_id
    cross join lateral (select case when q.keep_reason = '{}' then least(q.keep_days, e.retention_days) else q.keep_days end as days) k
    where q.community_id = ${communityId}::uuid and e.ends_at + make_interval(days => k.days) < ${now}::timestamptz
      and (exists (select from answer a where a.community_id = q.community_id and a.question_id = q.id)
        or exists (select from answer_file f where f.community_id = q.community_id and f.question_id = q.id and f.registration_id is not null)
        or exists (select from order_line l where l.community_id = q.community_id and l.event_id = q.event_id
          and l.answers @> jsonb_build_array(jsonb_build_object('questionId', q.id))))
    order by q.event_id, q.position, q.id`.execute(db)
  return rows
}

/** Removes all answers to a question, also those of orders under way. Returns how many bookings' answers went. */
export async function deleteAnswersTo(db: Db, communityId: string, eventId: string, questionId: string): Promise<number> {
  await sql`update order_line set answers = (select coalesce(jsonb_agg(a), '[]') from jsonb_array_elements(answers) a where a->>'questionId' <> ${questionId})
    where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid
      and answers @> jsonb_build_array(jsonb_build_object('questionId', ${questionId}::text))`.execute(db)
  const { numDeletedRows } = await db
    .deleteFrom('answer')
    .where('communityId', '=', communityId)
    .where('questionId', '=', questionId)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Empties the answers of orders that came to nothing before `since`. */
export async function clearDeadOrders(db: Db, communityId: string, since: Date): Promise<void> {
  await sql`update order_line l set answers = '[]' from ticket_order o
    where l.community_id = ${communityId}::uuid and l.answers not in ('{}', '[]') and o.community_id = l.community_id and o.id = l.order_id
      and o.state in ('declined', 'cancelled', 'expired') and coalesce(o.closed_at, o.expires_at, o.created_at) <= ${since}::timestamptz`.execute(
    db,
  )
}
