import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import { isKaichangError } from '#core/kernel/errors.ts'
import { seededRandom } from '#core/kernel/random.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { holdSeats } from '../orders/hold.actions.ts'
import { registerAttendee } from '../register.actions.ts'
import { openRegistration } from '../window.actions.ts'
import { countCrowds, refuseCrowd, turnOf } from './gate.ts'
import { arrive, AWAY, call, estimate, LET_IN, letIn, LONGEST, makeLine, placeOf, USES, workedOff, type Member } from './rules.ts'
import { drawPlace, readCrowd, signCrowd } from './token.ts'

const MINUTE = 60_000

describe('the line', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('arrive' as const), lot: fc.integer({ min: 0, max: 2 ** 30 }) }),
      fc.record({ kind: fc.constant('poll' as const), share: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ kind: fc.constant('call' as const), room: fc.integer({ min: 0, max: 6 }) }),
      fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 90 }) }),
    ),
    { maxLength: 120 },
  )

  test('order by the minute: nobody is called before somebody of an earlier minute who is there; never more than there is room for', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const line = makeLine(0)
        let now = 0
        const there = new Map<number, Member & { seen: number }>()
        for (const step of list) {
          if (step.kind === 'pass') now += step.seconds * 1_000
          else if (step.kind === 'arrive') {
            const member = { minute: Math.floor(now / MINUTE), lot: step.lot }
            if (line.called.has(step.lot) || line.inside.has(step.lot) || there.has(step.lot)) continue
            arrive(line, member, now)
            there.set(step.lot, { ...member, seen: now })
          } else if (step.kind === 'poll') {
            for (const member of [...there.values()].slice(0, step.share)) {
              arrive(line, member, now)
              there.set(member.lot, { ...member, seen: now })
            }
          } else {
            const called = call(line, step.room, now)
            expect(line.called.size + line.inside.size).toBeLessThanOrEqual(
              Math.max(step.room, line.called.size + line.inside.size - called.length),
            )
            for (const one of called) there.delete(one.lot)
            const present = [...there.values()].filter(({ seen }) => seen + AWAY >= now)
            for (const one of called)
              for (const other of present) {
                expect(one.minute).toBeLessThanOrEqual(other.minute)
                if (one.minute === other.minute) expect(one.lot).toBeLessThan(other.lot)
              }
            // Room that is left means that nobody who is there still waits.
            if (line.called.size + line.inside.size < step.room) expect(present).toEqual([])
          }
          expect(line.size).toBe([...line.minutes.values()].reduce((sum, { seen }) => sum + seen.size, 0))
        }
      }),
      { numRuns: 500 },
    )
  })

  test('nobody starves: with a steady pace everybody who comes again gets in, the first minute first, though new ones keep coming', () => {
    const random = seededRandom(7)
    const line = makeLine(0)
    const waiting = new Map<number, Member & { since: number }>()
    const served: Member[] = []
    for (let now = 0; now < 40 * MINUTE; now += 20_000) {
      if (now < 20 * MINUTE)
        for (let n = 0; n < 40; n += 1) {
          const member = drawPlace(random, now)
          waiting.set(member.lot, { ...member, since: now })
        }
      for (const member of waiting.values()) arrive(line, member, now)
      call(line, 30, now)
      for (const member of waiting.values())
        if (letIn(line, member, now) !== null) {
          waiting.delete(member.lot)
          line.inside.delete(member.lot)
          served.push(member)
        }
    }
    expect(waiting.size).toBe(0)
    expect(served.length).toBe(60 * 40)
    expect(served.map(({ minute }) => minute)).toEqual(served.map(({ minute }) => minute).toSorted((a, b) => a - b))
  })

  test('places count those before; who is away loses none of the order, a let-in that is not used frees its room', () => {
    const line = makeLine(0)
    const [early, late, later] = [
      { minute: 1, lot: 9 },
      { minute: 2, lot: 1 },
      { minute: 2, lot: 5 },
    ]
    for (const one of [later, late, early]) arrive(line, one, 0)
    expect([early, late, later].map((one) => placeOf(line, one))).toEqual([1, 2, 3])
    // Only the last one came again: the others' pages are closed.
    arrive(line, later, AWAY)
    expect(call(line, 1, AWAY + 1)).toEqual([later])
    arrive(line, early, AWAY + 2)
    arrive(line, late, AWAY + 2)
    expect([placeOf(line, early), placeOf(line, late)]).toEqual([1, 2])
    expect(call(line, 1, AWAY + 3)).toEqual([])
    expect(letIn(line, early, AWAY + 3)).toBe(null)
    expect(letIn(line, later, AWAY + 3)).toBe(AWAY + 3 + LET_IN)
    // Asked in two windows, or the first answer was lost: the same let-in, the same one place.
    arrive(line, later, AWAY + 9)
    expect(letIn(line, later, AWAY + 9)).toBe(AWAY + 3 + LET_IN)
    expect([line.size, line.inside.size]).toEqual([2, 1])
    arrive(line, early, AWAY + 3 + LET_IN)
    expect(call(line, 1, AWAY + 3 + LET_IN)).toEqual([early])
    // Called, but never heard of again.
    arrive(line, late, AWAY + LET_IN + AWAY + 3)
    expect(call(line, 1, AWAY + LET_IN + AWAY + 3)).toEqual([late])
  })

  test('is bounded: beyond the longest line whoever comes keeps the order by the token alone', () => {
    const line = makeLine(0)
    for (let lot = 0; lot < LONGEST + 10; lot += 1) arrive(line, { minute: 3, lot: lot * 2 }, 0)
    expect(line.size).toBe(LONGEST)
    expect(placeOf(line, { minute: 3, lot: LONGEST * 2 + 1 })).toBe(LONGEST + 1)
    expect(placeOf(line, { minute: 2, lot: 0 })).toBe(1)
    call(line, 10, 1)
    arrive(line, { minute: 2, lot: 1 }, 1)
    expect(placeOf(line, { minute: 2, lot: 1 })).toBe(1)
    expect(line.size).toBe(LONGEST - 9)
  })

  test('the wait is reckoned by the measured pace', () => {
    const line = makeLine(0)
    expect(estimate(line, 100, 0)).toBe(null)
    workedOff(line, 100, 5_000)
    expect(estimate(line, 100, 5_000)).toBe(5)
    workedOff(line, 100, 10_000)
    expect(estimate(line, 100, 10_000)).toBe(5)
    workedOff(line, 400, 20_000)
    expect(estimate(line, 300, 20_000)).toBe(10)
  })
})

