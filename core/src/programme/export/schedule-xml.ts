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

const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' }
const escape = (text: string): string => plain(text).replace(/[<>&"]/g, (c) => ESCAPES[c] ?? c)
const attributes = (all: Readonly<Record<string, string | number>>): string =>
  Object.entries(all)
    .map(([name, value]) => ` ${name}="${escape(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('')
const element = (name: string, text: string, all: Readonly<Record<string, string | number>> = {}): string =>
  text === '' ? `<${name}${attributes(all)}/>` : `<${name}${attributes(all)}>${escape(text)}</${name}>`

/** The release as schedule.xml (frab/pentabarf, c3voc's XSD): media type application/vnd.c3voc.schedule+xml. */
export function scheduleXml(exported: Exported): string {
  const { event, release, locale } = exported
  const days = daysOf(placed(release, { cancelled: false }), event)
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<schedule>',
    `  ${element('generator', '', { name: 'Kaichang', system: new URL(exported.origin).host })}`,
    `  ${element('url', `${eventUrl(exported)}/schedule.xml`)}`,
    `  ${element('version', String(release?.version ?? 0))}`,
    '  <conference>',
    `    ${element('title', say(event.name, locale))}`,
    `    ${element('acronym', acronym(exported))}`,
    `    ${element('start', isoLocal(event.startsAt, event.timeZone))}`,
    `    ${element('end', isoLocal(event.endsAt, event.timeZone))}`,
    `    ${element('days', String(days.length))}`,
    `    ${element('timeslot_duration', '00:05')}`,
    `    ${element('base_url', eventUrl(exported))}`,
    `    ${element('url', eventUrl(exported))}`,
    `    ${element('time_zone_name', event.timeZone)}`,
    '  </conference>',
  ]
  for (const day of days) {
    lines.push(`  <day${attributes({ index: day.index, date: day.date, start: day.start, end: day.end })}>`)
    for (const [room, sessions] of Map.groupBy(day.sessions, (s) => roomOf(exported, s))) {
      const hall = release?.halls.find((h) => say(h.name, locale) === room)
      lines.push(`    <room${attributes({ name: room, ...(hall ? { guid: hall.id } : {}) })}>`)
      for (const session of sessions) lines.push(...eventLines(exported, session, room))
      lines.push('    </room>')
    }
    lines.push('  </day>')
  }
  return `${[...lines, '</schedule>'].join('\n')}\n`
}

function eventLines(exported: Exported, session: Placed, room: string): string[] {
  const { event, locale } = exported
  const start = isoLocal(session.startsAt, event.timeZone)
  const persons = session.speakers.map((s) => element('person', s.name, { guid: s.personId }))
  const links = session.slidesUrl ? [element('link', locale === 'zh' ? '幻灯片' : 'Slides', { href: session.slidesUrl })] : []
  const inside = [
    element('room', room),
    element('title', say(session.title, locale)),
    element('subtitle', otherTitle(session.title, locale)),
    element('type', session.kind),
    element('date', start),
    element('start', start.slice(11, 16)),
    element('duration', hoursMinutes(session.minutes)),
    element('abstract', say(session.abstract, locale)),
    element('slug', `${acronym(exported)}-${session.no}-${session.slug}`),
    element('track', ''),
    `<persons>${persons.join('')}</persons>`,
    element('language', session.language),
    `<recording>${element('license', '')}${element('optout', String(!session.mayRecord))}</recording>`,
    `<links>${links.join('')}</links>`,
    '<attachments/>',
    element('url', sessionUrl(exported, session)),
  ]
  return [
    `      <event${attributes({ guid: session.id, id: positiveId(session) })}>`,
    ...inside.map((line) => `        ${line}`),
    '      </event>',
  ]
}
