import type { Community, Event } from '#core/community/model.ts'
import { isKaichangError } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { queueMail } from '#core/people/mail/actions.ts'
import { ownLink } from '#core/people/mail/rules.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { pickText } from '#core/kernel/text.ts'
import { findRegistration } from '../store.ts'
import { freeSeat } from '../ticket.actions.ts'
import { loadTicket } from '../tickets.ts'
import { messagesJournal } from './journal.ts'
import { releasedMail } from './mails.ts'
import type { PlannedMessage } from './model.ts'
import { closingOf } from './plan.rules.ts'
import { mayLeave } from './quiet.rules.ts'
import { closeReceipt, countAnswers, findAnswer, listSilent } from './receivers.store.ts'
import { insertMessage, lockMessage, quietOf, updateMessage } from './store.ts'

/** Somebody answered between the look and the lock: nothing of the release is kept. */
class Answered extends Error {}

/**
 * When the time for answers has ended: keeps, asks once more, or gives the seats of the silent ones on, as it was told
 * beforehand. Each seat in a transaction of its own; stopped anywhere, the next run goes on with those who are left.
 */
export async function closeAsking(ctx: Context, community: Community, event: Event, { communityId, id }: PlannedMessage): Promise<void> {
  const message = await ctx.db.transaction().execute((db) => lockMessage(db, communityId, id, true))
  if (!message) return
  const closing = closingOf(message, event, ctx.clock.now())
  if (closing === 'wait') return
  if (closing === 'close' && message.silent === 'release') await releaseSilent(ctx, community, event, message)
  await transact(ctx, async (tx) => {
    const open = await lockMessage(tx.db, communityId, id)
    if (!open || open.closedAt !== null) return
    const now = ctx.clock.now()
    const { coming, silent } = await countAnswers(tx.db, communityId, event.id)
    await updateMessage(tx.db, communityId, id, { closedAt: now })
    if (closing === 'close' && open.silent === 'remind') {
      await insertMessage(tx.db, { communityId, id: newId(ctx), eventId: event.id, kind: 'reconfirm_again', createdAt: now })
    }
    const facts = { rule: open.silent, coming, silent, released: open.released }
    tx.journal(messagesJournal.asking_closed, { communityId, eventId: event.id, kind: 'message', id }, facts)
  })
}

/** Gives the seats of all silent ones on; whoever answers meanwhile keeps the own. */
async function releaseSilent(ctx: Context, community: Community, event: Event, message: PlannedMessage): Promise<void> {
  const { communityId, id } = message
  const skipped = new Set<string>()
  for (;;) {
    const silent = (await listSilent(ctx.db, communityId, id, 100 + skipped.size)).filter((one) => !skipped.has(one))
    if (silent.length === 0) return
    for (const one of silent) {
      // Who answers, cancels or is erased in this moment is nobody's to release.
      if (!(await releaseOne(ctx, community, event, id, one))) skipped.add(one)
    }
  }
}

async function releaseOne(ctx: Context, community: Community, event: Event, messageId: string, registrationId: string): Promise<boolean> {
  const { communityId } = event
  const registration = await findRegistration(ctx.db, communityId, registrationId)
  if (!registration) return false
  const ticket = await loadTicket(ctx, community, registration)
  const quiet = await quietOf(ctx.db, communityId, event.timeZone)
  try {
    return await transact(ctx, async (tx) => {
      if (!(await freeSeat(ctx, tx, registration))) return false
      // The booking's row is locked now: an answer is either seen here or finds the seat given on.
      const answer = await findAnswer(tx.db, communityId, registrationId)
      if (answer?.reconfirmedAt) throw new Answered()
      await closeReceipt(tx.db, communityId, messageId, registrationId, ctx.clock.now())
      const open = await lockMessage(tx.db, communityId, messageId)
      await updateMessage(tx.db, communityId, messageId, { released: (open?.released ?? 0) + 1 })
      const subject = { communityId, eventId: event.id, kind: 'registration', id: registrationId }
      tx.journal(messagesJournal.seat_released, subject, {})
      const { locale, email } = registration
      if (email === '') return true
      await queueMail(ctx, tx, {
        communityId,
        eventId: event.id,
        mail: releasedMail,
        to: email,
        locale,
        values: {
          name: ticket.person.name,
          event: pickText(event.name, locale),
          ticket: ownLink(ctx.settings, ticket.links.path),
          community: pickText(community.name, locale),
        },
        notBefore: mayLeave(ctx.clock.now(), quiet, event.startsAt),
      })
      return true
    })
  } catch (error) {
    // Handed to somebody else in this moment: they were not asked.
    if (error instanceof Answered || isKaichangError(error, 'access.link_expired')) return false
    throw error
  }
}
