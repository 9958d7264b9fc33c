import { sql } from 'kysely'
import { newId } from '#core/kernel/ids.ts'
import { readingsOf, sameName } from '#core/people/person/rules.ts'
import { arrayParameter } from '#core/store/arrays.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { registrationJournal } from '../journal.ts'
import type { Person } from './lookup.store.ts'
import type { Known } from './merge.rules.ts'
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

/** What the bookings of rows are written with. */
interface Given {
  /** Short codes that the event has not given out, one for each. */
  codes: readonly string[]
  /** People of the community without a booking here who have one of the contacts. */
  people: readonly Person[]
  /** Names that have been spelt already. */
  spelt: ReadonlyMap<string, { pinyin: string; initials: string }>
}

/** So many bookings go to the database in one statement, which it works on while the next ones are made. */
const AT_ONCE = 125

/**
 * Sends the bookings of a batch of rows off, under the lock of the event's counter, in a handful of statements whose end
 * the transaction waits for. The people did not agree to this community's notice, so no consent is written: the list's
 * own basis stands with the list. Returns the bookings' ids in the rows' order.
 */
export function writeSeated(ctx: Context, tx: Tx, place: Place, seated: readonly Seated[], given: Given): string[] {
  const { communityId, eventId, channel } = place
  const now = ctx.clock.now()
  const mates = matesIn(given.people)
  const rows: NewBooking[] = []
  for (let from = 0; from < seated.length; from += AT_ONCE) {
    const some = seated.slice(from, from + AT_ONCE).map((one, i): NewBooking => {
      const { name, registeredAt } = one.reading
      const mate = mates(one.reading)
      return {
        ...one,
        id: newId(ctx),
        personId: mate ?? newId(ctx),
        spelt: mate === undefined ? (given.spelt.get(name) ?? readingsOf(name)) : null,
        code: given.codes[from + i] ?? '',
        at: registeredAt !== null && registeredAt < now ? registeredAt : now,
      }
    })
    tx.along(insertBookings(tx, { communityId, eventId, channelId: channel?.id ?? null, now }, some))
    rows.push(...some)
  }
  rows.forEach((row, i) => {
    const facts = { channel: channel?.slug ?? '', taken: place.taken + i + 1 }
    tx.journal(registrationJournal.registered, { communityId, eventId, kind: 'registration', id: row.id }, facts, row.at)
  })
  return rows.map((row) => row.id)
}

interface NewBooking extends Seated {
  id: string
  personId: string
  /** How the name of somebody new is spelt; null when they are known already. */
  spelt: { pinyin: string; initials: string } | null
  code: string
  at: Date
}

async function insertBookings(
  { db }: Tx,
  { communityId, eventId, channelId, now }: { communityId: string; eventId: string; channelId: string | null; now: Date },
  rows: readonly NewBooking[],
): Promise<void> {
  const column = (read: (row: NewBooking) => string | null) => sql`${arrayParameter(rows.map(read))}`
  // Who is new has no contacts yet; with who is known, a row may tell nothing new.
  const points = (fresh: boolean) =>
    sql.join(
      (['phone', 'email', 'wechat'] as const).map(
        (kind) => sql`select ${communityId}::uuid, person, ${sql.lit(kind)}, ${sql.ref(`own_${kind}`)}, ${now}::timestamptz from b
          where ${sql.ref(`own_${kind}`)} <> '' and (pinyin is not null) = ${sql.lit(fresh)}`,
      ),
      sql` union all `,
    )
  await sql`/* kept */ with b as materialized (select * from unnest(${column((one) => one.id)}::uuid[], ${column((one) => one.personId)}::uuid[],
      ${column((one) => one.reading.name)}::text[], ${column((one) => one.spelt?.pinyin ?? null)}::text[], ${column((one) => one.spelt?.initials ?? null)}::text[],
      ${column((one) => one.reading.organisation)}::text[], ${column((one) => one.reading.phone)}::text[], ${column((one) => one.reading.email)}::text[],
      ${column((one) => one.reading.wechat)}::text[], ${column((one) => one.code)}::text[], ${column((one) => one.phone)}::text[],
      ${column((one) => one.email)}::text[], ${column((one) => one.typeId)}::uuid[], ${column((one) => JSON.stringify(one.reading.answers))}::jsonb[],
      ${column((one) => one.at.toISOString())}::timestamptz[])
      as b(id, person, name, pinyin, initials, organisation, own_phone, own_email, own_wechat, code, phone, email, type, answers, at)),
    people as (insert into person (community_id, id, name, pinyin, initials, affiliation, created_at)
      select ${communityId}::uuid, person, name, pinyin, initials, case when organisation = '' then '{}' else jsonb_build_object('zh', organisation) end, ${now}::timestamptz
      from b where pinyin is not null),
    points as (insert into contact_point (community_id, person_id, kind, value, created_at) ${points(true)}),
    more as (insert into contact_point (community_id, person_id, kind, value, created_at) ${points(false)} on conflict do nothing)
    insert into registration (community_id, id, event_id, person_id, ticket_type_id, channel_id, code, phone, email, locale, answers, registered_at)
      select ${communityId}::uuid, id, ${eventId}::uuid, person, type, ${channelId}::uuid, code, phone, email, 'zh', answers, at from b`.execute(
    db,
  )
}

/** Sends off what later rows told of people who are here: contacts, and those that their booking may hold. */
export function writeJoined(
  ctx: Context,
  tx: Tx,
  place: Pick<Place, 'communityId' | 'eventId'>,
  joined: readonly (Known & { id: string })[],
): void {
  if (joined.length === 0) return
  const { communityId, eventId } = place
  const rows = joined.map((one) => ({
    id: one.id,
    phone: one.phone,
    email: one.email,
    points: [...one.phones.map((value) => ['phone', value]), ...one.emails.map((value) => ['email', value])],
  }))
  const given = sql`b as materialized (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as b(id uuid, phone text, email text, points jsonb))`
  const points = sql`with ${given} insert into contact_point (community_id, person_id, kind, value, created_at)
    select ${communityId}::uuid, r.person_id, p ->> 0, p ->> 1, ${ctx.clock.now()}::timestamptz
    from b join registration r on r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid and r.id = b.id, jsonb_array_elements(b.points) as p
    on conflict do nothing`
  const holds = sql`with ${given} update registration r set phone = b.phone, email = b.email from b
    where r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid and r.id = b.id and (r.phone, r.email) is distinct from (b.phone, b.email)`
  for (const statement of [points, holds]) tx.along(statement.execute(tx.db))
}

/** Finds, for one row after the other, the first who has its name and one of its contacts; nobody is found twice. */
function matesIn(people: readonly Person[]): (reading: Pick<Reading, 'name' | 'phone' | 'email'>) => string | undefined {
  const used = new Set<string>()
  const byContact = new Map<string, number[]>()
  people.forEach(({ phones, emails }, n) => {
    for (const contact of [...phones, ...emails]) byContact.set(contact, [...(byContact.get(contact) ?? []), n])
  })
  return ({ name, phone, email }) => {
    const reached = [phone, email].flatMap((contact) => byContact.get(contact) ?? []).sort((a, b) => a - b)
    const mate = reached.map((n) => people[n]).find((one) => one && !used.has(one.id) && sameName(one.name, name))
    if (mate) used.add(mate.id)
    return mate?.id
  }
}
