/** Answers that are told in one turn of the loop: what the database says must not wait long. */
const AT_ONCE = 8
/** How long they stop at most, in milliseconds. */
const AT_LATEST = 50

/** Answers of batches that have committed, on their way out. */
export interface Telling {
  /** Tells these after those before them, some in each turn of the loop. */
  add(answers: readonly (() => void)[]): void
  /** Stops until `goOn`, a moment at most: something else is more urgent. */
  pause(): void
  goOn(): void
}

/**
 * Answers are written, and the requests that they bring are read, while the database works: as it looks a batch up, and as
 * it writes it. In between this process decides, and the database would stand still for every answer told.
 */
export function makeTelling(): Telling {
  let untold: (() => void)[] = []
  let next: NodeJS.Immediate | undefined
  /** Set while it stops. */
  let late: NodeJS.Timeout | undefined
  const some = (): void => {
    const now = untold.slice(0, AT_ONCE)
    untold = untold.slice(AT_ONCE)
    next = untold.length > 0 ? setImmediate(some) : undefined
    for (const answer of now) answer()
  }
  const goOn = (): void => {
    clearTimeout(late)
    late = undefined
    if (untold.length > 0) next ??= setImmediate(some)
  }
  return {
    add: (answers) => {
      untold.push(...answers)
      if (late === undefined) goOn()
    },
    pause: () => {
      clearImmediate(next)
      next = undefined
      clearTimeout(late)
      late = setTimeout(goOn, AT_LATEST)
    },
    goOn,
  }
}
