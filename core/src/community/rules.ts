import type { Clock } from '#core/kernel/clock.ts'
import type { Event, EventState } from './model.ts'

/** Where an event stands in time: before, on (from an hour before the start), after. */
export type Phase = 'before' | 'on' | 'after'

export function phaseOf(event: Pick<Event, 'startsAt' | 'endsAt' | 'state'>, now: Date): Phase {
  if (event.state === 'over' || now > event.endsAt) return 'after'
  return now.getTime() >= event.startsAt.getTime() - 3_600_000 ? 'on' : 'before'
}

/** True when signed-out visitors may see the event. */
export function isPublic(event: Pick<Event, 'state'>): boolean {
  return event.state !== 'draft'
}

/** From which states an event may go where. */
const ROADS: Record<EventState, readonly EventState[]> = {
  draft: ['published', 'cancelled'],
  published: ['draft', 'over', 'postponed', 'cancelled'],
  postponed: ['published', 'draft', 'cancelled'],
  cancelled: ['draft', 'published'],
  over: ['published'],
}

export function mayBecome(from: EventState, to: EventState): boolean {
  return ROADS[from].includes(to)
}

/** Whole days from now to the day of the event in its time zone: 9 → D−9, 0 → the day, −3 → D+3. */
export function daysUntil(event: Pick<Event, 'startsAt' | 'timeZone'>, clock: Clock): number {
  return dayNumber(event.startsAt, event.timeZone) - dayNumber(clock.now(), event.timeZone)
}

/** The calendar day of a moment in a time zone, as YYYY-MM-DD. */
export function localDay(at: Date, timeZone: string): string {
  let days = dayFormats.get(timeZone)
  if (!days) dayFormats.set(timeZone, (days = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })))
  return days.format(at)
}

/** By time zone, of which there are a few hundred: making one takes as long as formatting a thousand days. */
const dayFormats = new Map<string, Intl.DateTimeFormat>()
const momentFormats = new Map<string, Intl.DateTimeFormat>()

/** The day that lies `offset` days from the event's own, as YYYY-MM-DD. */
export function dayAt(event: Pick<Event, 'startsAt' | 'timeZone'>, offset: number): string {
  return new Date((dayNumber(event.startsAt, event.timeZone) + offset) * 86_400_000).toISOString().slice(0, 10)
}

function dayNumber(at: Date, timeZone: string): number {
  return Math.floor(Date.parse(`${localDay(at, timeZone)}T00:00:00Z`) / 86_400_000)
}

/** The moment at which a wall clock in `timeZone` shows the given day and time (`2019-10-26`, `13:30` or `13:38:49`). */
export function momentAt(day: string, time: string, timeZone: string): Date {
  const wanted = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`)
  // The zone's offset depends on the moment itself; a second round settles changes of summer time.
  let at = wanted
  for (let round = 0; round < 2; round += 1) at = wanted - offsetOf(at, timeZone)
  return new Date(at)
}

/** The same wall-clock time in `timeZone`, a number of days later (or earlier). */
export function shiftDays(at: Date, days: number, timeZone: string): Date {
  const [day = '', time = ''] = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    .format(at)
    .split(' ')
  const there = new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
  return momentAt(there, time, timeZone)
}

/** By time zone: the offsets of the hours that were asked for, null for those in which it changes. */
const offsets = new Map<string, Map<number, number | null>>()
const HOUR = 3_600_000
/** Hours that are kept of a zone: a list of a year's moments has less, and nobody can fill the memory with dates. */
const MOST_HOURS = 10_000

/** A list of twenty thousand moments lies within some hundred hours: formatting each of them would cost more than all else in it. */
function offsetOf(at: number, timeZone: string): number {
  const hour = Math.floor(at / HOUR)
  let known = offsets.get(timeZone)
  if (!known || known.size >= MOST_HOURS) offsets.set(timeZone, (known = new Map()))
  let offset = known.get(hour)
  if (offset === undefined) {
    offset = measureOffset(hour * HOUR, timeZone)
    if (offset !== measureOffset((hour + 1) * HOUR - 1, timeZone)) offset = null
    known.set(hour, offset)
  }
  return offset ?? measureOffset(at, timeZone)
}

function measureOffset(at: number, timeZone: string): number {
  let moments = momentFormats.get(timeZone)
  if (!moments)
    momentFormats.set(timeZone, (moments = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })))
  const parts = moments.format(at)
  return Date.parse(`${parts.replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000
}
