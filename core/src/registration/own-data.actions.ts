import { newId } from '#core/kernel/ids.ts'
import { erasePerson } from '#core/people/person/actions.ts'
import { listHeldConsents } from '#core/people/person/consent.ts'
import { endConsents, insertPeople } from '#core/people/person/store.ts'
import type { Context } from '#core/store/context.ts'
import { dropUnused } from '#core/store/files.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { forgetMails } from './forget.ts'
import { forgetRowsOf, listedRowsOf, type ListedRow } from './import/forget.ts'
import { registrationJournal } from './journal.ts'
import { listToldAnswers } from './questions/answers.actions.ts'
import { sweepFiles } from './questions/upload.ts'
import { forgetAnswers } from './questions/write.ts'
import type { Registration } from './model.ts'
import { copyOrders, type OrderCopy } from './orders/copy.ts'
import { clearLinesOf, clearOrders, listOwnOrders } from './orders/own.store.ts'
import { eraseWaitingOf, exportWaiting, type WaitingCopy } from './waiting/forget.ts'
import { isPersonUsedElsewhere, updateRegistration } from './store.ts'
import { freeSeat } from './ticket.actions.ts'
import { asHolder, lockHeld, openTicket, type Ticket } from './tickets.ts'

/** Everything that is held about a booking, as its holder gets it: what was given with it, never what others gave. */
export interface BookingCopy {
  event: { name: unknown; startsAt: string; address: string }
  booking: {
    name: string
    phone: string
    email: string
    language: string
    code: string
    state: string
    registeredAt: string
    cancelledAt: string | null
  }
  consents: { purpose: string; noticeVersion: string; givenAt: string }[]
  /** What was answered to the organisers' questions, why it was asked and when it is deleted; a file by its name. */
  answers: { question: unknown; answer: unknown; purpose: unknown; givenAt: string; keptUntil: string }[]
  /** The order that was made for this seat alone, with its payments and invoices; an order of several is its orderer's. */
  orders: OrderCopy[]
  /** Places in the waiting list, for the seat and for what goes with it. */
  waiting: WaitingCopy[]
  /** Rows of lists from other platforms that told of this booking. */
  lists: ListedRow[]
  keptUntil: string
}

/** The holder's own copy of their data (PIPL 45), told to the journal. Errors: access.link_*. */
export async function exportMine(ctx: Context, token: string): Promise<BookingCopy> {
  const ticket = await openTicket(ctx, token)
  const { communityId, eventId, id } = ticket.registration
  return transact(asHolder(ctx, ticket), async (tx) => {
    tx.journal(registrationJournal.copied, { communityId, eventId, kind: 'registration', id }, {})
    return copyOf(ctx, tx, ticket)
  })
}

async function copyOf(ctx: Context, tx: Tx, { community, event, registration, person }: Ticket): Promise<BookingCopy> {
  const own = await ownOrders(tx, registration)
  const consents = await listHeldConsents(tx.db, { communityId: event.communityId, personId: person.id, eventId: event.id })
  return {
    event: {
      name: event.name,
      startsAt: event.startsAt.toISOString(),
      address: `${ctx.settings.publicUrl}/${community.slug}/${event.slug}`,
    },
    booking: {
      name: person.name,
      phone: registration.phone,
      email: registration.email,
      language: registration.locale,
      code: registration.code,
      state: registration.state,
      registeredAt: registration.registeredAt.toISOString(),
      cancelledAt: registration.cancelledAt?.toISOString() ?? null,
    },
    consents: [{ purpose: 'registration', noticeVersion: registration.noticeVersion, givenAt: registration.registeredAt }, ...consents].map(
      ({ purpose, noticeVersion, givenAt }) => ({ purpose, noticeVersion, givenAt: givenAt.toISOString() }),
    ),
    answers: (await listToldAnswers(tx.db, event, registration.id)).map(({ question, value, file, givenAt, endsAt }) => ({
      question: question.label,
      answer: question.kind === 'file' ? (file?.name ?? '') : value,
      purpose: question.purpose,
      givenAt: givenAt.toISOString(),
      keptUntil: endsAt.toISOString(),
    })),
    orders: await copyOrders(tx.db, event.communityId, own),
    waiting: await exportWaiting(tx, event.communityId, { registrationId: registration.id, orderId: own[0] ?? null }),
    lists: await listedRowsOf(tx, event.communityId, registration.id),
    keptUntil: keptUntil(event).toISOString(),
  }
}

