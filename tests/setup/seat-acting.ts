import type { Memory, Real } from './seat-place.ts'

/** There was nothing that the command could be done with. */
export const NOTHING = Symbol('nothing')

export type Act = (model: Memory, real: Real) => Promise<unknown>

export const oneOf = <T>(list: readonly T[], n: number): T | undefined => (list.length === 0 ? undefined : list[n % list.length])

export const who = (model: Memory): { name: string; email: string } => {
  model.people += 1
  return { name: `张${model.people}`, email: `p${model.people}@example.org` }
}

/** Remembers the tickets that somebody was told of. */
export function keep(model: Memory, tickets: readonly { id: string; path: string }[]): void {
  for (const { id, path } of tickets) {
    model.acknowledged.add(id)
    model.tickets.push(path.slice('/t/'.length))
  }
}
