import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { asHolder, openTicket, type Ticket } from '../tickets.ts'
import { messagesJournal } from './journal.ts'
import type { SilentRule } from './model.ts'
import { answerUntil, dueAt } from './plan.rules.ts'
import { findAnswer, markComing } from './receivers.store.ts'
import { listMessages } from './store.ts'

/** What a ticket's page says about coming: before the question is sent it tells of it, afterwards it awaits the answer. */
export interface Asking {
  state: 'announced' | 'asked' | 'coming'
  asksAt: Date
  until: Date
  silent: SilentRule
  /** Whether the time for answers has ended. */
  closed: boolean
}

/** Whether and how an event asks its people again; null when it does not. */
export async function askingOf(ctx: Context, { event, registration }: Ticket): Promise<Asking | null> {
  const messages = await listMessages(ctx.db, event.communityId, event.id)
  const message = messages.find(({ kind, state }) => kind === 'reconfirm' && state !== 'off' && state !== 'missed')
  const until = message && answerUntil(message, event)
  if (!message || !until) return null
  const answer = await findAnswer(ctx.db, event.communityId, registration.id)
  const asked = answer?.reconfirmAskedAt ?? null
  const state = answer?.reconfirmedAt ? 'coming' : asked ? 'asked' : 'announced'
  const asksAt = dueAt(message, event)
  // Who registered later than the question, or left no address, is not asked.
  if (state === 'announced' && (message.state !== 'planned' || registration.registeredAt >= asksAt || registration.email === ''))
    return null
  return { state, asksAt, until, silent: message.silent, closed: message.closedAt !== null || ctx.clock.now() >= until }
}

/**
 * The holder of a ticket says to come. Saying it twice changes nothing. A seat that was given on meanwhile is not taken
 * back by this: registration.cancelled. Errors: access.link_*.
 */
export async function sayComing(ctx: Context, token: string): Promise<void> {
  const ticket = await openTicket(ctx, token)
  const { communityId, eventId, id } = ticket.registration
  await transact(asHolder(ctx, ticket), async (tx) => {
    const before = await findAnswer(tx.db, communityId, id)
    if (!(await markComing(tx.db, communityId, id, ctx.clock.now()))) throw fail('registration.cancelled')
    if (!before?.reconfirmedAt) tx.journal(messagesJournal.coming, { communityId, eventId, kind: 'registration', id }, {})
  })
}
