import { sql } from 'kysely'
import type { Db } from '#core/store/database.ts'

export interface LedgerRow {
  communityId: string
  id: string
  eventId: string
  movementId: string
  account: 'buyers' | 'sales' | 'provider' | 'bank' | 'fees' | 'refunds_due'
  provider: string
  amountFen: number
  what: 'sale' | 'sale_undone' | 'payment' | 'refund_due' | 'refund' | 'fee' | 'payout'
  orderId: string | null
  paymentId: string | null
  refundId: string | null
  at: Date
}

export async function insertLedger(db: Db, rows: readonly LedgerRow[]): Promise<void> {
  await db.insertInto('ledgerEntry').values(rows).execute()
}

/** Adds to what an order has paid; its row is locked. */
export async function addPaid(db: Db, communityId: string, orderId: string, byFen: number): Promise<void> {
  await db
    .updateTable('ticketOrder')
    .set((eb) => ({ paidFen: eb('paidFen', '+', byFen) }))
    .where('communityId', '=', communityId)
    .where('id', '=', orderId)
    .execute()
}

/** The fees that stand in the books for these payments and their refunds, by `feeKey`. */
export async function sumFees(db: Db, communityId: string, paymentIds: readonly string[]): Promise<Map<string, number>> {
  if (paymentIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('ledgerEntry')
    .select((eb) => ['paymentId', 'refundId', sql<number>`${eb.fn.sum('amountFen')}::bigint`.as('fen')])
    .where('communityId', '=', communityId)
    .where('account', '=', 'fees')
    .where('paymentId', 'in', [...paymentIds])
    .groupBy(['paymentId', 'refundId'])
    .execute()
  return new Map(rows.map((row) => [feeKey(row), row.fen]))
}

/** By which a fee is known: of a payment, or of one of its refunds. */
export const feeKey = ({ paymentId, refundId }: { paymentId: string | null; refundId: string | null }): string =>
  `${paymentId ?? ''} ${refundId ?? ''}`

/** What orders, payments and refunds of an event are called on receipts and statements, by their ids. */
export async function listNumbers(db: Db, communityId: string, eventId: string): Promise<Map<string, string>> {
  const [orders, payments, refunds] = await Promise.all([
    db
      .selectFrom('ticketOrder')
      .select(['id', 'code as no'])
      .where('communityId', '=', communityId)
      .where('eventId', '=', eventId)
      .execute(),
    db
      .selectFrom('payment')
      .select(['id', 'outTradeNo as no'])
      .where('communityId', '=', communityId)
      .where('eventId', '=', eventId)
      .execute(),
    db
      .selectFrom('refund')
      .select(['id', 'outRefundNo as no'])
      .where('communityId', '=', communityId)
      .where('eventId', '=', eventId)
      .execute(),
  ])
  return new Map([...orders, ...payments, ...refunds].map(({ id, no }) => [id, no]))
}

/** The entries of an event, the first one first. */
export function listLedger(db: Db, communityId: string, eventId: string): Promise<LedgerRow[]> {
  return db
    .selectFrom('ledgerEntry')
    .select([
      'communityId',
      'id',
      'eventId',
      'movementId',
      'account',
      'provider',
      'amountFen',
      'what',
      'orderId',
      'paymentId',
      'refundId',
      'at',
    ])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('at')
    .orderBy('movementId')
    .orderBy('amountFen', 'desc')
    .execute()
}

/** The sums of an event's accounts. */
export async function sumAccounts(
  db: Db,
  communityId: string,
  eventId: string,
): Promise<{ account: LedgerRow['account']; provider: string; fen: number }[]> {
  const rows = await db
    .selectFrom('ledgerEntry')
    .select((eb) => ['account', 'provider', sql<number>`${eb.fn.sum('amountFen')}::bigint`.as('fen')])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .groupBy(['account', 'provider'])
    .orderBy('account')
    .orderBy('provider')
    .execute()
  return rows
}

/** Movements of an event that do not sum to nothing, and orders whose `paid_fen` differs from their entries. Both are to be none. */
export async function findImbalances(
  db: Db,
  communityId: string,
  eventId: string,
): Promise<{ movements: string[]; orders: { id: string; paidFen: number; ledgerFen: number }[] }> {
  const movements = await sql<{ id: string }>`select movement_id as id from ledger_entry
    where community_id = ${communityId} and event_id = ${eventId} group by movement_id having sum(amount_fen) <> 0`.execute(db)
  const orders = await sql<{ id: string; paidFen: number; ledgerFen: number }>`select o.id, o.paid_fen,
      coalesce(sum(l.amount_fen) filter (where l.account = 'provider'), 0)::bigint as ledger_fen
    from ticket_order o left join ledger_entry l on l.community_id = o.community_id and l.order_id = o.id
      and l.what in ('payment', 'refund')
    where o.community_id = ${communityId} and o.event_id = ${eventId}
    group by o.id, o.paid_fen having o.paid_fen <> coalesce(sum(l.amount_fen) filter (where l.account = 'provider'), 0)`.execute(db)
  return { movements: movements.rows.map((row) => row.id), orders: orders.rows }
}
