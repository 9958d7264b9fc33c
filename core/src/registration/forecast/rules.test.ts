import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dice, groupOf } from './crowd.testing.ts'
import { learn } from './fit.rules.ts'
import { leads, type Group, type PastEvent, type Turnout } from './model.ts'
import { adviseCap, comeRange, forecastOf, riskOf } from './rules.ts'
import { comeAtMost, turnoutOf } from './turnout.rules.ts'

const event = (id: string, registered: number, came: number, over: Partial<Group> = {}): PastEvent => ({
  id,
  groups: [{ ...groupOf(registered, over), came }],
  walkIns: 0,
})
const bare = turnoutOf(learn([]), [], [])

test('without a history it is the prior: of 400 registered 252, in eight of ten evenings 218 to 285', () => {
  const forecast = forecastOf([groupOf(250), groupOf(150, { channel: 'poster', lead: '30+', price: 'paid', weekday: 'workday' })])
  expect(forecast).toMatchObject({
    registered: 400,
    come: { low: 218, likely: 252, high: 285 },
    walkIns: { low: 5, likely: 18, high: 38 },
    total: { low: 231, likely: 270, high: 311 },
    sureness: 'prior',
    past: { events: 0, registered: 0, came: 0 },
    movers: [],
  })
  expect(forecast.rate.mean).toBeCloseTo(0.63, 4)
  expect(forecast.rate.spread).toBeCloseTo(0.06, 4)
})

test('nobody registered, nobody comes', () => {
  expect(forecastOf([])).toMatchObject({ registered: 0, come: { low: 0, likely: 0, high: 0 }, total: { low: 0, likely: 0, high: 0 } })
  expect(forecastOf([], [event('a', 100, 70)]).come).toEqual({ low: 0, likely: 0, high: 0 })
})

test('own events move it and narrow it; one event moves it half way', () => {
  const one = forecastOf([groupOf(100)], [event('a', 100, 80)])
  expect(one.rate.mean).toBeGreaterThan(0.65)
  expect(one.rate.mean).toBeLessThan(0.78)
  expect(one.sureness).toBe('little')
  const eight = forecastOf(
    [groupOf(100)],
    Array.from({ length: 8 }, (_, n) => event(`e${n}`, 100, 79 + (n % 3))),
  )
  expect(eight.rate.mean).toBeCloseTo(0.8, 1)
  expect(eight.rate.spread).toBeLessThan(one.rate.spread)
  expect(eight.sureness).toBe('good')
})

test('evenings that differ widely are told so, and the range is wide', () => {
  const rates = [30, 90, 45, 85, 35, 80]
  const { sureness, come } = forecastOf(
    [groupOf(100)],
    rates.map((came, n) => event(`e${n}`, 100, came)),
  )
  expect(sureness).toBe('uneven')
  expect(come.high - come.low).toBeGreaterThan(40)
})

test('a channel whose people stay away moves it down, and is named with what the past showed', () => {
  const past = Array.from({ length: 5 }, (_, n): PastEvent => ({
    id: `e${n}`,
    groups: [
      { ...groupOf(80), came: 60 },
      { ...groupOf(40, { channel: 'poster' }), came: 14 },
    ],
    walkIns: 0,
  }))
  const usual = forecastOf([groupOf(80), groupOf(40, { channel: 'poster' })], past)
  expect(usual.come.likely).toBeGreaterThan(69)
  expect(usual.come.likely).toBeLessThan(79)
  const posters = forecastOf([groupOf(20), groupOf(100, { channel: 'poster' })], past)
  expect(posters.come.likely).toBeLessThan(60)
  const [first] = posters.movers
  expect(first).toMatchObject({ factor: 'channel', level: 'poster', people: 100, past: { registered: 200, came: 70 } })
  expect(first?.effect).toBeLessThan(-15)
  // A channel nobody knows counts as the average, less surely.
  const fresh = forecastOf([groupOf(120, { channel: 'brand-new' })], past)
  expect(fresh.rate.spread).toBeGreaterThan(usual.rate.spread)
  expect(fresh.movers).toEqual([])
})

test('who said again that they come counts more than who did not answer', () => {
  const past = Array.from({ length: 4 }, (_, n): PastEvent => ({
    id: `e${n}`,
    groups: [
      { ...groupOf(60, { reconfirm: 'yes' }), came: 54 },
      { ...groupOf(60, { reconfirm: 'silent' }), came: 21 },
    ],
    walkIns: 0,
  }))
  const yes = forecastOf([groupOf(100, { reconfirm: 'yes' })], past).come
  const silent = forecastOf([groupOf(100, { reconfirm: 'silent' })], past).come
  expect(yes.low).toBeGreaterThan(75)
  expect(silent.high).toBeLessThan(52)
})

