import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import { belongingsOf } from '@kaichang/core/registration/orders/belongings.ts'
import { handoverUntil } from '@kaichang/core/registration/orders/handover.actions.ts'
import { typesToChangeTo } from '@kaichang/core/registration/orders/type.actions.ts'
import type { Ticket } from '@kaichang/core/registration/tickets.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { extraName } from './order.ts'

/** What a ticket's page shows of its type and money, and how it can be passed on. */
export async function presentPass(ctx: Context, ticket: Ticket, locale: Locale) {
  const [{ type, extras, paidFen, leftFen, policy, refunds }, types, until] = await Promise.all([
    belongingsOf(ctx, ticket),
    typesToChangeTo(ctx, ticket),
    handoverUntil(ctx, ticket),
  ])
  return {
    type: type ? pickText(type, locale) : '',
    extras: extras.map((extra) => extraName(extra, locale)),
    paidFen,
    leftFen,
    policy,
    refunds: refunds.map(({ problem, ...refund }) => ({ ...refund, reason: refund.state === 'refused' ? problem : '' })),
    types: types.map(({ id, name }) => ({ value: id, label: pickText(name, locale) })),
    handoverUntil: until,
  }
}
