import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { editEvent } from '#core/community/actions.ts'
import { visitor } from '#core/kernel/actor.ts'
import { listOutbox } from '#core/people/mail/store.ts'
import { anotherProcess, testApp, type TestApp } from '../../../tests/setup/app.ts'
import { cuttableLink } from '../../../tests/setup/cuttable-link.ts'
import { eventInput, makeEvent } from '../../../tests/setup/samples.ts'
import type { RegistrationInput } from './model.ts'
import { registerAttendee } from './register.actions.ts'
import { stockOf } from './seats/stock.testing.ts'
import { contactKeys, decideTogether, type Request, type SeatState } from './rules.ts'
import { cancelRegistration } from './ticket.actions.ts'
import { openRegistration } from './window.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const person = (n: number, over: Partial<RegistrationInput> = {}): RegistrationInput => ({
  name: `张${n}`,
  email: `p${n}@example.org`,
  consents: { registration: true },
  ...over,
})

async function open(community: string, cap: number) {
  const { communityId, event } = await makeEvent(app.ctx, { community, cap })
  await openRegistration(app.ctx, communityId, event.id)
  return { communityId, eventId: event.id }
}

/** Counter, channels' counters and rows of an event; all have to tell the same. */
async function count({ communityId, eventId }: { communityId: string; eventId: string }) {
  const counter = await app.db
    .selectFrom('seatCounter')
    .select('taken')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .executeTakeFirstOrThrow()
  const rows = await app.db
    .selectFrom('registration')
    .select(['id', 'email', 'state'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .execute()
  return {
    taken: counter.taken,
    live: rows.filter((row) => row.state === 'registered').length,
    ids: new Set(rows.map((row) => row.id)),
    emails: rows.map((row) => row.email),
  }
}

test('case 1: rules over random batches, duplicates, cancellations and caps: never over, none lost, nobody twice', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('ask' as const),
      who: fc.array(
        fc.record({
          phone: fc.integer({ min: 0, max: 12 }),
          email: fc.integer({ min: 0, max: 12 }),
          channel: fc.constantFrom('', 'a', 'b'),
          anyTime: fc.boolean(),
        }),
        { maxLength: 12 },
      ),
    }),
    fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }),
    fc.record({ kind: fc.constant('cap' as const), cap: fc.option(fc.integer({ min: 0, max: 14 })) }),
    fc.record({ kind: fc.constant('switch' as const), opening: fc.constantFrom('open' as const, 'closed' as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const state: { cap: number | null; opening: 'open' | 'closed' } = { cap: 5, opening: 'open' }
      const shares: Record<string, number | null> = { a: 3, b: null }
      let live: { request: Request; channel: string | null }[] = []
      const takenOf = (slug: string): number => live.filter((one) => one.channel === slug).length
      for (const one of steps) {
        if (one.kind === 'cap') state.cap = one.cap
        else if (one.kind === 'switch') state.opening = one.opening
        else if (one.kind === 'cancel') live = live.filter((_, i) => live.length === 0 || i !== one.which % live.length)
        else {
          const requests = one.who.map(({ phone, email, channel, anyTime }): Request => ({
            ticketType: '',
            phone: phone === 0 ? '' : `+861380000${1e3 + phone}`,
            email: email === 0 && phone !== 0 ? '' : `e${email}@example.org`,
            channel,
            anyTime,
          }))
          const known: SeatState = {
            opening: state.opening,
            now: new Date(0),
            blocked: new Set(),
            stock: stockOf({
              cap: state.cap,
              taken: live.length,
              channels: ['a', 'b'].map((slug) => ({ id: slug, slug, name: {}, share: shares[slug] ?? null, taken: takenOf(slug) })),
            }),
            contacts: new Set(live.flatMap((held) => contactKeys(held.request))),
          }
          const before = live.length
          const verdicts = decideTogether(known, requests)
          expect(verdicts.length).toBe(requests.length)
          verdicts.forEach((verdict, i) => {
            const request = requests[i]
            if (!verdict.ok || !request) return
            expect(state.opening === 'open' || request.anyTime).toBe(true)
            live.push({ request, channel: verdict.channelId })
          })
          // Over the cap only as far as the cap was lowered under those who were in already.
          if (state.cap !== null) expect(live.length).toBeLessThanOrEqual(Math.max(state.cap, before))
          expect(takenOf('a')).toBeLessThanOrEqual(3)
          // No seat stays empty while somebody was told that all are taken.
          if (verdicts.some((verdict) => !verdict.ok && verdict.code === 'registration.full'))
            expect(live.length).toBeGreaterThanOrEqual(state.cap ?? 0)
          const keys = live.flatMap((held) => contactKeys(held.request))
          expect(new Set(keys).size).toBe(keys.length)
        }
      }
    }),
    { numRuns: 400 },
  )
})

