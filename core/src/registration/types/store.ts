import { sql, type Insertable, type Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { Quota as QuotaTable, TicketType as TypeTable } from '#core/store/schema.ts'
import type { Quota, TicketType } from './model.ts'

const columns = [
  'id',
  'kind',
  'parentId',
  'position',
  'taken',
  'retiredAt',
  'revision',
  'name',
  'about',
  'category',
  'counts',
  'pricing',
  'priceFen',
  'earlyFen',
  'earlyUntil',
  'earlyCount',
  'sellsFrom',
  'sellsUntil',
  'hidden',
  'review',
  'perOrder',
  'perPerson',
] as const

/** All types of an event in their order, retired ones too. */
export function listTypes(db: Db, communityId: string, eventId: string): Promise<TicketType[]> {
  return db
    .selectFrom('ticketType')
    .select(columns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

export async function insertTypes(db: Db, rows: readonly Insertable<TypeTable>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('ticketType').values(rows).execute()
}

/** Changes a type and raises its revision. */
export async function updateType(db: Db, communityId: string, id: string, values: Updateable<TypeTable>): Promise<void> {
  await db
    .updateTable('ticketType')
    .set(values)
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .execute()
}

/** Retires or restores types; their fields stay, and so does their revision. */
export async function setTypesRetired(db: Db, communityId: string, ids: readonly string[], retiredAt: Date | null): Promise<void> {
  await db.updateTable('ticketType').set({ retiredAt }).where('communityId', '=', communityId).where('id', 'in', ids).execute()
}

/** Puts types in this order, by their ids. */
export async function orderTypes(db: Db, communityId: string, ids: readonly string[]): Promise<void> {
  await sql`update ticket_type t set position = o.position::int from unnest(${ids}::uuid[]) with ordinality as o(id, position)
    where t.community_id = ${communityId}::uuid and t.id = o.id`.execute(db)
}

export async function deleteTypes(db: Db, communityId: string, ids: readonly string[]): Promise<void> {
  await db.deleteFrom('ticketType').where('communityId', '=', communityId).where('id', 'in', ids).execute()
}

/** True when something hangs on one of these types: bookings, orders, people who wait, vouchers, questions. */
export async function areTypesUsed(db: Db, communityId: string, eventId: string, ids: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`select
    exists (select from registration where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and ticket_type_id = any(${ids}::uuid[]))
    or exists (select from ticket_order o join order_line l on l.community_id = o.community_id and l.order_id = o.id
      where o.community_id = ${communityId}::uuid and o.event_id = ${eventId}::uuid and l.ticket_type_id = any(${ids}::uuid[]))
    or exists (select from waiting where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and ticket_type_id = any(${ids}::uuid[]))
    or exists (select from voucher where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and ticket_type_id = any(${ids}::uuid[]))
    or exists (select from question where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and type_ids && ${ids}::uuid[])
      as used`.execute(db)
  return rows[0]?.used === true
}

/** The event's quotas in their order, each with its types. */
export async function listQuotas(db: Db, communityId: string, eventId: string): Promise<Quota[]> {
  const quotas = await db
    .selectFrom('quota')
    .select(['id', 'name', 'size', 'taken', 'revision'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('position')
    .orderBy('id')
    .execute()
  if (quotas.length === 0) return []
  const links = await db
    .selectFrom('quotaType')
    .select(['quotaId', 'ticketTypeId'])
    .where('communityId', '=', communityId)
    .where(
      'quotaId',
      'in',
      quotas.map(({ id }) => id),
    )
    .orderBy('ticketTypeId')
    .execute()
  return quotas.map((quota) => ({
    ...quota,
    typeIds: links.filter(({ quotaId }) => quotaId === quota.id).map(({ ticketTypeId }) => ticketTypeId),
  }))
}

export async function insertQuotas(db: Db, rows: readonly Insertable<QuotaTable>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('quota').values(rows).execute()
}

/** Changes a quota and raises its revision. */
export async function updateQuota(db: Db, communityId: string, id: string, values: Updateable<QuotaTable>): Promise<void> {
  await db
    .updateTable('quota')
    .set(values)
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .execute()
}

export async function deleteQuota(db: Db, communityId: string, id: string): Promise<void> {
  await db.deleteFrom('quota').where('communityId', '=', communityId).where('id', '=', id).execute()
}

/** Links a quota to these types and to no others. */
export async function setQuotaTypes(db: Db, communityId: string, quotaId: string, typeIds: readonly string[]): Promise<void> {
  await db.deleteFrom('quotaType').where('communityId', '=', communityId).where('quotaId', '=', quotaId).execute()
  if (typeIds.length === 0) return
  await db
    .insertInto('quotaType')
    .values(typeIds.map((ticketTypeId) => ({ communityId, quotaId, ticketTypeId })))
    .execute()
}
