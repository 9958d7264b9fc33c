import { sql, type Insertable, type Updateable } from 'kysely'
import { maskPhone } from '#core/people/person/rules.ts'
import { matches } from '#core/registration/search.ts'
import type { Db } from '#core/store/database.ts'
import type { Scan as ScanTable } from '#core/store/schema.ts'
import type { FoundAttendee, List, ScanVerdict } from './model.ts'

export interface Scan {
  id: string
  eventId: string
  registrationId: string | null
  list: List
  at: Date
  desk: string
  verdict: ScanVerdict
  byName: string
}

const columns = ['id', 'eventId', 'registrationId', 'list', 'at', 'desk', 'verdict', 'byName'] as const

export function findScan(db: Db, communityId: string, id: string): Promise<Scan | undefined> {
  return db.selectFrom('scan').select(columns).where('communityId', '=', communityId).where('id', '=', id).executeTakeFirst()
}

/** Who was admitted first on a list. */
export function findAdmission(db: Db, communityId: string, eventId: string, registrationId: string, list: List): Promise<Scan | undefined> {
  return db
    .selectFrom('scan')
    .select(columns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('registrationId', '=', registrationId)
    .where('list', '=', list)
    .where('verdict', '=', 'admitted')
    .executeTakeFirst()
}

export async function insertScan(db: Db, row: Insertable<ScanTable>): Promise<void> {
  await db.insertInto('scan').values(row).execute()
}

export async function updateScan(db: Db, communityId: string, id: string, values: Updateable<ScanTable>): Promise<void> {
  await db.updateTable('scan').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

/** The newest scans of an event, with the names of those whose ticket it was. */
export function listScans(db: Db, communityId: string, eventId: string, limit: number): Promise<(Scan & { name: string | null })[]> {
  return db
    .selectFrom('scan')
    .leftJoin('registration', (join) =>
      join
        .onRef('registration.communityId', '=', 'scan.communityId')
        .onRef('registration.id', '=', 'scan.registrationId')
        .onRef('registration.eventId', '=', 'scan.eventId'),
    )
    .leftJoin('person', (join) =>
      join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
    )
    .select([
      'scan.id',
      'scan.eventId',
      'scan.registrationId',
      'scan.list',
      'scan.at',
      'scan.desk',
      'scan.verdict',
      'scan.byName',
      'person.name',
    ])
    .where('scan.communityId', '=', communityId)
    .where('scan.eventId', '=', eventId)
    .orderBy('scan.at', 'desc')
    .orderBy('scan.id', 'desc')
    .limit(limit)
    .execute()
}

/** Attendees whose name, pinyin, phone ending or code fits what was typed, live bookings first. */
export async function searchRegistrations(
  db: Db,
  communityId: string,
  eventId: string,
  typed: string,
  list: List,
  limit: number,
): Promise<FoundAttendee[]> {
  const rows = await db
    .selectFrom('registration')
    .innerJoin('person', (join) =>
      join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
    )
    .leftJoin('scan', (join) =>
      join
        .onRef('scan.communityId', '=', 'registration.communityId')
        .onRef('scan.eventId', '=', 'registration.eventId')
        .onRef('scan.registrationId', '=', 'registration.id')
        .on('scan.list', '=', list)
        .on('scan.verdict', '=', 'admitted'),
    )
    .select([
      'registration.id as registrationId',
      'person.name',
      'person.displayName',
      'registration.code',
      'registration.phone',
      'registration.state',
      'scan.at as admittedAt',
    ])
    .where('registration.communityId', '=', communityId)
    .where('registration.eventId', '=', eventId)
    .where('registration.erasedAt', 'is', null)
    .where((eb) => matches(eb, typed))
    .orderBy('registration.state', 'desc')
    .orderBy('person.pinyin')
    .orderBy('registration.id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, phone: row.phone && maskPhone(row.phone) }))
}

/** First admissions of persons in order of time, and admissions by list. */
export async function countAdmissions(
  db: Db,
  communityId: string,
  eventId: string,
): Promise<{ firsts: Date[]; byList: { list: List; count: number }[] }> {
  const firsts = await db
    .selectFrom('scan')
    .select((eb) => eb.fn.min('at').as('at'))
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('verdict', '=', 'admitted')
    .groupBy('registrationId')
    .orderBy(sql`min(at)`)
    .execute()
  const byList = await db
    .selectFrom('scan')
    .select(['list', (eb) => eb.fn.countAll<number>().as('count')])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('verdict', '=', 'admitted')
    .groupBy('list')
    .execute()
  return { firsts: firsts.map((row) => row.at), byList }
}
