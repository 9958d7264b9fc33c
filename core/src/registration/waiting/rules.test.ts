import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyStock } from '../seats/book.ts'
import type { Limit, Stock, Waiter } from '../seats/model.ts'
import { callWaiting, lackOf, largestParty } from '../seats/rules.ts'
import { stockOf, typeStock } from '../seats/stock.testing.ts'
import { aheadOf, isTaking, joinFault, partyLimit, prioritiesFor, stepped } from './rules.ts'

const quota = (id: string, size: number | null, taken: number) => ({ id, name: { zh: id }, size, taken })

/** A hall under a cap, two tickets in quotas of their own, a workshop beside the cap, and an entrance with a share. */
const stocks = fc
  .record({
    cap: fc.option(fc.integer({ min: 0, max: 12 })),
    taken: fc.integer({ min: 0, max: 12 }),
    sizes: fc.tuple(fc.integer({ min: 0, max: 8 }), fc.option(fc.integer({ min: 0, max: 8 })), fc.integer({ min: 0, max: 5 })),
    used: fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 5 })),
    share: fc.option(fc.integer({ min: 0, max: 6 })),
  })
  .map(({ cap, taken, sizes, used, share }) =>
    stockOf({
      cap,
      taken,
      types: [
        typeStock({ id: 'a', quotaIds: ['qa'] }),
        typeStock({ id: 'b', quotaIds: ['qa', 'qb'] }),
        typeStock({ id: 'w', kind: 'addon', quotaIds: ['qw'] }),
      ],
      quotas: [quota('qa', sizes[0], used[0]), quota('qb', sizes[1], used[1]), quota('qw', sizes[2], used[2])],
      channels: [{ id: 'c', slug: 'c', name: {}, share, taken: 0 }],
    }),
  )
const lists = fc
  .array(
    fc.record({
      typeId: fc.constantFrom('a', 'b', 'w'),
      channelId: fc.constantFrom(null, 'c'),
      seats: fc.integer({ min: 1, max: 6 }),
      together: fc.boolean(),
    }),
    { maxLength: 14 },
  )
  .map((list) => list.map((one, n): Waiter => ({ id: `w${n}`, ...one })))

