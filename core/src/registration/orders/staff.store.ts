import { sql } from 'kysely'
import { normaliseCode } from '#core/kernel/ids.ts'
import { cleanLine } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import type { OrderState } from './model.ts'

/** An order as a line of the staff's list. */
export interface OrderRow {
  id: string
  code: string
  state: OrderState
  name: string
  phone: string
  email: string
  /** Tickets, without extras, that it asks for, holds or has. */
  seats: number
  /** Of these, how many are still held, asked for or booked. */
  live: number
  totalFen: number
  paidFen: number
  createdAt: Date
  expiresAt: Date | null
}

export interface OrderFilter {
  query?: string
  state?: OrderState
  /** From 1. */
  page: number
  size: number
}

/**
 * A page of the event's orders, the newest first, and how many there are. A word is looked for in the order's code, in names,
 * also of those who come along, in the address, and in the last digits of the phone.
 */
export async function listOrderRows(
  db: Db,
  communityId: string,
  eventId: string,
  filter: OrderFilter,
): Promise<{ rows: OrderRow[]; total: number }> {
  const word = cleanLine(filter.query ?? '')
    .normalize('NFKC')
    .slice(0, 60)
  const like = `%${word.replace(/[\\%_]/g, (c) => `\\${c}`)}%`
  const found =
    word === ''
      ? sql`true`
      : sql`(o.code = ${normaliseCode(word)} or o.name ilike ${like} or o.email ilike ${like}
          or (${/^\d{4,}$/.test(word)} and o.phone like ${`%${word}`})
          or exists (select from order_line n where n.community_id = o.community_id and n.order_id = o.id and n.name ilike ${like}))`
  const wanted = sql`o.community_id = ${communityId}::uuid and o.event_id = ${eventId}::uuid and ${found}
    and (${filter.state ?? null}::text is null or o.state = ${filter.state ?? null})`
  const { rows: counted } = await sql<{ total: number }>`select count(*)::int as total from ticket_order o where ${wanted}`.execute(db)
  const { rows } =
    await sql<OrderRow>`select o.id, o.code, o.state, o.name, o.phone, o.email, o.total_fen, o.paid_fen, o.created_at, o.expires_at,
      l.seats, l.live
    from ticket_order o cross join lateral (
      select count(*)::int as seats, (count(*) filter (where state <> 'free'))::int as live
      from order_line where community_id = o.community_id and order_id = o.id and for_line_id is null) l
    where ${wanted} order by o.created_at desc, o.id desc limit ${filter.size} offset ${(filter.page - 1) * filter.size}`.execute(db)
  return { rows, total: counted[0]?.total ?? 0 }
}

/** The ids of the orders that wait for review, who came first first; at most so many. */
export async function listReviewIds(db: Db, communityId: string, eventId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('ticketOrder')
    .select('id')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', 'review')
    .orderBy('createdAt')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** How many orders of an event are in each state; none: not named. */
export async function countOrderStates(db: Db, communityId: string, eventId: string): Promise<Map<OrderState, number>> {
  const rows = await db
    .selectFrom('ticketOrder')
    .select(['state'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .groupBy('state')
    .execute()
  return new Map(rows.map(({ state, count }) => [state, count]))
}
