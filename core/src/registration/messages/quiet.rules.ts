/** From when until when nobody is written to who does not wait for it: wall-clock times (`22:00`, `08:00`) in a time zone. */
export interface Quiet {
  from: string
  until: string
  timeZone: string
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** True between `from` and `until`, midnight between them or not; equal times are no quiet hours at all. */
export function isQuiet(at: Date, quiet: Quiet): boolean {
  const [from, until, now] = [ofDay(quiet.from), ofDay(quiet.until), wallClock(at, quiet.timeZone) % DAY]
  return from <= until ? from <= now && now < until : from <= now || now < until
}

/** The moment itself, or the end of the quiet hours that it falls into, also over a change of summer time. */
export function afterQuiet(at: Date, quiet: Quiet): Date {
  if (!isQuiet(at, quiet)) return at
  const wall = wallClock(at, quiet.timeZone)
  const ahead = (ofDay(quiet.until) - (wall % DAY) + DAY) % DAY
  const end = new Date(at.getTime() + ahead)
  // Where clocks were changed in between, what they show is off by the change.
  const settled = new Date(end.getTime() - (wallClock(end, quiet.timeZone) - wall - ahead))
  // An end that the change leaves out (there is no 02:30 that night) is the same stretch of time later.
  return settled > at && !isQuiet(settled, quiet) ? settled : end
}

/** When a mail may go out at the earliest: after the quiet hours, but never later than it is of use. */
export function mayLeave(at: Date, quiet: Quiet, useless: Date | null = null): Date {
  const after = afterQuiet(at, quiet)
  return useless !== null && after >= useless ? at : after
}

/** Until when an offer stands that is made now: its hours begin after the quiet ones, when it is made in them. `hours` > 0. */
export function offerEnds(now: Date, hours: number, quiet: Quiet): Date {
  return new Date(afterQuiet(now, quiet).getTime() + hours * HOUR)
}

/** `22:00` in milliseconds after midnight. */
function ofDay(time: string): number {
  return Date.parse(`1970-01-01T${time}Z`)
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** What calendar and clock show in a time zone, as if it were UTC; milliseconds. */
function wallClock(at: Date, timeZone: string): number {
  let format = formats.get(timeZone)
  if (!format) formats.set(timeZone, (format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })))
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`) + at.getUTCMilliseconds()
}
