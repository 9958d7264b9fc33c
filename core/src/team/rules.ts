import type { Duty, Volunteer } from './model.ts'

/** Without these somebody else ends up doing them on the day. */
const NEEDED: readonly Duty[] = ['lead', 'emcee', 'door', 'stage', 'recording', 'photo']

/** Duties that every event has and nobody has taken on yet. */
export function openDuties(team: readonly Pick<Volunteer, 'duty'>[]): Duty[] {
  return NEEDED.filter((duty) => !team.some((one) => one.duty === duty))
}

/** Pairs of shifts in which one person would have to be in two places. */
export function clashes<V extends Pick<Volunteer, 'personId' | 'startsAt' | 'endsAt'>>(team: readonly V[]): [V, V][] {
  const pairs: [V, V][] = []
  for (const [i, a] of team.entries()) {
    for (const b of team.slice(i + 1)) {
      if (a.personId !== b.personId || !a.startsAt || !a.endsAt || !b.startsAt || !b.endsAt) continue
      if (a.startsAt < b.endsAt && b.startsAt < a.endsAt) pairs.push([a, b])
    }
  }
  return pairs
}
