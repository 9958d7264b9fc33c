import { sql, type Kysely } from 'kysely'
import type { DB, Db } from '#core/store/database.ts'
import type { Before, Known } from './merge.rules.ts'
import type { Reading } from './row.rules.ts'

/** What became of rows with these contents in earlier lists of the event. */
export async function findBefore(db: Db, communityId: string, eventId: string, hashes: readonly string[]): Promise<Before> {
  const { rows } = await sql<{ hash: string; registrationId: string | null; erased: boolean }>`
    select hash, (array_agg(registration_id) filter (where registration_id is not null))[1] as registration_id, bool_or(outcome = 'erased') as erased
    from import_row where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and hash = any(${hashes})
      and outcome in ('taken', 'merged', 'again', 'erased') group by hash`.execute(db)
  return new Map(rows.map((row) => [row.hash, row]))
}

/** Bookings of the event whose holder has one of these contacts or names, with all contacts that are known of them. */
export async function findKnown(
  db: Db,
  communityId: string,
  eventId: string,
  readings: readonly Pick<Reading, 'name' | 'phone' | 'email' | 'organisation'>[],
): Promise<Known[]> {
  const given = (kind: 'phone' | 'email'): string[] => [...new Set(readings.map((one) => one[kind]).filter((value) => value !== ''))]
  const [phones, emails] = [given('phone'), given('email')]
  // A name alone says nothing: it counts together with the organisation.
  const names = [...new Set(readings.filter((one) => one.organisation !== '').map((one) => one.name))]
  const own = sql`r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid`
  const booked = (kind: 'phone' | 'email', values: string[]) => sql`select r.id from unnest(${values}::text[]) g(v) cross join lateral (
      select r.id from registration r where ${own} and r.state = 'registered' and ${sql.ref(`r.${kind}`)} <> '' and ${sql.ref(`r.${kind}`)} = g.v limit 1) r`
  const reached = (kind: 'phone' | 'email', values: string[]) => sql`select r.id from unnest(${values}::text[]) g(v) cross join lateral (
      select c.person_id from contact_point c where c.community_id = ${communityId}::uuid and c.kind = ${sql.lit(kind)} and c.value = g.v limit 200) c cross join lateral (
      select r.id from registration r where r.community_id = ${communityId}::uuid and r.person_id = c.person_id and r.event_id = ${eventId}::uuid limit 20) r`
  const { rows } = await sql<Omit<Known, 'line'>>`with found as materialized (
      ${booked('phone', phones)} union ${booked('email', emails)} union ${reached('phone', phones)} union ${reached('email', emails)}
      union select r.id from unnest(${names}::text[]) g(v) cross join lateral (
        select p.id from person p where p.community_id = ${communityId}::uuid and p.affiliation <> '{}' and p.name = g.v limit 200) p cross join lateral (
        select r.id from registration r where r.community_id = ${communityId}::uuid and r.person_id = p.id and r.event_id = ${eventId}::uuid limit 20) r)
    select r.id, r.state, r.phone, r.email, p.name, p.organisation, c.phones, c.emails
    from found cross join lateral (select * from registration r where r.community_id = ${communityId}::uuid and r.id = found.id and r.erased_at is null limit 1) r
    cross join lateral (select p.name, coalesce(p.affiliation ->> 'zh', p.affiliation ->> 'en', '') as organisation
      from person p where p.community_id = ${communityId}::uuid and p.id = r.person_id limit 1) p
    cross join lateral (select coalesce(array_agg(value order by value) filter (where kind = 'phone'), '{}') as phones,
      coalesce(array_agg(value order by value) filter (where kind = 'email'), '{}') as emails
      from contact_point c where c.community_id = ${communityId}::uuid and c.person_id = r.person_id) c
    order by r.registered_at, r.id`.execute(db)
  const withOwn = (all: string[], own: string): string[] => (own === '' || all.includes(own) ? all : [...all, own])
  return rows.map((row) => ({ ...row, line: null, phones: withOwn(row.phones, row.phone), emails: withOwn(row.emails, row.email) }))
}

/**
 * Gathers the planner's figures of the tables that a list fills. While a table grows from nothing within a minute, old
 * figures make the planner read a whole event for every single row; the database itself looks once a minute only. A
 * sample of 3,000 rows does for that, and takes a tenth of the time of the usual one.
 */
export async function gatherStatistics(db: Kysely<DB>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`set local default_statistics_target = 10`.execute(tx)
    await sql`analyze registration, person, contact_point, import_row`.execute(tx)
  })
}
