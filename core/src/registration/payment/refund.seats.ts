import type { Event } from '#core/community/model.ts'
import { can } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { paymentJournal } from './journal.ts'
import { mailKept } from './mails.ts'
import { asYuan } from './providers/common.ts'
import { give, leftOf } from './refund.actions.ts'
import { moneyOfSeats, refundPolicy, type SeatMoney } from './refund.rules.ts'
import { listRefundsOfOrder } from './refund.store.ts'
import { findSetting, listPaymentsOfOrder, lockOrder } from './store.ts'

/** Seats of one order that were given up, with what they cost. */
export interface GivenUp {
  communityId: string
  eventId: string
  orderId: string
  /** The line whose money it is; null when it is that of several at once. */
  lineId: string | null
  priceFen: number
}

/** Gives up paid seats by the event's rule, in the transaction that frees them. The event's counter is locked already. */
export async function cancelPaidSeat(
  ctx: Context,
  tx: Tx,
  seat: GivenUp,
  event: Pick<Event, 'startsAt'>,
  by: 'holder' | 'staff',
): Promise<void> {
  const { policy } = refundPolicy(await findSetting(tx.db, seat.communityId, seat.eventId), event, ctx.clock.now())
  const who = by === 'staff' ? { who: by, mayGive: can(ctx.actor, 'money.edit', seat) } : { who: by }
  await settleSeats(ctx, tx, seat, moneyOfSeats(policy, who))
}

/**
 * Does with the money of given-up seats what was decided, in the transaction that frees them: it is due, waits for a
 * treasurer, or is kept. By staff it is kept for a reason, which whoever ordered is then told. Errors: payment.reason.
 */
export async function settleSeats(
  ctx: Context,
  tx: Tx,
  { communityId, eventId, orderId, lineId, priceFen }: GivenUp,
  money: SeatMoney,
  told?: { reason: string },
): Promise<'told' | null> {
  if (priceFen === 0) return null
  const order = await lockOrder(tx.db, communityId, eventId, orderId)
  const refunds = await listRefundsOfOrder(tx.db, communityId, orderId)
  // What was given back before as goodwill is not given a second time.
  const amountFen = Math.min(priceFen, leftOf(await listPaymentsOfOrder(tx.db, communityId, orderId), refunds))
  if (!order || amountFen === 0) return null
  if (lineId !== null && refunds.some((refund) => refund.lineId === lineId && refund.state !== 'refused')) return null
  const reason = told?.reason ?? ''
  if (money !== 'keep') {
    const about = { amountFen, reason: reason.slice(0, 200), cause: 'cancelled', lineId } as const
    await give(ctx, tx, order, { ...about, state: money === 'back' ? 'due' : 'asked' })
    return null
  }
  // By the event's rule it was said before; whoever decides it says why.
  if (!told) return null
  if (reason === '') throw fail('payment.reason')
  const yuan = asYuan(amountFen)
  tx.journal(paymentJournal.kept, { communityId, eventId, kind: 'order', id: orderId }, { yuan, fen: amountFen })
  await mailKept(ctx, tx, order, yuan, reason)
  return 'told'
}
