import { sql, type Kysely } from 'kysely'
import { arrayParameter } from '#core/store/arrays.ts'
import type { DB, Db } from '#core/store/database.ts'
import type { Before, Known } from './merge.rules.ts'
import type { Reading } from './row.rules.ts'

/** What became of rows with these contents in earlier lists of the event. */
export async function findBefore(db: Db, communityId: string, eventId: string, hashes: readonly string[]): Promise<Before> {
  const { rows } = await sql<{ hash: string; registrationId: string | null; erased: boolean }>`
    select hash, (array_agg(registration_id) filter (where registration_id is not null))[1] as registration_id, bool_or(outcome = 'erased') as erased
    from import_row where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and hash = any(${arrayParameter(hashes)}::text[])
      and outcome in ('taken', 'merged', 'again', 'erased') group by hash`.execute(db)
  return new Map(rows.map((row) => [row.hash, row]))
}

/** Somebody of the community without a booking here: a row that tells of them gives them one. */
export interface Person {
  id: string
  name: string
  phones: string[]
  emails: string[]
}

/** Who is there already, in the order in which they came. */
export interface Found {
  /** With a booking of the event. */
  known: (Known & { id: string; at: Date })[]
  /** Without one. */
  people: (Person & { at: Date })[]
}

/**
 * Bookings of the event whose holder has one of these contacts or names, with all contacts that are known of them; and
 * people of the community who have one of these contacts and no booking here.
 */
export async function findPeople(
  db: Db,
  communityId: string,
  eventId: string,
  readings: readonly Pick<Reading, 'name' | 'phone' | 'email' | 'organisation'>[],
): Promise<Found> {
  const given = (kind: 'phone' | 'email'): string[] => [...new Set(readings.map((one) => one[kind]).filter((value) => value !== ''))]
  const [phones, emails] = [arrayParameter(given('phone')), arrayParameter(given('email'))]
  // A name alone says nothing: it counts together with the organisation.
  const names = arrayParameter([...new Set(readings.filter((one) => one.organisation !== '').map((one) => one.name))])
  const own = sql`r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid`
  const booked = (kind: 'phone' | 'email', values: string) => sql`select r.id from unnest(${values}::text[]) g(v) cross join lateral (
      select r.id from registration r where ${own} and r.state = 'registered' and ${sql.ref(`r.${kind}`)} <> '' and ${sql.ref(`r.${kind}`)} = g.v limit 1) r`
  const reached = (
    kind: 'phone' | 'email',
    values: string,
  ) => sql`select c.person_id from unnest(${values}::text[]) g(v) cross join lateral (
      select c.person_id from contact_point c where c.community_id = ${communityId}::uuid and c.kind = ${sql.lit(kind)} and c.value = g.v limit 200) c`
  const contacts = (
    person: string,
  ) => sql`cross join lateral (select coalesce(array_agg(value order by value) filter (where kind = 'phone'), '{}') as phones,
      coalesce(array_agg(value order by value) filter (where kind = 'email'), '{}') as emails
      from contact_point c where c.community_id = ${communityId}::uuid and c.person_id = ${sql.ref(person)}) c`
  const { rows } = await sql<
    Omit<Known, 'id' | 'line'> & { id: string | null; personId: string; at: Date }
  >`/* kept */ with reached as materialized (
      ${reached('phone', phones)} union ${reached('email', emails)}),
    here as materialized (select c.person_id, r.id from reached c left join lateral (
      select r.id from registration r where r.community_id = ${communityId}::uuid and r.person_id = c.person_id and r.event_id = ${eventId}::uuid limit 20) r on true),
    found as materialized (
      ${booked('phone', phones)} union ${booked('email', emails)} union select id from here where id is not null
      union select r.id from unnest(${names}::text[]) g(v) cross join lateral (
        select p.id from person p where p.community_id = ${communityId}::uuid and p.affiliation <> '{}' and p.name = g.v limit 200) p cross join lateral (
        select r.id from registration r where r.community_id = ${communityId}::uuid and r.person_id = p.id and r.event_id = ${eventId}::uuid limit 20) r)
    select r.id, r.person_id, r.registered_at as at, r.state, r.phone, r.email, p.name, p.organisation, c.phones, c.emails
    from found cross join lateral (select * from registration r where r.community_id = ${communityId}::uuid and r.id = found.id and r.erased_at is null limit 1) r
    cross join lateral (select p.name, coalesce(p.affiliation ->> 'zh', p.affiliation ->> 'en', '') as organisation
      from person p where p.community_id = ${communityId}::uuid and p.id = r.person_id limit 1) p
    ${contacts('r.person_id')}
    union all select null, p.id, p.created_at, 'registered', '', '', p.name, '', c.phones, c.emails
    from here cross join lateral (select p.id, p.name, p.created_at from person p
      where p.community_id = ${communityId}::uuid and p.id = here.person_id and p.erased_at is null limit 1) p
    ${contacts('p.id')} where here.id is null
    order by at, id, person_id`.execute(db)
  const withOwn = (all: string[], own: string): string[] => (own === '' || all.includes(own) ? all : [...all, own])
  const found: Found = { known: [], people: [] }
  for (const { personId, ...row } of rows) {
    const { id, at, name, phones, emails } = row
    if (id === null) found.people.push({ id: personId, at, name, phones, emails })
    else found.known.push({ ...row, id, line: null, phones: withOwn(phones, row.phone), emails: withOwn(emails, row.email) })
  }
  return found
}

/** What may change of an open row: whether it is one, what was decided about it, and that its contents were erased. */
export type OpenRow = readonly [line: number, choice: string, cells: number]

/** The open rows behind a line, as one value: what is asked under the lock of rows that have been read before it. */
export async function findOpen(db: Db, communityId: string, batchId: string, after: number, limit: number): Promise<OpenRow[]> {
  const { rows } = await sql<{
    open: OpenRow[]
  }>`/* kept */ select coalesce(json_agg(json_build_array(r.line, r.choice, jsonb_array_length(r.cells)) order by r.line), '[]') as open
    from (select line, choice, cells from import_row where community_id = ${communityId}::uuid and batch_id = ${batchId}::uuid
      and outcome = '' and line > ${after}::int order by line limit ${limit}::int) r`.execute(db)
  return rows[0]?.open ?? []
}

/** The tables that a list fills, with what their rows are found by. */
const filled = {
  registration: ['community_id', 'id', 'event_id', 'person_id', 'code', 'state', 'phone', 'email'],
  person: ['community_id', 'id', 'name'],
  contact_point: ['community_id', 'person_id', 'kind', 'value'],
  import_row: ['community_id', 'batch_id', 'event_id', 'line', 'hash', 'outcome', 'registration_id'],
} as const
const tables = Object.keys(filled) as (keyof typeof filled)[]

/**
 * Gathers the planner's figures of the tables that a list fills. While a table grows from nothing within a minute, old
 * figures make the planner read a whole event for every single row; the database itself looks once a minute only. A
 * sample of 3,000 rows does for that, and takes a tenth of the time of the usual one; so does leaving out what no row is
 * found by.
 */
export async function gatherStatistics(db: Kysely<DB>, which: readonly (keyof typeof filled)[] = tables): Promise<void> {
  const parts = which.map((table) => sql`${sql.table(table)} (${sql.join(filled[table].map((column) => sql.ref(column)))})`)
  await db.transaction().execute(async (tx) => {
    await sql`set local default_statistics_target = 10`.execute(tx)
    await sql`analyze ${sql.join(parts)}`.execute(tx)
  })
}
