import { findCommunityByNo, listCommunities } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail, isKaichangError } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { findOrder } from '../orders/store.ts'
import { paymentJournal } from './journal.ts'
import type { Payment } from './model.ts'
import { asYuan } from './providers/common.ts'
import type { AtProvider, Provider } from './providers/provider.ts'
import { providersOf } from './providers/registry.ts'
import { receive, type Reception } from './receive.ts'
import { communityNoOf, isToBeAsked, isToBeClosed } from './rules.ts'
import { findPayment, listOpenPayments, lockOrder, lockPayment, updatePayment } from './store.ts'

/** How a payment stands after its provider was asked. */
export type Asked = 'paid' | 'open' | 'closed'

/**
 * Asks the provider how a payment stands and takes what it says; the answer to a missing notice. Called by the order's
 * page when somebody comes back, by a treasurer and by the sweep. Errors: payment.provider_*.
 */
export async function askAfter(ctx: Context, payment: Payment): Promise<Asked> {
  const provider = providerOf(ctx, payment)
  if (payment.state === 'paid' || provider.name === 'offline') return payment.state === 'paid' ? 'paid' : 'open'
  const standing = await provider.query(atProvider(payment))
  if (standing.state === 'paid') {
    const reception = await transact(ctx, (tx) => receive(ctx, tx, payment, standing.paid, provider.identity))
    return reception.verdict === 'refused' ? 'open' : 'paid'
  }
  if (standing.state === 'closed') {
    await endPayment(ctx, payment)
    return 'closed'
  }
  await transact(ctx, (tx) => updatePayment(tx.db, payment.communityId, payment.id, { askedAt: ctx.clock.now() }))
  return 'open'
}

/**
 * Asks after a payment on behalf of whoever waits on the order's page; at most every few seconds, so that a page that is
 * reloaded does not become a load on the provider. Errors: thing.not_found, payment.provider_*.
 */
export async function queryPayment(ctx: Context, order: { communityId: string; id: string }, paymentId: string): Promise<Asked> {
  const payment = await findPayment(ctx.db, order.communityId, paymentId)
  if (!payment || payment.orderId !== order.id) throw fail('thing.not_found')
  if (payment.state !== 'open') return payment.state === 'paid' ? 'paid' : 'closed'
  if (payment.askedAt && ctx.clock.now().getTime() - payment.askedAt.getTime() < 3_000) return 'open'
  return askAfter(ctx, payment)
}

/** The same before another payment begins: a provider that does not answer must not keep anybody from paying elsewhere. Errors: .paid_already. */
export async function closeBefore(ctx: Context, payment: Payment): Promise<void> {
  try {
    await closeAtProvider(ctx, payment)
  } catch (error) {
    // Should it be paid all the same, the second money goes back by itself.
    if (!isKaichangError(error) || !error.code.startsWith('payment.provider_')) throw error
  }
}

/** Lets nobody pay this any more. A payer who was faster has paid: then that money is taken. Errors: payment.provider_*, .paid_already. */
export async function closeAtProvider(ctx: Context, payment: Payment): Promise<void> {
  // A provider that the installation has no more (or a sandbox that it has left) takes no money for us either.
  const provider = knownProvider(ctx, payment)
  const closed = provider ? await provider.close(atProvider(payment)) : 'closed'
  if (closed === 'paid') {
    if ((await askAfter(ctx, payment)) === 'paid') throw fail('payment.paid_already')
    return
  }
  await endPayment(ctx, payment)
}

async function endPayment(ctx: Context, { communityId, eventId, orderId, id, provider, amountFen }: Payment): Promise<void> {
  await transact(ctx, async (tx) => {
    await lockOrder(tx.db, communityId, eventId, orderId)
    const locked = await lockPayment(tx.db, communityId, id)
    if (locked?.state !== 'open') return
    await updatePayment(tx.db, communityId, id, { state: 'closed', closedAt: ctx.clock.now() })
    tx.journal(paymentJournal.ended, { communityId, eventId, kind: 'payment', id }, { provider, yuan: asYuan(amountFen), fen: amountFen })
  })
}

/**
 * Looks after all open payments: asks after those whose notice may have been lost, and closes those whose order has
 * ended. Run every minute by the job `payments.sweep`; one payment that fails does not stop the others.
 */
export async function sweepPayments(
  ctx: Context,
  log: (message: string) => void,
): Promise<{ asked: number; paid: number; closed: number }> {
  const result = { asked: 0, paid: 0, closed: 0 }
  for (const { communityId } of await listCommunities(ctx.db)) {
    authorise(ctx.actor, 'money.edit', { communityId })
    for (const payment of await listOpenPayments(ctx.db, communityId)) {
      try {
        const done = await sweepOne(ctx, payment)
        if (done) result[done] += 1
      } catch (error) {
        // Ids only: what a provider said may hold anything.
        log(`payments: ${payment.provider} ${payment.outTradeNo}: ${error instanceof Error ? error.message.slice(0, 120) : 'failed'}`)
      }
    }
  }
  return result
}

async function sweepOne(ctx: Context, payment: Payment): Promise<'asked' | 'paid' | 'closed' | null> {
  const now = ctx.clock.now()
  const order = await findOrder(ctx.db, payment.communityId, payment.orderId)
  if (!order) return null
  if (payment.provider === 'offline') {
    // A proof waits for the treasurer, however long that takes.
    if (payment.proofAt !== null || !isToBeClosed(payment, order, now)) return null
    await endPayment(ctx, payment)
    return 'closed'
  }
  const known = knownProvider(ctx, payment) !== undefined
  if (isToBeClosed(payment, order, now)) {
    if (known && (await askAfter(ctx, payment)) === 'paid') return 'paid'
    await closeAtProvider(ctx, payment)
    return 'closed'
  }
  if (!known || !isToBeAsked(payment, now)) return null
  const asked = await askAfter(ctx, payment)
  return asked === 'open' ? 'asked' : asked
}

/** The provider of a payment. Errors: payment.not_offered when the installation does not have it any more. */
export function providerOf(ctx: Context, payment: Pick<Payment, 'provider' | 'sandbox'>): Provider {
  const provider = knownProvider(ctx, payment)
  if (!provider) throw fail('payment.not_offered')
  return provider
}

function knownProvider(ctx: Context, payment: Pick<Payment, 'provider' | 'sandbox'>): Provider | undefined {
  const provider = providersOf(ctx).get(payment.provider)
  return provider?.sandbox === payment.sandbox ? provider : undefined
}

export const atProvider = ({ outTradeNo, providerNo, amountFen, started }: Payment): AtProvider => ({
  outTradeNo,
  providerNo,
  amountFen,
  started,
})

/** The community that a number of ours belongs to. */
export async function communityOfNo(ctx: Context, outNo: string): Promise<string | null> {
  const no = communityNoOf(outNo)
  if (no === null) return null
  return (await findCommunityByNo(ctx.db, no))?.communityId ?? null
}

export type { Reception }
