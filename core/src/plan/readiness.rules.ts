import type { BudgetLine } from './model.ts'
import { sizeOf } from './template.rules.ts'

/** What partners gave; filled from their pledges, because plan and partners stand on one floor. */
export interface Support {
  promisedFen: number
  receivedFen: number
}

export interface Budget {
  /** What the event costs by plan: the expense lines, else the event's own figure. */
  needFen: number
  spentFen: number
  /** Said yes to: partners and planned income. */
  promisedFen: number
  /** In hand: only this counts as money. */
  receivedFen: number
  /** Need minus received, never below zero. */
  missingFen: number
}

/** The budget's sums, in fen. */
export function budgetOf(
  lines: readonly Pick<BudgetLine, 'kind' | 'plannedFen' | 'actualFen'>[],
  support: Support,
  eventBudgetFen = 0,
): Budget {
  const sum = (kind: BudgetLine['kind'], field: 'plannedFen' | 'actualFen'): number =>
    lines.filter((line) => line.kind === kind).reduce((total, line) => total + (line[field] ?? 0), 0)
  const needFen = sum('expense', 'plannedFen') || eventBudgetFen
  const receivedFen = support.receivedFen + sum('income', 'actualFen')
  return {
    needFen,
    spentFen: sum('expense', 'actualFen'),
    promisedFen: support.promisedFen + sum('income', 'plannedFen'),
    receivedFen,
    missingFen: Math.max(0, needFen - receivedFen),
  }
}

export const readinessParts = ['team', 'speakers', 'venue', 'money', 'reach'] as const
export type ReadinessPart = (typeof readinessParts)[number]

/** Counts from the rooms; null leaves a part out (the reader may not see it). */
export interface ReadinessState {
  /** How many people the event is for. */
  people: number
  volunteers: number
  speakers: number | null
  venue: boolean
  money: Pick<Budget, 'needFen' | 'receivedFen'> | null
  channels: number
}

export interface Readiness {
  part: ReadinessPart
  have: number
  need: number
  ready: boolean
}

// People in the team, speakers, channels: our own rules of thumb; the parts are those on which a first attempt failed in the field.
const NEEDS = {
  small: { team: 3, speakers: 2, reach: 1 },
  medium: { team: 6, speakers: 4, reach: 2 },
  large: { team: 12, speakers: 5, reach: 2 },
}

/** How ready an event is, part by part: have and need. Money in fen. */
export function readinessOf(state: ReadinessState): Readiness[] {
  const need = NEEDS[sizeOf(state.people)]
  const part = (name: ReadinessPart, have: number, wanted: number): Readiness => ({
    part: name,
    have,
    need: wanted,
    ready: wanted > 0 && have >= wanted,
  })
  return [
    part('team', state.volunteers, need.team),
    ...(state.speakers === null ? [] : [part('speakers', state.speakers, need.speakers)]),
    part('venue', state.venue ? 1 : 0, 1),
    ...(state.money === null ? [] : [part('money', state.money.receivedFen, state.money.needFen)]),
    part('reach', state.channels, need.reach),
  ]
}
