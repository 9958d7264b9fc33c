import {
  acronym,
  daysOf,
  eventUrl,
  hoursMinutes,
  isoLocal,
  otherTitle,
  placed,
  plain,
  positiveId,
  roomOf,
  say,
  sessionUrl,
  type Exported,
  type Placed,
} from './common.ts'

/** What happens to a session on the day; told where the format has room for more. */
export interface LiveTime {
  state: 'waiting' | 'on' | 'done' | 'skipped'
  start: Date | null
  end: Date | null
}

/**
 * The release as c3voc's schedule JSON, version 1 (https://c3voc.de/schedule/schema.json). Actual and expected times
 * of a running day stand in `conference.meta.live` by guid.
 */
export function scheduleJson(exported: Exported, live: ReadonlyMap<string, LiveTime> = new Map()): Record<string, unknown> {
  const { event, release, locale } = exported
  const sessions = placed(release, { cancelled: false })
  const days = daysOf(sessions, event)
  const iso = (at: Date | null): string | null => (at ? isoLocal(at, event.timeZone) : null)
  const told = sessions.flatMap((s) => {
    const time = live.get(s.id)
    return time ? [[s.id, { state: time.state, start: iso(time.start), end: iso(time.end) }] as const] : []
  })
  return {
    $schema: 'https://c3voc.de/schedule/schema.json',
    generator: { name: 'Kaichang', url: exported.origin },
    schedule: {
      url: `${eventUrl(exported)}/schedule.json`,
      version: String(release?.version ?? 0),
      base_url: eventUrl(exported),
      conference: {
        acronym: acronym(exported),
        title: say(event.name, locale),
        description: say(event.summary, locale),
        start: isoLocal(event.startsAt, event.timeZone),
        end: isoLocal(event.endsAt, event.timeZone),
        daysCount: days.length,
        timeslot_duration: '00:05',
        time_zone_name: event.timeZone,
        url: eventUrl(exported),
        tracks: [],
        rooms: (release?.halls ?? []).map((hall) => ({ name: say(hall.name, locale), guid: hall.id, capacity: hall.seats })),
        ...(told.length > 0 ? { meta: { live: Object.fromEntries(told) } } : {}),
        days: days.map((day) => ({
          index: day.index,
          date: day.date,
          day_start: day.start,
          day_end: day.end,
          rooms: Object.fromEntries(
            [...Map.groupBy(day.sessions, (s) => roomOf(exported, s))].map(([room, all]) => [
              room,
              all.map((s) => entry(exported, s, room)),
            ]),
          ),
        })),
      },
    },
  }
}

function entry(exported: Exported, session: Placed, room: string): Record<string, unknown> {
  const { event, locale } = exported
  const date = isoLocal(session.startsAt, event.timeZone)
  return {
    guid: session.id,
    id: positiveId(session),
    date,
    start: date.slice(11, 16),
    end: isoLocal(new Date(session.startsAt.getTime() + session.minutes * 60_000), event.timeZone),
    duration: hoursMinutes(session.minutes, 2),
    room,
    slug: `${acronym(exported)}-${session.no}-${session.slug}`,
    url: sessionUrl(exported, session),
    title: say(session.title, locale),
    subtitle: otherTitle(session.title, locale),
    track: null,
    type: session.kind,
    language: session.language,
    abstract: say(session.abstract, locale),
    description: '',
    do_not_record: !session.mayRecord,
    persons: session.speakers.map((s) => ({ guid: s.personId, name: plain(s.name), biography: say(s.affiliation, locale) || null })),
    links: session.slidesUrl ? [{ type: 'slides', url: session.slidesUrl, title: locale === 'zh' ? '幻灯片' : 'Slides' }] : [],
    attachments: [],
  }
}
