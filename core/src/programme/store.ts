import type { Insertable, Updateable } from 'kysely'
import { listPeopleByIds } from '#core/people/person/store.ts'
import type { Db } from '#core/store/database.ts'
import type { Hall as HallTable, Session as SessionTable } from '#core/store/schema.ts'
import type { Hall, Programme, Session, Speaker } from './model.ts'
import { inOrder } from './rules.ts'

const sessionColumns = [
  'id',
  'no',
  'slug',
  'kind',
  'title',
  'abstract',
  'level',
  'language',
  'slidesUrl',
  'note',
  'state',
  'mayRecord',
  'hallId',
  'startsAt',
  'minutes',
  'position',
  'revision',
] as const

export function listHalls(db: Db, communityId: string, eventId: string): Promise<Hall[]> {
  return db
    .selectFrom('hall')
    .select(['id', 'name', 'seats', 'position'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

export async function insertHall(db: Db, row: Insertable<HallTable>): Promise<void> {
  await db.insertInto('hall').values(row).execute()
}

export async function updateHall(
  db: Db,
  communityId: string,
  eventId: string,
  id: string,
  values: Updateable<HallTable>,
): Promise<boolean> {
  const result = await db
    .updateTable('hall')
    .set(values)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('id', '=', id)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** The working copy: halls and sessions with their speakers, in order of time. */
export async function loadProgramme(db: Db, communityId: string, eventId: string): Promise<Programme> {
  const halls = await listHalls(db, communityId, eventId)
  const rows = await db
    .selectFrom('session')
    .select(sessionColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .execute()
  const speakers = await listSpeakers(db, communityId, eventId)
  return { halls, sessions: inOrder(rows.map((row) => ({ ...row, speakers: speakers.get(row.id) ?? [] }))) }
}

/** Speakers by session; who was erased is left out. */
async function listSpeakers(db: Db, communityId: string, eventId: string): Promise<Map<string, Speaker[]>> {
  const rows = await db
    .selectFrom('sessionSpeaker as s')
    .innerJoin('session', (join) => join.onRef('session.communityId', '=', 's.communityId').onRef('session.id', '=', 's.sessionId'))
    .innerJoin('person as p', (join) => join.onRef('p.communityId', '=', 's.communityId').onRef('p.id', '=', 's.personId'))
    .select(['s.sessionId', 's.personId', 's.affiliation', 'p.name', 'p.displayName'])
    .where('s.communityId', '=', communityId)
    .where('session.eventId', '=', eventId)
    .where('p.erasedAt', 'is', null)
    .orderBy('s.position')
    .execute()
  const bySession = Map.groupBy(rows, (row) => row.sessionId)
  return new Map([...bySession].map(([id, all]) => [id, all.map(asSpeaker)]))
}

function asSpeaker(row: { personId: string; affiliation: Speaker['affiliation']; name: string; displayName: string }): Speaker {
  return { personId: row.personId, name: row.displayName || row.name, affiliation: row.affiliation }
}

/** One session of the event, without its speakers, locked until the transaction ends. */
export async function lockSession(
  db: Db,
  communityId: string,
  eventId: string,
  id: string,
): Promise<Omit<Session, 'speakers'> | undefined> {
  return db
    .selectFrom('session')
    .select(sessionColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** Numbers and names in the address that the event's sessions use, and the last position. */
export async function usedNumbers(
  db: Db,
  communityId: string,
  eventId: string,
): Promise<{ numbers: Set<number>; slugs: Set<string>; position: number }> {
  const rows = await db
    .selectFrom('session')
    .select(['no', 'slug', 'position'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .execute()
  return {
    numbers: new Set(rows.map((row) => row.no)),
    slugs: new Set(rows.map((row) => row.slug)),
    position: Math.max(0, ...rows.map((row) => row.position)),
  }
}

export async function insertSession(db: Db, row: Insertable<SessionTable>): Promise<void> {
  await db.insertInto('session').values(row).execute()
}

/** Writes new values and raises the revision. */
export async function updateSession(db: Db, communityId: string, id: string, values: Updateable<SessionTable>): Promise<void> {
  await db
    .updateTable('session')
    .set((eb) => ({ ...values, revision: eb('revision', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .execute()
}

export async function deleteSession(db: Db, communityId: string, id: string): Promise<void> {
  await db.deleteFrom('session').where('communityId', '=', communityId).where('id', '=', id).execute()
}

export async function replaceSpeakers(
  db: Db,
  communityId: string,
  sessionId: string,
  speakers: readonly { personId: string; affiliation: Speaker['affiliation'] }[],
): Promise<void> {
  await db.deleteFrom('sessionSpeaker').where('communityId', '=', communityId).where('sessionId', '=', sessionId).execute()
  if (speakers.length === 0) return
  await db
    .insertInto('sessionSpeaker')
    .values(speakers.map((speaker, position) => ({ communityId, sessionId, position, ...speaker })))
    .execute()
}

/** The speakers of one session in their order; who was erased is left out. */
export function listSessionSpeakers(
  db: Db,
  communityId: string,
  sessionId: string,
): Promise<{ personId: string; affiliation: Speaker['affiliation'] }[]> {
  return db
    .selectFrom('sessionSpeaker as s')
    .innerJoin('person as p', (join) => join.onRef('p.communityId', '=', 's.communityId').onRef('p.id', '=', 's.personId'))
    .select(['s.personId', 's.affiliation'])
    .where('s.communityId', '=', communityId)
    .where('s.sessionId', '=', sessionId)
    .where('p.erasedAt', 'is', null)
    .orderBy('s.position')
    .execute()
}

/** The community's people with exactly this name or this display name, the earliest first. */
export async function findPeopleByName(
  db: Db,
  communityId: string,
  name: string,
): Promise<{ id: string; affiliation: Speaker['affiliation'] }[]> {
  return db
    .selectFrom('person')
    .select(['id', 'affiliation'])
    .where('communityId', '=', communityId)
    .where('erasedAt', 'is', null)
    .where((eb) => eb.or([eb('name', '=', name), eb('displayName', '=', name)]))
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
}

/** Names of people by id; who was erased is left out. */
export async function namesOf(db: Db, communityId: string, ids: readonly string[]): Promise<Map<string, string>> {
  const people = await listPeopleByIds(db, communityId, [...new Set(ids)])
  return new Map(people.filter((p) => p.erasedAt === null).map((p) => [p.id, p.displayName || p.name]))
}
