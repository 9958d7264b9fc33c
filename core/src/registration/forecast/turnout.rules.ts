import { effectOf, type Learnt } from './fit.rules.ts'
import type { Chance, Group, PastEvent, Turnout } from './model.ts'
import { addBinomial, expit, logit, normalChances, times } from './numbers.ts'

/** Walk-ins are 2 to 13 of a hundred who come, in 80 of 100 events; as log-odds, normally distributed. */
const WALK_INS = { odds: -2.89639, oddsSpread: 0.776739 } as const

/** What may happen on the day with these registrations; without any, with people like those of past events. */
export function turnoutOf(learnt: Learnt, groups: readonly Group[], past: readonly PastEvent[]): Turnout {
  return {
    rates: ratesOf(learnt, groups.some((group) => group.registered > 0) ? groups : past.flatMap((event) => event.groups)),
    walkIns: walkInsOf(past),
  }
}

/**
 * The share who come of a mix of groups. All that is not known is normally distributed; only how it moves the total matters,
 * so that the groups are moved together along the one direction in which the total varies (the regression of each group's
 * log-odds on the total), by 81 steps.
 */
function ratesOf(learnt: Learnt, groups: readonly Group[]): Chance[] {
  // The community's average, what it knows of groups, what it does not know of new groups, and the evening.
  const places = new Map(learnt.places)
  const unknown: number[] = []
  const rows = (groups.some((group) => group.registered > 0) ? groups : []).map((group) => ({
    people: group.registered,
    at: [0, ...[...learnt.scales].map(([factor, variance]) => placeOf(effectOf(factor, group), variance))],
  }))
  function placeOf(name: string, variance: number): number {
    const known = places.get(name)
    if (known !== undefined) return known
    places.set(name, places.size)
    unknown.push(variance)
    return places.size - 1
  }
  if (rows.length === 0) rows.push({ people: 1, at: [0] })
  const evening = places.size
  const cells = rows.map(({ people, at }) => {
    const odds = at.reduce((sum, place) => sum + (learnt.mean[place] ?? 0), 0)
    return { people, odds, at: [...at, evening], pull: people * expit(odds) * (1 - expit(odds)) }
  })
  const pull = Array.from({ length: evening + 1 }, () => 0)
  for (const cell of cells) for (const place of cell.at) pull[place] = (pull[place] ?? 0) + cell.pull
  const known = learnt.mean.length
  const moved = [
    ...times(learnt.covariance, pull.slice(0, known)),
    ...unknown.map((variance, n) => variance * (pull[known + n] ?? 0)),
    learnt.evening * (pull[evening] ?? 0),
  ]
  const spread = Math.sqrt(pull.reduce((sum, value, n) => sum + value * (moved[n] ?? 0), 0))
  const all = cells.reduce((sum, cell) => sum + cell.people, 0)
  const along = cells.map((cell) => ({ ...cell, by: cell.at.reduce((sum, place) => sum + (moved[place] ?? 0), 0) / spread }))
  return normalChances(0, 1).map(({ value, weight }) => ({
    value: along.reduce((sum, cell) => sum + cell.people * expit(cell.odds + cell.by * value), 0) / all,
    weight,
  }))
}

/**
 * The share of walk-ins among all who come: the prior, moved by the events whose desk registered walk-ins (a desk that
 * registers none may have none, or may not write them down). Half of the prior's variance lies between evenings.
 */
export function walkInsOf(past: readonly PastEvent[]): Chance[] {
  const half = WALK_INS.oddsSpread ** 2 / 2
  let precision = 1 / half
  let sum = WALK_INS.odds / half
  for (const event of past) {
    const all = event.walkIns + event.groups.reduce((total, group) => total + group.came, 0)
    if (event.walkIns === 0) continue
    const share = (event.walkIns + 0.5) / (all + 1)
    const own = 1 / (half + 1 / (all * share * (1 - share)))
    precision += own
    sum += logit(share) * own
  }
  return normalChances(sum / precision, Math.sqrt(1 / precision + half)).map(({ value, weight }) => ({ value: expit(value), weight }))
}

/**
 * For `registered` people, how likely at most 0, 1, … of them come. For one evening's share it is a binomial distribution:
 * the sum of unlike chances varies no more than that of their mean (Hoeffding 1956), so the range is never too narrow for it.
 */
export function comeAtMost(turnout: Turnout, registered: number): Float64Array {
  const sums = new Float64Array(registered + 1)
  for (const { value, weight } of turnout.rates) addBinomial(sums, registered, value, weight)
  for (let n = 1; n <= registered; n += 1) sums[n] = (sums[n] ?? 0) + (sums[n - 1] ?? 0)
  return sums
}

/** How likely the hall has at most so many people, walk-ins included, when those of `come` are registered. */
export function totalAtMost(turnout: Turnout, come: Float64Array, people: number): number {
  if (people < 0) return 0
  return turnout.walkIns.reduce((sum, { value, weight }) => {
    // With a share w of walk-ins, n registered people who come are n / (1 − w) people in the hall.
    const registered = Math.min(Math.floor(people * (1 - value) + 1e-9), come.length - 1)
    return sum + weight * (come[registered] ?? 1)
  }, 0)
}
