import type { Event } from '#core/community/model.ts'
import { localDay, momentAt } from '#core/community/rules.ts'
import type { List, ScanVerdict } from './model.ts'

type Halves = Exclude<List, 'day'>
const HALVES: readonly { list: Halves; from: string; to: string }[] = [
  { list: 'morning', from: '00:00', to: '12:00' },
  { list: 'afternoon', from: '12:00', to: '18:00' },
  { list: 'evening', from: '18:00', to: '23:59' },
]

/** A half-day counts when the event has at least this much of it: a talk that ends at 18:30 makes no evening. */
const ENOUGH = 60 * 60_000

type Hours = Pick<Event, 'startsAt' | 'endsAt' | 'timeZone'>

/** The half-days of an event, in order; for a short one the half-day in which most of it lies. */
export function listsOf(event: Hours): Halves[] {
  const day = localDay(event.startsAt, event.timeZone)
  const shares = HALVES.map(({ list, from, to }) => {
    const begins = Math.max(momentAt(day, from, event.timeZone).getTime(), event.startsAt.getTime())
    const ends = Math.min(momentAt(day, to, event.timeZone).getTime(), event.endsAt.getTime())
    return { list, share: ends - begins }
  })
  const whole = shares.filter((one) => one.share >= ENOUGH).map((one) => one.list)
  if (whole.length > 0) return whole
  return [shares.reduce((most, one) => (one.share > most.share ? one : most)).list]
}

/** The list a scan belongs to: the half-day by the event's clock, or the nearest one that the event has. */
export function listAt(event: Hours, at: Date): Halves {
  const own = listsOf(event)
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone: event.timeZone, hour: '2-digit', hourCycle: 'h23' }).format(at))
  const half = hour < 12 ? 0 : hour < 18 ? 1 : 2
  const order = HALVES.map((one) => one.list)
  const distance = (list: Halves): number => Math.abs(order.indexOf(list) - half)
  return own.reduce((nearest, one) => (distance(one) < distance(nearest) ? one : nearest))
}

/** What a scan is answered, from what is known of the booking and of earlier scans on the same list. */
export function judge(known: {
  registration: { eventId: string; state: 'registered' | 'cancelled' } | null
  eventId: string
  admittedBefore: boolean
}): ScanVerdict {
  const { registration, eventId, admittedBefore } = known
  if (!registration) return 'unknown'
  if (registration.eventId !== eventId) return 'other_event'
  if (registration.state === 'cancelled') return 'cancelled'
  return admittedBefore ? 'again' : 'admitted'
}

/** The colour of an answer: green come in, amber look twice, red not with this. */
export function colourOf(verdict: ScanVerdict): 'green' | 'amber' | 'red' {
  if (verdict === 'admitted') return 'green'
  return verdict === 'again' || verdict === 'undone' ? 'amber' : 'red'
}

/** Cumulative count by steps of five minutes, from sorted moments. */
export function curveOf(moments: readonly Date[]): { at: Date; persons: number }[] {
  const step = 5 * 60_000
  const points: { at: Date; persons: number }[] = []
  moments.forEach((moment, i) => {
    const at = new Date(Math.ceil(moment.getTime() / step) * step)
    const last = points.at(-1)
    if (last && last.at.getTime() === at.getTime()) last.persons = i + 1
    else points.push({ at, persons: i + 1 })
  })
  return points
}
