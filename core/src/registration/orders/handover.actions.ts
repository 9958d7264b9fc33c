import { z } from 'zod'
import { box } from '#core/kernel/fields.ts'
import { fail } from '#core/kernel/errors.ts'
import { asLocale } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { erasePerson } from '#core/people/person/actions.ts'
import { emailSchema, nameSchema, phoneSchema } from '#core/people/person/model.ts'
import { endConsents } from '#core/people/person/store.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { forgetRowsOf } from '../import/forget.ts'
import type { Registration } from '../model.ts'
import { bookedOnce, findOrCreatePeople } from '../people.ts'
import { sweepFiles } from '../questions/upload.ts'
import { forgetAnswers } from '../questions/write.ts'
import { drawCodes } from '../codes.ts'
import { findByContacts, findCounter, isPersonUsedElsewhere, updateRegistration } from '../store.ts'
import { asHolder, loadTicket, lockHeld, openTicket, type Ticket } from '../tickets.ts'
import { handoverEnd, mayHandOver } from './handover.rules.ts'
import { mailHandedOn, mailHandedOver } from './handover.mails.ts'
import { orderJournal } from './journal.ts'
import { listLinesOf, updateLines } from './store.ts'

/** Who gets a ticket. The way to it goes by mail, so that the giver does not keep it. */
export const handoverSchema = z
  .object({
    name: nameSchema,
    phone: phoneSchema,
    email: emailSchema,
    locale: z.string().default('zh').transform(asLocale),
    /** The new holder has agreed that their contact is passed on (PIPL 13, 23). */
    agreed: box,
  })
  .refine((value) => value.email !== '', { path: ['email'], params: { code: 'field.required' } })
  .refine((value) => value.agreed, { path: ['agreed'], params: { code: 'field.consent' } })
export type HandoverInput = z.input<typeof handoverSchema>

/**
 * Hands a ticket to another person, for its holder. The old link and code die, new ones go to the new holder by mail; what the
 * old holder answered and agreed to goes, and so does the old holder's data when nothing else needs it. The seat, its type
 * and what was paid stay. Errors: access.link_*, input.invalid, registration.cancelled, .handover_over, .handover_self, .twice.
 */
export async function handOver(ctx: Context, token: string, input: HandoverInput): Promise<void> {
  const values = parseInput(handoverSchema, input)
  const ticket = await openTicket(ctx, token)
  const acting = asHolder(ctx, ticket)
  const { communityId } = ticket.registration
  await bookedOnce(transact(acting, (tx) => pass(acting, tx, ticket, values)))
  await sweepFiles(ctx, communityId)
}

/** Until when a ticket can be handed over; null when it cannot be any more. */
export async function handoverUntil(ctx: Context, { event, registration }: Ticket): Promise<Date | null> {
  const counter = await findCounter(ctx.db, event.communityId, event.id)
  const state = { event, state: registration.state, now: ctx.clock.now() }
  return mayHandOver(state, counter) ? handoverEnd(event, counter) : null
}

async function pass(ctx: Context, tx: Tx, ticket: Ticket, values: z.output<typeof handoverSchema>): Promise<void> {
  const { event, community } = ticket
  const { communityId, eventId, id } = ticket.registration
  const now = ctx.clock.now()
  // A second press finds the link renewed already.
  const booking = await lockHeld(tx.db, ticket.registration)
  if (booking.state === 'cancelled') throw fail('registration.cancelled')
  if (!mayHandOver({ event, state: booking.state, now }, await findCounter(tx.db, communityId, eventId)))
    throw fail('registration.handover_over')
  const { name, phone, email, locale } = values
  const others = await findByContacts(tx.db, communityId, eventId, [phone].filter(Boolean), [email])
  if (others.some((one) => one.id !== id)) throw fail('registration.twice')
  const [person] = await findOrCreatePeople(ctx, tx, communityId, [values])
  if (!person) throw new Error('nobody was found or made')
  if (person.id === booking.personId) throw fail('registration.handover_self')
  await letGo(ctx, tx, booking)
  // After the former holder was erased, with whom mails that were on their way go.
  await mailHandedOn(ctx, tx, ticket)
  const { noticeVersion } = community
  // The former holder knows the old code, which would open the door as the link's QR code does.
  const [code = ''] = await drawCodes(ctx, tx.db, { communityId, eventId }, 1)
  const given = { code, personId: person.id, phone, email, locale, noticeVersion, linkVersion: booking.linkVersion + 1 }
  await updateRegistration(tx.db, communityId, id, given)
  const lines = await listLinesOf(tx.db, communityId, id)
  for (const line of lines) {
    // A seat bears its holder's contact, an extra the name alone.
    const contact = line.forLineId === null ? { phone, email } : {}
    await updateLines(tx.db, communityId, [line.id], { name, ...contact, answers: '[]', consents: [] })
  }
  tx.journal(orderJournal.handed_over, { communityId, eventId, kind: 'registration', id }, {})
  const handed: Registration = { ...booking, ...given }
  await mailHandedOver(ctx, tx, await loadTicket({ ...ctx, db: tx.db }, community, handed))
}

/** Takes out of a booking what only its former holder gave; the former holder goes when nothing else needs them. */
async function letGo(ctx: Context, tx: Tx, { communityId, eventId, id, personId }: Registration): Promise<void> {
  await endConsents(tx.db, { communityId, personId, eventId }, ctx.clock.now())
  await forgetAnswers(tx.db, communityId, id)
  await forgetRowsOf(tx, communityId, id)
  if (!(await isPersonUsedElsewhere(tx.db, communityId, personId, id))) await erasePerson(ctx, tx, communityId, personId)
}
