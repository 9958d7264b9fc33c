import { sql, type Insertable, type Updateable } from 'kysely'
import { asLocale, type Text } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import type { OrderLine as LineTable, TicketOrder as OrderTable } from '#core/store/schema.ts'
import { storedAnswers } from '../questions/write.ts'
import type { Order, OrderLine } from './model.ts'

const orderColumns = [
  'communityId',
  'id',
  'eventId',
  'code',
  'state',
  'name',
  'phone',
  'email',
  'locale',
  'channelId',
  'voucherId',
  'noticeVersion',
  'totalFen',
  'paidFen',
  'createdAt',
  'expiresAt',
  'placedAt',
  'approvedAt',
  'doneAt',
  'closedAt',
  'reason',
  'linkVersion',
  'erasedAt',
] as const
const lineColumns = [
  'communityId',
  'id',
  'orderId',
  'eventId',
  'ticketTypeId',
  'forLineId',
  'position',
  'priceFen',
  'state',
  'byVoucher',
  'name',
  'phone',
  'email',
  'answers',
  'consents',
  'registrationId',
] as const

export async function insertOrders(
  db: Db,
  orders: readonly Insertable<OrderTable>[],
  lines: readonly Insertable<LineTable>[],
): Promise<void> {
  if (orders.length === 0) return
  await db.insertInto('ticketOrder').values(orders).execute()
  for (let i = 0; i < lines.length; i += 500)
    await db
      .insertInto('orderLine')
      .values(lines.slice(i, i + 500))
      .execute()
}

export async function findOrder(db: Db, communityId: string, id: string): Promise<Order | undefined> {
  const row = await db
    .selectFrom('ticketOrder')
    .select(orderColumns)
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { ...row, locale: asLocale(row.locale) }
}

/** The orders with these ids, in the order of their making. */
export async function listOrdersByIds(db: Db, communityId: string, ids: readonly string[]): Promise<Order[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('ticketOrder')
    .select(orderColumns)
    .where('communityId', '=', communityId)
    .where('id', 'in', ids)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

/** Holds of an event that have run out. */
export async function listExpired(db: Db, communityId: string, eventId: string, now: Date): Promise<Order[]> {
  const rows = await db
    .selectFrom('ticketOrder')
    .select(orderColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', 'in', ['held', 'placed'])
    .where('expiresAt', '<=', now)
    .orderBy('expiresAt')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

export async function updateOrders(db: Db, communityId: string, ids: readonly string[], values: Updateable<OrderTable>): Promise<void> {
  if (ids.length > 0)
    await db.updateTable('ticketOrder').set(values).where('communityId', '=', communityId).where('id', 'in', ids).execute()
}

const asLine = (row: Omit<OrderLine, 'answers'> & { answers: unknown }): OrderLine => ({
  ...row,
  answers: storedAnswers(row.answers),
})

/** The lines of orders, in their order. */
export async function listLines(db: Db, communityId: string, orderIds: readonly string[]): Promise<OrderLine[]> {
  if (orderIds.length === 0) return []
  const rows = await db
    .selectFrom('orderLine')
    .select(lineColumns)
    .where('communityId', '=', communityId)
    .where('orderId', 'in', orderIds)
    .orderBy('position')
    .orderBy('id')
    .execute()
  return rows.map(asLine)
}

/** The lines that belong to a registration: its ticket, and what was added to it. */
export async function listLinesOf(db: Db, communityId: string, registrationId: string): Promise<OrderLine[]> {
  const rows = await db
    .selectFrom('orderLine')
    .select(lineColumns)
    .where('communityId', '=', communityId)
    .where('registrationId', '=', registrationId)
    .orderBy('position')
    .execute()
  return rows.map(asLine)
}

export async function updateLines(db: Db, communityId: string, ids: readonly string[], values: Updateable<LineTable>): Promise<void> {
  if (ids.length > 0) await db.updateTable('orderLine').set(values).where('communityId', '=', communityId).where('id', 'in', ids).execute()
}

/** How many live seats of each type this contact has, ordered (but in the order given) or registered for at once. */
export async function countHad(
  db: Db,
  communityId: string,
  eventId: string,
  contact: { phone: string; email: string },
  exceptOrder: string | null = null,
): Promise<Map<string | null, number>> {
  const { phone, email } = contact
  const theirs = (alias: 'o' | 'r') => sql`((${sql.ref(`${alias}.phone`)} <> '' and ${sql.ref(`${alias}.phone`)} = ${phone})
    or (${sql.ref(`${alias}.email`)} <> '' and ${sql.ref(`${alias}.email`)} = ${email}))`
  const { rows } = await sql<{ typeId: string | null; count: number }>`select type_id, count(*)::int as count from (
      select l.ticket_type_id as type_id from order_line l join ticket_order o on o.community_id = l.community_id and o.id = l.order_id
        where l.community_id = ${communityId}::uuid and o.community_id = ${communityId}::uuid and l.event_id = ${eventId}::uuid
          and l.state in ('held', 'booked', 'asked') and o.id is distinct from ${exceptOrder}::uuid and ${theirs('o')}
      union all select r.ticket_type_id from registration r where r.community_id = ${communityId}::uuid and r.event_id = ${eventId}::uuid
          and r.state = 'registered' and r.order_id is null and ${theirs('r')}) had
    group by type_id`.execute(db)
  return new Map(rows.map(({ typeId, count }) => [typeId, count]))
}

/** What organisers say about the types of an event, by their ids. */
export async function listTypeTexts(db: Db, communityId: string, eventId: string): Promise<Map<string, { about: Text }>> {
  const rows = await db
    .selectFrom('ticketType')
    .select(['id', 'about'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .execute()
  return new Map(rows.map(({ id, about }) => [id, { about }]))
}
