import { sql, type Insertable, type Updateable } from 'kysely'
import { arrayParameter } from '#core/store/arrays.ts'
import type { Db } from '#core/store/database.ts'
import type { ImportBatch as BatchTable } from '#core/store/schema.ts'
import type { BatchState, Basis, Choice, Outcome, Plan, RowReason, Target, TypeMatches } from './model.ts'

/** One uploaded list; `columns` as they are read now. */
export interface Batch {
  communityId: string
  id: string
  eventId: string
  channelId: string | null
  source: string
  basis: Basis
  basisNote: string
  fileName: string
  format: 'csv' | 'xlsx'
  encoding: string
  headerLine: number
  columns: { heading: string; target: Target; reason: 'heading' | 'part' | 'values' | 'none' | 'chosen' }[]
  /** Which ticket type the list's own words mean. */
  typeByWord: TypeMatches
  state: BatchState
  total: number
  done: number
  createdBy: string
  createdAt: Date
  /** When its columns were first confirmed and its rows worked out; before that, their plans mean nothing. */
  plannedAt: Date | null
  startedAt: Date | null
  finishedAt: Date | null
  clearedAt: Date | null
}

/** One row of a list as it is kept. */
export interface KeptRow {
  line: number
  cells: string[]
  hash: string
  plan: Plan | ''
  reason: RowReason | ''
  choice: Choice | ''
  outcome: Outcome
  mateLine: number | null
  mateId: string | null
  registrationId: string | null
}

const batchColumns = [
  'communityId',
  'id',
  'eventId',
  'channelId',
  'source',
  'basis',
  'basisNote',
  'fileName',
  'format',
  'encoding',
  'headerLine',
  'columns',
  'typeByWord',
  'state',
  'total',
  'done',
  'createdBy',
  'createdAt',
  'plannedAt',
  'startedAt',
  'finishedAt',
  'clearedAt',
] as const
const rowColumns = ['line', 'cells', 'hash', 'plan', 'reason', 'choice', 'outcome', 'mateLine', 'mateId', 'registrationId'] as const

export async function insertBatch(db: Db, row: Omit<Insertable<BatchTable>, 'columns'> & Pick<Batch, 'columns'>): Promise<void> {
  await db
    .insertInto('importBatch')
    .values({ ...row, columns: JSON.stringify(row.columns) })
    .execute()
}

export async function findBatch(db: Db, communityId: string, id: string, lock = false): Promise<Batch | undefined> {
  const query = db.selectFrom('importBatch').select(batchColumns).where('communityId', '=', communityId).where('id', '=', id)
  const row = await (lock ? query.forUpdate() : query).$narrowType<Pick<Batch, 'columns' | 'typeByWord'>>().executeTakeFirst()
  return row
}