test('case 1: two processes, 240 at once for 90 seats: exactly 90 sold, each acknowledged one exists, counter equals rows', async () => {
  const place = await open('two-processes', 90)
  const other = await anotherProcess(app)
  try {
    const ask = (n: number) =>
      registerAttendee((n % 2 ? app : other).context(visitor), place.communityId, place.eventId, person(n), {
        key: `order-${n}`,
        strict: true,
      })
    const outcomes = await Promise.allSettled(Array.from({ length: 240 }, (_, n) => ask(n)))
    const got = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.registration.id] : []))
    expect(got.length).toBe(90)
    expect(outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))).toEqual(
      Array.from({ length: 150 }, () => 'registration.full'),
    )
    const { taken, live, ids } = await count(place)
    expect([taken, live, ids.size]).toEqual([90, 90, 90])
    expect(got.every((id) => ids.has(id))).toBe(true)
    const entries = await app.db
      .selectFrom('journal')
      .select('facts')
      .where('communityId', '=', place.communityId)
      .where('kind', '=', 'registration.registered')
      .execute()
    expect(entries.map(({ facts }) => Object(facts).taken).sort((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, i) => i + 1))
  } finally {
    await other.close()
  }
})

test('case 3: one person’s request sent twenty times at once, by two processes, is one booking with one mail', async () => {
  const place = await open('twenty-times', 90)
  const other = await anotherProcess(app)
  try {
    const tickets = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        registerAttendee((n % 2 ? app : other).context(visitor), place.communityId, place.eventId, person(1), { key: 'the-same-form' }),
      ),
    )
    expect(new Set(tickets.map((one) => `${one.registration.id} ${one.registration.code} ${one.links.url}`)).size).toBe(1)
    expect(await count(place)).toMatchObject({ taken: 1, live: 1, emails: ['p1@example.org'] })
    expect((await listOutbox(app.db, { communityId: place.communityId })).length).toBe(1)
  } finally {
    await other.close()
  }
})

test('case 6: cancellations and new requests at once: each freed seat comes back exactly once', async () => {
  const place = await open('comes-back', 10)
  const ask = (n: number) => registerAttendee(app.context(visitor), place.communityId, place.eventId, person(n))
  const first = await Promise.all(Array.from({ length: 10 }, (_, n) => ask(n)))
  const leave = first.slice(0, 4).flatMap((one) => [one, one, one])
  const outcomes = await Promise.allSettled([
    ...leave.map((one) => cancelRegistration(app.ctx, place.communityId, place.eventId, one.registration.id)),
    ...Array.from({ length: 30 }, (_, n) => ask(100 + n)),
  ])
  expect(outcomes.slice(0, 12).every((one) => one.status === 'fulfilled')).toBe(true)
  await Promise.allSettled(Array.from({ length: 30 }, (_, n) => ask(200 + n)))
  expect(await count(place)).toMatchObject({ taken: 10, live: 10 })
})

test('case 1: a cap that is lowered while they ask is never passed by later ones', async () => {
  const place = await open('lowered', 40)
  const ask = (n: number) => registerAttendee(app.context(visitor), place.communityId, place.eventId, person(n))
  const asked = Array.from({ length: 30 }, (_, n) => ask(n))
  await editEvent(app.ctx, place.communityId, place.eventId, eventInput({ cap: 20 }))
  await Promise.allSettled(asked)
  const before = (await count(place)).taken
  const later = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => ask(100 + n)))
  expect((await count(place)).taken).toBe(Math.max(before, 20))
  expect(later.filter((one) => one.status === 'fulfilled').length).toBe(Math.max(20 - before, 0))
})

