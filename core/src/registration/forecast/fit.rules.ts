import { factors, type Factor, type PastEvent, type Traits } from './model.ts'
import { expit, invert } from './numbers.ts'

/**
 * The share of registered people who come to a free half-day tech event, before a community has a history: 0.63 ± 0.06,
 * from six counted events of Chinese communities. As log-odds: a logit-normal distribution with that mean and spread.
 */
export const SHOW_RATE = { mean: 0.63, spread: 0.06, odds: 0.540947, oddsSpread: 0.261264 } as const

/** Half of what is not known beforehand lies between communities, half between the evenings of one community. */
const HALF = SHOW_RATE.oddsSpread ** 2 / 2
/** How far a group may lie from the average, as a spread of log-odds, until the community's own events say otherwise. */
const SCALES: Record<Factor, number> = { reconfirm: 0.8, lead: 0.3, channel: 0.3, price: 0.3, weekday: 0.15 }
/** Of how many groups or evenings these first guesses weigh as much. */
const GUESS_WEIGHT = 2
/** A group of fewer people teaches nothing. */
const FEWEST = 10
/** Of the largest channels; the others share the average. */
const MOST_CHANNELS = 12

/** What the history taught: normal distributions of log-odds. */
export interface Learnt {
  /** Where each effect stands in `mean` and `covariance`: `channel:poster` → 3. The first one is the community's average. */
  places: ReadonlyMap<string, number>
  mean: readonly number[]
  covariance: readonly (readonly number[])[]
  /** Variance between evenings. */
  evening: number
  /** Variance of a group's effect, by factor; a factor that past events do not tell apart is not here. */
  scales: ReadonlyMap<Factor, number>
  /** The average effect of each factor over the past registrations, from which a group differs. */
  centre: ReadonlyMap<Factor, number>
}

export const effectOf = (factor: Factor, traits: Traits): string => `${factor}:${traits[factor]}`

/**
 * Learns from past events who comes. The model: for a person with traits x at event e,
 *
 *   log-odds(comes) = a + Σ b[factor, x.factor] + u[e],   a ~ N(prior), b ~ N(0, s²[factor]), u ~ N(0, s²[evening])
 *
 * a is the community's own average, b what a group differs from it, u what an evening's crowd has in common (weather, topic):
 * without u a few large events would make the forecast surer than it is. Few data leave a at the prior and b at zero.
 * The mode is found by Newton's method, its curvature gives the spread (Laplace's approximation); the variances are
 * re-estimated from their groups by expectation–maximisation with a scaled inverse χ² guess of weight 2.
 * Sources: Breslow & Clayton (1993), Approximate inference in generalized linear mixed models; Gelman & Hill (2007), ch. 14.
 */
