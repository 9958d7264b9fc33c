import { expect, test } from 'vitest'
import type { Event } from '#core/community/model.ts'
import type { Session } from '../model.ts'
import { eventJsonLd } from '../json-ld.ts'
import type { Exported } from './common.ts'
import { checkScheduleJson, checkScheduleXml } from './schema-checks.ts'
import { scheduleIcs } from './schedule-ics.ts'
import { scheduleJson } from './schedule-json.ts'
import { scheduleXml } from './schedule-xml.ts'
import { timeZoneIcs } from './time-zone.ts'

const at = (time: string): Date => new Date(`2026-12-05T${time}:00+08:00`)
const id = (n: number): string => `019ac000-0000-7000-8000-00000000000${n}`
const nasty = '<b>&"\'\u0000\u0007\u200f]]> 逗号,分号;反斜线\\ \ud800 终'

function session(n: number, more: Partial<Session>): Session {
  return {
    id: id(n),
    no: n - 1,
    slug: `talk-${n}`,
    kind: 'talk',
    title: { zh: `题目 ${n}` },
    abstract: {},
    level: '',
    language: 'zh',
    slidesUrl: '',
    note: {},
    state: 'confirmed',
    mayRecord: true,
    hallId: null,
    startsAt: at('14:00'),
    minutes: 30,
    position: n,
    revision: 1,
    speakers: [],
    ...more,
  }
}

const event: Event = {
  communityId: id(9),
  id: id(8),
  editionId: null,
  slug: 'nanning',
  name: { zh: `南宁场 ${nasty}`, en: 'Nanning' },
  summary: {},
  purpose: {},
  audience: {},
  city: { zh: '南宁' },
  venue: { zh: '会议室' },
  address: {},
  venueNote: {},
  startsAt: at('13:30'),
  endsAt: at('18:30'),
  timeZone: 'Asia/Shanghai',
  state: 'published',
  seats: 60,
  cap: 50,
  expected: null,
  budgetFen: 0,
  retentionDays: 180,
  liveUrl: '',
  revision: 1,
  createdAt: at('10:00'),
}
const sessions = [
  session(1, {
    title: { zh: nasty, en: 'Nasty' },
    abstract: { zh: `一\r\n二 ${nasty}` },
    slidesUrl: 'https://example.org/a?b=1&c="',
    speakers: [{ personId: id(7), name: '大妈 <Zoom.Quiet>', affiliation: { zh: '某"公司"' } }],
  }),
  session(2, { kind: 'break', title: { zh: '茶歇' }, startsAt: at('15:00'), minutes: 95, mayRecord: false }),
  session(3, { startsAt: at('16:40'), state: 'cancelled' }),
  session(4, { startsAt: null }),
  session(5, { startsAt: new Date('2026-12-06T01:00:00+08:00'), title: { zh: '夜谈' } }),
]
const exported: Exported = {
  community: { slug: 'pychina', name: { zh: 'PyChina' } },
  event,
  locale: 'zh',
  origin: 'https://example.org',
  release: { version: 3, releasedAt: at('09:00'), halls: [], sessions },
}
const none: Exported = { ...exported, release: null }

test('schedule.xml satisfies the frab schema, with nasty text, with nothing, and in English', () => {
  expect(checkScheduleXml(scheduleXml(exported))).toEqual([])
  expect(checkScheduleXml(scheduleXml(none))).toEqual([])
  expect(checkScheduleXml(scheduleXml({ ...exported, locale: 'en' }))).toEqual([])
})

test('the check itself finds what is wrong', () => {
  const xml = scheduleXml(exported)
  expect(checkScheduleXml(xml.replace('<version>3</version>', ''))).toEqual(['schedule: version expected, found conference'])
  expect(checkScheduleXml(xml.replaceAll(id(2), id(1)))).toEqual([`guid ${id(1)} twice`])
  expect(checkScheduleXml(xml.replace('<duration>1:35</duration>', '<duration>95</duration>'))).toEqual(['event: duration 95'])
  expect(checkScheduleXml(xml.replace('&lt;b', '<b'))).toEqual(['not well-formed'])
  const json = scheduleJson(exported)
  expect(checkScheduleJson({ ...json, more: 1 })).toEqual(['/more is not allowed'])
})

test('schedule.xml says who, when, where; the night belongs to the day before', () => {
  const xml = scheduleXml(exported)
  expect(xml).toContain(`<event guid="${id(1)}" id="1">`)
  expect(xml).toContain("<title>&lt;b&gt;&amp;&quot;'\u200f]]&gt; 逗号,分号;反斜线\\ \ufffd 终</title>")
  expect(xml).toContain('<subtitle>Nasty</subtitle>')
  expect(xml).toContain('<date>2026-12-05T14:00:00+08:00</date>')
  expect(xml).toContain(`<person guid="${id(7)}">大妈 &lt;Zoom.Quiet&gt;</person>`)
  expect(xml).toContain('<recording><license/><optout>true</optout></recording>')
  expect(xml).toContain('<day index="1" date="2026-12-05" start="2026-12-05T14:00:00+08:00" end="2026-12-06T01:30:00+08:00">')
  expect(xml.match(/<event /g)).toHaveLength(3)
})

