/** What a figure has to stay below, or reach. */
export type Goal = { below: number } | { atLeast: number }

/** A file `*.bench.ts`: figures by name, and the goals for some of them. */
export interface Bench {
  run: () => Promise<Record<string, number>>
  goals?: Record<string, Goal>
}

export function meets(value: number, goal: Goal): boolean {
  return 'below' in goal ? value < goal.below : value >= goal.atLeast
}
