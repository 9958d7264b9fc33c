import { findCommunity, findEvent } from '#core/community/store.ts'
import type { Community, Event } from '#core/community/model.ts'
import { isPublic } from '#core/community/rules.ts'
import type { Actor } from '#core/kernel/actor.ts'
import { fail, type ErrorCode } from '#core/kernel/errors.ts'
import { newId, shortCode } from '#core/kernel/ids.ts'
import type { Person } from '#core/people/person/model.ts'
import { readingsOf } from '#core/people/person/rules.ts'
import { listPeopleByIds } from '#core/people/person/store.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { insertBookings, listBookedPeople, listRegistrationsByIds, lookUp, type Given, type Known, type NewBooking } from './batch.store.ts'
import { registrationJournal } from './journal.ts'
import { makeTicketMails } from './mails.ts'
import { registrationConsents, type Registration, type RegistrationValues } from './model.ts'
import { sameHolder } from './people.ts'
import { decideTogether, openingOf, type Verdict } from './rules.ts'
import { listChannels, lockCounter, moveChannelTaken } from './store.ts'
import { lockSeats } from './window.actions.ts'

/** One request as it waits. */
export interface Asking {
  /** The id of the booking that may come of it: made beforehand, so that it can be looked up when an end was not heard. */
  id: string
  values: RegistrationValues
  actor: Actor
  /** Staff: the window does not bind them, the cap does. */
  anyTime: boolean
  mail: boolean
  at: Date | null
  key: string | null
  bodyHash: string | null
}

/** What became of one request. */
export type Answer =
  | { kind: 'booked'; repeated: boolean; registration: Registration; person: Person; community: Community; event: Event }
  | { kind: 'refused'; verdict: Exclude<Verdict, { ok: true }> }
  | { kind: 'failed'; code: ErrorCode }

/** What the scope of an event's request keys is called. */
export const keyScope = (eventId: string): string => `register:${eventId}`

/**
 * The one way to a seat: locks the event's counter, answers repeated requests as the first time, decides all others by
 * the rules in their order, writes what was accepted. `again`: an earlier try ended unheard, so its bookings may stand.
 * Errors: event.not_found.
 */
export async function decideBatch(
  ctx: Context,
  tx: Tx,
  place: { communityId: string; eventId: string },
  requests: readonly Asking[],
  options: { again: boolean },
): Promise<Answer[]> {
  const { communityId, eventId } = place
  const codes = requests.map(() => shortCode(ctx.random))
  const given = requests.map(({ values, key }, n) => ({ phone: values.phone, email: values.email, code: codes[n] ?? '', key }))
  const { event, counter, community, channels, known } = await readLocked(tx, communityId, eventId, given)
  const answers: (Answer | undefined)[] = await answerRepeated(tx, communityId, { community, event }, requests, known, options.again)
  const twins = findTwins(requests)
  const open = requests.flatMap((request, n) => {
    if (answers[n] || twins.has(n)) return []
    // A draft is not even admitted to exist to those who may not see it.
    if (!isPublic(event) && !request.anyTime) answers[n] = { kind: 'failed', code: 'event.not_found' }
    const holder = sameHolder(request.values, known.people.get(n) ?? [])
    return answers[n] ? [] : [{ n, request, personId: holder }]
  })
  const booked = await listBookedPeople(
    tx.db,
    communityId,
    eventId,
    open.flatMap(({ personId }) => personId ?? []),
  )
  const contacts = new Set([...known.contacts, ...booked.map((id) => `person:${id}`)])
  const state = { opening: openingOf(event, counter, ctx.clock.now()), cap: event.cap, taken: counter.taken, channels, contacts }
  const verdicts = decideTogether(
    state,
    open.map(({ request, personId }) => ({ ...request.values, anyTime: request.anyTime, personId })),
  )
  const accepted = open.flatMap((one, i) => {
    const verdict = verdicts[i]
    if (verdict?.ok) return [{ ...one, channelId: verdict.channelId }]
    if (verdict) answers[one.n] = { kind: 'refused', verdict }
    return []
  })
  if (accepted.length > 0) {
    const fresh = await freshCodes(
      ctx,
      tx,
      place,
      accepted.map(({ n }) => codes[n] ?? ''),
      known.codes,
    )
    const writing = accepted.map((one, i) => ({ ...one, code: fresh[i] ?? '' }))
    const written = await writeBookings(ctx, tx, { community, event }, writing, counter.taken)
    written.forEach((one, i) => (answers[accepted[i]?.n ?? -1] = { kind: 'booked', repeated: false, ...one, community, event }))
    for (const { id } of channels) {
      const by = accepted.filter((one) => one.channelId === id).length
      if (by > 0) await moveChannelTaken(tx.db, communityId, id, by)
    }
  }
  return requests.map((request, n): Answer => {
    const first = twins.get(n)
    const answer = answers[first ?? n]
    if (!answer) throw new Error('a request got no verdict')
    if (first === undefined || answers[n]) return answers[n] ?? answer
    return request.bodyHash === requests[first]?.bodyHash ? answer : { kind: 'failed', code: 'request.repeated_otherwise' }
  })
}

/** Locks the counter and reads, after it, what is to be known; sent together, run by the database one after the other. */
async function readLocked(tx: Tx, communityId: string, eventId: string, given: readonly Given[]) {
  const read = () =>
    Promise.all([
      lockCounter(tx.db, communityId, eventId),
      findEvent(tx.db, communityId, eventId),
      findCommunity(tx.db, communityId),
      listChannels(tx.db, communityId, eventId),
      lookUp(tx.db, communityId, eventId, keyScope(eventId), given),
    ])
  let [counter, event, community, channels, known] = await read()
  if (!counter) {
    await lockSeats(tx, communityId, eventId)
    ;[counter, event, community, channels, known] = await read()
  }
  if (!counter || !event || !community) throw fail('event.not_found')
  return { counter, event, community, channels, known }
}

