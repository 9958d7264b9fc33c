import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { paymentJournal } from './journal.ts'
import { move } from './ledger.ts'
import { feeKey, sumFees } from './ledger.store.ts'
import { asYuan } from './providers/common.ts'
import type { ProviderName } from './providers/provider.ts'
import { lockPayments } from './store.ts'

/** What a provider's statement says that it kept of a payment (or gave back of its fee with a refund), in fen. */
export interface FeeToBook {
  eventId: string
  orderId: string
  paymentId: string
  refundId: string | null
  feeFen: number
}

/**
 * Books the fees that a day's statement names, so that each stands in the books as the statement has it: once, however
 * often the day is read, and put right by a movement back when the statement has changed. One transaction an event.
 */
export async function bookFees(
  ctx: Context,
  communityId: string,
  { provider, day }: { provider: ProviderName; day: string },
  fees: readonly FeeToBook[],
): Promise<void> {
  for (const [eventId, own] of Map.groupBy(fees, (fee) => fee.eventId)) {
    const payments = [...new Set(own.map((fee) => fee.paymentId))]
    // Most days are read again without anything new: nothing is locked for that.
    if (openOf(own, await sumFees(ctx.db, communityId, payments)).length === 0) continue
    await transact(ctx, async (tx) => {
      await lockPayments(tx.db, communityId, payments)
      const open = openOf(own, await sumFees(tx.db, communityId, payments))
      if (open.length === 0) return
      for (const { feeFen, ...about } of open) {
        await move(ctx, tx, 'fee', feeFen, { communityId, ...about, provider, at: ctx.clock.now() })
      }
      const fen = open.reduce((sum, one) => sum + one.feeFen, 0)
      const facts = { provider, day, count: open.length, yuan: asYuan(fen), fen }
      tx.journal(paymentJournal.fees, { communityId, eventId, kind: 'event', id: eventId }, facts)
    })
  }
}

/** What is still to be moved, so that the books say what the statement says. */
function openOf(fees: readonly FeeToBook[], booked: ReadonlyMap<string, number>): FeeToBook[] {
  return fees.flatMap((fee) => {
    const feeFen = fee.feeFen - (booked.get(feeKey(fee)) ?? 0)
    return feeFen === 0 ? [] : [{ ...fee, feeFen }]
  })
}