export function learn(past: readonly PastEvent[]): Learnt {
  const { names, used } = namesOf(past)
  const effects = names.length
  const cells = past.flatMap((event, e) =>
    event.groups
      .filter((group) => group.registered > 0)
      .map((group) => ({
        n: group.registered,
        k: Math.min(Math.max(group.came, 0), group.registered),
        at: [0, ...used.map((factor) => names.indexOf(effectOf(factor, group))).filter((place) => place > 0), effects + e],
      })),
  )
  const kinds: (Factor | 'mean' | 'evening')[] = [
    'mean',
    ...names.slice(1).map((name) => used.find((factor) => name.startsWith(`${factor}:`)) ?? 'channel'),
    ...past.map(() => 'evening' as const),
  ]
  const variances = new Map<Factor | 'mean' | 'evening', number>([
    ['mean', HALF],
    ['evening', HALF],
    ...used.map((factor) => [factor, SCALES[factor] ** 2] as const),
  ])
  const guesses = new Map(variances)
  const prior: number[] = kinds.map((kind) => (kind === 'mean' ? SHOW_RATE.odds : 0))
  let mode = [...prior]
  let covariance: number[][] = []
  for (let round = 0; round < 15; round += 1) {
    const precision = kinds.map((kind) => 1 / (variances.get(kind) ?? 1))
    ;({ mode, covariance } = climb(cells, prior, precision, mode))
    if (past.length === 0) break
    let moved = 0
    for (const [kind, guess] of guesses) {
      const own = [...kinds.keys()].filter((n) => kinds[n] === kind)
      const seen = own.reduce((sum, n) => sum + (mode[n] ?? 0) ** 2 + (covariance[n]?.[n] ?? 0), 0)
      const next = (GUESS_WEIGHT * guess + seen) / (GUESS_WEIGHT + own.length)
      moved = Math.max(moved, Math.abs(next / (variances.get(kind) ?? 1) - 1))
      variances.set(kind, next)
    }
    if (moved < 0.01) break
  }
  return {
    places: new Map(names.map((name, n) => [name, n])),
    mean: mode.slice(0, effects),
    covariance: covariance.slice(0, effects).map((row) => row.slice(0, effects)),
    evening: variances.get('evening') ?? HALF,
    scales: new Map(used.map((factor) => [factor, variances.get(factor) ?? 0])),
    centre: new Map(used.map((factor) => [factor, centreOf(past, factor, names, mode)])),
  }
}

interface Cell {
  n: number
  k: number
  /** Which effects a person of this cell has. */
  at: readonly number[]
}

/** Newton's method to the mode of the penalised likelihood, from where the last one stood; and the inverse curvature there. */
function climb(cells: readonly Cell[], prior: readonly number[], precision: readonly number[], from: readonly number[]) {
  let mode = [...from]
  let covariance: number[][] = []
  for (let step = 0; step < 25; step += 1) {
    const slope = mode.map((value, n) => -(precision[n] ?? 0) * (value - (prior[n] ?? 0)))
    const curve = mode.map((_, n) => mode.map((__, m) => (n === m ? (precision[n] ?? 0) : 0)))
    for (const { n, k, at } of cells) {
      const share = expit(at.reduce((sum, place) => sum + (mode[place] ?? 0), 0))
      for (const place of at) {
        slope[place] = (slope[place] ?? 0) + k - n * share
        const row = curve[place]
        if (row) for (const other of at) row[other] = (row[other] ?? 0) + n * share * (1 - share)
      }
    }
    covariance = invert(curve)
    const by = covariance.map((row) => row.reduce((sum, value, n) => sum + value * (slope[n] ?? 0), 0))
    // The curvature belongs to where one stands; far steps are shortened, near ones end the search.
    const far = Math.max(...by.map(Math.abs))
    if (far < 1e-6) break
    mode = mode.map((value, n) => value + (by[n] ?? 0) / Math.max(far, 1))
  }
  return { mode, covariance }
}

/** The groups with enough people to teach something, of factors that the history tells apart. */
function namesOf(past: readonly PastEvent[]): { names: string[]; used: Factor[] } {
  const people = new Map<string, number>()
  for (const event of past)
    for (const group of event.groups)
      for (const factor of factors) {
        const name = effectOf(factor, group)
        people.set(name, (people.get(name) ?? 0) + group.registered)
      }
  const levels = (factor: Factor): string[] =>
    [...people]
      .filter(([name, count]) => name.startsWith(`${factor}:`) && count >= FEWEST)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, MOST_CHANNELS)
      .map(([name]) => name)
  const used = factors.filter((factor) => levels(factor).length > 1)
  return { names: ['mean', ...used.flatMap(levels)], used }
}

function centreOf(past: readonly PastEvent[], factor: Factor, names: readonly string[], mode: readonly number[]): number {
  let people = 0
  let sum = 0
  for (const event of past)
    for (const group of event.groups) {
      const place = names.indexOf(effectOf(factor, group))
      people += group.registered
      sum += group.registered * (place > 0 ? (mode[place] ?? 0) : 0)
    }
  return people > 0 ? sum / people : 0
}
