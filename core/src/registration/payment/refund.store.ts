import type { Insertable, Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { Refund as RefundTable } from '#core/store/schema.ts'
import type { Refund } from './model.ts'

const columns = [
  'communityId',
  'id',
  'eventId',
  'orderId',
  'paymentId',
  'outRefundNo',
  'amountFen',
  'lineId',
  'reason',
  'cause',
  'state',
  'providerNo',
  'problem',
  'tries',
  'createdAt',
  'nextAt',
  'sentAt',
  'doneAt',
] as const

export async function insertRefund(db: Db, row: Insertable<RefundTable>): Promise<void> {
  await db.insertInto('refund').values(row).execute()
}

export async function updateRefund(db: Db, communityId: string, id: string, values: Updateable<RefundTable>): Promise<void> {
  await db.updateTable('refund').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

export function findRefund(db: Db, communityId: string, id: string): Promise<Refund | undefined> {
  return db.selectFrom('refund').select(columns).where('communityId', '=', communityId).where('id', '=', id).executeTakeFirst()
}

/** The refund with its row locked; its order is locked before. */
export function lockRefund(db: Db, communityId: string, id: string): Promise<Refund | undefined> {
  return db.selectFrom('refund').select(columns).where('communityId', '=', communityId).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function findByRefundNo(db: Db, communityId: string, outRefundNo: string): Promise<Refund | undefined> {
  return db
    .selectFrom('refund')
    .select(columns)
    .where('communityId', '=', communityId)
    .where('outRefundNo', '=', outRefundNo)
    .executeTakeFirst()
}

export function listRefundsOfOrder(db: Db, communityId: string, orderId: string): Promise<Refund[]> {
  return db
    .selectFrom('refund')
    .select(columns)
    .where('communityId', '=', communityId)
    .where('orderId', '=', orderId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
}

/** Refunds of an event, the newest first. */
export function listRefundsOfEvent(db: Db, communityId: string, eventId: string, limit: number): Promise<Refund[]> {
  return (
    db
      .selectFrom('refund')
      .select(columns)
      .where('communityId', '=', communityId)
      .where('eventId', '=', eventId)
      // What somebody has to decide or to send comes before what is over.
      .orderBy((eb) => eb('state', 'in', ['asked', 'failed', 'due', 'sent']), 'desc')
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
  )
}

/**
 * Refunds of a community that are to be sent, asked after or tried again by now, the oldest first. Those of transfers wait
 * for people, and must not keep others from being sent.
 */
export function listRefundsToWorkOn(db: Db, communityId: string, now: Date): Promise<Refund[]> {
  return db
    .selectFrom('refund')
    .select(columns)
    .where('communityId', '=', communityId)
    .where((eb) =>
      // One that is done is asked after only when there is doubt.
      eb.or([eb('nextAt', '<=', now), eb.and([eb('nextAt', 'is', null), eb('state', 'in', ['due', 'sent', 'failed'])])]),
    )
    .where('state', 'in', ['due', 'sent', 'failed', 'done'])
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('payment')
          .select('payment.id')
          .where('payment.communityId', '=', communityId)
          .whereRef('payment.id', '=', 'refund.paymentId')
          .where('payment.provider', '<>', 'offline'),
      ),
    )
    .orderBy('createdAt')
    .orderBy('id')
    .limit(500)
    .execute()
}
