import { z } from 'zod'
import { authorise, type Place } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { line, optionalLine } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { dropUnused } from '#core/store/files.ts'
import { transact } from '#core/store/transaction.ts'
import { openOrder } from '../orders/open.ts'
import { updateOrders } from '../orders/store.ts'
import { asBuyer } from './buyer.ts'
import { downloadOf, keepDocument, noting, type Download, type Handed } from './files.ts'
import { paymentJournal } from './journal.ts'
import { mailNotTaken } from './mails.ts'
import type { Payment } from './model.ts'
import { asYuan } from './providers/common.ts'
import { receive, type Reception } from './receive.ts'
import { findPayment, findSetting, lockOrder, lockPayment, updatePayment } from './store.ts'

type EventPlace = Place & { eventId: string }

/**
 * Takes the proof of a transfer from whoever holds the order's link. The seats are held until a treasurer has had time to
 * look, once. Another proof takes the place of the one before. Errors: access.link_*, thing.not_found, payment.state, file.*.
 */
export async function uploadProof(ctx: Context, token: string, paymentId: string, file: Handed): Promise<void> {
  const { order } = await openOrder(ctx, token)
  const { communityId, eventId } = order
  const payment = await findPayment(ctx.db, communityId, paymentId)
  if (!payment || payment.orderId !== order.id || payment.provider !== 'offline') throw fail('thing.not_found')
  if (payment.state !== 'open') throw fail('payment.state')
  const kept = await keepDocument(ctx, communityId, file)
  let old: string | null = null
  await noting(ctx, communityId, kept, () =>
    transact(asBuyer(ctx, order), async (tx) => {
      const locked = await lockOrder(tx.db, communityId, eventId, order.id)
      const open = await lockPayment(tx.db, communityId, paymentId)
      if (!locked || open?.state !== 'open') throw fail('payment.state')
      old = open.proofPath
      const now = ctx.clock.now()
      const { offlineDays } = await findSetting(tx.db, communityId, eventId)
      const until = new Date(now.getTime() + offlineDays * 86_400_000)
      if (open.proofAt === null && locked.state === 'placed' && locked.expiresAt !== null && locked.expiresAt < until) {
        await updateOrders(tx.db, communityId, [order.id], { expiresAt: until })
      }
      await updatePayment(tx.db, communityId, paymentId, {
        proofPath: kept.sha256,
        proofName: kept.name,
        proofType: kept.mediaType,
        proofAt: now,
        note: '',
      })
      const fen = open.amountFen
      tx.journal(paymentJournal.proof, { communityId, eventId, kind: 'payment', id: paymentId }, { yuan: asYuan(fen), fen })
    }),
  )
  if (old !== null && old !== kept.sha256) await dropUnused(ctx, communityId, old)
}

/** The proof, for those who look after the money. Errors: access.*, thing.not_found. */
export async function proofFile(ctx: Context, { communityId, eventId }: EventPlace, paymentId: string): Promise<Download> {
  authorise(ctx.actor, 'money.view', { communityId, eventId })
  const payment = await findPayment(ctx.db, communityId, paymentId)
  if (!payment || payment.eventId !== eventId) throw fail('thing.not_found')
  return proofOf(ctx, payment)
}

/** The proof, for whoever handed it in. Errors: access.link_*, thing.not_found. */
export async function ownProofFile(ctx: Context, token: string, paymentId: string): Promise<Download> {
  const { order } = await openOrder(ctx, token)
  const payment = await findPayment(ctx.db, order.communityId, paymentId)
  if (!payment || payment.orderId !== order.id) throw fail('thing.not_found')
  return proofOf(ctx, payment)
}

const proofOf = (ctx: Context, { communityId, proofPath, proofName, proofType }: Payment): Download =>
  downloadOf(ctx, communityId, { sha256: proofPath, name: proofName, mediaType: proofType })

const confirmSchema = z.object({ reference: optionalLine(64) })

/**
 * Says that a transfer has arrived: as good as a provider's notice, by a treasurer's eyes. Pressed twice it is one.
 * Errors: access.*, thing.not_found, payment.state.
 */
export async function confirmOffline(
  ctx: Context,
  { communityId, eventId }: EventPlace,
  paymentId: string,
  input: z.input<typeof confirmSchema> = {},
): Promise<Reception['verdict']> {
  authorise(ctx.actor, 'money.edit', { communityId, eventId })
  const { reference } = parseInput(confirmSchema, input)
  return transact(ctx, async (tx) => {
    const payment = await findPayment(tx.db, communityId, paymentId)
    if (!payment || payment.eventId !== eventId || payment.provider !== 'offline') throw fail('thing.not_found')
    // Refused for a mistake, or given up: money that is there is there.
    const facts = {
      app: 'offline',
      merchant: 'offline',
      outTradeNo: payment.outTradeNo,
      amountFen: payment.amountFen,
      currency: 'CNY',
      providerNo: payment.providerNo || reference || payment.outTradeNo,
      paidAt: ctx.clock.now(),
    }
    const by = ctx.actor.kind === 'account' ? ctx.actor.name : ctx.actor.kind
    const reception = await receive(ctx, tx, payment, facts, { app: 'offline', merchant: 'offline' }, by)
    if (reception.verdict === 'refused') throw fail('payment.state')
    return reception.verdict
  })
}

const refuseSchema = z.object({ reason: line(200) })

/** Says that a proof does not hold, and why; whoever ordered is told and can try again. Errors: access.*, thing.not_found, payment.state, input.invalid. */
export async function refuseOffline(
  ctx: Context,
  { communityId, eventId }: EventPlace,
  paymentId: string,
  input: z.input<typeof refuseSchema>,
): Promise<void> {
  authorise(ctx.actor, 'money.edit', { communityId, eventId })
  const { reason } = parseInput(refuseSchema, input)
  await transact(ctx, async (tx) => {
    const found = await findPayment(tx.db, communityId, paymentId)
    if (!found || found.eventId !== eventId || found.provider !== 'offline') throw fail('thing.not_found')
    const order = await lockOrder(tx.db, communityId, eventId, found.orderId)
    const payment = await lockPayment(tx.db, communityId, paymentId)
    if (!order || payment?.state !== 'open') throw fail('payment.state')
    await updatePayment(tx.db, communityId, paymentId, { state: 'failed', note: reason, closedAt: ctx.clock.now() })
    const fen = payment.amountFen
    tx.journal(paymentJournal.proof_refused, { communityId, eventId, kind: 'payment', id: paymentId }, { yuan: asYuan(fen), fen })
    await mailNotTaken(ctx, tx, order, 'proof', reason)
  })
}
