import { effectOf, learn, type Learnt } from './fit.rules.ts'
import {
  factors,
  type Advice,
  type Chance,
  type Forecast,
  type Group,
  type Mover,
  type PastEvent,
  type Range,
  type Sureness,
  type Turnout,
} from './model.ts'
import { expit } from './numbers.ts'
import { comeAtMost, totalAtMost, turnoutOf } from './turnout.rules.ts'

/** The hall may be too small at most one time in twenty. */
const AT_MOST = 0.05
/** Eight of ten evenings lie within the range. */
const LOW = 0.1
const HIGH = 0.9
/** An effect of a smaller part of the registered is not worth a line. */
const LEAST_MOVED = 0.02
const MOST_MOVERS = 4

/** Who will come of these registrations, by what past events taught. */
export function forecastOf(groups: readonly Group[], past: readonly PastEvent[] = [], learnt: Learnt = learn(past)): Forecast {
  const turnout = turnoutOf(learnt, groups, past)
  const registered = count(groups)
  const mean = meanOf(turnout.rates)
  const spread = Math.sqrt(turnout.rates.reduce((sum, { value, weight }) => sum + weight * (value - mean) ** 2, 0))
  const come = comeAtMost(turnout, registered)
  const total = totalRange(turnout, registered, come)
  const range = comeRange(turnout, registered, come)
  return {
    registered,
    come: range,
    walkIns: walkInRange(turnout, range.likely),
    total,
    rate: { mean, spread },
    sureness: surenessOf(past, learnt),
    past: sumOf(past),
    movers: moversOf(learnt, groups, past),
  }
}

/** How many of so many registered people come. */
export function comeRange(turnout: Turnout, registered: number, come = comeAtMost(turnout, registered)): Range {
  return within(quantile(come, LOW), Math.round(registered * meanOf(turnout.rates)), quantile(come, HIGH))
}

/** How many will be in the hall when so many are registered and the mix stays as it is. */
export function totalRange(turnout: Turnout, registered: number, come = comeAtMost(turnout, registered)): Range {
  const most = Math.ceil(registered * 2) + 1
  const likely = registered * meanOf(turnout.rates)
  const walkIn = meanOf(turnout.walkIns)
  return within(
    firstWhere(most, (people) => totalAtMost(turnout, come, people) >= LOW),
    Math.round(likely / (1 - walkIn)),
    firstWhere(most, (people) => totalAtMost(turnout, come, people) >= HIGH),
  )
}

/** How likely more people than seats come when so many are registered, walk-ins included. */
export function riskOf(turnout: Turnout, registered: number, seats: number): number {
  return Math.max(1 - totalAtMost(turnout, comeAtMost(turnout, registered), seats), 0)
}

/**
 * The largest cap with which more people than seats come at most one time in twenty, by the whole of what may happen and not
 * by its middle: with little history the range is wide and the advice careful. The mix of those to come is taken as the present.
 */
export function adviseCap(turnout: Turnout, seats: number, cap: number | null): Advice {
  let fits = 0
  let over = seats + 1
  while (riskOf(turnout, over, seats) <= AT_MOST) {
    fits = over
    over *= 2
  }
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2)
    if (riskOf(turnout, middle, seats) <= AT_MOST) fits = middle
    else over = middle
  }
  return { seats, cap: fits, total: totalRange(turnout, fits), riskNow: cap === null ? null : riskOf(turnout, cap, seats) }
}

/** How much the forecast rests on. */
function surenessOf(past: readonly PastEvent[], learnt: Learnt): Sureness {
  if (past.length === 0) return 'prior'
  if (past.length < 3) return 'little'
  // A tenth of the registered more or fewer from one evening to the next.
  if (Math.sqrt(learnt.evening) * 0.23 > 0.1) return 'uneven'
  return past.length < 8 ? 'fair' : 'good'
}

/** Which groups make the forecast differ from the community's average, the strongest first. */
function moversOf(learnt: Learnt, groups: readonly Group[], past: readonly PastEvent[]): Mover[] {
  const movers = new Map<string, Mover>()
  for (const group of groups) {
    if (group.registered === 0) continue
    const used = factors.filter((factor) => learnt.scales.has(factor))
    const effect = (factor: (typeof factors)[number]): number => learnt.mean[learnt.places.get(effectOf(factor, group)) ?? -1] ?? 0
    const share = expit((learnt.mean[0] ?? 0) + used.reduce((sum, factor) => sum + effect(factor), 0))
    for (const factor of used) {
      const name = effectOf(factor, group)
      if (!learnt.places.has(name)) continue
      const mover = movers.get(name) ?? { factor, level: group[factor], people: 0, effect: 0, past: { registered: 0, came: 0 } }
      mover.people += group.registered
      mover.effect += group.registered * share * (1 - share) * (effect(factor) - (learnt.centre.get(factor) ?? 0))
      movers.set(name, mover)
    }
  }
  for (const event of past)
    for (const group of event.groups)
      for (const factor of factors) {
        const mover = movers.get(effectOf(factor, group))
        if (!mover) continue
        mover.past.registered += group.registered
        mover.past.came += group.came
      }
  return [...movers.values()]
    .map((mover) => ({ ...mover, effect: Math.round(mover.effect) }))
    .filter((mover) => Math.abs(mover.effect) >= Math.max(LEAST_MOVED * count(groups), 1))
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect) || b.people - a.people)
    .slice(0, MOST_MOVERS)
}

function walkInRange(turnout: Turnout, come: number): Range {
  const people = (share: number): number => Math.round((come * share) / (1 - share))
  let sum = 0
  let low = 0
  let high = 0
  for (const { value, weight } of turnout.walkIns) {
    if (sum < LOW && sum + weight >= LOW) low = people(value)
    if (sum < HIGH && sum + weight >= HIGH) high = people(value)
    sum += weight
  }
  return within(low, people(meanOf(turnout.walkIns)), high)
}

/** A range with the mean in it: of a history of extremes the mean may lie where hardly an evening does. */
const within = (low: number, mean: number, high: number): Range => ({ low, likely: Math.min(Math.max(mean, low), high), high })

/** The first number that is as likely not exceeded as asked. */
function quantile(atMost: Float64Array, share: number): number {
  return firstWhere(atMost.length - 1, (n) => (atMost[n] ?? 1) >= share)
}

/** The smallest number from 0 to `most` that holds; it holds for all above, too. */
function firstWhere(most: number, holds: (n: number) => boolean): number {
  let low = 0
  let high = most
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

const meanOf = (chances: readonly Chance[]): number => chances.reduce((sum, { value, weight }) => sum + value * weight, 0)
const count = (groups: readonly Group[]): number => groups.reduce((sum, group) => sum + group.registered, 0)

function sumOf(past: readonly PastEvent[]): { events: number; registered: number; came: number } {
  const groups = past.flatMap((event) => event.groups)
  return { events: past.length, registered: count(groups), came: groups.reduce((sum, group) => sum + group.came, 0) }
}
