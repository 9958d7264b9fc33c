import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import type { Community, Event } from '#core/community/model.ts'
import { cleanLines, pickText, type Locale } from '#core/kernel/text.ts'

/** An event as a calendar entry (RFC 5545): stable UID, so that a later one takes the place of an earlier one. */
export function eventCalendar(entry: {
  community: Pick<Community, 'name'>
  event: Event
  locale: Locale
  url: string
  cancelled?: boolean
}): string {
  const { community, event, locale, url } = entry
  const place = [pickText(event.venue, locale), pickText(event.address, locale), pickText(event.city, locale)]
    .filter(Boolean)
    .join(locale === 'zh' ? '，' : ', ')
  const off = entry.cancelled === true || event.state === 'cancelled'
  const calendar = ical({
    prodId: { company: 'Kaichang', product: 'Kaichang', language: locale === 'zh' ? 'ZH' : 'EN' },
    method: ICalCalendarMethod.PUBLISH,
  })
  calendar.createEvent({
    id: `${event.id}@kaichang`,
    sequence: event.revision,
    stamp: event.createdAt,
    start: event.startsAt,
    end: event.endsAt,
    summary: cleanLines(pickText(event.name, locale)),
    location: cleanLines(place),
    description: cleanLines(`${pickText(community.name, locale)}\n${url}`),
    url,
    status: off ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  })
  // The last line ends like all others (RFC 5545, 3.1).
  return `${calendar.toString()}\r\n`
}
