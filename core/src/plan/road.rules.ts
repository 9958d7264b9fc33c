import type { Event } from '#core/community/model.ts'
import { localDay } from '#core/community/rules.ts'
import type { DateOption, Note, Plan, Proposal, Task } from './model.ts'

/** One entry of the road to an event, on the day it stands for. */
export type RoadItem = { day: string; /** Days from the event's day. */ offset: number } & (
  | { kind: 'proposal'; thing: Proposal }
  | { kind: 'date'; thing: DateOption }
  | { kind: 'note'; thing: Note }
  | { kind: 'task'; thing: Task; late: boolean }
)

/** Whole days from one calendar day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
}

/** The offset of a day (YYYY-MM-DD) from the event's own. */
export function offsetOfDay(event: Pick<Event, 'startsAt' | 'timeZone'>, day: string): number {
  return daysBetween(localDay(event.startsAt, event.timeZone), day)
}

/** The calendar day that lies `offset` days from the event's. */
function dayOf(eventDay: string, offset: number): string {
  return new Date(Date.parse(eventDay) + offset * 86_400_000).toISOString().slice(0, 10)
}

/** What came to nothing, or was an event of its own, stands on the day that it was meant for; what is alive, on the day it was written. */
function dayOfProposal({ state, plannedFor, createdAt }: Proposal, timeZone: string): string {
  const over = state === 'shelved' || state === 'done'
  return over && plannedFor ? plannedFor : localDay(createdAt, timeZone)
}

/** All of the road, the earliest day first; on one day: proposals, dates, notes, tasks. */
export function roadOf(plan: Plan, event: Pick<Event, 'startsAt' | 'timeZone'>, now: Date): RoadItem[] {
  const eventDay = localDay(event.startsAt, event.timeZone)
  const today = localDay(now, event.timeZone)
  const at = (day: string): { day: string; offset: number } => ({ day, offset: daysBetween(eventDay, day) })
  const items: RoadItem[] = [
    ...plan.proposals.map((thing): RoadItem => ({ ...at(dayOfProposal(thing, event.timeZone)), kind: 'proposal', thing })),
    ...plan.dates
      .filter((d) => d.state !== 'chosen' || d.day !== eventDay)
      .map((thing): RoadItem => ({ ...at(thing.day), kind: 'date', thing })),
    ...plan.notes.map((thing): RoadItem => ({ ...at(thing.day), kind: 'note', thing })),
    ...plan.tasks.map((thing): RoadItem => {
      const day = dayOf(eventDay, thing.dayOffset)
      return { day, offset: thing.dayOffset, kind: 'task', thing, late: thing.state === 'open' && day < today }
    }),
  ]
  return items
    .map((item, i) => ({ item, i }))
    .sort((a, b) => a.item.day.localeCompare(b.item.day) || a.i - b.i)
    .map(({ item }) => item)
}
