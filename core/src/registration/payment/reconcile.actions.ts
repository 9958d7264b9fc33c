import { z } from 'zod'
import { authorise } from '#core/community/permissions.ts'
import { listCommunities } from '#core/community/store.ts'
import { system } from '#core/kernel/actor.ts'
import { fail } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { requireAdministrator } from '#core/people/mail/actions.ts'
import { INSTALLATION } from '#core/people/mail/model.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { paymentJournal } from './journal.ts'
import type { BillRow, Provider } from './providers/provider.ts'
import { providersOf } from './providers/registry.ts'
import { askAfter } from './query.actions.ts'
import { bookFees, type FeeToBook } from './reconcile.fees.ts'
import { compare, type Compared } from './reconcile.rules.ts'
import { listPaymentsFor, listReconciliations, listRefundsFor, saveReconciliation, type ReconciliationRow } from './reconcile.store.ts'
import { communityNoOf } from './rules.ts'
import { findPayment } from './store.ts'

const daySchema = z.iso.date({ error: 'field.date' })
const DAY = 86_400_000
const midnight = (day: string): Date => new Date(`${day}T00:00:00+08:00`)

/**
 * Compares one day (in China's time) of every provider with our books, for all communities of the installation, and keeps
 * what was found. What only a lost notice explains is put right on the way, and the fees that the statement names are booked. Run every morning for the day before by
 * `payments.reconcile`; a provider that is away does not stop the others. Errors: input.invalid.
 */
export async function reconcile(ctx: Context, day: string, log: (message: string) => void): Promise<void> {
  requireAdministrator(ctx)
  parseInput(daySchema, day)
  for (const provider of providersOf(ctx).values()) {
    if (provider.name === 'offline') continue
    try {
      await reconcileProvider(ctx, provider, day)
    } catch (error) {
      log(`reconcile ${provider.name} ${day}: ${error instanceof Error ? error.message.slice(0, 120) : 'failed'}`)
    }
  }
}

/** The day before, in China's time. */
export function dayBefore(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000 - DAY).toISOString().slice(0, 10)
}

async function reconcileProvider(ctx: Context, provider: Provider, day: string): Promise<void> {
  const bill = await provider.bill(day)
  const communities = await listCommunities(ctx.db)
  const numbers = new Map(communities.map(({ communityId, no }) => [no, communityId]))
  const shares = new Map<string, BillRow[]>()
  for (const row of bill) {
    const owner = numbers.get(communityNoOf(row.outTradeNo) ?? -1) ?? INSTALLATION
    shares.set(owner, [...(shares.get(owner) ?? []), row])
  }
  for (const { communityId } of communities) await reconcileCommunity(ctx, provider, day, communityId, shares.get(communityId) ?? [])
  const strangers = compare(shares.get(INSTALLATION) ?? [], { payments: [], refunds: [], ofDay: new Set() })
  const key = { communityId: INSTALLATION, provider: provider.name, day }
  await transact(ctx, (tx) => saveReconciliation(tx.db, key, strangers, ctx.clock.now()))
}

async function reconcileCommunity(
  ctx: Context,
  provider: Provider,
  day: string,
  communityId: string,
  bill: readonly BillRow[],
): Promise<void> {
  let found = await compareWith(ctx, provider, day, communityId, bill)
  if (bill.length === 0 && found.differences.length === 0) return
  if (await catchUp(ctx, communityId, found)) found = await compareWith(ctx, provider, day, communityId, bill)
  await transact(ctx, async (tx) => {
    await saveReconciliation(tx.db, { communityId, provider: provider.name, day }, found, ctx.clock.now())
    tx.journal(
      paymentJournal.reconciled,
      { communityId, eventId: null, kind: 'community', id: communityId },
      { provider: provider.name, day, matched: found.matched, differences: found.differences.length },
    )
  })
  await bookFees(ctx, communityId, { provider: provider.name, day }, found.feesToBook)
}

interface Found extends Compared {
  feesToBook: FeeToBook[]
  /** Our ids of the payments that a difference names. */
  ids: ReadonlyMap<string, string>
}

async function compareWith(ctx: Context, provider: Provider, day: string, communityId: string, bill: readonly BillRow[]): Promise<Found> {
  const [from, to] = [midnight(day), new Date(midnight(day).getTime() + DAY)]
  const numbersOf = (kind: BillRow['kind']): string[] =>
    bill.filter((row) => row.kind === kind).map((row) => (kind === 'refund' ? row.outRefundNo : row.outTradeNo))
  const payments = await listPaymentsFor(ctx.db, communityId, provider.name, numbersOf('payment'), from, to)
  const refunds = await listRefundsFor(ctx.db, communityId, provider.name, numbersOf('refund'), from, to)
  const within = (at: Date | null): boolean => at !== null && at >= from && at < to
  const ofDay = new Set([
    ...payments.filter((p) => p.state === 'paid' && within(p.paidAt)).map((p) => p.outTradeNo),
    ...refunds.filter((r) => r.state === 'done' && within(r.doneAt)).map((r) => r.outRefundNo),
  ])
  const compared = compare(bill, { payments, refunds, ofDay })
  const feesToBook = compared.fees.flatMap(({ outTradeNo, outRefundNo, feeFen }): FeeToBook[] => {
    const refund = outRefundNo === '' ? undefined : refunds.find((one) => one.outRefundNo === outRefundNo)
    const payment = outRefundNo === '' ? payments.find((one) => one.outTradeNo === outTradeNo) : undefined
    if (refund) return [{ ...placeOf(refund), paymentId: refund.paymentId, refundId: refund.id, feeFen }]
    return payment ? [{ ...placeOf(payment), paymentId: payment.id, refundId: null, feeFen }] : []
  })
  return { ...compared, feesToBook, ids: new Map(payments.map((p) => [p.outTradeNo, p.id])) }
}

const placeOf = ({ eventId, orderId }: { eventId: string; orderId: string }) => ({ eventId, orderId })

/** Asks after payments whose notice never came. True when something was put right. */
async function catchUp(ctx: Context, communityId: string, { differences, ids }: Found): Promise<boolean> {
  let changed = false
  for (const { kind, outTradeNo } of differences) {
    const payment = kind === 'not_paid_here' ? await findPayment(ctx.db, communityId, ids.get(outTradeNo) ?? '') : undefined
    if (payment && (await askAfter(ctx, payment)) === 'paid') changed = true
  }
  return changed
}

/**
 * Reconciles a day now, for a treasurer who does not want to wait until morning. Errors: access.*, input.invalid,
 * payment.provider_*.
 */
export async function reconcileNow(ctx: Context, communityId: string, input: string): Promise<void> {
  authorise(ctx.actor, 'money.edit', { communityId })
  const day = parseInput(daySchema, input)
  if (midnight(day) > ctx.clock.now()) throw fail('field.date')
  const acting = { ...ctx, actor: system('payments.reconcile') }
  for (const provider of providersOf(ctx).values()) if (provider.name !== 'offline') await reconcileProvider(acting, provider, day)
}

/** What reconciling found for a community, the newest day first. Errors: access.*. */
export async function reconciliationsOf(ctx: Context, communityId: string, limit = 60): Promise<ReconciliationRow[]> {
  authorise(ctx.actor, 'money.view', { communityId })
  return listReconciliations(ctx.db, communityId, limit)
}

/** What providers have that belongs to no community; for administrators. Errors: access.*. */
export async function strangeRows(ctx: Context, limit = 60): Promise<ReconciliationRow[]> {
  requireAdministrator(ctx)
  return listReconciliations(ctx.db, INSTALLATION, limit)
}
