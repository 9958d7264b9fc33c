/**
 * The iCalendar definition of a time zone (RFC 5545, 3.6.5) for what lies between two moments: each offset that holds
 * there with the moment from which it does, from the time zone data of the runtime.
 */
export function timeZoneIcs(timeZone: string, from: Date, to: Date): string {
  const first = zoned(from, timeZone)
  const starts = [first.getTimeZoneTransition('previous') ?? first.with({ year: 1970, month: 1, day: 1 }).startOfDay()]
  for (let next = first.getTimeZoneTransition('next'); next && next.epochMilliseconds <= to.getTime();) {
    starts.push(next)
    next = next.getTimeZoneTransition('next')
  }
  return ['BEGIN:VTIMEZONE', `TZID:${timeZone}`, ...starts.flatMap(observance), 'END:VTIMEZONE', ''].join('\r\n')
}

/** A moment on the clocks of a time zone. */
export function zoned(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone)
}

function observance(start: Temporal.ZonedDateTime): string[] {
  const before = start.subtract({ nanoseconds: 1 })
  // The onset is told by the clocks as they stood before it.
  const onset = start.toPlainDateTime().subtract({ nanoseconds: start.offsetNanoseconds - before.offsetNanoseconds })
  // A zone's clocks are ahead in summer, north or south.
  const usual = Math.min(...[1, 7].map((month) => start.with({ month, day: 1 }).offsetNanoseconds))
  const kind = start.offsetNanoseconds > usual ? 'DAYLIGHT' : 'STANDARD'
  return [
    `BEGIN:${kind}`,
    `DTSTART:${onset.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '')}`,
    `TZOFFSETFROM:${before.offset.replaceAll(':', '')}`,
    `TZOFFSETTO:${start.offset.replaceAll(':', '')}`,
    `END:${kind}`,
  ]
}
