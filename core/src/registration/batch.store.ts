import { sql } from 'kysely'
import { asLocale } from '#core/kernel/text.ts'
import { listPeopleByIds } from '#core/people/person/store.ts'
import { arrayParameter } from '#core/store/arrays.ts'
import type { Db } from '#core/store/database.ts'
import type { Letter } from '#core/people/mail/letter.ts'
import type { Registration } from './model.ts'
import { registrationColumns } from './store.ts'

// What a batch of requests reads and writes: few statements, whatever its size. Rows travel as one array for each column.

/** What is looked up for one request; '' where nothing was given. */
export interface Given {
  phone: string
  email: string
  code: string
  key: string | null
}

/** What the database knows of the requests of a batch. */
export interface Known {
  /** By the request's index: what was answered under its key. */
  answered: ReadonlyMap<number, { bodyHash: string; registrationId: string | null }>
  /** Short codes that are given out. */
  codes: ReadonlySet<string>
  /** Contacts of live bookings of this event: `phone:+86…`, `email:…`. */
  contacts: ReadonlySet<string>
  /** By the request's index: people who have one of its contacts. */
  people: ReadonlyMap<number, { personId: string; name: string; kind: string; value: string }[]>
}

/**
 * Looks all requests up at once. The counter's lock is held. Written so that each look-up goes by its own index however
 * little the planner knows of tables that fill this very minute: lateral; the community as a value that it cannot see
 * (a new one would count as empty); the event compared as text where only an index of other columns shall serve.
 */
export async function lookUp(db: Db, communityId: string, eventId: string, scope: string, given: readonly Given[]): Promise<Known> {
  const column = (name: keyof Given) => sql`${arrayParameter(given.map((one) => one[name]))}::text[]`
  const booked = (
    kind: 'phone' | 'email',
  ) => sql`select ${sql.lit(kind)}, g.n, ${sql.ref(`g.${kind}`)}, null, null from given g cross join lateral (
      select 1 from registration r where r.community_id = g.c and ${sql.ref(`r.${kind}`)} = ${sql.ref(`g.${kind}`)} and ${sql.ref(`r.${kind}`)} <> ''
        and r.state = 'registered' and r.event_id::text = g.e::text limit 1) r where ${sql.ref(`g.${kind}`)} <> ''`
  const people = (
    kind: 'phone' | 'email',
  ) => sql`select 'person', g.n, ${sql.lit(kind)}, ${sql.ref(`g.${kind}`)}, c.person_id from given g cross join lateral (
      select person_id from contact_point p where p.community_id = g.c and p.kind = ${sql.lit(kind)} and p.value = ${sql.ref(`g.${kind}`)} limit 200) c
      where ${sql.ref(`g.${kind}`)} <> ''`
  const found = await sql<{
    what: string
    n: number
    a: string
    b: string | null
    id: string
  }>`/* kept */ with given as materialized (select g.n - 1 as n, ${communityId}::uuid as c, ${eventId}::uuid as e, g.phone, g.email, g.code, g.key
      from unnest(${column('phone')}, ${column('email')}, ${column('code')}, ${column('key')}) with ordinality as g(phone, email, code, key, n))
    select 'key' as what, g.n, k.body_hash as a, k.answer #>> '{}' as b, null::uuid as id from given g cross join lateral (
      select body_hash, answer from request_key r where r.community_id = g.c and r.scope = ${scope} and r.key = g.key limit 1) k where g.key is not null
    union all select 'code', g.n, g.code, null, null from given g cross join lateral (
      select 1 from registration r where r.community_id = g.c and r.event_id = g.e and r.code = g.code limit 1) r where g.code <> ''
    union all ${booked('phone')} union all ${booked('email')} union all ${people('phone')} union all ${people('email')}`.execute(db)
  const known = {
    answered: new Map<number, { bodyHash: string; registrationId: string | null }>(),
    codes: new Set<string>(),
    contacts: new Set<string>(),
    people: new Map<number, { personId: string; name: string; kind: string; value: string }[]>(),
  }
  // Their names by a query of its own: joined, the planner might begin with all people of the community.
  const ids = [...new Set(found.rows.flatMap(({ what, id }) => (what === 'person' ? id : [])))]
  const names = new Map((await listPeopleByIds(db, communityId, ids)).flatMap((one) => (one.erasedAt ? [] : [[one.id, one.name] as const])))
  for (const { what, n, a, b, id } of found.rows) {
    const name = names.get(id)
    if (what === 'key') known.answered.set(n, { bodyHash: a, registrationId: b })
    else if (what === 'code') known.codes.add(a)
    else if (what === 'person') {
      if (name !== undefined) known.people.set(n, [...(known.people.get(n) ?? []), { personId: id, name, kind: a, value: b ?? '' }])
    } else known.contacts.add(`${what}:${a}`)
  }
  return known
}

