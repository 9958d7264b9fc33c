import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { paymentJournal } from './journal.ts'
import { move } from './ledger.ts'
import { mailRefunded } from './mails.ts'
import type { Payment } from './model.ts'
import { asYuan } from './providers/common.ts'
import type { Identity, RefundFacts } from './providers/provider.ts'
import { refundNo } from './refund.owe.ts'
import { judgeRefunded, nextTry } from './refund.rules.ts'
import { findByRefundNo, lockRefund, updateRefund } from './refund.store.ts'
import type { Mismatch } from './rules.ts'
import { lockOrder } from './store.ts'

/** What became of word about money on its way back. */
export type RefundReception = { verdict: 'taken' } | { verdict: 'again' } | { verdict: 'refused'; reason: Mismatch }

/**
 * Takes what a provider says of a refund of ours: done (the books follow, its owner is told), on its way, or failed, then
 * it is tried again later. Told again it changes nothing. `asked`: it is the answer to a question, not a notice; only such
 * a word takes back what was done.
 */
export async function receiveRefund(
  ctx: Context,
  tx: Tx,
  payment: Payment,
  facts: RefundFacts,
  told: Identity,
  ours: Identity,
  asked = false,
): Promise<RefundReception> {
  const { communityId, eventId, orderId, provider } = payment
  const order = await lockOrder(tx.db, communityId, eventId, orderId)
  const found = await findByRefundNo(tx.db, communityId, facts.outRefundNo)
  const refund = found && (await lockRefund(tx.db, communityId, found.id))
  if (!order || !refund || refund.paymentId !== payment.id) return { verdict: 'refused', reason: 'order' }
  const judged = judgeRefunded(refund, facts, told, ours)
  if (judged.verdict === 'refused') return judged
  const now = ctx.clock.now()
  if (judged.verdict === 'again' || (judged.verdict === 'undone' && !asked)) {
    // Asked after soon when there is doubt, and no more when there is none.
    const nextAt = judged.verdict === 'undone' ? now : null
    if (refund.state === 'done' && (asked || nextAt)) await updateRefund(tx.db, communityId, refund.id, { nextAt })
    return { verdict: judged.verdict === 'undone' ? 'taken' : 'again' }
  }
  const entry = { communityId, eventId, kind: 'refund', id: refund.id }
  const money = { provider, yuan: asYuan(refund.amountFen), fen: refund.amountFen }
  const about = { communityId, eventId, orderId, paymentId: payment.id, refundId: refund.id, provider, at: now }
  if (facts.state === 'done') {
    const { providerNo } = facts
    await updateRefund(tx.db, communityId, refund.id, { state: 'done', providerNo, problem: '', doneAt: now, nextAt: null })
    await move(ctx, tx, 'refund', refund.amountFen, about)
    tx.journal(paymentJournal.refund_done, entry, money)
    await mailRefunded(ctx, tx, order, asYuan(refund.amountFen))
  } else if (facts.state === 'failed') {
    if (judged.verdict === 'undone') await move(ctx, tx, 'refund', -refund.amountFen, about)
    const problem = facts.problem.slice(0, 200)
    // A number that has failed for good at the provider is not heard a second time.
    const outRefundNo = facts.providerNo === '' ? refund.outRefundNo : refundNo(ctx, payment)
    const nextAt = nextTry(refund.tries, now)
    await updateRefund(tx.db, communityId, refund.id, { state: 'failed', outRefundNo, problem, doneAt: null, nextAt })
    tx.journal(paymentJournal.refund_failed, entry, { ...money, problem: problem.slice(0, 80) })
  } else {
    await updateRefund(tx.db, communityId, refund.id, { state: 'sent', providerNo: facts.providerNo, nextAt: nextTry(refund.tries, now) })
  }
  return { verdict: 'taken' }
}
