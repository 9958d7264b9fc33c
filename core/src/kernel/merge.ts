import { isDeepStrictEqual } from 'node:util'

/** What came of two people editing one thing: what may be saved, and where they contradict each other. */
export interface Merge<T> {
  values: T
  conflicts: (keyof T & string)[]
}

/**
 * Three-way merge of flat things, field by field. `base` is what both had before them, `theirs` what was saved
 * meanwhile, `mine` what is to be saved now. Only fields that both changed, and to different values, conflict.
 */
export function mergeThreeWay<T extends object>(base: T, mine: T, theirs: T): Merge<T> {
  const values: T = { ...theirs }
  const conflicts: (keyof T & string)[] = []
  for (const field of fieldsOf(mine)) {
    if (sameValue(mine[field], base[field])) continue
    if (!sameValue(theirs[field], base[field]) && !sameValue(theirs[field], mine[field])) conflicts.push(field)
    else values[field] = mine[field]
  }
  return { values, conflicts }
}

/** The fields whose values differ, and what they were before. */
export function valuesBefore<T extends object>(before: T, after: T): Partial<T> {
  const old: Partial<T> = {}
  for (const field of fieldsOf(after)) {
    if (!sameValue(before[field], after[field])) old[field] = before[field]
  }
  return old
}

function fieldsOf<T extends object>(thing: T): (keyof T & string)[] {
  return Object.keys(thing).filter((name): name is keyof T & string => name in thing)
}

/** Equal by content; the order of keys and fields that are absent or undefined do not count. */
function sameValue(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(plain(a), plain(b))
}

function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value))
}
