/**
 * The speaker's clock. Pure and without any import, because the stage's screens run it in the browser as well:
 * all they need lies in the page, so that they go on without a network.
 */

/** What a running item needs to be shown: when it began and how long it may take. */
export interface Running {
  /** Milliseconds since 1970. */
  startedAt: number
  /** Seconds: planned and added. */
  allowed: number
}

/** green; amber near the end; red from zero on. */
export type Colour = 'green' | 'amber' | 'red'

export interface Reading {
  /** Seconds since the start, not below zero. */
  elapsed: number
  /** Seconds left; negative: over by so many. */
  remaining: number
  colour: Colour
}

/** Amber begins five minutes before the end, for short items when a fifth of the time is left. */
export function amberSeconds(allowed: number): number {
  return Math.min(300, allowed / 5)
}

/** What the clock shows at `now` (milliseconds since 1970). */
export function readClock(running: Running, now: number): Reading {
  const elapsed = Math.max(0, Math.floor((now - running.startedAt) / 1000))
  const remaining = running.allowed - elapsed
  return { elapsed, remaining, colour: remaining <= 0 ? 'red' : remaining <= amberSeconds(running.allowed) ? 'amber' : 'green' }
}