/** Which of these people hold a live booking of the event. */
export async function listBookedPeople(db: Db, communityId: string, eventId: string, personIds: readonly string[]): Promise<string[]> {
  if (personIds.length === 0) return []
  const { rows } = await sql<{ personId: string }>`select r.person_id from unnest(${personIds}::uuid[]) as p(id) cross join lateral (
    select person_id from registration where community_id = ${communityId}::uuid and person_id = p.id and event_id::text = ${eventId}
      and state = 'registered' limit 1) r`.execute(db)
  return rows.map((row) => row.personId)
}

/** The bookings with these ids, in no particular order. */
export async function listRegistrationsByIds(db: Db, communityId: string, ids: readonly string[]): Promise<Registration[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('registration')
    .select(registrationColumns)
    .where('communityId', '=', communityId)
    .where('id', 'in', ids)
    .execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

/** All rows of one accepted request but its journal entry. */
export interface NewBooking {
  id: string
  personId: string
  /** Null when the person was known already. */
  person: { name: string; pinyin: string; initials: string } | null
  typeId: string | null
  channelId: string | null
  orderId: string | null
  code: string
  phone: string
  email: string
  locale: string
  at: Date
  /** Optional consents that were given. */
  consents: { id: string; purpose: string }[]
  key: string | null
  bodyHash: string | null
  mail: { id: string; letterId: string; places: Record<string, string>; state: 'queued' | 'kept' } | null
}

/** Writes all accepted requests of a batch and the letters of their mails in one statement. */
export async function insertBookings(
  db: Db,
  place: { communityId: string; eventId: string; scope: string; noticeVersion: string; template: string; now: Date },
  bookings: readonly NewBooking[],
  letters: readonly Letter[],
): Promise<void> {
  const { communityId, eventId, scope, noticeVersion, now, template } = place
  const column = (read: (one: NewBooking) => string | null) => sql`${arrayParameter(bookings.map(read))}`
  const consents = JSON.stringify(
    bookings.flatMap((one) => one.consents.map((consent) => ({ ...consent, person: one.personId, at: one.at }))),
  )
  await sql`/* kept */ with b as materialized (select * from unnest(${column((one) => one.id)}::uuid[], ${column((one) => one.personId)}::uuid[],
      ${column((one) => one.person?.name ?? null)}::text[], ${column((one) => one.person?.pinyin ?? null)}::text[],
      ${column((one) => one.person?.initials ?? null)}::text[], ${column((one) => one.typeId)}::uuid[], ${column((one) => one.channelId)}::uuid[],
      ${column((one) => one.orderId)}::uuid[], ${column((one) => one.code)}::text[], ${column((one) => one.phone)}::text[],
      ${column((one) => one.email)}::text[], ${column((one) => one.locale)}::text[], ${column((one) => one.at.toISOString())}::timestamptz[],
      ${column((one) => one.key)}::text[], ${column((one) => one.bodyHash)}::text[], ${column((one) => one.mail?.id ?? null)}::uuid[],
      ${column((one) => one.mail?.letterId ?? null)}::uuid[], ${column((one) => (one.mail ? JSON.stringify(one.mail.places) : null))}::jsonb[],
      ${column((one) => one.mail?.state ?? null)}::text[]
    ) as b(id, person, name, pinyin, initials, type, channel, "order", code, phone, email, locale, at, key, hash, mail, letter, places, state)),
    letters as (insert into mail_letter (community_id, id, subject, body, calendar, created_at)
      select ${communityId}::uuid, id, subject, body, calendar, ${now}::timestamptz
      from json_to_recordset(${JSON.stringify(letters)}::json) as l(id uuid, subject text, body text, calendar text) on conflict do nothing),
    people as (insert into person (community_id, id, name, pinyin, initials, created_at)
      select ${communityId}::uuid, person, name, pinyin, initials, ${now}::timestamptz from b where name is not null),
    points as (insert into contact_point (community_id, person_id, kind, value, created_at)
      select ${communityId}::uuid, person, 'phone', phone, ${now}::timestamptz from b where name is not null and phone <> ''
      union all select ${communityId}::uuid, person, 'email', email, ${now}::timestamptz from b where name is not null and email <> ''),
    agreed as (insert into consent (community_id, id, person_id, event_id, purpose, notice_version, given_at)
      select ${communityId}::uuid, id, person, ${eventId}::uuid, purpose, ${noticeVersion}, at
      from json_to_recordset(${consents}::json) as c(id uuid, person uuid, purpose text, at timestamptz)),
    keys as (insert into request_key (community_id, scope, key, body_hash, answer, created_at)
      select ${communityId}::uuid, ${scope}, key, hash, to_jsonb(id), ${now}::timestamptz from b where key is not null),
    mails as (insert into outbox (community_id, id, event_id, template, to_address, locale, letter_id, places, state, created_at)
      select ${communityId}::uuid, mail, ${eventId}::uuid, ${template}, email, locale, letter, places, state, ${now}::timestamptz from b where mail is not null)
    insert into registration (community_id, id, event_id, person_id, ticket_type_id, channel_id, order_id, code, phone, email, locale, notice_version, registered_at)
      select ${communityId}::uuid, id, ${eventId}::uuid, person, type, channel, "order", code, phone, email, locale, ${noticeVersion}, at from b`.execute(
    db,
  )
}
