/** Answers that are told in one turn of the loop: the database must not wait longer for its next statement. */
const AT_ONCE = 16
/** How long answers wait for the next batch at most, in milliseconds. */
const AT_LATEST = 50

/**
 * Answers of batches that have committed. They are told once the next batch's rows are on their way: while the database
 * writes these, answers are written and new requests are read, some in each turn of the loop. The other way round the
 * database would stand still for all that between two batches.
 */
export function makeTelling(): { add: (answers: readonly (() => void)[]) => void; tell: () => void } {
  let untold: (() => void)[] = []
  let late: NodeJS.Timeout | undefined
  const tell = (): void => {
    clearTimeout(late)
    const answers = untold
    untold = []
    const some = (from: number): void => {
      for (const answer of answers.slice(from, from + AT_ONCE)) answer()
      if (from + AT_ONCE < answers.length) setImmediate(some, from + AT_ONCE)
    }
    if (answers.length > 0) setImmediate(some, 0)
  }
  return {
    add: (answers) => {
      untold.push(...answers)
      clearTimeout(late)
      late = setTimeout(tell, AT_LATEST)
    },
    tell,
  }
}
