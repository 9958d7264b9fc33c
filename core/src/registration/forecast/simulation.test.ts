import { expect, test } from 'vitest'
import { cameTo, dice, makeEvent, type Truth } from './crowd.testing.ts'
import { learn } from './fit.rules.ts'
import { adviseCap, forecastOf, riskOf } from './rules.ts'
import { turnoutOf } from './turnout.rules.ts'

// Communities whose truth differs by channel and lead time; nothing below is told the truth, only who registered and came.
const CHANNELS = { '': 0.2, poster: -0.9, group: 0.5, partner: 0.1 }
const LEADS = [0.8, 0.4, 0, -0.3, -0.6]
const COMMUNITIES = 120
/** Hundreds of communities are learnt anew: seconds of reckoning, more where the machine is busy. */
const slow = { timeout: 180_000 }

interface Score {
  /** Mean distance from who really came, in hundredths of the registered. */
  error: number
  /** The same for the community's plain average so far. */
  plain: number
  /** How often who came lay in the range of 80 %. */
  within: number
}

function scoreAfter(events: number, truthOf: (normal: () => number) => Truth, seed = 7): Score {
  const luck = dice(seed)
  const score: Score = { error: 0, plain: 0, within: 0 }
  for (let n = 0; n < COMMUNITIES; n += 1) {
    const truth = truthOf(luck.normal)
    const past = Array.from({ length: events }, (_, e) => makeEvent(luck, truth, `e${e}`))
    const now = makeEvent(luck, truth, 'now')
    const { come, registered } = forecastOf(now.groups, past)
    const came = cameTo(now)
    const people = past.reduce((sum, event) => sum + event.groups.reduce((all, group) => all + group.registered, 0), 0)
    const average = people > 0 ? past.reduce((sum, event) => sum + cameTo(event), 0) / people : 0.63
    score.error += (Math.abs(come.likely - came) / registered / COMMUNITIES) * 100
    score.plain += (Math.abs(average * registered - came) / registered / COMMUNITIES) * 100
    if (came >= come.low && came <= come.high) score.within += 100 / COMMUNITIES
  }
  return score
}

const usual = (normal: () => number): Truth => ({ mean: 0.54 + 0.18 * normal(), evening: 0.18, channels: CHANNELS, leads: LEADS })

test('with each event the forecast is better, and better than the plain average of the past', slow, () => {
  const [none, one, four, twelve] = [0, 1, 4, 12].map((events) => scoreAfter(events, usual))
  expect(none?.error).toBeGreaterThan(7)
  expect(one?.error).toBeLessThan(none?.error ?? 0)
  expect(four?.error).toBeLessThan((one?.error ?? 0) - 1)
  expect(twelve?.error).toBeLessThan((four?.error ?? 0) + 0.3)
  expect(four?.error).toBeLessThan((four?.plain ?? 0) - 1)
  expect(twelve?.error).toBeLessThan((twelve?.plain ?? 0) - 1.5)
})

test('who comes lies in the range about eight of ten times, once there are a few events', slow, () => {
  for (const events of [2, 6, 16]) {
    const { within } = scoreAfter(events, usual, 11)
    expect(within).toBeGreaterThan(72)
    expect(within).toBeLessThan(95)
  }
})

test('where nothing differs but the evenings, the range is right from the first event on', slow, () => {
  const even = (normal: () => number): Truth => ({
    mean: 0.54 + 0.18 * normal(),
    evening: 0.18,
    channels: { '': 0, poster: 0 },
    leads: [0, 0, 0, 0, 0],
  })
  for (const events of [0, 1, 8]) {
    const { within } = scoreAfter(events, even, 3)
    expect(within).toBeGreaterThan(72)
    expect(within).toBeLessThan(92)
  }
})

test('a community far from the prior is learnt from its second event on', slow, () => {
  const diligent = (normal: () => number): Truth => ({
    mean: 1.9 + 0.05 * normal(),
    evening: 0.15,
    channels: { '': 0 },
    leads: [0, 0, 0, 0, 0],
  })
  expect(scoreAfter(0, diligent).error).toBeGreaterThan(20)
  expect(scoreAfter(2, diligent).error).toBeLessThan(4)
})

test('halls with the advised cap are too small at most one time in twenty', slow, () => {
  const luck = dice(23)
  const SEATS = 120
  let over = 0
  let asked = 0
  for (let n = 0; n < 240; n += 1) {
    const truth = usual(luck.normal)
    const past = Array.from({ length: n % 6 }, (_, e) => makeEvent(luck, truth, `e${e}`))
    const now = makeEvent(luck, truth, 'now', 150)
    const turnout = turnoutOf(learn(past), now.groups, past)
    const { cap } = adviseCap(turnout, SEATS, null)
    const registered = now.groups.reduce((sum, group) => sum + group.registered, 0)
    // The same people in the same proportions, as many as the cap allows; walk-ins as the field counts them, 2 to 13 %.
    const come = (cameTo(now) / registered) * cap
    const total = come / (1 - (0.02 + 0.11 * luck.share()))
    asked += 1
    if (total > SEATS) over += 1
    expect(riskOf(turnout, cap, SEATS)).toBeLessThanOrEqual(0.05)
    expect(riskOf(turnout, cap + 1, SEATS)).toBeGreaterThan(0.05)
  }
  expect(over / asked).toBeLessThan(0.05)
})
