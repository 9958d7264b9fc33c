import { sql } from 'kysely'
import type { Event } from '#core/community/model.ts'
import type { Text } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'

/** Who registered, cancelled and was let in at least once, on whichever list. Asked so, scans are looked up by hashes. */
const counts = (communityId: string, eventId: string) => sql`
  count(*) filter (where r.state = 'registered') as registered, count(*) filter (where r.state = 'cancelled') as cancelled,
  count(*) filter (where r.state = 'registered' and r.id in (
    select s.registration_id from scan s where s.community_id = ${communityId}::uuid and s.event_id = ${eventId}::uuid
      and s.verdict = 'admitted' and s.registration_id is not null)) as came`

interface Counts {
  registered: number
  cancelled: number
  came: number
}

export async function countByChannel(db: Db, communityId: string, eventId: string): Promise<(Counts & { channelId: string | null })[]> {
  const { rows } = await sql<Counts & { channelId: string | null }>`
    select r.channel_id, ${counts(communityId, eventId)} from registration r
    where r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid group by 1`.execute(db)
  return rows
}

/** How many have a ticket; the event's counter also holds what is being filled in, paid for, offered or kept for vouchers. */
export async function countRegistered(db: Db, communityId: string, eventId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from registration
    where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and state = 'registered'`.execute(db)
  return rows[0]?.count ?? 0
}

/** How many of the registered take a seat of the cap: speakers and the like may not. */
export async function countSeated(db: Db, communityId: string, eventId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from registration r
    left join ticket_type t on t.community_id = ${communityId}::uuid and t.id = r.ticket_type_id
    where r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid
      and r.state = 'registered' and coalesce(t.counts, true)`.execute(db)
  return rows[0]?.count ?? 0
}

/** Ticket by ticket in the types' order, those without one last. */
export async function countByType(
  db: Db,
  communityId: string,
  eventId: string,
): Promise<(Counts & { typeId: string | null; name: Text | null })[]> {
  const { rows } = await sql<Counts & { typeId: string | null; name: Text | null }>`
    select t.id as type_id, t.name, ${counts(communityId, eventId)}
    from registration r
    left join ticket_type t on t.community_id = ${communityId}::uuid and t.id = r.ticket_type_id
    where r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid
    group by t.id, t.name, t.position, t.created_at order by t.position, t.created_at, t.id`.execute(db)
  return rows
}

/** How many seats were taken and given back, by day of the event's time zone and by channel. */
export async function listSteps(
  db: Db,
  { communityId, id, timeZone }: Pick<Event, 'communityId' | 'id' | 'timeZone'>,
): Promise<{ day: string; channelId: string | null; by: number }[]> {
  const { rows } = await sql<{ day: string; channelId: string | null; by: number }>`
    select to_char(at at time zone ${timeZone}, 'YYYY-MM-DD') as day, channel_id, sum(step)::bigint as by
    from (
      select channel_id, registered_at as at, 1 as step from registration where community_id = ${communityId} and event_id = ${id}
      union all
      select channel_id, cancelled_at, -1 from registration where community_id = ${communityId} and event_id = ${id} and cancelled_at is not null
    ) as changes
    group by 1, 2 order by 1`.execute(db)
  return rows
}

/** The newest earlier event that people registered for, in the same city before any other. */
export function findComparable(
  db: Db,
  event: Pick<Event, 'communityId' | 'id' | 'startsAt' | 'city'>,
): Promise<Pick<Event, 'id' | 'slug' | 'name' | 'startsAt' | 'timeZone'> | undefined> {
  return db
    .selectFrom('event')
    .select(['id', 'slug', 'name', 'startsAt', 'timeZone'])
    .where('communityId', '=', event.communityId)
    .where('id', '<>', event.id)
    .where('startsAt', '<', event.startsAt)
    .where('state', '<>', 'cancelled')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('registration')
          .select('registration.id')
          .where('registration.communityId', '=', event.communityId)
          .whereRef('registration.eventId', '=', 'event.id'),
      ),
    )
    .orderBy((eb) =>
      eb
        .case()
        .when(sql<boolean>`city <> '{}' and city = ${JSON.stringify(event.city)}::jsonb`)
        .then(0)
        .else(1)
        .end(),
    )
    .orderBy('startsAt', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}
