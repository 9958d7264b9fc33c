/** Where the time comes from. Passed in everywhere, so that tests and the examples set it. */
export interface Clock {
  now(): Date
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => new Date() }

export interface SettableClock extends Clock {
  set(at: Date): void
  advance(milliseconds: number): void
}

/** A clock that stands still until it is set or advanced; for tests and for loading past events. */
export function settableClock(start: Date): SettableClock {
  let at = start.getTime()
  return {
    now: () => new Date(at),
    set: (next) => {
      at = next.getTime()
    },
    advance: (milliseconds) => {
      at += milliseconds
    },
  }
}
