import { sql } from 'kysely'
import type { Db } from '#core/store/database.ts'
import { forgetMails, type Addressed } from '../forget.ts'

/** What of an order's money tells of a person: proofs and the titles of invoices. Amounts are fen. */
export interface OrderPapers {
  payments: {
    provider: string
    method: string
    amountFen: number
    state: string
    proofName: string
    createdAt: Date
    paidAt: Date | null
  }[]
  refunds: { amountFen: number; state: string; reason: string; createdAt: Date; doneAt: Date | null }[]
  fapiaos: {
    kind: string
    titleType: string
    title: string
    taxId: string
    address: string
    phone: string
    bank: string
    account: string
    email: string
    amountFen: number
    state: string
    number: string
    fileName: string
    askedAt: Date
  }[]
}

export async function readPapers(db: Db, communityId: string, orderId: string): Promise<OrderPapers> {
  const payments = await db
    .selectFrom('payment')
    .select(['provider', 'method', 'amountFen', 'state', 'proofName', 'createdAt', 'paidAt'])
    .where('communityId', '=', communityId)
    .where('orderId', '=', orderId)
    .orderBy('createdAt')
    .execute()
  const refunds = await db
    .selectFrom('refund')
    .select(['amountFen', 'state', 'reason', 'createdAt', 'doneAt'])
    .where('communityId', '=', communityId)
    .where('orderId', '=', orderId)
    .orderBy('createdAt')
    .execute()
  const fapiaos = await db
    .selectFrom('fapiao')
    .select([
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
      'state',
      'number',
      'fileName',
      'askedAt',
    ])
    .where('communityId', '=', communityId)
    .where('orderId', '=', orderId)
    .orderBy('askedAt')
    .execute()
  return { payments, refunds, fapiaos }
}

/**
 * Takes everything personal out of orders and their lines, proofs, reasons and invoices' titles; amounts, states and dates
 * stay for the books; the mails about them go. `lines`: also of the seats, not only of whoever ordered. The titles of
 * companies and public bodies and their invoices stay: they tell of no person, as one of another kind may. Returns the
 * checksums of files that nothing may need any more.
 */
export async function clearOrders(
  db: Db,
  communityId: string,
  orderIds: readonly string[],
  at: Date,
  { lines }: { lines: boolean },
): Promise<string[]> {
  if (orderIds.length === 0) return []
  const mine = sql`community_id = ${communityId}::uuid and order_id = any(${orderIds}::uuid[])`
  const personal = sql`title_type in ('person', 'other')`
  const { rows: written } = await sql<Addressed>`select event_id, email from ticket_order
      where community_id = ${communityId}::uuid and id = any(${orderIds}::uuid[])
    union select event_id, email from fapiao where ${mine}`.execute(db)
  await sql`update ticket_order set name = '', phone = '', email = '', reason = '', erased_at = coalesce(erased_at, ${at}::timestamptz),
      link_version = link_version + case when erased_at is null then 1 else 0 end
    where community_id = ${communityId}::uuid and id = any(${orderIds}::uuid[])`.execute(db)
  if (lines) await sql`update order_line set name = '', phone = '', email = '', answers = '[]', consents = '{}' where ${mine}`.execute(db)
  const proofs = await sql<{
    sha256: string
  }>`with old as (select id, proof_path from payment where ${mine} and proof_path is not null for update)
    update payment p set proof_path = null, proof_name = '', proof_type = '', note = '' from old
    where p.community_id = ${communityId}::uuid and p.id = old.id returning old.proof_path as sha256`.execute(db)
  await sql`update refund set reason = '' where ${mine}`.execute(db)
  const invoices = await sql<{
    sha256: string | null
  }>`with old as (select id, file_path from fapiao where ${mine} and ${personal} for update)
    update fapiao f set title = '', tax_id = '', file_path = null, file_name = '' from old
    where f.community_id = ${communityId}::uuid and f.id = old.id returning old.file_path as sha256`.execute(db)
  await sql`update fapiao set email = '', reason = '',
      address = case when ${personal} then '' else address end, phone = case when ${personal} then '' else phone end,
      bank = case when ${personal} then '' else bank end, account = case when ${personal} then '' else account end
    where ${mine}`.execute(db)
  await forgetMails(db, communityId, written)
  return [...proofs.rows, ...invoices.rows].flatMap(({ sha256 }) => sha256 ?? [])
}

/** Takes what a seat's holder gave out of the lines of their booking. */
export async function clearLinesOf(db: Db, communityId: string, registrationId: string): Promise<void> {
  await db
    .updateTable('orderLine')
    .set({ name: '', phone: '', email: '', answers: '[]', consents: [] })
    .where('communityId', '=', communityId)
    .where('registrationId', '=', registrationId)
    .execute()
}

/** The orders of which a booking is the only seat: whoever sits there ordered for themselves. */
export async function listOwnOrders(db: Db, communityId: string, registrationId: string): Promise<string[]> {
  const { rows } = await sql<{ orderId: string }>`select l.order_id from order_line l
    join ticket_order o on o.community_id = l.community_id and o.id = l.order_id
    where l.community_id = ${communityId}::uuid and l.registration_id = ${registrationId}::uuid and o.erased_at is null
    group by l.order_id
    having not exists (select from order_line x where x.community_id = ${communityId}::uuid and x.order_id = l.order_id
      and x.registration_id is distinct from ${registrationId}::uuid)`.execute(db)
  return rows.map((row) => row.orderId)
}

/** Orders that still hold contacts, of events whose time of keeping has ended. */
export async function listOverdueOrders(db: Db, communityId: string, now: Date): Promise<{ id: string; eventId: string }[]> {
  const { rows } = await sql<{ id: string; eventId: string }>`select o.id, o.event_id from ticket_order o
    join event e on e.community_id = o.community_id and e.id = o.event_id
    where o.community_id = ${communityId}::uuid and e.community_id = ${communityId}::uuid
      and e.ends_at + make_interval(days => e.retention_days) < ${now}
      and (o.erased_at is null or exists (select from order_line l where l.community_id = o.community_id and l.order_id = o.id and (l.name <> '' or l.phone <> '' or l.email <> '')))
    order by o.event_id, o.id`.execute(db)
  return rows
}