/** Which optional consents hold for a ticket. */
export async function heldConsents(ctx: Context, { event, person }: Ticket): Promise<{ photos: boolean; news: boolean }> {
  const held = (await listHeldConsents(ctx.db, { communityId: event.communityId, personId: person.id, eventId: event.id })).map(
    (one) => one.purpose,
  )
  return { photos: held.includes('photos'), news: held.includes('news') }
}

/** When the data of an event's attendees is anonymised. */
export function keptUntil(event: { endsAt: Date; retentionDays: number }): Date {
  return new Date(event.endsAt.getTime() + event.retentionDays * 86_400_000)
}

/** Erases what a ticket holds (PIPL 47): a live seat is given back first; the link ends. Errors: access.link_*. */
export async function eraseMine(ctx: Context, token: string): Promise<void> {
  const ticket = await openTicket(ctx, token)
  const acting = asHolder(ctx, ticket)
  const { communityId, eventId, id } = ticket.registration
  const files = await transact(acting, async (tx) => {
    if (ctx.clock.now() < ticket.event.startsAt) await freeSeat(acting, tx, ticket.registration)
    // Given back, it is locked already; and nobody erases what is somebody else's by now.
    const unneeded = await eraseBooking(acting, tx, await lockHeld(tx.db, ticket.registration))
    await forgetAnswers(tx.db, communityId, id)
    tx.journal(registrationJournal.erased, { communityId, eventId, kind: 'registration', id }, {})
    return unneeded
  })
  for (const sha256 of files) await dropUnused(ctx, communityId, sha256)
  await sweepFiles(ctx, communityId)
}

/**
 * Takes everything personal out of a booking; the row stays for the figures. A person who stands elsewhere, too, is only
 * let go of, since a ticket's link must not reach beyond its booking. Answers to the organisers' questions go by their own
 * time (`endAnswers`), or at once when the holder wants it. An order for this seat alone loses its contact, proofs and
 * personal titles, too; what was paid stays in the books without a name. Returns the checksums of files to be dropped
 * after the commit.
 */
export async function eraseBooking(ctx: Context, tx: Tx, booking: Registration): Promise<string[]> {
  const { communityId, eventId, id, personId, linkVersion } = booking
  const now = ctx.clock.now()
  let heldBy = personId
  const stays = await isPersonUsedElsewhere(tx.db, communityId, personId, id)
  if (stays) {
    heldBy = newId(ctx)
    await endConsents(tx.db, { communityId, personId, eventId }, now)
    await insertPeople(tx.db, [{ communityId, id: heldBy, name: '', createdAt: now, erasedAt: now }])
  } else await erasePerson(ctx, tx, communityId, personId)
  await forgetRowsOf(tx, communityId, id)
  await updateRegistration(tx.db, communityId, id, {
    personId: heldBy,
    phone: '',
    email: '',
    answers: '{}',
    linkVersion: linkVersion + 1,
    erasedAt: now,
  })
  const own = await ownOrders(tx, booking)
  await eraseWaitingOf(tx, communityId, { registrationId: id, orderId: own[0] ?? null }, now)
  await clearLinesOf(tx.db, communityId, id)
  const files = await clearOrders(tx.db, communityId, own, now, { lines: true })
  // With a person all their mails went; of who stays those of this event go.
  if (stays) await forgetMails(tx.db, communityId, [booking])
  return files
}

/** The orders that were made for this seat alone, unless it came from somebody else: then who paid is another person. */
async function ownOrders(tx: Tx, { communityId, id, linkVersion }: Registration): Promise<string[]> {
  return linkVersion === 1 ? listOwnOrders(tx.db, communityId, id) : []
}
