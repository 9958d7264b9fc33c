import type { Insertable, Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { Volunteer as VolunteerTable } from '#core/store/schema.ts'
import { duties, type Duty, type Volunteer } from './model.ts'

function volunteers(db: Db, communityId: string, eventId: string) {
  return db
    .selectFrom('volunteer')
    .innerJoin('person', (join) =>
      join.onRef('person.communityId', '=', 'volunteer.communityId').onRef('person.id', '=', 'volunteer.personId'),
    )
    .select([
      'volunteer.id',
      'volunteer.personId',
      'person.name',
      'volunteer.duty',
      'volunteer.dutyNote',
      'volunteer.startsAt',
      'volunteer.endsAt',
      'volunteer.state',
      'volunteer.linkVersion',
    ])
    .where('volunteer.communityId', '=', communityId)
    .where('volunteer.eventId', '=', eventId)
}

/** Who helps at an event now, by their duties, then in the order in which they joined. */
export async function listVolunteers(db: Db, communityId: string, eventId: string): Promise<Volunteer[]> {
  const rows = await volunteers(db, communityId, eventId)
    .where('volunteer.state', '=', 'active')
    .orderBy('volunteer.createdAt')
    .orderBy('volunteer.id')
    .execute()
  return rows.sort((a, b) => duties.indexOf(a.duty) - duties.indexOf(b.duty))
}

export async function countVolunteers(db: Db, communityId: string, eventId: string): Promise<number> {
  const row = await db
    .selectFrom('volunteer')
    .select((eb) => eb.fn.count<number>('personId').distinct().as('count'))
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow()
  return row.count
}

/** A volunteer with the row locked until the transaction ends. */
export function lockVolunteer(db: Db, communityId: string, eventId: string, id: string): Promise<Volunteer | undefined> {
  return volunteers(db, communityId, eventId).where('volunteer.id', '=', id).forUpdate('volunteer').executeTakeFirst()
}

export function findVolunteerOf(
  db: Db,
  communityId: string,
  eventId: string,
  personId: string,
  duty: Duty,
): Promise<Volunteer | undefined> {
  return volunteers(db, communityId, eventId)
    .where('volunteer.personId', '=', personId)
    .where('volunteer.duty', '=', duty)
    .forUpdate('volunteer')
    .executeTakeFirst()
}

export async function insertVolunteer(db: Db, row: Insertable<VolunteerTable>): Promise<void> {
  await db.insertInto('volunteer').values(row).execute()
}

export async function updateVolunteer(db: Db, communityId: string, id: string, values: Updateable<VolunteerTable>): Promise<void> {
  await db.updateTable('volunteer').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

/** People of this name who have helped the community before; attendees are not among them. */
export function findHelpersByName(db: Db, communityId: string, name: string): Promise<{ id: string }[]> {
  return db
    .selectFrom('person')
    .select('person.id')
    .where('person.communityId', '=', communityId)
    .where('person.name', '=', name)
    .where('person.erasedAt', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('volunteer')
          .select('volunteer.id')
          .whereRef('volunteer.communityId', '=', 'person.communityId')
          .whereRef('volunteer.personId', '=', 'person.id'),
      ),
    )
    .limit(2)
    .execute()
}
