import type { Text } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import type { PaymentSetting, Refund } from '../payment/model.ts'
import { leftOf } from '../payment/refund.actions.ts'
import { refundPolicy } from '../payment/refund.rules.ts'
import { listRefundsOfOrder } from '../payment/refund.store.ts'
import { findSetting, listPaymentsOfOrder } from '../payment/store.ts'
import { readCounters } from '../seats/store.ts'
import type { Ticket } from '../tickets.ts'
import { extraOf, type NamedExtra } from './rules.ts'
import { listLinesOf } from './store.ts'

/** What goes with a ticket: its type, what was added, what was paid for it and what became of that. Amounts are fen. */
export interface Belongings {
  type: Text | null
  extras: NamedExtra[]
  paidFen: number
  /** How much of it is still there to go back: some may have been given back before. */
  leftFen: number
  /** What becomes of that money when the ticket is given back now. */
  policy: PaymentSetting['refunds']
  refunds: Pick<Refund, 'id' | 'amountFen' | 'state' | 'problem'>[]
}

const costOf = (lines: readonly { priceFen: number }[]): number => lines.reduce((sum, line) => sum + line.priceFen, 0)

/** What goes with the ticket that its holder has opened. */
export async function belongingsOf(ctx: Context, { event, registration }: Ticket): Promise<Belongings> {
  const { communityId, eventId, id, ticketTypeId } = registration
  const now = ctx.clock.now()
  const lines = await listLinesOf(ctx.db, communityId, id)
  if (lines.length === 0 && ticketTypeId === null) return { type: null, extras: [], paidFen: 0, leftFen: 0, policy: 'none', refunds: [] }
  const { types } = await readCounters(ctx.db, communityId, eventId, now)
  const extras = lines.filter((line) => types.get(line.ticketTypeId ?? '')?.kind === 'addon')
  const refunds: Refund[] = []
  let leftFen = 0
  for (const [orderId, own] of Map.groupBy(lines, (line) => line.orderId)) {
    const ofOrder = await listRefundsOfOrder(ctx.db, communityId, orderId)
    refunds.push(...ofOrder.filter((one) => own.some((line) => line.id === one.lineId)))
    leftFen += Math.min(costOf(own), leftOf(await listPaymentsOfOrder(ctx.db, communityId, orderId), ofOrder))
  }
  return {
    type: types.get(ticketTypeId ?? '')?.name ?? null,
    extras: extras.flatMap((line) => extraOf(types, line.ticketTypeId)),
    paidFen: costOf(lines),
    leftFen,
    policy: refundPolicy(await findSetting(ctx.db, communityId, eventId), event, now).policy,
    refunds: refunds.map(({ id: refundId, amountFen, state, problem }) => ({ id: refundId, amountFen, state, problem })),
  }
}