test('tokens hold in every process, for their event alone; altered ones are none', () => {
  const place = { communityId: 'c', eventId: 'e' }
  const member = drawPlace(seededRandom(3), 90 * MINUTE)
  const token = signCrowd('secret', place, { kind: 'place', ...member })
  expect(readCrowd('secret', place, token)).toEqual({ kind: 'place', minute: 90, lot: member.lot })
  expect(readCrowd('secret', { ...place, eventId: 'f' }, token)).toBe(null)
  expect(readCrowd('other', place, token)).toBe(null)
  const pass = signCrowd('secret', place, { kind: 'pass', lot: member.lot, until: 5_000 })
  expect(readCrowd('secret', place, pass)).toEqual({ kind: 'pass', lot: member.lot, until: 5_000 })
  fc.assert(
    fc.property(fc.nat({ max: 22 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const bytes = Buffer.from(token, 'base64url')
      bytes[at] = (bytes[at] ?? 0) ^ by
      expect(readCrowd('secret', place, bytes.toString('base64url'))).toBe(null)
    }),
  )
  for (const junk of ['', null, undefined, 'x'.repeat(31), token.slice(1), `${token}A`]) expect(readCrowd('secret', place, junk)).toBe(null)
})

describe('before an event', () => {
  let app: TestApp
  beforeAll(async () => void (app = await testApp({ env: { KAICHANG_ROOM: '20' } })))
  afterAll(() => app.close())

  async function open(community: string) {
    const { communityId, event } = await makeEvent(app.ctx, { community, cap: 500 })
    await openRegistration(app.ctx, communityId, event.id)
    return { communityId, eventId: event.id }
  }
  const lineOf = (error: unknown): string | null => (isKaichangError(error, 'registration.crowded') ? String(error.params['line']) : null)

  test('a burst: everybody is answered, whoever was too many comes again in the order of the minute, each is booked once', async () => {
    const place = await open('burst')
    const guest = app.context(visitor)
    const booked: number[] = []
    const ask = async (n: number, line: string | null): Promise<string | null> => {
      try {
        const input = { name: `张${n}`, email: `p${n}@example.org`, consents: { registration: true } }
        await registerAttendee(guest, place.communityId, place.eventId, input, { key: `burst-${n}`, line })
        booked.push(n)
        return null
      } catch (error) {
        const token = lineOf(error)
        if (token === null) throw error
        return token
      }
    }
    const tokens = new Map<number, string>()
    const order: number[] = []
    const people = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)
    const burst = async (who: readonly number[]): Promise<void> => {
      const sent = await Promise.all(who.map(async (n) => ({ n, token: await ask(n, tokens.get(n) ?? null) })))
      for (const { n, token } of sent) {
        if (token) tokens.set(n, token)
        else {
          tokens.delete(n)
          order.push(n)
        }
      }
      app.clock.advance(20_000)
    }
    await burst(people(0, 100))
    // All of the room was used, the others stand in the line.
    expect(booked.length).toBeGreaterThanOrEqual(20)
    expect(booked.length + tokens.size).toBe(100)
    // Their pages come again every twenty seconds; a minute later sixty more arrive.
    await burst([...tokens.keys()])
    await burst([...tokens.keys()])
    await burst([...tokens.keys(), ...people(100, 160)])
    for (let round = 0; round < 40 && tokens.size > 0; round += 1) await burst([...tokens.keys()].toSorted((one, other) => other - one))
    expect(tokens.size).toBe(0)
    expect(booked.toSorted((a, b) => a - b)).toEqual(people(0, 160))
    const firstOfSecond = order.findIndex((n) => n >= 100)
    const lastOfFirst = order.findLastIndex((n) => n < 100)
    // None of the second minute is before one of the first, but in the one round in which the first ended.
    expect(lastOfFirst - firstOfSecond).toBeLessThan(20)
    const rows = await app.db.selectFrom('registration').select('id').where('communityId', '=', place.communityId).execute()
    expect(rows.length).toBe(160)
    expect(countCrowds(app.db)).toBe(0)
  })

  test('who asks by a page is told the place, is let in when it is their turn, and then may send', async () => {
    const place = await open('pages')
    const guest = app.context(visitor)
    expect(turnOf(guest, place, null)).toEqual({ in: true, token: null })
    const all = Array.from({ length: 40 }, (_, n) =>
      registerAttendee(guest, place.communityId, place.eventId, {
        name: `李${n}`,
        email: `l${n}@example.org`,
        consents: { registration: true },
      }).catch(lineOf),
    )
    // While the room is full.
    while (countCrowds(app.db) === 0) await new Promise((resolve) => setImmediate(resolve))
    const turn = turnOf(guest, place, null)
    expect(turn).toMatchObject({ in: false })
    await Promise.all(all)
    const after = turnOf(guest, place, turn.token)
    expect(after.in || after.ahead < 20).toBe(true)
    let inside = after
    for (let round = 0; !inside.in && round < 20; round += 1) {
      app.clock.advance(LET_IN)
      inside = turnOf(guest, place, turn.token)
    }
    expect(inside).toMatchObject({ in: true })
    const ticket = await registerAttendee(
      guest,
      place.communityId,
      place.eventId,
      { name: '王五', email: 'wang@example.org', consents: { registration: true } },
      { line: inside.token },
    )
    expect(ticket.registration.state).toBe('registered')
  })

  test('a let-in that is copied serves its own form and the sending again, not everybody', async () => {
    const place = await open('copied')
    const guest = app.context(visitor)
    const full = { waiting: 20, room: 20 }
    const until = app.clock.now().getTime() + LET_IN
    const [pass, other] = [7, 8].map((lot) => signCrowd(guest.secret, place, { kind: 'pass', lot, until }))
    const send = (token: string | undefined) => refuseCrowd(guest, place, 'seat', full, { token: token ?? null })
    expect(Array.from({ length: USES }, () => send(pass))).toEqual(Array.from({ length: USES }, () => null))
    expect(turnOf(guest, place, pass)).toMatchObject({ in: false })
    // Whoever sends it once more is somebody new, in the line like everybody.
    const refused = lineOf(send(pass))
    expect(readCrowd(guest.secret, place, refused)).toMatchObject({ kind: 'place' })
    expect(readCrowd(guest.secret, place, refused)?.lot).not.toBe(7)
    expect(send(other)).toBeNull()
  })

  test('a place is kept for half a day; one of an earlier rush comes last, as a new one', async () => {
    const place = await open('earlier')
    const guest = app.context(visitor)
    const full = { waiting: 20, room: 20 }
    const minute = Math.floor(app.clock.now().getTime() / 60_000)
    const aged = (minutes: number) => signCrowd(guest.secret, place, { kind: 'place', minute: minute - minutes, lot: 9 })
    const told = (token: string) => {
      const error = refuseCrowd(guest, place, 'seat', full, { token })
      return [readCrowd(guest.secret, place, lineOf(error))?.lot === 9, error?.params['place']]
    }
    expect(told(aged(12 * 60 - 1))).toEqual([true, 21])
    expect(told(aged(12 * 60 + 1))).toEqual([false, 22])
  })

  test('holds stand in the same line', async () => {
    const place = await open('holds')
    const guest = app.context(visitor)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, () => holdSeats(guest, place.communityId, place.eventId, { lines: [{ typeId: '', seats: 2 }] })),
    )
    const held = outcomes.filter((one) => one.status === 'fulfilled').length
    expect(held).toBeGreaterThanOrEqual(2)
    expect(outcomes.every((one) => one.status === 'fulfilled' || lineOf(one.reason) !== null)).toBe(true)
    expect(held).toBeLessThan(12)
    // The organisers' desk is not held up.
    await holdSeats(app.ctx, place.communityId, place.eventId, { lines: [{ typeId: '', seats: 1 }] })
  })
})
