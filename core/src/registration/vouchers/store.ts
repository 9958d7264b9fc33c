import type { Insertable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { Voucher as VoucherTable } from '#core/store/schema.ts'
import type { EditValues, Voucher } from './model.ts'

const columns = [
  'id',
  'code',
  'note',
  'batch',
  'effect',
  'value',
  'ticketTypeId',
  'maxUses',
  'used',
  'reserves',
  'kept',
  'validFrom',
  'validUntil',
  'retiredAt',
  'createdAt',
  'revision',
] as const

export interface VoucherFilter {
  query?: string
  batch?: string
  /** From 1; none: all of them. */
  page?: number
  size?: number
}

/** The event's vouchers, the newest first, and how many there are in all. */
export async function listVouchers(
  db: Db,
  communityId: string,
  eventId: string,
  filter: VoucherFilter,
): Promise<{ rows: Voucher[]; total: number }> {
  let query = db.selectFrom('voucher').where('communityId', '=', communityId).where('eventId', '=', eventId)
  if (filter.batch !== undefined) query = query.where('batch', '=', filter.batch)
  if (filter.query) {
    const like = `%${filter.query.replace(/[\\%_]/g, (c) => `\\${c}`)}%`
    query = query.where((eb) => eb.or([eb('code', 'ilike', like), eb('note', 'ilike', like), eb('batch', 'ilike', like)]))
  }
  const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  let list = query.select(columns).orderBy('createdAt', 'desc').orderBy('batch').orderBy('code')
  if (filter.page !== undefined && filter.size !== undefined) list = list.limit(filter.size).offset((filter.page - 1) * filter.size)
  return { rows: await list.execute(), total }
}

/** One voucher of the event. */
export function findVoucher(db: Db, communityId: string, eventId: string, id: string): Promise<Voucher | undefined> {
  return db
    .selectFrom('voucher')
    .select(columns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Changes a voucher and counts the edit. */
export async function updateVoucher(db: Db, communityId: string, id: string, values: EditValues & { note: string }): Promise<void> {
  await db
    .updateTable('voucher')
    .set((eb) => ({ ...values, revision: eb('revision', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .execute()
}

/** Seats, held or booked, that use a voucher for another type than the given one. */
export async function countOtherUses(db: Db, communityId: string, id: string, typeId: string): Promise<number> {
  const { count } = await db
    .selectFrom('orderLine')
    .innerJoin('ticketOrder', (join) =>
      join.onRef('ticketOrder.communityId', '=', 'orderLine.communityId').onRef('ticketOrder.id', '=', 'orderLine.orderId'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('orderLine.communityId', '=', communityId)
    .where('ticketOrder.communityId', '=', communityId)
    .where('ticketOrder.voucherId', '=', id)
    .where('orderLine.byVoucher', '=', true)
    .where('orderLine.state', 'in', ['held', 'booked'])
    .where((eb) => eb.or([eb('orderLine.ticketTypeId', 'is', null), eb('orderLine.ticketTypeId', '<>', typeId)]))
    .executeTakeFirstOrThrow()
  return count
}

/** One heap of codes that were made together. */
export interface Batch {
  batch: string
  codes: number
  uses: number
  used: number
  kept: number
}

export async function listBatches(db: Db, communityId: string, eventId: string): Promise<Batch[]> {
  const { rows } =
    await sql<Batch>`select batch, count(*)::int as codes, sum(max_uses)::int as uses, sum(used)::int as used, sum(kept)::int as kept
    from voucher where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and batch <> '' and retired_at is null
    group by batch order by max(created_at) desc, batch`.execute(db)
  return rows
}

/** Which of these codes the event has. */
export async function findCodes(db: Db, communityId: string, eventId: string, codes: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('voucher')
    .select('code')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('code', '=', sql<string>`any(${codes}::text[])`)
    .execute()
  return new Set(rows.map(({ code }) => code))
}

export async function insertVouchers(db: Db, rows: readonly Insertable<VoucherTable>[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 1000)
    await db
      .insertInto('voucher')
      .values(rows.slice(i, i + 1000))
      .execute()
}

/** The ids of a heap that are not retired; or the one that is asked for. */
export async function listIdsOf(
  db: Db,
  communityId: string,
  eventId: string,
  which: { id: string } | { batch: string },
): Promise<string[]> {
  const query = db.selectFrom('voucher').select('id').where('communityId', '=', communityId).where('eventId', '=', eventId)
  const rows = await ('id' in which ? query.where('id', '=', which.id) : query.where('batch', '=', which.batch)).execute()
  return rows.map(({ id }) => id)
}

/** Vouchers for these types alone that are not retired. */
export async function listLiveVoucherIds(db: Db, communityId: string, eventId: string, typeIds: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('voucher')
    .select('id')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('ticketTypeId', '=', sql<string>`any(${typeIds}::uuid[])`)
    .where('retiredAt', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

export async function retireVouchers(db: Db, communityId: string, ids: readonly string[], retiredAt: Date | null): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('voucher')
    .set({ retiredAt })
    .where('communityId', '=', communityId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
}
