import type { Insertable, Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import { keptRows } from '#core/store/kept-plans.ts'
import type { Community as CommunityTable, Event as EventTable } from '#core/store/schema.ts'
import type { Community, Edition, Event, Member } from './model.ts'

const communityColumns = [
  'communityId',
  'no',
  'slug',
  'name',
  'about',
  'city',
  'site',
  'contact',
  'accent',
  'noticeVersion',
  'example',
  'revision',
] as const
const eventColumns = [
  'communityId',
  'id',
  'editionId',
  'slug',
  'name',
  'summary',
  'purpose',
  'audience',
  'city',
  'venue',
  'address',
  'venueNote',
  'startsAt',
  'endsAt',
  'timeZone',
  'state',
  'seats',
  'cap',
  'expected',
  'budgetFen',
  'retentionDays',
  'liveUrl',
  'revision',
  'createdAt',
] as const

export function findCommunityBySlug(db: Db, slug: string): Promise<Community | undefined> {
  return db.selectFrom('community').select(communityColumns).where('slug', '=', slug).executeTakeFirst()
}

export function findCommunityByNo(db: Db, no: number): Promise<Community | undefined> {
  return db.selectFrom('community').select(communityColumns).where('no', '=', no).executeTakeFirst()
}

export async function findCommunity(db: Db, communityId: string): Promise<Community | undefined> {
  return (await keptRows(db, db.selectFrom('community').select(communityColumns).where('communityId', '=', communityId)))[0]
}

/** The community with its row locked until the transaction ends. */
export function lockCommunity(db: Db, communityId: string): Promise<Community | undefined> {
  return db.selectFrom('community').select(communityColumns).where('communityId', '=', communityId).forUpdate().executeTakeFirst()
}

export function listCommunities(db: Db, ids?: readonly string[]): Promise<Community[]> {
  const query = db.selectFrom('community').select(communityColumns).orderBy('slug')
  return ids ? (ids.length === 0 ? Promise.resolve([]) : query.where('communityId', 'in', ids).execute()) : query.execute()
}

export async function insertCommunity(db: Db, row: Insertable<CommunityTable>): Promise<void> {
  await db.insertInto('community').values(row).execute()
}

export async function updateCommunity(db: Db, communityId: string, values: Updateable<CommunityTable>): Promise<void> {
  await db.updateTable('community').set(values).where('communityId', '=', communityId).execute()
}

export async function deleteCommunity(db: Db, communityId: string): Promise<void> {
  // People and the journal have no foreign key to the community: they may exist before and outlive it.
  for (const table of ['journal', 'outbox', 'mailLetter', 'requestKey'] as const) {
    await db.deleteFrom(table).where('communityId', '=', communityId).execute()
  }
  await db.deleteFrom('community').where('communityId', '=', communityId).execute()
  await db.deleteFrom('person').where('communityId', '=', communityId).execute()
}

export function findEventBySlug(db: Db, communityId: string, slug: string): Promise<Event | undefined> {
  return db.selectFrom('event').select(eventColumns).where('communityId', '=', communityId).where('slug', '=', slug).executeTakeFirst()
}

export async function findEvent(db: Db, communityId: string, id: string): Promise<Event | undefined> {
  return (await keptRows(db, db.selectFrom('event').select(eventColumns).where('communityId', '=', communityId).where('id', '=', id)))[0]
}

/** The event with its row locked until the transaction ends. */
export function lockEvent(db: Db, communityId: string, id: string): Promise<Event | undefined> {
  return db
    .selectFrom('event')
    .select(eventColumns)
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** A community's events, the latest first. */
export function listEvents(db: Db, communityId: string): Promise<Event[]> {
  return db.selectFrom('event').select(eventColumns).where('communityId', '=', communityId).orderBy('startsAt', 'desc').execute()
}

export async function insertEvent(db: Db, row: Insertable<EventTable>): Promise<void> {
  await db.insertInto('event').values(row).execute()
}

export async function updateEvent(db: Db, communityId: string, id: string, values: Updateable<EventTable>): Promise<void> {
  await db.updateTable('event').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

export function findEditionBySlug(db: Db, communityId: string, slug: string): Promise<Edition | undefined> {
  return db
    .selectFrom('edition')
    .select(['id', 'slug', 'name'])
    .where('communityId', '=', communityId)
    .where('slug', '=', slug)
    .executeTakeFirst()
}

export function findEdition(db: Db, communityId: string, id: string): Promise<Edition | undefined> {
  return db
    .selectFrom('edition')
    .select(['id', 'slug', 'name'])
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function insertEdition(
  db: Db,
  row: { communityId: string; id: string; slug: string; name: Edition['name']; createdAt: Date },
): Promise<void> {
  await db.insertInto('edition').values(row).execute()
}

export function listMembers(db: Db, communityId: string): Promise<Member[]> {
  return db
    .selectFrom('membership')
    .select(['id', 'accountId', 'eventId', 'role'])
    .where('communityId', '=', communityId)
    .orderBy('createdAt')
    .execute()
}

export async function insertMember(db: Db, row: Member & { communityId: string; createdAt: Date }): Promise<boolean> {
  const result = await db
    .insertInto('membership')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

export async function deleteMember(db: Db, communityId: string, id: string): Promise<Member | undefined> {
  return db
    .deleteFrom('membership')
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .returning(['id', 'accountId', 'eventId', 'role'])
    .executeTakeFirst()
}