test('events whose desk wrote walk-ins down teach how many come so', () => {
  const many = [1, 2, 3, 4].map((n) => ({ ...event(`e${n}`, 100, 60), walkIns: 25 }))
  const few = many.map((one) => ({ ...one, walkIns: 2 }))
  const none = many.map((one) => ({ ...one, walkIns: 0 }))
  const walkIns = (past: PastEvent[]) => forecastOf([groupOf(100)], past).walkIns.likely
  expect(walkIns(many)).toBeGreaterThan(walkIns(none))
  expect(walkIns(few)).toBeLessThan(walkIns(none))
})

const groups = fc.array(
  fc.record({
    channel: fc.constantFrom('', 'poster', 'group'),
    lead: fc.constantFrom(...leads),
    price: fc.constantFrom('free' as const, 'paid' as const),
    reconfirm: fc.constantFrom('yes' as const, 'silent' as const, 'unasked' as const),
    weekday: fc.constantFrom('workday' as const, 'weekend' as const),
    registered: fc.integer({ min: 0, max: 300 }),
  }),
  { maxLength: 8 },
)
const past = fc.array(
  groups.chain((list) =>
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: list.length, maxLength: list.length }).map((shares) => ({
      id: 'e',
      groups: list.map((group, n) => ({ ...group, came: Math.round(group.registered * (shares[n] ?? 0)) })),
      walkIns: list.length,
    })),
  ),
  { maxLength: 6 },
)

test('whatever the history, the range is a range of people who registered', () => {
  fc.assert(
    fc.property(groups, past, (now, before) => {
      const { come, total, walkIns, registered, rate, movers } = forecastOf(now, before)
      for (const { low, likely, high } of [come, total, walkIns]) {
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(likely)
        expect(likely).toBeLessThanOrEqual(high)
      }
      expect(come.high).toBeLessThanOrEqual(registered)
      expect(total.low).toBeGreaterThanOrEqual(come.low)
      expect(total.high).toBeGreaterThanOrEqual(come.high)
      expect(rate.mean).toBeGreaterThan(0)
      expect(rate.mean).toBeLessThan(1)
      expect(movers.every((one) => Number.isFinite(one.effect))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('the order of events and groups does not matter', () => {
  fc.assert(
    fc.property(groups, past, (now, before) => {
      const turned = before.map((one) => ({ ...one, groups: [...one.groups].reverse() })).reverse()
      expect(forecastOf([...now].reverse(), turned).come).toEqual(forecastOf(now, before).come)
    }),
    { numRuns: 30 },
  )
})

test('the advised cap grows with the seats, keeps the risk, and one more would break it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1500 }), past, (seats, before) => {
      const turnout = turnoutOf(learn(before), [], before)
      const advice = adviseCap(turnout, seats, seats)
      expect(riskOf(turnout, advice.cap, seats)).toBeLessThanOrEqual(0.05)
      expect(riskOf(turnout, advice.cap + 1, seats)).toBeGreaterThan(0.05)
      expect(adviseCap(turnout, seats + 1, null).cap).toBeGreaterThanOrEqual(advice.cap)
    }),
    { numRuns: 40 },
  )
})

test('more registered, more risk', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 300 }), (a, b, seats) => {
      expect(riskOf(bare, Math.max(a, b), seats)).toBeGreaterThanOrEqual(riskOf(bare, Math.min(a, b), seats) - 1e-9)
    }),
    { numRuns: 60 },
  )
})

test('drawn from what it expects, the hall with the advised cap is too small in one of twenty evenings, not more', () => {
  const { share, pick } = dice(5)
  const draw = (chances: Turnout['rates']): number => chances[pick(chances.map((one) => one.weight))]?.value ?? 0
  for (const seats of [30, 100, 400]) {
    const { cap } = adviseCap(bare, seats, null)
    let over = 0
    for (let evening = 0; evening < 3000; evening += 1) {
      const rate = draw(bare.rates)
      let come = 0
      for (let person = 0; person < cap; person += 1) if (share() < rate) come += 1
      if (Math.floor(come / (1 - draw(bare.walkIns)) + 1e-9) > seats) over += 1
    }
    // Three standard errors of 3000 evenings.
    expect(over / 3000).toBeLessThan(0.062)
    expect(over / 3000).toBeGreaterThan(0.02)
  }
})

test('advice: no seats, no cap; 400 seats bear about 490 where nothing is known, more where much is', () => {
  expect(adviseCap(bare, 0, 10)).toMatchObject({ cap: 0 })
  const unknown = adviseCap(bare, 400, 400)
  expect(unknown.cap).toBe(494)
  expect(unknown.riskNow).toBeLessThan(0.01)
  const same = Array.from({ length: 12 }, (_, n) => event(`e${n}`, 200, 126))
  expect(adviseCap(turnoutOf(learn(same), [], same), 400, null).cap).toBeGreaterThan(unknown.cap)
})

test('a hundred thousand registered are reckoned at once, and their chances sum to one', () => {
  const begun = performance.now()
  const sums = comeAtMost(bare, 100_000)
  expect(sums.at(-1)).toBeCloseTo(1, 9)
  expect(comeRange(bare, 100_000).likely).toBe(63_000)
  expect(performance.now() - begun).toBeLessThan(500)
})
