import type { Insertable, Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { ContactPoint as ContactPointTable, Consent as ConsentTable, Person as PersonTable } from '#core/store/schema.ts'
import type { Consent, ContactKind, ContactPoint, Person } from './model.ts'

const personColumns = [
  'communityId',
  'id',
  'name',
  'displayName',
  'about',
  'affiliation',
  'pinyin',
  'initials',
  'accountId',
  'linkVersion',
  'createdAt',
  'erasedAt',
] as const

export async function insertPeople(db: Db, rows: readonly Insertable<PersonTable>[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 1000)
    await db
      .insertInto('person')
      .values(rows.slice(i, i + 1000))
      .execute()
}

export async function insertContactPoints(db: Db, rows: readonly Insertable<ContactPointTable>[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 1000)
    await db
      .insertInto('contactPoint')
      .values(rows.slice(i, i + 1000))
      .execute()
}

export async function updatePerson(db: Db, communityId: string, id: string, values: Updateable<PersonTable>): Promise<boolean> {
  const result = await db.updateTable('person').set(values).where('communityId', '=', communityId).where('id', '=', id).executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export function findPerson(db: Db, communityId: string, id: string): Promise<Person | undefined> {
  return db.selectFrom('person').select(personColumns).where('communityId', '=', communityId).where('id', '=', id).executeTakeFirst()
}

/** The person with its row locked until the transaction ends. */
export function lockPerson(db: Db, communityId: string, id: string): Promise<Person | undefined> {
  return db
    .selectFrom('person')
    .select(personColumns)
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** The people with these ids, in no particular order; unknown ids are left out. */
export async function listPeopleByIds(db: Db, communityId: string, ids: readonly string[]): Promise<Person[]> {
  if (ids.length === 0) return []
  return db.selectFrom('person').select(personColumns).where('communityId', '=', communityId).where('id', 'in', ids).execute()
}

/** The person who uses this account in the community. */
export function findPersonByAccount(db: Db, communityId: string, accountId: string): Promise<Person | undefined> {
  return db
    .selectFrom('person')
    .select(personColumns)
    .where('communityId', '=', communityId)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
}

/** Everybody whose contact is the given one (in normal form), the earliest first: companions share a phone. */
export async function findPeopleByContact(db: Db, communityId: string, kind: ContactKind, value: string): Promise<Person[]> {
  const points = await findContactPoints(db, communityId, kind, [value])
  const people = await listPeopleByIds(
    db,
    communityId,
    points.map((point) => point.personId),
  )
  return people.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id.localeCompare(b.id))
}

/** The contact points of a kind with one of these values. */
export async function findContactPoints(
  db: Db,
  communityId: string,
  kind: ContactKind,
  values: readonly string[],
): Promise<ContactPoint[]> {
  if (values.length === 0) return []
  return db
    .selectFrom('contactPoint')
    .select(['personId', 'kind', 'value'])
    .where('communityId', '=', communityId)
    .where('kind', '=', kind)
    .where('value', 'in', values)
    .execute()
}

/** The contact points of these people, the earliest first, those of one time by kind. */
export async function listContactPoints(db: Db, communityId: string, personIds: readonly string[]): Promise<ContactPoint[]> {
  if (personIds.length === 0) return []
  return db
    .selectFrom('contactPoint')
    .select(['personId', 'kind', 'value'])
    .where('communityId', '=', communityId)
    .where('personId', 'in', personIds)
    .orderBy('createdAt')
    .orderBy('kind', 'desc')
    .execute()
}

export async function deleteContactPoints(db: Db, communityId: string, personId: string, kind?: ContactKind): Promise<void> {
  let query = db.deleteFrom('contactPoint').where('communityId', '=', communityId).where('personId', '=', personId)
  if (kind) query = query.where('kind', '=', kind)
  await query.execute()
}

export async function insertConsents(db: Db, rows: readonly Insertable<ConsentTable>[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 1000)
    await db
      .insertInto('consent')
      .values(rows.slice(i, i + 1000))
      .execute()
}

/** What a person agreed to, withdrawn ones included, in order of time. */
export function listConsents(db: Db, communityId: string, personId: string): Promise<Consent[]> {
  return db
    .selectFrom('consent')
    .select(['id', 'personId', 'eventId', 'purpose', 'noticeVersion', 'givenAt', 'withdrawnAt'])
    .where('communityId', '=', communityId)
    .where('personId', '=', personId)
    .orderBy('givenAt')
    .orderBy('id')
    .execute()
}

/** Marks consents that still hold as withdrawn; returns their purposes. Without `purpose`: all of them. */
export async function endConsents(
  db: Db,
  filter: { communityId: string; personId: string; eventId?: string | null; purpose?: string },
  at: Date,
): Promise<string[]> {
  let query = db
    .updateTable('consent')
    .set({ withdrawnAt: at })
    .where('communityId', '=', filter.communityId)
    .where('personId', '=', filter.personId)
    .where('withdrawnAt', 'is', null)
  if (filter.eventId === null) query = query.where('eventId', 'is', null)
  else if (filter.eventId !== undefined) query = query.where('eventId', '=', filter.eventId)
  if (filter.purpose !== undefined) query = query.where('purpose', '=', filter.purpose)
  const rows = await query.returning('purpose').execute()
  return rows.map((row) => row.purpose)
}