test('case 10: in one batch, too: the same key with another body is refused, equal keys are one request', async () => {
  const place = await open('keys', 50)
  const ask = (n: number, key: string) =>
    registerAttendee(app.context(visitor), place.communityId, place.eventId, person(n), { key, strict: true })
  const [one, same, other] = await Promise.allSettled([ask(1, 'key-0001'), ask(1, 'key-0001'), ask(2, 'key-0001')])
  expect(one?.status === 'fulfilled' && same?.status === 'fulfilled' && one.value.registration.id === same.value.registration.id).toBe(true)
  expect(other).toMatchObject({ status: 'rejected', reason: { code: 'request.repeated_otherwise' } })
  await expect(ask(2, 'key-0001')).rejects.toMatchObject({ code: 'request.repeated_otherwise' })
  expect(await count(place)).toMatchObject({ taken: 1, live: 1 })
})

test('somebody who is booked by phone is told so when the same person comes with their e-mail only', async () => {
  const place = await open('both-contacts', 50)
  const ask = (over: Partial<RegistrationInput>) =>
    registerAttendee(app.context(visitor), place.communityId, place.eventId, { ...person(1), ...over })
  const first = await ask({ phone: '13800138000' })
  await cancelRegistration(app.ctx, place.communityId, place.eventId, first.registration.id)
  await ask({ email: '', phone: '13800138000' })
  await expect(ask({})).rejects.toMatchObject({ code: 'registration.twice' })
  expect(await count(place)).toMatchObject({ taken: 1, live: 1 })
})

test('a request whose values the database refuses fails alone, not those who waited beside it', async () => {
  const place = await open('poison', 50)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 9 }, (_, n) =>
      registerAttendee(app.context(visitor), place.communityId, place.eventId, person(n), {
        key: n === 4 ? 'bad\u0000key' : `good-key-${n}`,
        strict: true,
      }),
    ),
  )
  expect(outcomes.map((one) => one.status === 'fulfilled')).toEqual([true, true, true, true, false, true, true, true, true])
  expect(await count(place)).toMatchObject({ taken: 8, live: 8 })
})

test('more than may wait are told their place and that they should come again; all who wait are answered', async () => {
  const place = await open('crowd', 60)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5_050 }, (_, n) => registerAttendee(app.context(visitor), place.communityId, place.eventId, person(n))),
  )
  const codes = new Map<string, number>()
  for (const one of outcomes) {
    const code = one.status === 'fulfilled' ? 'booked' : String(one.reason.code)
    codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  expect(Object.fromEntries(codes)).toEqual({ booked: 60, 'registration.full': 4_940, 'registration.crowded': 50 })
  // Fifty places in the line after those who are being decided; none twice, whoever was told which.
  const places = outcomes.flatMap((one) => (one.status === 'rejected' && one.reason.code === 'registration.crowded' ? [one.reason] : []))
  expect(places.every(({ status, params }) => status === 503 && params.place > 5_000 && params.place <= 5_050)).toBe(true)
  expect(new Set(places.map(({ params }) => params.line)).size).toBe(50)
})

test.each([
  ['with a key', 'order-0001'],
  ['without a key', null],
])('case 38: the link is cut after COMMIT was sent, %s: everybody gets the ticket that was written', async (name, key) => {
  const place = await open(`cut-${name.replaceAll(' ', '-')}`, 50)
  const link = await cuttableLink(app.databaseUrl)
  const other = await anotherProcess(app, link.url)
  try {
    const ask = (n: number) =>
      registerAttendee(other.context(visitor), place.communityId, place.eventId, person(n), {
        key: key === null ? null : `${key}-${n}`,
        strict: true,
      })
    await ask(0)
    link.cutAfterCommit()
    const tickets = await Promise.all([ask(1), ask(2), ask(3)])
    expect(link.cuts()).toBe(1)
    const { taken, live, ids } = await count(place)
    expect([taken, live]).toEqual([4, 4])
    expect(tickets.every((one) => ids.has(one.registration.id))).toBe(true)
    if (key !== null) expect((await ask(2)).registration.id).toBe(tickets[1]?.registration.id)
    expect((await count(place)).live).toBe(4)
  } finally {
    await other.close()
    link.close()
  }
})
