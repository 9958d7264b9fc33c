/** Answers that are told in one turn of the loop: what the database says must not wait long. */
const AT_ONCE = 8
/** How long answers wait at most, in milliseconds. */
const AT_LATEST = 50

/** Answers of batches that have committed, on their way out. */
export interface Telling {
  add(answers: readonly (() => void)[]): void
  /** Goes on telling, some in each turn of the loop. */
  tell(): void
  /** Stops until the next `tell`: something else is more urgent. */
  pause(): void
}

/**
 * Answers are written, and the requests that they bring are read, while the database works: as it looks the next batch
 * up, and as it writes it. In between this process decides, and the database would stand still for every answer told.
 */
export function makeTelling(): Telling {
  let untold: (() => void)[] = []
  let next: NodeJS.Immediate | undefined
  let late: NodeJS.Timeout | undefined
  const some = (): void => {
    const now = untold.slice(0, AT_ONCE)
    untold = untold.slice(AT_ONCE)
    next = untold.length > 0 ? setImmediate(some) : undefined
    for (const answer of now) answer()
  }
  const tell = (): void => {
    clearTimeout(late)
    if (untold.length > 0) next ??= setImmediate(some)
  }
  return {
    add: (answers) => {
      untold.push(...answers)
      clearTimeout(late)
      late = setTimeout(tell, AT_LATEST)
    },
    tell,
    pause: () => {
      clearImmediate(next)
      next = undefined
      clearTimeout(late)
      if (untold.length > 0) late = setTimeout(tell, AT_LATEST)
    },
  }
}