const wantOf = ({ typeId, channelId }: Waiter, seats: number) => ({ typeId, channelId, seats })
const over = (stock: Stock): string[] => [
  ...(stock.cap !== null && stock.taken > stock.cap ? ['cap'] : []),
  ...[...stock.quotas.values()].flatMap(({ id, size, taken }) => (size !== null && taken > size ? [`quota:${id}`] : [])),
  ...[...stock.channels.values()].flatMap(({ id, share, taken }) => (share !== null && taken > share ? [`channel:${id}`] : [])),
]
describe('who is called', () => {
  test('never over a limit; whoever is together gets all or none; everybody is called, told why, or both', () => {
    fc.assert(
      fc.property(stocks, lists, (stock, waiters) => {
        const before = over(stock)
        const after = copyStock(stock)
        const { offers, reasons } = callWaiting(after, waiters)
        expect(over(after).filter((limit) => !before.includes(limit))).toEqual([])
        for (const { waiter, seats } of offers) {
          expect(seats).toBeGreaterThan(0)
          expect(seats).toBeLessThanOrEqual(waiter.seats)
          if (waiter.together) expect(seats).toBe(waiter.seats)
        }
        const full = new Set(offers.filter(({ waiter, seats }) => seats === waiter.seats).map(({ waiter }) => waiter.id))
        for (const waiter of waiters) expect(full.has(waiter.id)).toBe(!reasons.has(waiter.id))
      }),
      { numRuns: 2_000 },
    )
  })

  test('order is kept: nobody is called for what somebody before them still waits for; nothing stays free that the first could have', () => {
    fc.assert(
      fc.property(stocks, lists, (stock, waiters) => {
        const after = copyStock(stock)
        const { offers, reasons, blocked } = callWaiting(after, waiters)
        const got = new Map(offers.map(({ waiter, seats }) => [waiter.id, seats]))
        const held = new Set<Limit>()
        for (const waiter of waiters) {
          const seats = got.get(waiter.id) ?? 0
          // Called past others only for limits that none of them lacks.
          if (seats > 0) for (const limit of held) expect(touches(stock, waiter, limit)).toBe(false)
          const reason = reasons.get(waiter.id)
          if (reason && reason.why !== 'behind' && reason.why !== 'never') held.add(reason.limit)
          if (reason && reason.why !== 'behind' && reason.why !== 'never') {
            // What lacks is really too little: for the whole party, or for a single one more.
            const rest = waiter.together ? waiter.seats : 1
            expect(lackOf(after, [wantOf(waiter, rest)])).not.toBe(null)
          }
          if (reason?.why === 'never') expect(largestParty(stock, wantOf(waiter, 1)) ?? Infinity).toBeLessThan(waiter.seats)
          if (reason?.why === 'behind') expect(held.size).toBeGreaterThan(0)
        }
        for (const limit of held) expect(blocked.has(limit)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('nobody starves: when enough comes free one by one, the whole list is served in its order', () => {
    fc.assert(
      fc.property(lists, (waiters) => {
        const served: string[] = []
        let line = waiters.map((one): Waiter => ({ ...one, typeId: 'a', channelId: null, seats: Math.min(one.seats, 4) }))
        const stock = stockOf({ cap: 4, taken: 4, types: [typeStock({ id: 'a' })] })
        for (let freed = 0; line.length > 0 && freed < 100; freed += 1) {
          stock.taken = Math.max(stock.taken - 1, 0)
          const { offers } = callWaiting(stock, line)
          for (const { waiter, seats } of offers) {
            if (seats === waiter.seats) served.push(waiter.id)
            line = line.flatMap((one) => (one.id !== waiter.id ? [one] : seats < one.seats ? [{ ...one, seats: one.seats - seats }] : []))
          }
        }
        expect(served).toEqual(waiters.map(({ id }) => id))
      }),
    )
  })

  test('those of other limits pass: a full workshop holds up no dinner and no hall', () => {
    const stock = stockOf({
      cap: 3,
      types: [
        typeStock({ id: 'hall' }),
        typeStock({ id: 'w', kind: 'addon', quotaIds: ['qw'] }),
        typeStock({ id: 'd', kind: 'addon', quotaIds: ['qd'] }),
      ],
      quotas: [quota('qw', 1, 1), quota('qd', 2, 0)],
    })
    const one = (id: string, typeId: string): Waiter => ({ id, typeId, channelId: null, seats: 1, together: true })
    const { offers } = callWaiting(stock, [one('1', 'w'), one('2', 'd'), one('3', 'w'), one('4', 'hall')])
    expect(offers.map(({ waiter }) => waiter.id)).toEqual(['2', '4'])
  })

  test('a party that lacks two things holds both: neither is taken away from it while the other is short', () => {
    const stock = stockOf({
      cap: 10,
      taken: 8,
      types: [typeStock({ id: 'a', quotaIds: ['q'] }), typeStock({ id: 'x', kind: 'addon', quotaIds: ['q'] })],
      quotas: [quota('q', 9, 6)],
    })
    const { offers, blocked } = callWaiting(stock, [
      { id: 'four', typeId: 'a', channelId: null, seats: 4, together: true },
      { id: 'extra', typeId: 'x', channelId: null, seats: 1, together: true },
    ])
    expect(offers).toEqual([])
    expect([...blocked].sort()).toEqual(['cap', 'quota:q'])
  })
})

function touches(stock: Stock, { typeId, channelId }: Waiter, limit: Limit): boolean {
  const type = stock.types.get(typeId ?? '')
  if (limit === 'cap') return (type?.counts ?? typeId === null) && stock.cap !== null
  if (limit.startsWith('quota:')) return type?.quotaIds.includes(limit.slice(6)) ?? false
  return channelId === limit.slice(8) && type?.kind !== 'addon'
}

describe('joining', () => {
  const now = new Date('2026-11-20T12:00:00+08:00')
  const state = (over: object = {}) => ({
    event: { state: 'published', startsAt: new Date('2026-12-05T13:30:00+08:00') },
    waitingOpen: true,
    opening: 'open' as const,
    now,
    stock: stockOf({ cap: 10, taken: 10 }),
    blocked: new Set<Limit>(),
    ...over,
  })
  const alone = { typeId: null, seats: 1, together: true }

  test('only for what cannot be had now', () => {
    expect(joinFault(state(), alone)).toBe(null)
    expect(joinFault(state({ stock: stockOf({ cap: 10, taken: 9 }) }), alone)).toEqual({ code: 'registration.seats_left' })
    expect(joinFault(state({ stock: stockOf({ cap: 10, taken: 9 }) }), { ...alone, seats: 2 })).toBe(null)
    expect(joinFault(state({ stock: stockOf({ cap: 10, taken: 9 }), blocked: new Set(['cap']) }), alone)).toBe(null)
    // Else whoever waits would be called although registration is closed.
    expect(joinFault(state({ stock: stockOf({ cap: 10 }), opening: 'closed' }), alone)).toEqual({ code: 'registration.closed' })
  })

  test('not when the list is closed, the event is no longer public, or it has begun', () => {
    const closed = { code: 'registration.waiting_closed' }
    expect(joinFault(state({ waitingOpen: false }), alone)).toEqual(closed)
    expect(joinFault(state({ event: { state: 'cancelled', startsAt: new Date('2026-12-05T13:30:00+08:00') } }), alone)).toEqual(closed)
    expect(joinFault(state({ now: new Date('2026-12-05T13:30:00+08:00') }), alone)).toEqual(closed)
    expect(isTaking(state())).toBe(true)
  })

  test('not for a type that is hidden, over, not yet there, or looked at first', () => {
    const types = [
      typeStock({ id: 'hidden', hidden: true }),
      typeStock({ id: 'over', sellsUntil: now }),
      typeStock({ id: 'soon', sellsFrom: new Date(now.getTime() + 1) }),
      typeStock({ id: 'looked', review: true }),
    ]
    const stock = stockOf({ cap: 1, taken: 1, types })
    const code = (typeId: string | null) => joinFault(state({ stock }), { typeId, seats: 1, together: true })?.code
    expect([null, 'none', 'hidden', 'over', 'soon', 'looked'].map(code)).toEqual([
      'registration.type_unknown',
      'registration.type_unknown',
      'registration.type_unknown',
      'registration.type_over',
      'registration.type_not_yet',
      'registration.waiting_review',
    ])
  })

  test('a party is no larger than an order may be, and together no larger than what there is', () => {
    expect([partyLimit(null), partyLimit(typeStock({ id: 'a', perOrder: 50 })), partyLimit(typeStock({ id: 'a', kind: 'addon' }))]).toEqual(
      [6, 20, 1],
    )
    expect(joinFault(state(), { ...alone, seats: 7 })).toEqual({ code: 'registration.party_large', maximum: 6 })
    const small = stockOf({ cap: 3, taken: 3 })
    expect(joinFault(state({ stock: small }), { ...alone, seats: 4 })).toEqual({ code: 'registration.party_large', maximum: 3 })
    expect(joinFault(state({ stock: small }), { ...alone, seats: 4, together: false })).toBe(null)
  })

  test('who comes first is counted over what shares a limit only', () => {
    const stock = stockOf({
      cap: 5,
      types: [typeStock({ id: 'a' }), typeStock({ id: 'b' }), typeStock({ id: 'w', kind: 'addon', quotaIds: ['q'] })],
      quotas: [quota('q', 1, 1)],
    })
    const before = [
      { typeId: 'a', channelId: null, groups: 2, people: 4 },
      { typeId: 'b', channelId: null, groups: 1, people: 1 },
      { typeId: 'w', channelId: null, groups: 7, people: 7 },
    ]
    expect(aheadOf(stock, { typeId: 'a', seats: 1 }, before)).toEqual({ groups: 3, people: 5 })
    expect(aheadOf(stock, { typeId: 'w', seats: 1 }, before)).toEqual({ groups: 7, people: 7 })
  })
})

test('any order can be asked for, and is what the list then has; who joins later comes last unless others let everybody pass', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ priority: fc.integer({ min: -2, max: 3 }), minute: fc.integer({ min: 0, max: 5 }) }), { maxLength: 9 }),
      fc.nat(),
      (drawn, seed) => {
        const list = drawn.map(({ priority, minute }, n) => ({ id: `p${n}`, priority, joinedAt: new Date(minute * 60_000) }))
        const wanted = list
          .map((one, n) => ({ one, key: (n * 7919 + seed) % 101 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one)
        const changed = new Map(prioritiesFor(wanted).map(({ id, priority }) => [id, priority]))
        const after = list
          .map((one) => ({ ...one, priority: changed.get(one.id) ?? one.priority }))
          .toSorted((a, b) => b.priority - a.priority || a.joinedAt.getTime() - b.joinedAt.getTime() || (a.id < b.id ? -1 : 1))
        expect(after.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id))
        for (const one of list) expect(changed.get(one.id) ?? one.priority).toBeGreaterThanOrEqual(one.priority)
      },
    ),
  )
  expect(stepped([{ id: 'a' }, { id: 'b' }], 'b', -1)?.map(({ id }) => id)).toEqual(['b', 'a'])
  expect(stepped([{ id: 'a' }, { id: 'b' }], 'a', -1)).toBe(null)
})
