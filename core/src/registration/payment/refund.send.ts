import { authorise } from '#core/community/permissions.ts'
import { listCommunities } from '#core/community/store.ts'
import { isKaichangError } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import type { Payment, Refund } from './model.ts'
import type { Provider, RefundFacts } from './providers/provider.ts'
import { atProvider, providerOf } from './query.actions.ts'
import { noticeUrl } from './urls.ts'
import { nextTry } from './refund.rules.ts'
import { receiveRefund } from './refund.settle.ts'
import { listRefundsToWorkOn, lockRefund, updateRefund } from './refund.store.ts'
import { findPayment, lockOrder } from './store.ts'

/**
 * Sends what is owed and asks after what is on its way, or was done and is in doubt; run every minute by the job
 * `payments.sweep`. A refund keeps its number over all tries, so that a provider that heard us twice gives back once.
 * Returns how many were done.
 */
export async function sendRefunds(ctx: Context, log: (message: string) => void): Promise<number> {
  let done = 0
  for (const { communityId } of await listCommunities(ctx.db)) {
    authorise(ctx.actor, 'money.edit', { communityId })
    for (const refund of await listRefundsToWorkOn(ctx.db, communityId, ctx.clock.now())) {
      try {
        if (await workOn(ctx, refund)) done += 1
      } catch (error) {
        log(`refunds: ${refund.outRefundNo}: ${error instanceof Error ? error.message.slice(0, 120) : 'failed'}`)
      }
    }
  }
  return done
}

/** True when the money has gone back. */
async function workOn(ctx: Context, refund: Refund): Promise<boolean> {
  const payment = await findPayment(ctx.db, refund.communityId, refund.paymentId)
  // Money that came by hand goes back by hand.
  if (!payment || payment.provider === 'offline') return false
  const provider = providerOf(ctx, payment)
  // The try is written down before it is made: after a crash it is known that something may have been sent.
  if (refund.state !== 'done' && !(await claim(ctx, refund))) return false
  const facts =
    refund.state === 'done' ? await provider.queryRefund(atProvider(payment), refund) : await tell(ctx, provider, payment, refund)
  if (!facts) return false
  const told = await transact(ctx, (tx) => receiveRefund(ctx, tx, payment, facts, provider.identity, provider.identity, true))
  return told.verdict === 'taken' && facts.state === 'done'
}

async function claim(ctx: Context, { communityId, eventId, orderId, id, tries }: Refund): Promise<boolean> {
  return transact(ctx, async (tx) => {
    await lockOrder(tx.db, communityId, eventId, orderId)
    const now = ctx.clock.now()
    const refund = await lockRefund(tx.db, communityId, id)
    if (!refund || refund.tries !== tries || !['due', 'sent', 'failed'].includes(refund.state)) return false
    await updateRefund(tx.db, communityId, id, { state: 'sent', tries: tries + 1, sentAt: now, nextAt: nextTry(tries + 1, now) })
    return true
  })
}

async function tell(ctx: Context, provider: Provider, payment: Payment, refund: Refund): Promise<RefundFacts | null> {
  const { outRefundNo, amountFen, reason, providerNo } = refund
  const sent = { outRefundNo, amountFen, reason }
  try {
    const known = refund.state === 'sent' ? await provider.queryRefund(atProvider(payment), { ...sent, providerNo }) : null
    return known ?? (await provider.refund(atProvider(payment), sent, noticeUrl(ctx.settings.publicUrl, provider.name)))
  } catch (error) {
    if (isKaichangError(error, 'payment.provider_refused')) {
      return { outRefundNo, providerNo: '', state: 'failed', amountFen, problem: String(error.params['problem'] ?? '') }
    }
    // No answer: it may have been heard. It is asked after at the next try.
    throw error
  }
}