export function listBatches(db: Db, communityId: string, eventId: string): Promise<Batch[]> {
  return db
    .selectFrom('importBatch')
    .select(batchColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('createdAt', 'desc')
    .limit(100)
    .$narrowType<Pick<Batch, 'columns' | 'typeByWord'>>()
    .execute()
}

export async function updateBatch(db: Db, communityId: string, id: string, values: Updateable<BatchTable>): Promise<void> {
  await db.updateTable('importBatch').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

export async function deleteBatch(db: Db, communityId: string, id: string): Promise<void> {
  await db.deleteFrom('importBatch').where('communityId', '=', communityId).where('id', '=', id).execute()
}

/** Keeps rows as they came; until the preview says otherwise, each counts as somebody new. */
export async function insertRows(
  db: Db,
  place: Pick<Batch, 'communityId' | 'id' | 'eventId'>,
  rows: readonly { line: number; cells: readonly string[]; hash: string }[],
): Promise<void> {
  await sql`insert into import_row (community_id, batch_id, event_id, line, cells, hash)
    select ${place.communityId}::uuid, ${place.id}::uuid, ${place.eventId}::uuid, line, cells, hash
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(line int, cells jsonb, hash text)`.execute(db)
}

export interface RowFilter {
  /** Only what has not been worked on. */
  open?: boolean
  /** What a person has to decide or has decided, until it is done. */
  decidable?: boolean
  plans?: readonly Plan[]
  outcomes?: readonly Outcome[]
  reasons?: readonly RowReason[]
  after?: number
  limit?: number
}

/** Rows of a list in their order. */
export function listRows(db: Db, communityId: string, batchId: string, filter: RowFilter = {}): Promise<KeptRow[]> {
  let query = db
    .selectFrom('importRow')
    .select(rowColumns)
    .where('communityId', '=', communityId)
    .where('batchId', '=', batchId)
    .orderBy('line')
    .limit(filter.limit ?? 100_000)
  if (filter.open) query = query.where('outcome', '=', '')
  if (filter.decidable)
    query = query.where('outcome', 'in', ['', 'held']).where((eb) => eb.or([eb('plan', '=', 'possible'), eb('choice', '<>', '')]))
  if (filter.plans) query = query.where('plan', 'in', filter.plans)
  if (filter.outcomes) query = query.where('outcome', 'in', filter.outcomes)
  if (filter.reasons) query = query.where('reason', 'in', filter.reasons)
  if (filter.after !== undefined) query = query.where('line', '>', filter.after)
  return query.$narrowType<Pick<KeptRow, 'cells' | 'reason'>>().execute()
}

/** The different texts of one column (null: none, so all rows say nothing), with how many rows have each; the commonest first. */
export async function listWords(
  db: Db,
  communityId: string,
  batchId: string,
  at: number | null,
): Promise<{ word: string; count: number }[]> {
  const { rows } = await sql<{ word: string; count: number }>`
    select ${at === null ? sql.lit('') : sql`btrim(coalesce(cells ->> ${sql.lit(at)}, ''))`} as word, count(*)::int as count from import_row
    where community_id = ${communityId}::uuid and batch_id = ${batchId}::uuid group by 1 order by 2 desc, 1`.execute(db)
  return rows
}

/** What the newest other list of the event from this source said its words for ticket types mean. */
export async function findMatchesOf(db: Db, batch: Pick<Batch, 'communityId' | 'eventId' | 'id' | 'source'>): Promise<TypeMatches> {
  const row = await db
    .selectFrom('importBatch')
    .select('typeByWord')
    .where('communityId', '=', batch.communityId)
    .where('eventId', '=', batch.eventId)
    .where('id', '<>', batch.id)
    .where(sql<string>`lower(source)`, '=', batch.source.toLowerCase())
    .where(sql<boolean>`type_by_word <> '{}'::jsonb`)
    .orderBy('createdAt', 'desc')
    .limit(1)
    .$narrowType<Pick<Batch, 'typeByWord'>>()
    .executeTakeFirst()
  return row?.typeByWord ?? {}
}

/** How many rows stand where. */
export function countRows(
  db: Db,
  communityId: string,
  batchId: string,
): Promise<{ plan: Plan | ''; reason: RowReason | ''; choice: Choice | ''; outcome: Outcome; count: number }[]> {
  return db
    .selectFrom('importRow')
    .select(['plan', 'reason', 'choice', 'outcome', (eb) => eb.fn.countAll<number>().as('count')])
    .where('communityId', '=', communityId)
    .where('batchId', '=', batchId)
    .groupBy(['plan', 'reason', 'choice', 'outcome'])
    .$narrowType<{ reason: RowReason | '' }>()
    .execute()
}

export interface RowChange {
  line: number
  plan: Plan
  reason: RowReason | ''
  mateLine: number | null
  mateId: string | null
  outcome: Outcome
  registrationId: string | null
}

/** Writes what was decided about rows, all at once. */
export async function updateRows(db: Db, communityId: string, batchId: string, changes: readonly RowChange[]): Promise<void> {
  if (changes.length === 0) return
  const column = (name: keyof RowChange) => sql`${arrayParameter(changes.map((one) => one[name]?.toString() ?? null))}`
  await sql`/* kept */ update import_row r set plan = c.plan, reason = c.reason, mate_line = c.mate_line, mate_id = c.mate_id,
      outcome = c.outcome, registration_id = c.registration_id
    from unnest(${column('line')}::int[], ${column('plan')}::text[], ${column('reason')}::text[], ${column('mateLine')}::int[],
      ${column('mateId')}::uuid[], ${column('outcome')}::text[], ${column('registrationId')}::uuid[])
      as c(line, plan, reason, mate_line, mate_id, outcome, registration_id)
    where r.community_id = ${communityId}::uuid and r.batch_id = ${batchId}::uuid and r.line = c.line`.execute(db)
}

/** Notes what a person decided about rows that may be somebody who is here; returns how many it was for. */
export async function chooseRows(
  db: Db,
  communityId: string,
  batchId: string,
  choice: Choice | '',
  lines: readonly number[] | null,
): Promise<number> {
  let query = db
    .updateTable('importRow')
    .set({ choice, outcome: '' })
    .where('communityId', '=', communityId)
    .where('batchId', '=', batchId)
    .where('outcome', 'in', ['', 'held'])
    .where((eb) => eb.or([eb('plan', '=', 'possible'), eb('choice', '<>', '')]))
  query = lines === null ? query.where('choice', '=', '') : query.where('line', 'in', lines)
  return Number((await query.executeTakeFirst()).numUpdatedRows)
}

/** Which lists and rows tell of a booking. */
export function listRowsOfBooking(db: Db, communityId: string, registrationId: string) {
  return db
    .selectFrom('importRow')
    .innerJoin('importBatch', (join) =>
      join.onRef('importBatch.communityId', '=', 'importRow.communityId').onRef('importBatch.id', '=', 'importRow.batchId'),
    )
    .select([
      'importBatch.id',
      'importBatch.eventId',
      'importBatch.source',
      'importBatch.basis',
      'importBatch.createdAt',
      'importBatch.columns',
      'importRow.cells',
      'importRow.line',
    ])
    .where('importRow.communityId', '=', communityId)
    .where('importBatch.communityId', '=', communityId)
    .where('importRow.registrationId', '=', registrationId)
    .orderBy('importBatch.createdAt')
    .orderBy('importRow.line')
    .$narrowType<Pick<Batch, 'columns'> & { cells: string[] }>()
    .execute()
}

/** Takes the contents out of the rows of one booking; their keyed hash stays, so that they are not taken again. */
export async function eraseRowsOfBooking(db: Db, communityId: string, registrationId: string): Promise<void> {
  await db
    .updateTable('importRow')
    .set({ cells: '[]', outcome: 'erased', mateId: null })
    .where('communityId', '=', communityId)
    .where('registrationId', '=', registrationId)
    .execute()
}

/** Lists whose event's time of keeping has ended and that still hold their rows. */
export function listOverdueBatches(db: Db, communityId: string, now: Date): Promise<{ id: string; eventId: string }[]> {
  return db
    .selectFrom('importBatch')
    .innerJoin('event', (join) =>
      join.onRef('event.communityId', '=', 'importBatch.communityId').onRef('event.id', '=', 'importBatch.eventId'),
    )
    .select(['importBatch.id', 'importBatch.eventId'])
    .where('importBatch.communityId', '=', communityId)
    .where('event.communityId', '=', communityId)
    .where('importBatch.clearedAt', 'is', null)
    .where(sql<boolean>`event.ends_at + make_interval(days => event.retention_days) < ${now}`)
    .execute()
}

export async function clearRows(db: Db, communityId: string, batchId: string): Promise<void> {
  await db.updateTable('importRow').set({ cells: '[]' }).where('communityId', '=', communityId).where('batchId', '=', batchId).execute()
}
