import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import type { Session } from '../model.ts'
import { eventUrl, otherTitle, placed, plain, roomOf, say, sessionUrl, type Exported, type Placed } from './common.ts'
import { timeZoneIcs, zoned } from './time-zone.ts'

/** How often calendars that subscribe should look again. */
const REFRESH_SECONDS = 900

/**
 * The release as iCalendar (RFC 5545, 7986): one entry per item, or only the one whose id is given. A cancelled item
 * stays with STATUS:CANCELLED; the sequence is the release's version, so that calendars take the newer one. Times are
 * those of the event's zone, whose definition comes along.
 */
export function scheduleIcs(exported: Exported, only?: Pick<Session, 'id'>): string {
  const { event, release, locale, origin } = exported
  const calendar = ical({
    prodId: { company: 'Kaichang', product: 'kaichang', language: locale.toUpperCase() },
    name: line(say(event.name, locale)),
    description: line(say(event.summary, locale)),
    method: ICalCalendarMethod.PUBLISH,
    url: `${eventUrl(exported)}/schedule`,
    ttl: REFRESH_SECONDS,
  })
  const sessions = placed(release, { cancelled: true }).filter((session) => !only || session.id === only.id)
  for (const session of sessions) {
    calendar.createEvent({
      id: `${session.id}@${new URL(origin).hostname}`,
      sequence: release?.version ?? 0,
      stamp: release?.releasedAt ?? event.startsAt,
      lastModified: release?.releasedAt ?? null,
      start: zoned(session.startsAt, event.timeZone),
      end: zoned(endsAt(session), event.timeZone),
      timezone: event.timeZone,
      summary: line(say(session.title, locale)),
      description: describe(exported, session) || null,
      location: line([roomOf(exported, session), say(event.address, locale) || say(event.city, locale)].filter(Boolean).join(' · ')),
      url: sessionUrl(exported, session),
      status: session.state === 'cancelled' || event.state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    })
  }
  // The library puts properties of its caller behind the entries and its time zone amid them, where the grammar has none.
  const text = calendar
    .toString()
    .replace('\r\nMETHOD:', `\r\nX-WR-TIMEZONE:${event.timeZone}\r\nMETHOD:`)
    .replace('\r\nBEGIN:VEVENT', () => `\r\n${zoneOf(sessions, event.timeZone)}BEGIN:VEVENT`)
  return text.endsWith('\r\n') ? text : `${text}\r\n`
}

const endsAt = (session: Placed): Date => new Date(session.startsAt.getTime() + session.minutes * 60_000)

function zoneOf(sessions: readonly Placed[], timeZone: string): string {
  const times = sessions.flatMap((session) => [session.startsAt.getTime(), endsAt(session).getTime()])
  return timeZoneIcs(timeZone, new Date(Math.min(...times)), new Date(Math.max(...times)))
}

function describe(exported: Exported, session: Placed): string {
  const { locale } = exported
  const speakers = session.speakers.map((s) => [plain(s.name), say(s.affiliation, locale)].filter(Boolean).join(' · '))
  return [otherTitle(session.title, locale), ...speakers, say(session.abstract, locale), session.slidesUrl].filter(Boolean).join('\n\n')
}

const line = (text: string): string => text.replace(/\s+/g, ' ')
