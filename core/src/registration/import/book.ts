import { sql } from 'kysely'
import { newId } from '#core/kernel/ids.ts'
import { initialsOf, pinyinOf } from '#core/people/person/rules.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { registrationJournal } from '../journal.ts'
import { drawCodes } from '../codes.ts'
import { plainName, type Known } from './merge.rules.ts'
import type { Reading } from './row.rules.ts'

/** A row that gets a seat, with the contacts that its booking may hold. */
export interface Seated {
  reading: Reading
  phone: string
  email: string
  /** Null: a seat without a type. */
  typeId: string | null
}

interface Place {
  communityId: string
  eventId: string
  channel: { id: string; slug: string } | null
  /** Seats taken before this batch. */
  taken: number
}

/**
 * Writes the bookings of a batch of rows, under the lock of the event's counter, in a handful of statements. The people
 * did not agree to this community's notice, so no consent is written: the list's own basis stands with the list.
 * Returns the bookings' ids in the rows' order.
 */
export async function writeSeated(ctx: Context, tx: Tx, place: Place, seated: readonly Seated[]): Promise<string[]> {
  if (seated.length === 0) return []
  const { communityId, eventId, channel } = place
  const now = ctx.clock.now()
  const known = await findPeople(tx, communityId, eventId, seated)
  const codes = await drawCodes(ctx, tx.db, { communityId, eventId }, seated.length)
  const used = new Set<string>()
  const rows = seated.map(({ reading, phone, email, typeId }, i) => {
    const { name, organisation, wechat, answers } = reading
    const mate = known.get(i)?.find((id) => !used.has(id))
    if (mate !== undefined) used.add(mate)
    return {
      id: newId(ctx),
      person: mate ?? newId(ctx),
      fresh: mate === undefined,
      name,
      pinyin: pinyinOf(name),
      initials: initialsOf(name),
      organisation,
      points: [
        ['phone', reading.phone],
        ['email', reading.email],
        ['wechat', wechat],
      ].filter(([, value]) => value !== ''),
      code: codes[i] ?? '',
      phone,
      email,
      type: typeId,
      answers,
      at: reading.registeredAt !== null && reading.registeredAt < now ? reading.registeredAt : now,
    }
  })
  await sql`with b as materialized (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as b(id uuid, person uuid, fresh boolean,
      name text, pinyin text, initials text, organisation text, points jsonb, code text, phone text, email text, type uuid, answers jsonb, at timestamptz)),
    people as (insert into person (community_id, id, name, pinyin, initials, affiliation, created_at)
      select ${communityId}::uuid, person, name, pinyin, initials, case when organisation = '' then '{}' else jsonb_build_object('zh', organisation) end, ${now}::timestamptz from b where fresh),
    points as (insert into contact_point (community_id, person_id, kind, value, created_at)
      select ${communityId}::uuid, b.person, p ->> 0, p ->> 1, ${now}::timestamptz from b, jsonb_array_elements(b.points) as p on conflict do nothing)
    insert into registration (community_id, id, event_id, person_id, ticket_type_id, channel_id, code, phone, email, locale, answers, registered_at)
      select ${communityId}::uuid, id, ${eventId}::uuid, person, type, ${channel?.id ?? null}::uuid, code, phone, email, 'zh', answers, at from b`.execute(
    tx.db,
  )
  rows.forEach((row, i) => {
    const facts = { channel: channel?.slug ?? '', taken: place.taken + i + 1 }
    tx.journal(registrationJournal.registered, { communityId, eventId, kind: 'registration', id: row.id }, facts, row.at)
  })
  return rows.map((row) => row.id)
}

/** Adds what later rows told of people who are here: contacts, and those that their booking may hold. */
export async function writeJoined(
  ctx: Context,
  tx: Tx,
  place: Pick<Place, 'communityId' | 'eventId'>,
  joined: readonly (Known & { id: string })[],
): Promise<void> {
  if (joined.length === 0) return
  const { communityId, eventId } = place
  const rows = joined.map((one) => ({
    id: one.id,
    phone: one.phone,
    email: one.email,
    points: [...one.phones.map((value) => ['phone', value]), ...one.emails.map((value) => ['email', value])],
  }))
  const given = sql`b as materialized (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as b(id uuid, phone text, email text, points jsonb))`
  await sql`with ${given} insert into contact_point (community_id, person_id, kind, value, created_at)
    select ${communityId}::uuid, r.person_id, p ->> 0, p ->> 1, ${ctx.clock.now()}::timestamptz
    from b join registration r on r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid and r.id = b.id, jsonb_array_elements(b.points) as p
    on conflict do nothing`.execute(tx.db)
  await sql`with ${given} update registration r set phone = b.phone, email = b.email from b
    where r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid and r.id = b.id and (r.phone, r.email) is distinct from (b.phone, b.email)`.execute(
    tx.db,
  )
}

/** People of the community without a booking here who have the row's name and one of its contacts, by the row's index. */
async function findPeople(tx: Tx, communityId: string, eventId: string, seated: readonly Seated[]): Promise<Map<number, string[]>> {
  const given = JSON.stringify(seated.map(({ reading: { phone, email } }, n) => ({ n, phone, email })))
  const { rows } = await sql<{ n: number; id: string; name: string }>`
    with g as materialized (select * from jsonb_to_recordset(${given}::jsonb) as g(n int, phone text, email text)),
    c as (select g.n, c.person_id from g join contact_point c on c.community_id = ${communityId}::uuid and c.kind = 'phone' and c.value = g.phone and g.phone <> ''
      union select g.n, c.person_id from g join contact_point c on c.community_id = ${communityId}::uuid and c.kind = 'email' and c.value = g.email and g.email <> '')
    select c.n, p.id, p.name from c join person p on p.community_id = ${communityId}::uuid and p.id = c.person_id and p.erased_at is null
    where not exists (select from registration r where r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid and r.person_id = p.id)
    order by p.created_at, p.id`.execute(tx.db)
  const found = new Map<number, string[]>()
  for (const { n, id, name } of rows)
    if (plainName(name) === plainName(seated[n]?.reading.name ?? '')) found.set(n, [...(found.get(n) ?? []), id])
  return found
}
