import { setImmediate } from 'node:timers/promises'
import type { Community, Event } from '#core/community/model.ts'
import { newId } from '#core/kernel/ids.ts'
import { changedWords, type ChangedWords } from '#core/people/mail/words.ts'
import type { Person } from '#core/people/person/model.ts'
import { readingsOf } from '#core/people/person/rules.ts'
import { listPeopleByIds } from '#core/people/person/store.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { keyScope, type Accepted } from './batch.model.ts'
import { insertBookings, type NewBooking } from './batch.store.ts'
import { registrationJournal } from './journal.ts'
import { makeTicketMails, ticketMail } from './mails.ts'
import { registrationConsents, type Registration } from './model.ts'
import { keepAnswers } from './questions/write.ts'
import { ticketPath } from './tickets.ts'

/** A booking with its holder, and the path of its personal link. */
interface Booking {
  registration: Registration
  person: Person
  path: string
}

/** So many bookings go to the database in one statement, which it works on while the next ones are made. */
const AT_ONCE = 64

/** Writes people, bookings, consents, keys, mails and journal entries of accepted requests, in their order. */
export async function writeBookings(
  ctx: Context,
  tx: Tx,
  { community, event }: { community: Community; event: Event },
  accepted: readonly Accepted[],
  takenBefore: number,
  /** The words of the confirmation, if they are known already. */
  words?: ChangedWords,
): Promise<Booking[]> {
  const { communityId, id: eventId } = event
  const ids = accepted.flatMap(({ personId }) => personId ?? [])
  const known = new Map((await listPeopleByIds(tx.db, communityId, ids)).map((one) => [one.id, one]))
  const writing: Writing = {
    community,
    eventId,
    now: ctx.clock.now(),
    known,
    mails: makeTicketMails(ctx, community, event, words ?? (await changedWords(tx.db, communityId, eventId, ticketMail.name))),
  }
  const bookings: Booking[] = []
  while (bookings.length < accepted.length) {
    // The loop of the process must not stand still for hundreds of bookings, nor the database wait for the last of them.
    if (bookings.length > 0) await setImmediate()
    const next = accepted.slice(bookings.length, bookings.length + AT_ONCE)
    bookings.push(...writeSome(ctx, tx, writing, next, takenBefore + bookings.length))
  }
  return bookings
}

/** What all bookings of a batch are written with. */
interface Writing {
  community: Community
  eventId: string
  now: Date
  /** Holders who were known before, by their ids. */
  known: ReadonlyMap<string, Person>
  mails: ReturnType<typeof makeTicketMails>
}

function writeSome(ctx: Context, tx: Tx, writing: Writing, accepted: readonly Accepted[], takenBefore: number): Booking[] {
  const { community, eventId, now, known, mails } = writing
  const { communityId, noticeVersion } = community
  const made = accepted.map((one) => makeBooking(ctx, writing, one, known.get(one.personId ?? '')))
  const rows = made.map((booking, i) => rowOf(ctx, accepted[i] ?? missing(), booking, mails))
  const common = { communityId, eventId, scope: keyScope(eventId), noticeVersion, template: ticketMail.name, now }
  tx.along(insertBookings(tx.db, common, rows, mails.letters()))
  const answered = accepted.flatMap(({ request, orderId = null }) =>
    request.answers?.length ? [{ registrationId: request.id, orderId, answers: request.answers }] : [],
  )
  if (answered.length > 0) tx.along(keepAnswers(tx.db, communityId, now, answered))
  const queued = rows.find(({ mail }) => mail?.state === 'queued')?.mail
  // The job of one mail takes those along that wait beside it.
  if (queued) tx.enqueue('mail.deliver', { communityId, id: queued.id })
  accepted.forEach(({ request }, i) => {
    const { registration } = made[i] ?? missing()
    const facts = { channel: request.values.channel, taken: takenBefore + i + 1 }
    const subject = { communityId, eventId, kind: 'registration', id: registration.id }
    tx.journal(registrationJournal.registered, subject, facts, registration.registeredAt, request.actor)
  })
  return made
}

function rowOf(
  ctx: Context,
  { request, code, channelId, typeId, orderId = null, personId }: Accepted,
  { registration, person, path }: Booking,
  mails: Writing['mails'],
): NewBooking {
  const { phone, email, locale, consents } = request.values
  const { name, pinyin, initials } = person
  return {
    id: registration.id,
    personId: person.id,
    person: personId === undefined ? { name, pinyin, initials } : null,
    typeId,
    channelId,
    orderId,
    code,
    phone,
    email,
    locale,
    at: registration.registeredAt,
    consents: registrationConsents
      .filter((purpose) => purpose !== 'registration' && consents[purpose])
      .map((purpose) => ({ id: newId(ctx), purpose })),
    key: request.key,
    bodyHash: request.bodyHash,
    mail: request.mail && email !== '' ? mails.of(registration, person.name, path) : null,
  }
}

function makeBooking(
  ctx: Context,
  { community, eventId, now }: Writing,
  { request, typeId, channelId, orderId = null, code }: Accepted,
  known: Person | undefined,
): Booking {
  const { communityId, noticeVersion } = community
  const { name, phone, email, locale } = request.values
  const person: Person = known ?? {
    communityId,
    id: newId(ctx),
    name,
    displayName: '',
    about: {},
    affiliation: {},
    ...readingsOf(name),
    accountId: null,
    linkVersion: 1,
    createdAt: now,
    erasedAt: null,
  }
  const registration: Registration = {
    communityId,
    id: request.id,
    eventId,
    personId: person.id,
    ticketTypeId: typeId,
    channelId,
    orderId,
    code,
    state: 'registered',
    phone,
    email,
    locale,
    noticeVersion,
    linkVersion: 1,
    registeredAt: request.at ?? now,
    cancelledAt: null,
    erasedAt: null,
  }
  return { registration, person, path: ticketPath(ctx, community.no, registration) }
}

function missing(): never {
  throw new Error('a seat was given and not written')
}
