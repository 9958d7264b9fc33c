import type { Insertable, Updateable } from 'kysely'
import { isBreak } from '#core/programme/model.ts'
import type { Db } from '#core/store/database.ts'
import type { File as FileTable, Recording as RecordingTable } from '#core/store/schema.ts'
import type { MatchSession, Problem, PublicRecording, Recording, StoredFile } from './model.ts'

const fileColumns = ['id', 'name', 'sha256', 'size', 'mediaType'] as const

export async function insertFile(db: Db, row: Insertable<FileTable>): Promise<void> {
  await db.insertInto('file').values(row).execute()
}

export function findFile(db: Db, communityId: string, id: string): Promise<(StoredFile & { eventId: string | null }) | undefined> {
  return db
    .selectFrom('file')
    .select([...fileColumns, 'eventId'])
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function deleteFile(db: Db, communityId: string, id: string): Promise<void> {
  await db.deleteFrom('file').where('communityId', '=', communityId).where('id', '=', id).execute()
}

const recordingQuery = (db: Db, communityId: string) =>
  db
    .selectFrom('recording as r')
    .innerJoin('file as f', (join) => join.onRef('f.communityId', '=', 'r.communityId').onRef('f.id', '=', 'r.fileId'))
    .select([
      'r.id',
      'r.eventId',
      'r.fileId',
      'r.sessionId',
      'r.name',
      'r.recordedOn',
      'r.no',
      'r.slug',
      'r.startedAt',
      'r.matchedBy',
      'r.problems',
      'r.published',
      'f.sha256',
      'f.size',
      'f.mediaType',
    ])
    .where('r.communityId', '=', communityId)
    .where('f.communityId', '=', communityId)

/** An event's recordings in order of time, then name. */
export async function listRecordings(db: Db, communityId: string, eventId: string): Promise<Recording[]> {
  const rows = await recordingQuery(db, communityId).where('r.eventId', '=', eventId).orderBy('r.name').execute()
  return rows.map((row) => ({ ...row, problems: asProblems(row.problems) }))
}

export async function findRecording(db: Db, communityId: string, id: string): Promise<Recording | undefined> {
  const row = await recordingQuery(db, communityId).where('r.id', '=', id).executeTakeFirst()
  return row && { ...row, problems: asProblems(row.problems) }
}

// Written by ourselves from the same type; nobody else writes this column.
const asProblems = (value: unknown): Problem[] =>
  Array.isArray(value) ? value.filter((p): p is Problem => typeof p === 'object' && p !== null && 'code' in p) : []

export async function insertRecording(
  db: Db,
  row: Omit<Insertable<RecordingTable>, 'problems'> & { problems: readonly Problem[] },
): Promise<void> {
  await db
    .insertInto('recording')
    .values({ ...row, problems: JSON.stringify(row.problems) })
    .execute()
}

export async function updateRecording(
  db: Db,
  communityId: string,
  id: string,
  values: Omit<Updateable<RecordingTable>, 'problems'> & { problems?: readonly Problem[] },
): Promise<void> {
  const { problems, ...rest } = values
  const row = problems ? { ...rest, problems: JSON.stringify(problems) } : rest
  await db.updateTable('recording').set(row).where('communityId', '=', communityId).where('id', '=', id).execute()
}

export async function deleteRecording(db: Db, communityId: string, id: string): Promise<void> {
  await db.deleteFrom('recording').where('communityId', '=', communityId).where('id', '=', id).execute()
}

/** The sessions of an event with their planned and actual starts, in order of time. */
export async function listMatchSessions(db: Db, communityId: string, eventId: string): Promise<MatchSession[]> {
  const rows = await db
    .selectFrom('session as s')
    .leftJoin('run as u', (join) => join.onRef('u.communityId', '=', 's.communityId').onRef('u.sessionId', '=', 's.id'))
    .select(['s.id', 's.no', 's.slug', 's.kind', 's.title', 's.state', 's.mayRecord', 's.startsAt', 'u.startedAt'])
    .where('s.communityId', '=', communityId)
    .where('s.eventId', '=', eventId)
    .orderBy('s.startsAt')
    .orderBy('s.position')
    .orderBy('s.no')
    .execute()
  const speakers = await db
    .selectFrom('sessionSpeaker as k')
    .innerJoin('session as s', (join) => join.onRef('s.communityId', '=', 'k.communityId').onRef('s.id', '=', 'k.sessionId'))
    .innerJoin('person as p', (join) => join.onRef('p.communityId', '=', 'k.communityId').onRef('p.id', '=', 'k.personId'))
    .select(['k.sessionId', 'p.name'])
    .where('k.communityId', '=', communityId)
    .where('s.eventId', '=', eventId)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    no: row.no,
    slug: row.slug,
    title: row.title,
    mayRecord: row.mayRecord,
    cancelled: row.state === 'cancelled',
    rests: isBreak(row),
    plannedStart: row.startsAt,
    actualStart: row.startedAt,
    speakers: speakers.filter((k) => k.sessionId === row.id).map((k) => k.name),
  }))
}

/** Published, of a session that may be recorded and was not cancelled. */
const openQuery = (db: Db, communityId: string) =>
  recordingQuery(db, communityId)
    .innerJoin('session as s', (join) => join.onRef('s.communityId', '=', 'r.communityId').onRef('s.id', '=', 'r.sessionId'))
    .where('r.published', '=', true)
    .where('s.mayRecord', '=', true)
    .where('s.state', '!=', 'cancelled')

/** True for a recording of a public event that signed-out visitors may hear. */
export async function isOpenToAll(db: Db, communityId: string, id: string): Promise<boolean> {
  const row = await openQuery(db, communityId)
    .innerJoin('event as e', (join) => join.onRef('e.communityId', '=', 'r.communityId').onRef('e.id', '=', 'r.eventId'))
    .where('r.id', '=', id)
    .where('e.state', '!=', 'draft')
    .executeTakeFirst()
  return row !== undefined
}

/** The recordings of an event that signed-out visitors may hear, in order of time; whether the event is public is asked by the caller. */
export async function publicRecordingsOf(db: Db, communityId: string, eventId: string): Promise<PublicRecording[]> {
  const rows = await openQuery(db, communityId).where('r.eventId', '=', eventId).orderBy('r.startedAt').orderBy('r.name').execute()
  return rows.flatMap(({ id, sessionId, name, mediaType, size, startedAt }) =>
    sessionId ? [{ id, sessionId, name, mediaType, size, startedAt }] : [],
  )
}
