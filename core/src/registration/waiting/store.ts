import { sql, type Insertable, type Updateable } from 'kysely'
import { asLocale, type Locale } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import type { Waiting as WaitingTable } from '#core/store/schema.ts'
import { forgetMails } from '../forget.ts'

/** Somebody's place in the waiting list. */
export interface Waiting {
  communityId: string
  id: string
  eventId: string
  ticketTypeId: string | null
  registrationId: string | null
  seats: number
  together: boolean
  name: string
  phone: string
  email: string
  locale: Locale
  channelId: string | null
  noticeVersion: string
  priority: number
  state: 'waiting' | 'offered' | 'taken' | 'left' | 'missed'
  joinedAt: Date
  offeredAt: Date | null
  closedAt: Date | null
  orderId: string | null
  linkVersion: number
  erasedAt: Date | null
}

const columns = [
  'communityId',
  'id',
  'eventId',
  'ticketTypeId',
  'registrationId',
  'seats',
  'together',
  'name',
  'phone',
  'email',
  'locale',
  'channelId',
  'noticeVersion',
  'priority',
  'state',
  'joinedAt',
  'offeredAt',
  'closedAt',
  'orderId',
  'linkVersion',
  'erasedAt',
] as const

export async function insertWaiting(db: Db, rows: readonly Insertable<WaitingTable>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('waiting').values(rows).execute()
}