test('schedule.json satisfies c3voc’s schema and tells actual times where there is room for them', () => {
  const live = new Map([[id(1), { state: 'on' as const, start: at('14:02'), end: at('14:39') }]])
  for (const json of [scheduleJson(exported), scheduleJson(none), scheduleJson(exported, live)])
    expect(checkScheduleJson(JSON.parse(JSON.stringify(json)))).toEqual([])
  expect(scheduleJson(exported, live)).toMatchObject({
    schedule: {
      version: '3',
      conference: {
        acronym: 'pychina_nanning',
        daysCount: 1,
        meta: { live: { [id(1)]: { state: 'on', start: '2026-12-05T14:02:00+08:00', end: '2026-12-05T14:39:00+08:00' } } },
        days: [
          {
            rooms: {
              会议室: [
                { guid: id(1), id: 1, start: '14:00', duration: '00:30', url: 'https://example.org/pychina/nanning/talks/talk-1' },
                { duration: '01:35', do_not_record: true },
                { guid: id(5) },
              ],
            },
          },
        ],
      },
    },
  })
})

test('schedule.ics: stable ids, the version as sequence, cancelled ones told, lines folded at 75 octets, text escaped', () => {
  const ics = scheduleIcs(exported)
  const lines = ics.split('\r\n')
  expect(ics.endsWith('END:VCALENDAR\r\n')).toBe(true)
  expect(lines.filter((l) => Buffer.byteLength(l) > 75)).toEqual([])
  const unfolded = ics.replaceAll('\r\n ', '').split('\r\n')
  const values = (name: string): string[] => unfolded.filter((l) => l.startsWith(`${name}:`)).map((l) => l.slice(name.length + 1))
  expect(values('UID')).toEqual([1, 2, 3, 5].map((n) => `${id(n)}@example.org`))
  expect(new Set(values('SEQUENCE'))).toEqual(new Set(['3']))
  const starts = ['20261205T140000', '20261205T150000', '20261205T164000', '20261206T010000']
  expect(values('DTSTART;TZID=Asia/Shanghai')).toEqual(starts)
  expect(values('DTEND;TZID=Asia/Shanghai')[1]).toBe('20261205T163500')
  expect(unfolded.filter((l) => l === 'BEGIN:VTIMEZONE')).toHaveLength(1)
  expect(unfolded.indexOf('BEGIN:VTIMEZONE')).toBeLessThan(unfolded.indexOf('BEGIN:VEVENT'))
  expect(values('DTSTAMP')[0]).toBe('20261205T010000Z')
  expect(values('STATUS')).toEqual(['CONFIRMED', 'CONFIRMED', 'CANCELLED', 'CONFIRMED'])
  expect(values('X-WR-TIMEZONE')).toEqual(['Asia/Shanghai'])
  expect(values('SUMMARY')[0]).toBe('<b>&"\'\u200f]]> 逗号\\,分号\\;反斜线\\\\ \ufffd 终')
  // oxlint-disable-next-line no-control-regex
  expect(ics).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f]|\\n\\n\\n|[^\r]\n/)
  expect(scheduleIcs(exported, { id: id(2) }).match(/BEGIN:VEVENT/g)).toHaveLength(1)
  expect(scheduleIcs(none)).toContain('BEGIN:VCALENDAR')
  expect(scheduleIcs(none)).not.toContain('VTIMEZONE')
  expect(scheduleIcs(exported)).toBe(ics)
})

test('schedule.ics defines the zone of the event: what clocks did before, and changes during the event', () => {
  const zone = (name: string, from: string, to: string): string[] =>
    timeZoneIcs(name, new Date(from), new Date(to)).split('\r\n').slice(1, -2)
  expect(zone('Asia/Shanghai', '2026-12-05T06:00:00Z', '2026-12-05T10:00:00Z')).toEqual([
    'TZID:Asia/Shanghai',
    'BEGIN:STANDARD',
    'DTSTART:19910915T020000',
    'TZOFFSETFROM:+0900',
    'TZOFFSETTO:+0800',
    'END:STANDARD',
  ])
  expect(zone('Europe/Berlin', '2026-10-24T08:00:00Z', '2026-10-25T16:00:00Z')).toEqual([
    'TZID:Europe/Berlin',
    'BEGIN:DAYLIGHT',
    'DTSTART:20260329T020000',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'END:DAYLIGHT',
    'BEGIN:STANDARD',
    'DTSTART:20261025T030000',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'END:STANDARD',
  ])
  // The last change was from local mean time, which had seconds.
  expect(zone('Asia/Dubai', '2026-10-24T08:00:00Z', '2026-10-25T16:00:00Z').slice(2, 4)).toEqual([
    'DTSTART:19200101T000000',
    'TZOFFSETFROM:+034112',
  ])
  expect(zone('UTC', '2026-10-24T08:00:00Z', '2026-10-25T16:00:00Z').slice(1)).toEqual([
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    'TZOFFSETFROM:+0000',
    'TZOFFSETTO:+0000',
    'END:STANDARD',
  ])
})

test('schema.org data: talks as parts, what moved on the day as rescheduled, what is empty left out', () => {
  const thing = eventJsonLd({
    ...exported,
    event,
    community: { slug: 'pychina', name: { zh: 'PyChina' }, site: '' },
    seatsLeft: 0,
    starts: new Map([[id(1), at('14:07')]]),
  })
  expect(thing).toMatchObject({
    '@type': 'Event',
    eventStatus: 'https://schema.org/EventScheduled',
    remainingAttendeeCapacity: 0,
    offers: { availability: 'https://schema.org/SoldOut' },
    subEvent: [
      {
        eventStatus: 'https://schema.org/EventRescheduled',
        startDate: '2026-12-05T06:07:00.000Z',
        previousStartDate: '2026-12-05T06:00:00.000Z',
        performer: [{ name: '大妈 <Zoom.Quiet>' }],
      },
      { eventStatus: 'https://schema.org/EventCancelled' },
      { name: '夜谈' },
    ],
  })
  expect(thing).not.toHaveProperty('description')
})
