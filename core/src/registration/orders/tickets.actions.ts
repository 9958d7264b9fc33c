import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { mailCancelled } from '../mails.ts'
import { asBuyer } from '../payment/buyer.ts'
import { findRegistration } from '../store.ts'
import { freeSeat } from '../ticket.actions.ts'
import { loadTicket } from '../tickets.ts'
import { openOrder } from './open.ts'

/**
 * Gives one ticket of an order back, for whoever ordered; its money follows the event's rule. A ticket that was handed to
 * somebody else is theirs to give back. Twice changes nothing. Errors: access.link_*, thing.not_found.
 */
export async function cancelTicketOf(ctx: Context, token: string, lineId: string): Promise<void> {
  const { community, order, lines, tickets } = await openOrder(ctx, token)
  const line = lines.find((one) => one.id === lineId)
  const own = tickets.find((one) => one.id === line?.registrationId)
  const registration = own && (await findRegistration(ctx.db, order.communityId, own.id))
  if (!registration) throw fail('thing.not_found')
  const acting = asBuyer(ctx, order)
  const ticket = await loadTicket(acting, community, registration)
  await transact(acting, async (tx) => {
    if (await freeSeat(acting, tx, registration)) await mailCancelled(acting, tx, ticket)
  })
}