export async function listWaitingByIds(db: Db, communityId: string, ids: readonly string[]): Promise<Waiting[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('waiting').select(columns).where('communityId', '=', communityId).where('id', 'in', ids).execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

export async function findWaiting(db: Db, communityId: string, id: string): Promise<Waiting | undefined> {
  return (await listWaitingByIds(db, communityId, [id]))[0]
}

export async function updateWaiting(db: Db, communityId: string, id: string, values: Updateable<WaitingTable>): Promise<void> {
  await db.updateTable('waiting').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

/** Closes the places whose offer was one of these orders; returns the ids of those that were still offered. */
export async function closeWaitingOf(
  db: Db,
  communityId: string,
  orderIds: readonly string[],
  state: 'taken' | 'left' | 'missed',
  at: Date,
): Promise<string[]> {
  if (orderIds.length === 0) return []
  const rows = await db
    .updateTable('waiting')
    .set({ state, closedAt: at })
    .where('communityId', '=', communityId)
    .where('orderId', 'in', orderIds)
    .where('state', '=', 'offered')
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** What one place in the list is told by: whose it is and what for. */
type Same = Pick<Waiting, 'communityId' | 'eventId' | 'ticketTypeId' | 'registrationId' | 'phone' | 'email'>

/** The place of a contact that is waited at, or offered, for the same thing. */
export async function findSame(
  db: Db,
  { communityId, eventId, ticketTypeId, registrationId, phone, email }: Same,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('waiting')
    .select('id')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('ticketTypeId', 'is not distinct from', ticketTypeId)
    .where('registrationId', 'is not distinct from', registrationId)
    .where('state', 'in', ['waiting', 'offered'])
    .where((eb) =>
      eb.or([eb.and([eb('phone', '<>', ''), eb('phone', '=', phone)]), eb.and([eb('email', '<>', ''), eb('email', '=', email)])]),
    )
    .orderBy('joinedAt')
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

/** The parts of one party that were offered on their own: same contact, same wish, joined at the same moment. */
export async function listParts(db: Db, { joinedAt, id, ...of }: Same & Pick<Waiting, 'joinedAt' | 'id'>): Promise<Waiting[]> {
  const rows = await db
    .selectFrom('waiting')
    .select(columns)
    .where('communityId', '=', of.communityId)
    .where('eventId', '=', of.eventId)
    .where('ticketTypeId', 'is not distinct from', of.ticketTypeId)
    .where('registrationId', 'is not distinct from', of.registrationId)
    .where('phone', '=', of.phone)
    .where('email', '=', of.email)
    .where('joinedAt', '=', joinedAt)
    .where('id', '<>', id)
    .where('offeredAt', 'is not', null)
    .where('erasedAt', 'is', null)
    .orderBy('offeredAt')
    .execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

/** How many groups and people come before a place in the list, by what they wait for. */
export async function countBefore(
  db: Db,
  { communityId, eventId, priority, joinedAt, id }: Pick<Waiting, 'communityId' | 'eventId' | 'priority' | 'joinedAt' | 'id'>,
): Promise<{ typeId: string | null; channelId: string | null; groups: number; people: number }[]> {
  const { rows } = await sql<{ typeId: string | null; channelId: string | null; groups: number; people: number }>`
    select ticket_type_id as type_id, channel_id, count(*)::int as groups, sum(seats)::int as people from waiting
    where community_id = ${communityId} and event_id = ${eventId} and state = 'waiting'
      and (priority > ${priority} or (priority = ${priority} and (joined_at, id) < (${joinedAt}, ${id})))
    group by ticket_type_id, channel_id`.execute(db)
  return rows
}

/** Everybody who waits, in the order in which they are called. */
export async function listLine(db: Db, communityId: string, eventId: string, limit: number): Promise<Waiting[]> {
  const rows = await db
    .selectFrom('waiting')
    .select(columns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', 'waiting')
    .orderBy('priority', 'desc')
    .orderBy('joinedAt')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

/** Offers that are not answered yet, with until when they stand. */
export async function listOffered(db: Db, communityId: string, eventId: string): Promise<(Waiting & { until: Date | null })[]> {
  const rows = await db
    .selectFrom('waiting')
    .innerJoin('ticketOrder', (join) =>
      join.onRef('ticketOrder.communityId', '=', 'waiting.communityId').onRef('ticketOrder.id', '=', 'waiting.orderId'),
    )
    .select(columns.map((column) => `waiting.${column}` as const))
    .select('ticketOrder.expiresAt as until')
    .where('waiting.communityId', '=', communityId)
    .where('ticketOrder.communityId', '=', communityId)
    .where('waiting.eventId', '=', eventId)
    .where('waiting.state', '=', 'offered')
    .orderBy('ticketOrder.expiresAt')
    .orderBy('waiting.id')
    .execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

/** How many people joined the list, and what became of them. */
export interface WaitingFigures {
  joined: number
  waiting: number
  /** Offered at any time, answered or not. */
  offered: number
  taken: number
  missed: number
  left: number
}

export async function countWaiting(db: Db, communityId: string, eventId: string): Promise<WaitingFigures> {
  const { rows } = await sql<WaitingFigures>`select coalesce(sum(seats), 0)::int as joined,
      coalesce(sum(seats) filter (where state = 'waiting'), 0)::int as waiting,
      coalesce(sum(seats) filter (where offered_at is not null), 0)::int as offered,
      coalesce(sum(seats) filter (where state = 'taken'), 0)::int as taken,
      coalesce(sum(seats) filter (where state = 'missed'), 0)::int as missed,
      coalesce(sum(seats) filter (where state = 'left'), 0)::int as left
    from waiting where community_id = ${communityId} and event_id = ${eventId}`.execute(db)
  return rows[0] ?? { joined: 0, waiting: 0, offered: 0, taken: 0, missed: 0, left: 0 }
}

/** Ends the places that go with a ticket which is given back. */
export async function closeWaitingFor(db: Db, communityId: string, registrationId: string, at: Date): Promise<void> {
  await db
    .updateTable('waiting')
    .set({ state: 'left', closedAt: at })
    .where('communityId', '=', communityId)
    .where('registrationId', '=', registrationId)
    .where('state', '=', 'waiting')
    .execute()
}

/** The places that belong to a booking: for what is added to it, and the offer that it came of. */
export async function listWaitingOf(
  db: Db,
  communityId: string,
  { registrationId, orderId }: { registrationId: string; orderId: string | null },
): Promise<Waiting[]> {
  const rows = await db
    .selectFrom('waiting')
    .select(columns)
    .where('communityId', '=', communityId)
    .where((eb) => eb.or([eb('registrationId', '=', registrationId), ...(orderId === null ? [] : [eb('orderId', '=', orderId)])]))
    .orderBy('joinedAt')
    .execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

/** Takes everything personal out of places, and their mails; the rows stay for the figures. */
export async function clearWaiting(db: Db, communityId: string, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return
  const written = await listWaitingByIds(db, communityId, ids)
  await db
    .updateTable('waiting')
    .set((eb) => ({ name: '', phone: '', email: '', erasedAt: at, linkVersion: eb('linkVersion', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('id', 'in', ids)
    .execute()
  await forgetMails(db, communityId, written)
}

/** Places of events whose time of keeping has ended, with what is still known of who waited. */
export async function listOverdueWaiting(db: Db, communityId: string, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select w.id from waiting w
    join event e on e.community_id = w.community_id and e.id = w.event_id
    where w.community_id = ${communityId} and w.erased_at is null
      and e.ends_at + make_interval(days => e.retention_days) <= ${now}`.execute(db)
  return rows.map(({ id }) => id)
}
