import { newId } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { Order } from '../orders/model.ts'
import { settleOrder } from '../orders/settle.ts'
import { paymentJournal } from './journal.ts'
import { move } from './ledger.ts'
import { mailMoneyBack } from './mails.ts'
import type { Payment } from './model.ts'
import { asYuan } from './providers/common.ts'
import type { Identity, PaidFacts } from './providers/provider.ts'
import { owe } from './refund.owe.ts'
import { judgePaid, type Mismatch } from './rules.ts'
import { lockOrder, lockPayment, updatePayment } from './store.ts'

/** What became of word that money came. */
export type Reception = { verdict: 'taken' } | { verdict: 'again' } | { verdict: 'late' } | { verdict: 'refused'; reason: Mismatch }

/**
 * Takes money that a provider (or a treasurer) says has come: the payment is paid, the seats are booked; when they are
 * gone or the order was paid already, the money is owed back at once, and its owner told. Whatever is told again changes
 * nothing. Locks the event's seats, the order and the payment, in this order.
 */
export async function receive(
  ctx: Context,
  tx: Tx,
  about: Pick<Payment, 'communityId' | 'eventId' | 'orderId' | 'id'>,
  facts: PaidFacts,
  ours: Identity,
  confirmedBy = '',
): Promise<Reception> {
  const order = await lockOrder(tx.db, about.communityId, about.eventId, about.orderId)
  const payment = await lockPayment(tx.db, about.communityId, about.id)
  if (!order || !payment) return { verdict: 'refused', reason: 'order' }
  const judged = judgePaid(payment, order, facts, ours)
  if (judged.verdict === 'refused' || judged.verdict === 'again') return judged
  const now = ctx.clock.now()
  const place = { communityId: payment.communityId, eventId: payment.eventId }
  await updatePayment(tx.db, payment.communityId, payment.id, {
    state: 'paid',
    providerNo: facts.providerNo,
    paidAt: facts.paidAt,
    confirmedBy,
  })
  await move(ctx, tx, 'payment', payment.amountFen, {
    ...place,
    orderId: order.id,
    paymentId: payment.id,
    provider: payment.provider,
    at: now,
  })
  const settled = judged.verdict === 'back' ? judged.cause : await settleOrder(ctx, tx, { ...place, id: order.id })
  const outcome = settled === 'booked' ? 'booked' : settled === 'already' || settled === 'twice' ? 'twice' : 'late'
  await updatePayment(tx.db, payment.communityId, payment.id, { outcome })
  const yuan = asYuan(payment.amountFen)
  const entry = outcome === 'booked' ? paymentJournal.paid : paymentJournal[outcome]
  tx.journal(entry, { ...place, kind: 'payment', id: payment.id }, { provider: payment.provider, yuan, fen: payment.amountFen })
  if (outcome === 'booked') {
    await move(ctx, tx, 'sale', payment.amountFen, { ...place, orderId: order.id, paymentId: payment.id, at: now })
    return { verdict: 'taken' }
  }
  await goesBack(ctx, tx, order, payment, outcome)
  return { verdict: 'late' }
}

async function goesBack(ctx: Context, tx: Tx, order: Order, payment: Payment, cause: 'late' | 'twice'): Promise<void> {
  await owe(ctx, tx, payment, { id: newId(ctx), amountFen: payment.amountFen, cause, reason: '', lineId: null })
  await mailMoneyBack(ctx, tx, order, cause, asYuan(payment.amountFen))
}
