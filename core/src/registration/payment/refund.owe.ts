import { shortCode } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { paymentJournal } from './journal.ts'
import { move } from './ledger.ts'
import type { Payment, RefundCause } from './model.ts'
import { asYuan } from './providers/common.ts'
import { insertRefund } from './refund.store.ts'

/** A refund to be written. */
export interface NewRefund {
  id: string
  amountFen: number
  cause: RefundCause
  reason: string
  lineId: string | null
}

/** Our number of a refund at a provider, with the payment's tenant in front. */
export function refundNo(ctx: Pick<Context, 'random'>, payment: Pick<Payment, 'outTradeNo'>): string {
  return `${payment.outTradeNo.split('-')[0] ?? ''}-R${shortCode(ctx.random, 16)}`
}

/** Writes a refund that is to be sent: in the books it is owed from now on. The order's row is locked; how much may go back was judged. */
export async function owe(ctx: Context, tx: Tx, payment: Payment, refund: NewRefund): Promise<void> {
  const { communityId, eventId, orderId } = payment
  await insertRefund(tx.db, {
    communityId,
    eventId,
    orderId,
    paymentId: payment.id,
    outRefundNo: refundNo(ctx, payment),
    state: 'due',
    createdAt: ctx.clock.now(),
    ...refund,
  })
  await bookOwed(ctx, tx, payment, refund)
}

/** The books and the journal of a refund that has become due. */
export async function bookOwed(
  ctx: Context,
  tx: Tx,
  payment: Payment,
  refund: Pick<NewRefund, 'id' | 'amountFen' | 'cause'>,
): Promise<void> {
  const { communityId, eventId, orderId, provider } = payment
  // Money for seats that were booked takes its sale back; other money stood for no sale.
  await move(ctx, tx, payment.outcome === 'booked' ? 'sale_undone' : 'refund_due', refund.amountFen, {
    communityId,
    eventId,
    orderId,
    paymentId: payment.id,
    refundId: refund.id,
    at: ctx.clock.now(),
  })
  tx.journal(
    paymentJournal.refund_due,
    { communityId, eventId, kind: 'refund', id: refund.id },
    { provider, yuan: asYuan(refund.amountFen), fen: refund.amountFen, cause: refund.cause },
  )
}
