import { z } from 'zod'
import type { Db } from '#core/store/database.ts'
import type { Payment, Refund } from './model.ts'
import type { Compared, Difference } from './reconcile.rules.ts'
import type { ProviderName } from './providers/provider.ts'

/** The payments of a community with these numbers, or paid within the day. */
export function listPaymentsFor(
  db: Db,
  communityId: string,
  provider: ProviderName,
  numbers: readonly string[],
  from: Date,
  to: Date,
): Promise<Pick<Payment, 'id' | 'eventId' | 'orderId' | 'outTradeNo' | 'providerNo' | 'amountFen' | 'state' | 'paidAt'>[]> {
  return db
    .selectFrom('payment')
    .select(['id', 'eventId', 'orderId', 'outTradeNo', 'providerNo', 'amountFen', 'state', 'paidAt'])
    .where('communityId', '=', communityId)
    .where('provider', '=', provider)
    .where((eb) =>
      eb.or([
        ...(numbers.length > 0 ? [eb('outTradeNo', 'in', numbers)] : []),
        eb.and([eb('state', '=', 'paid'), eb('paidAt', '>=', from), eb('paidAt', '<', to)]),
      ]),
    )
    .execute()
}

/** The refunds of a community with these numbers, or done within the day. */
export function listRefundsFor(
  db: Db,
  communityId: string,
  provider: ProviderName,
  numbers: readonly string[],
  from: Date,
  to: Date,
): Promise<
  (Pick<Refund, 'id' | 'eventId' | 'orderId' | 'paymentId' | 'outRefundNo' | 'providerNo' | 'amountFen' | 'state' | 'doneAt'> & {
    outTradeNo: string
  })[]
> {
  return db
    .selectFrom('refund')
    .innerJoin('payment', (join) =>
      join.onRef('payment.communityId', '=', 'refund.communityId').onRef('payment.id', '=', 'refund.paymentId'),
    )
    .select([
      'refund.id',
      'refund.eventId',
      'refund.orderId',
      'refund.paymentId',
      'refund.outRefundNo',
      'refund.providerNo',
      'refund.amountFen',
      'refund.state',
      'refund.doneAt',
      'payment.outTradeNo',
    ])
    .where('refund.communityId', '=', communityId)
    .where('payment.communityId', '=', communityId)
    .where('payment.provider', '=', provider)
    .where((eb) =>
      eb.or([
        ...(numbers.length > 0 ? [eb('refund.outRefundNo', 'in', numbers)] : []),
        eb.and([eb('refund.state', '=', 'done'), eb('refund.doneAt', '>=', from), eb('refund.doneAt', '<', to)]),
      ]),
    )
    .execute()
}

/** What reconciling one day found; a later look takes the place of an earlier one. */
export async function saveReconciliation(
  db: Db,
  key: { communityId: string; provider: string; day: string },
  { matched, matchedFen, feeFen, differences }: Compared,
  checkedAt: Date,
): Promise<void> {
  const values = { matched, matchedFen, feeFen, differences: JSON.stringify(differences), checkedAt }
  await db
    .insertInto('reconciliation')
    .values({ ...key, ...values })
    .onConflict((oc) => oc.columns(['communityId', 'provider', 'day']).doUpdateSet(values))
    .execute()
}

export interface ReconciliationRow {
  provider: string
  /** 2026-11-20, in China's time. */
  day: string
  checkedAt: Date
  matched: number
  matchedFen: number
  feeFen: number
  differences: Difference[]
}

const differencesSchema = z.array(
  z.object({
    kind: z.enum(['unknown_here', 'not_paid_here', 'not_refunded_here', 'missing_there', 'amount']),
    outTradeNo: z.string(),
    outRefundNo: z.string(),
    providerNo: z.string(),
    theirFen: z.number().nullable(),
    ourFen: z.number().nullable(),
  }),
)

/** What reconciling found, the newest day first. */
export async function listReconciliations(db: Db, communityId: string, limit: number): Promise<ReconciliationRow[]> {
  const rows = await db
    .selectFrom('reconciliation')
    .select(['provider', 'day', 'checkedAt', 'matched', 'matchedFen', 'feeFen', 'differences'])
    .where('communityId', '=', communityId)
    .orderBy('day', 'desc')
    .orderBy('provider')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, differences: differencesSchema.parse(row.differences) }))
}