/** Requests whose key stood earlier in the same batch, with the index of the first one. */
function findTwins(requests: readonly Asking[]): Map<number, number> {
  const [first, twins] = [new Map<string, number>(), new Map<number, number>()]
  requests.forEach(({ key }, n) => {
    if (key === null) return
    const before = first.get(key)
    if (before === undefined) first.set(key, n)
    else twins.set(n, before)
  })
  return twins
}

/** Answers requests whose key (or, after a try that ended unheard, whose booking) is there already. */
async function answerRepeated(
  tx: Tx,
  communityId: string,
  place: { community: Community; event: Event },
  requests: readonly Asking[],
  known: Known,
  again: boolean,
): Promise<(Answer | undefined)[]> {
  const ids = requests.map(({ id }, n) => known.answered.get(n)?.registrationId ?? (again ? id : null))
  const wanted = ids.filter((id) => id !== null)
  const registrations = new Map((await listRegistrationsByIds(tx.db, communityId, wanted)).map((one) => [one.id, one]))
  const people = new Map(
    (
      await listPeopleByIds(
        tx.db,
        communityId,
        [...registrations.values()].map((one) => one.personId),
      )
    ).map((one) => [one.id, one]),
  )
  return requests.map(({ bodyHash }, n): Answer | undefined => {
    const before = known.answered.get(n)
    if (before && before.bodyHash !== bodyHash) return { kind: 'failed', code: 'request.repeated_otherwise' }
    const registration = registrations.get(ids[n] ?? '')
    const person = registration && people.get(registration.personId)
    if (registration && person) return { kind: 'booked', repeated: true, registration, person, ...place }
    return before ? { kind: 'failed', code: 'thing.not_found' } : undefined
  })
}

/** Short codes that the event has not given out; of 481 million, so a clash is rare and simply drawn anew. */
async function freshCodes(
  ctx: Context,
  tx: Tx,
  { communityId, eventId }: { communityId: string; eventId: string },
  drawn: readonly string[],
  taken: ReadonlySet<string>,
): Promise<string[]> {
  const used = new Set<string>()
  const codes = drawn.map((code) => (taken.has(code) || used.has(code) ? '' : (used.add(code), code)))
  while (codes.includes('')) {
    const more = codes.map((code) => (code === '' ? shortCode(ctx.random) : ''))
    const known = await lookUp(
      tx.db,
      communityId,
      eventId,
      '',
      more.map((code) => ({ code, phone: '', email: '', key: null })),
    )
    more.forEach((code, i) => {
      if (code !== '' && !known.codes.has(code) && !used.has(code)) codes[i] = (used.add(code), code)
    })
  }
  return codes
}

interface Accepted {
  request: Asking
  personId: string | undefined
  channelId: string | null
  code: string
}

/** Writes people, bookings, consents, keys, mails and journal entries of accepted requests, in their order. */
async function writeBookings(
  ctx: Context,
  tx: Tx,
  { community, event }: { community: Community; event: Event },
  accepted: readonly Accepted[],
  takenBefore: number,
): Promise<{ registration: Registration; person: Person }[]> {
  const { communityId, id: eventId } = event
  const now = ctx.clock.now()
  const known = new Map(
    (
      await listPeopleByIds(
        tx.db,
        communityId,
        accepted.flatMap(({ personId }) => personId ?? []),
      )
    ).map((one) => [one.id, one]),
  )
  const mails = makeTicketMails(ctx, community, event)
  const results = accepted.map((one) =>
    makeBooking(ctx, { communityId, eventId, noticeVersion: community.noticeVersion, now }, one, known.get(one.personId ?? '')),
  )
  const rows = accepted.map(({ request, code, channelId, personId }, i): NewBooking => {
    const { phone, email, locale, consents } = request.values
    const { registration, person } = results[i] ?? missing()
    const { name, pinyin, initials } = person
    return {
      id: registration.id,
      personId: person.id,
      person: personId === undefined ? { name, pinyin, initials } : null,
      channelId,
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
      mail: request.mail && email !== '' ? mails.of(registration, person.name) : null,
    }
  })
  await insertBookings(
    tx.db,
    { communityId, eventId, scope: keyScope(eventId), noticeVersion: community.noticeVersion, now, taken: takenBefore + rows.length },
    rows,
    mails.letters(),
  )
  const queued = rows.find(({ mail }) => mail?.state === 'queued')?.mail
  // The job of one mail takes those along that wait beside it.
  if (queued) tx.enqueue('mail.deliver', { communityId, id: queued.id })
  accepted.forEach(({ request }, i) => {
    const { registration } = results[i] ?? missing()
    const facts = { channel: request.values.channel, taken: takenBefore + i + 1 }
    const subject = { communityId, eventId, kind: 'registration', id: registration.id }
    tx.journal(registrationJournal.registered, subject, facts, registration.registeredAt, request.actor)
  })
  return results
}

function makeBooking(
  ctx: Context,
  { communityId, eventId, noticeVersion, now }: { communityId: string; eventId: string; noticeVersion: string; now: Date },
  { request, channelId, code }: Accepted,
  known: Person | undefined,
): { registration: Registration; person: Person } {
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
    channelId,
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
  return { registration, person }
}

function missing(): never {
  throw new Error('a seat was given and not written')
}
