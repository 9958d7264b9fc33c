import type { Insertable, Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { Fapiao as FapiaoTable } from '#core/store/schema.ts'
import type { Fapiao } from './model.ts'

const columns = [
  'communityId',
  'id',
  'eventId',
  'orderId',
  'kind',
  'titleType',
  'title',
  'taxId',
  'address',
  'phone',
  'bank',
  'account',
  'email',
  'amountFen',
  'hostEntity',
  'locale',
  'state',
  'reason',
  'number',
  'filePath',
  'fileName',
  'askedAt',
  'issuedAt',
  'closedAt',
  'revision',
] as const

export async function insertFapiao(db: Db, row: Insertable<FapiaoTable>): Promise<void> {
  await db.insertInto('fapiao').values(row).execute()
}

export async function updateFapiao(db: Db, communityId: string, id: string, values: Updateable<FapiaoTable>): Promise<void> {
  await db.updateTable('fapiao').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

export function findFapiao(db: Db, communityId: string, id: string): Promise<Fapiao | undefined> {
  return db.selectFrom('fapiao').select(columns).where('communityId', '=', communityId).where('id', '=', id).executeTakeFirst()
}

/** The invoice with its row locked; its order is locked before. */
export function lockFapiao(db: Db, communityId: string, id: string): Promise<Fapiao | undefined> {
  return db.selectFrom('fapiao').select(columns).where('communityId', '=', communityId).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** The invoices of an order, the newest first. */
export function listFapiaoOfOrder(db: Db, communityId: string, orderId: string): Promise<Fapiao[]> {
  return db
    .selectFrom('fapiao')
    .select(columns)
    .where('communityId', '=', communityId)
    .where('orderId', '=', orderId)
    .orderBy('askedAt', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

/** The invoices of an event with what their orders have paid and what of it is leaving, the one asked for first first. */
export async function listFapiaoOfEvent(
  db: Db,
  communityId: string,
  eventId: string,
): Promise<(Fapiao & { orderCode: string; paidFen: number; leavingFen: number })[]> {
  const rows = await db
    .selectFrom('fapiao')
    .innerJoin('ticketOrder', (join) =>
      join.onRef('ticketOrder.communityId', '=', 'fapiao.communityId').onRef('ticketOrder.id', '=', 'fapiao.orderId'),
    )
    .select(columns.map((name) => `fapiao.${name}` as const))
    .select(['ticketOrder.code as orderCode', 'ticketOrder.paidFen as paidFen'])
    .select((eb) =>
      eb
        .selectFrom('refund')
        .select((one) => one.fn.coalesce(one.fn.sum<string | number>('refund.amountFen'), one.val(0)).as('fen'))
        .whereRef('refund.communityId', '=', 'fapiao.communityId')
        .whereRef('refund.orderId', '=', 'fapiao.orderId')
        .where('refund.communityId', '=', communityId)
        .where('refund.state', 'in', ['asked', 'due', 'sent', 'failed'])
        .as('leavingFen'),
    )
    .where('fapiao.communityId', '=', communityId)
    .where('ticketOrder.communityId', '=', communityId)
    .where('fapiao.eventId', '=', eventId)
    .orderBy('fapiao.askedAt')
    .orderBy('fapiao.id')
    .execute()
  return rows.map((row) => ({ ...row, leavingFen: Number(row.leavingFen) }))
}
