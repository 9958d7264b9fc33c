import { isKaichangError } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { openOrder, type OpenOrder } from '../orders/open.ts'
import { paymentsOfOrder } from './actions.ts'
import type { PaymentView } from './model.ts'
import { queryPayment } from './query.actions.ts'

/** An order together with its payments, the newest first. */
export interface Look {
  opened: OpenOrder
  payments: PaymentView[]
}

/**
 * How an order that awaits its money stands, for whoever looks at its page: asks after the payment that is under way. The
 * order is never older than its payments: a notice that comes between the two readings must not show as “to be paid, by
 * nothing begun”, or somebody pays twice. A provider that is away is asked again by the next look. Errors: access.link_*.
 */
export async function lookAfterPayment(ctx: Context, opened: OpenOrder, token: string): Promise<Look> {
  const payments = await paymentsOfOrder(ctx, token)
  if (opened.order.state !== 'placed') return { opened, payments }
  const awaited = payments.find((one) => one.state === 'open' && one.provider !== 'offline')
  const moved = awaited ? await hasMoved(ctx, opened, awaited.id) : payments.some((one) => one.outcome === 'booked')
  if (!moved) return { opened, payments }
  const since = await paymentsOfOrder(ctx, token)
  return { payments: since, opened: await openOrder(ctx, token) }
}

async function hasMoved(ctx: Context, { order }: OpenOrder, paymentId: string): Promise<boolean> {
  try {
    return (await queryPayment(ctx, order, paymentId)) !== 'open'
  } catch (error) {
    if (isKaichangError(error)) return false
    throw error
  }
}
