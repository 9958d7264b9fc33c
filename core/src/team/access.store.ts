import type { Db } from '#core/store/database.ts'
import type { Volunteer } from './model.ts'

/** An active volunteer by id, with the event; for whoever holds only the personal link. */
export async function findActiveVolunteer(
  db: Db,
  communityId: string,
  id: string,
): Promise<{ eventId: string; volunteer: Volunteer } | undefined> {
  const row = await db
    .selectFrom('volunteer')
    .innerJoin('person', (join) =>
      join.onRef('person.communityId', '=', 'volunteer.communityId').onRef('person.id', '=', 'volunteer.personId'),
    )
    .select([
      'volunteer.id',
      'volunteer.eventId',
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
    .where('volunteer.id', '=', id)
    .where('volunteer.state', '=', 'active')
    .executeTakeFirst()
  if (!row) return undefined
  const { eventId, ...volunteer } = row
  return { eventId, volunteer }
}
