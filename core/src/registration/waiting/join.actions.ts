import { isPublic } from '#core/community/rules.ts'
import { can } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Locale } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { listLinesOf } from '../orders/store.ts'
import { openingOf } from '../rules.ts'
import type { Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import type { Want } from '../seats/model.ts'
import { findByContacts } from '../store.ts'
import { openTicket, requireCommunity } from '../tickets.ts'
import { waitingJournal } from './journal.ts'
import { mailWaiting } from './mails.ts'
import { joinSchema, type JoinInput } from './model.ts'
import { asWaiter, openWaiting, openWaitingOf, type OpenWaiting } from './open.ts'
import { joinFault } from './rules.ts'
import { findSame, findWaiting, insertWaiting, type Waiting } from './store.ts'

/** Somebody's wish to wait, read and checked for its form. */
interface Wish {
  ticketTypeId: string | null
  registrationId: string | null
  seats: number
  together: boolean
  name: string
  phone: string
  email: string
  locale: Locale
  channel: string
}

/**
 * Puts somebody at the end of the waiting list, for as many seats as their party has. Nobody waits for what they can have
 * now; the same contact waits for the same thing once, and gets the link to that place again. Errors: input.invalid,
 * event.not_found, registration.seats_left, .closed, .waiting_closed, .waiting_review, .waiting_already, .party_large,
 * .twice, .type_*.
 */
export async function joinWaiting(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: JoinInput,
  key: string | null = null,
): Promise<OpenWaiting> {
  const { ticketType, consents: _, ...values } = parseInput(joinSchema, input)
  const wish: Wish = { ...values, ticketTypeId: ticketType === '' ? null : ticketType, registrationId: null }
  return enter(ctx, { communityId, eventId }, wish, key)
}

/**
 * Waits for an extra or a workshop seat that goes with a ticket, by the ticket's own link; told at the ticket's contact.
 * Errors: access.link_*, registration.cancelled, .addon_alone (the ticket has one already) and those of `joinWaiting`.
 */
export async function joinWaitingFor(ctx: Context, token: string, typeId: string, key: string | null = null): Promise<OpenWaiting> {
  const { registration, person } = await openTicket(ctx, token)
  const { communityId, eventId, id, phone, email, locale } = registration
  if (registration.state === 'cancelled') throw fail('registration.cancelled')
  const wish = { ticketTypeId: typeId, registrationId: id, seats: 1, together: true, name: person.name, phone, email, locale, channel: '' }
  return enter(ctx, { communityId, eventId }, wish, key)
}

/** Waits once more, at the end, after an offer was missed or the place given up. Errors: access.link_* and those of `joinWaiting`. */
export async function joinAgain(ctx: Context, token: string): Promise<OpenWaiting> {
  const { waiting } = await openWaiting(ctx, token)
  if (waiting.state === 'waiting' || waiting.state === 'taken') return openWaitingOf(ctx, waiting.communityId, waiting.id)
  return enter(asWaiter(ctx, waiting), waiting, { ...waiting, channel: '' }, `again:${waiting.id}`, waiting.channelId)
}

async function enter(
  ctx: Context,
  { communityId, eventId }: { communityId: string; eventId: string },
  wish: Wish,
  key: string | null,
  channelId: string | null = null,
): Promise<OpenWaiting> {
  const answer = await transact(ctx, (tx) =>
    withSeats(ctx, tx, { communityId, eventId }, async (book) => {
      if (!isPublic(book.event) && !can(ctx.actor, 'registration.edit', book.place)) throw fail('event.not_found')
      const { ticketTypeId, registrationId, seats, together, name, phone, email, locale } = wish
      const body = { ticketTypeId, registrationId, seats, together, name, phone, email }
      return createOnce(ctx, tx, { communityId, scope: `waiting:${eventId}`, key, body }, async () => {
        const entrance = channelId ?? [...book.stock.channels.values()].find((one) => one.slug === wish.channel)?.id ?? null
        const want: Want & { together: boolean } = { typeId: ticketTypeId, channelId: entrance, seats, together }
        const before = await findSame(tx.db, { communityId, eventId, ticketTypeId, registrationId, phone, email })
        if (before !== undefined) {
          await sendAgain(ctx, tx, book, before)
          return `already ${before}`
        }
        await requireFitting(tx, book, wish)
        const fault = joinFault(
          { ...book, waitingOpen: book.counter.waitingOpen, opening: openingOf(book.event, book.counter, book.now) },
          want,
        )
        if (fault) throw fail(fault.code, fault)
        const community = await requireCommunity({ ...ctx, db: tx.db }, communityId)
        const { noticeVersion } = community
        const row: Waiting = {
          communityId,
          eventId,
          ticketTypeId,
          registrationId,
          seats,
          together,
          name,
          phone,
          email,
          locale,
          noticeVersion,
          id: newId(ctx),
          channelId: entrance,
          priority: 0,
          state: 'waiting',
          joinedAt: book.now,
          offeredAt: null,
          closedAt: null,
          orderId: null,
          linkVersion: 1,
          erasedAt: null,
        }
        await insertWaiting(tx.db, [row])
        book.waiting = true
        tx.journal(waitingJournal.joined, { communityId, eventId, kind: 'waiting', id: row.id }, { seats })
        await mailWaiting(ctx, tx, { community, event: book.event, waiting: row, type: book.stock.types.get(ticketTypeId ?? '') })
        return row.id
      })
    }),
  )
  // Whoever types a contact learns nothing of the place that it has: the link goes to its own address.
  if (answer.startsWith('already ')) throw fail('registration.waiting_already')
  return openWaitingOf(ctx, communityId, answer)
}

/** An extra goes with a ticket, a ticket with none. Errors: registration.twice, .addon_alone, .type_unknown. */
async function requireFitting(tx: Tx, { stock, place }: Book, { ticketTypeId, registrationId, seats, phone, email }: Wish): Promise<void> {
  const type = stock.types.get(ticketTypeId ?? '')
  if ((type?.kind === 'addon') !== (registrationId !== null)) throw fail('registration.type_unknown')
  if (registrationId === null) {
    const others = await findByContacts(tx.db, place.communityId, place.eventId, [phone].filter(Boolean), [email].filter(Boolean))
    // Whoever is registered may still wait for friends.
    if (seats === 1 && others.length > 0) throw fail('registration.twice')
    return
  }
  const group = (id: string | null): string | null => stock.types.get(id ?? '')?.parentId ?? id
  const lines = await listLinesOf(tx.db, place.communityId, registrationId)
  if (lines.some((line) => line.state === 'booked' && group(line.ticketTypeId) === group(ticketTypeId)))
    throw fail('registration.addon_alone')
}

/** How long a link is not sent again on a stranger's wish. */
const PAUSE_MINUTES = 10

async function sendAgain(ctx: Context, tx: Tx, book: Book, id: string): Promise<void> {
  const { communityId, eventId } = book.place
  const waiting: Waiting | undefined = await findWaiting(tx.db, communityId, id)
  if (!waiting || waiting.email === '') return
  const recent = await tx.db
    .selectFrom('outbox')
    .select('id')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('toAddress', '=', waiting.email)
    .where('createdAt', '>', new Date(book.now.getTime() - PAUSE_MINUTES * 60_000))
    .limit(1)
    .executeTakeFirst()
  if (recent) return
  const community = await requireCommunity({ ...ctx, db: tx.db }, communityId)
  await mailWaiting(ctx, tx, { community, event: book.event, waiting, type: book.stock.types.get(waiting.ticketTypeId ?? '') })
}
