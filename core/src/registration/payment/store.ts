import { sql, type Insertable, type Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { Payment as PaymentTable, PaymentNotice as NoticeTable, PaymentSetting as SettingTable } from '#core/store/schema.ts'
import type { Text } from '#core/kernel/text.ts'
import type { Order } from '../orders/model.ts'
import { findOrder } from '../orders/store.ts'
import { defaultSetting, type NoticeRow, type Payment, type PaymentSetting } from './model.ts'

const paymentColumns = [
  'communityId',
  'id',
  'eventId',
  'orderId',
  'provider',
  'method',
  'outTradeNo',
  'amountFen',
  'sandbox',
  'state',
  'outcome',
  'providerNo',
  'started',
  'proofPath',
  'proofName',
  'proofType',
  'proofAt',
  'confirmedBy',
  'note',
  'createdAt',
  'expiresAt',
  'paidAt',
  'closedAt',
  'askedAt',
] as const
const noticeColumns = ['id', 'provider', 'noticeNo', 'paymentId', 'kind', 'verdict', 'reason', 'amountFen', 'receivedAt'] as const
const settingColumns = [
  'without',
  'offline',
  'instructions',
  'codePath',
  'codeName',
  'codeType',
  'offlineDays',
  'hostEntity',
  'fapiao',
  'refunds',
  'refundUntil',
  'revision',
] as const

/** Locks what whoever moves an order's money locks, in the order in which everybody does: the event's seats, then the order. */
export async function lockOrder(db: Db, communityId: string, eventId: string, orderId: string): Promise<Order | undefined> {
  await db
    .selectFrom('seatCounter')
    .select('eventId')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .forUpdate()
    .execute()
  await db.selectFrom('ticketOrder').select('id').where('communityId', '=', communityId).where('id', '=', orderId).forUpdate().execute()
  return findOrder(db, communityId, orderId)
}

export async function insertPayment(db: Db, row: Insertable<PaymentTable>): Promise<void> {
  await db.insertInto('payment').values(row).execute()
}

export async function updatePayment(db: Db, communityId: string, id: string, values: Updateable<PaymentTable>): Promise<void> {
  await db.updateTable('payment').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

export function findPayment(db: Db, communityId: string, id: string): Promise<Payment | undefined> {
  return db.selectFrom('payment').select(paymentColumns).where('communityId', '=', communityId).where('id', '=', id).executeTakeFirst()
}

/** The payment with its row locked; its order is locked before. */
export function lockPayment(db: Db, communityId: string, id: string): Promise<Payment | undefined> {
  return db
    .selectFrom('payment')
    .select(paymentColumns)
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** Locks several payments, in one order for everybody. */
export async function lockPayments(db: Db, communityId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db
    .selectFrom('payment')
    .select('id')
    .where('communityId', '=', communityId)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute()
}

export function findByTradeNo(
  db: Db,
  communityId: string,
  provider: Payment['provider'],
  outTradeNo: string,
): Promise<Payment | undefined> {
  return db
    .selectFrom('payment')
    .select(paymentColumns)
    .where('communityId', '=', communityId)
    .where('provider', '=', provider)
    .where('outTradeNo', '=', outTradeNo)
    .executeTakeFirst()
}

/** The payments of an order, the first one first. */
export function listPaymentsOfOrder(db: Db, communityId: string, orderId: string): Promise<Payment[]> {
  return db
    .selectFrom('payment')
    .select(paymentColumns)
    .where('communityId', '=', communityId)
    .where('orderId', '=', orderId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
}

/** Payments of an event, the newest first. */
export function listPaymentsOfEvent(db: Db, communityId: string, eventId: string, limit: number): Promise<Payment[]> {
  return (
    db
      .selectFrom('payment')
      .select(paymentColumns)
      .where('communityId', '=', communityId)
      .where('eventId', '=', eventId)
      // Transfers wait for somebody to confirm them: however old, they are among what is shown.
      .orderBy((eb) => eb.and([eb('state', '=', 'open'), eb('provider', '=', 'offline')]), 'desc')
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
  )
}

/** Through whom payments were made, by their ids. */
export async function listProvidersOf(db: Db, communityId: string, ids: readonly string[]): Promise<Map<string, Payment['provider']>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('payment')
    .select(['id', 'provider'])
    .where('communityId', '=', communityId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, provider }) => [id, provider]))
}

/** A community's open payments that time or a provider may move, the oldest first. Transfers with a proof wait for people. */
export function listOpenPayments(db: Db, communityId: string): Promise<Payment[]> {
  return db
    .selectFrom('payment')
    .select(paymentColumns)
    .where('communityId', '=', communityId)
    .where('state', '=', 'open')
    .where((eb) => eb.or([eb('provider', '<>', 'offline'), eb('proofAt', 'is', null)]))
    .orderBy('createdAt')
    .limit(1000)
    .execute()
}

export async function insertNotice(db: Db, row: Insertable<NoticeTable>): Promise<void> {
  await db.insertInto('paymentNotice').values(row).execute()
}

/** How many notices came since then; for the installation those that belong to no payment of ours. */
export async function countNotices(db: Db, communityId: string, since: Date): Promise<number> {
  const row = await db
    .selectFrom('paymentNotice')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('communityId', '=', communityId)
    .where('receivedAt', '>=', since)
    .executeTakeFirst()
  return row?.count ?? 0
}

/** What providers told, the newest first; of one payment, or of all. */
export function listNotices(db: Db, communityId: string, filter: { paymentId?: string; limit: number }): Promise<NoticeRow[]> {
  let query = db
    .selectFrom('paymentNotice')
    .select(noticeColumns)
    .where('communityId', '=', communityId)
    .orderBy('receivedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
  if (filter.paymentId !== undefined) query = query.where('paymentId', '=', filter.paymentId)
  return query.execute()
}

/** How an event is paid; the defaults where nobody has said. */
export async function findSetting(db: Db, communityId: string, eventId: string): Promise<PaymentSetting> {
  const row = await db
    .selectFrom('paymentSetting')
    .select(settingColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .executeTakeFirst()
  return row ? { ...row, instructions: asText(row.instructions) } : defaultSetting
}

export async function saveSetting(db: Db, row: Insertable<SettingTable>): Promise<void> {
  await db
    .insertInto('paymentSetting')
    .values(row)
    .onConflict((oc) => oc.columns(['communityId', 'eventId']).doUpdateSet(row))
    .execute()
}

function asText(value: unknown): Text {
  const text: { zh?: unknown; en?: unknown } = typeof value === 'object' && value !== null ? value : {}
  return {
    ...(typeof text.zh === 'string' ? { zh: text.zh } : {}),
    ...(typeof text.en === 'string' ? { en: text.en } : {}),
  }
}

/** Codes and states of orders, by their ids. */
export async function listOrderCodes(
  db: Db,
  communityId: string,
  ids: readonly string[],
): Promise<Map<string, { code: string; state: string; expiresAt: Date | null }>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('ticketOrder')
    .select(['id', 'code', 'state', 'expiresAt'])
    .where('communityId', '=', communityId)
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}
