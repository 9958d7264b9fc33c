import { expect, test } from 'vitest'
import { matchRecordings } from './match.ts'
import type { Match, MatchFile, MatchSession } from './model.ts'

const place = { days: ['2019-10-26'], timeZone: 'Asia/Shanghai' }
const at = (time: string): Date => new Date(`2019-10-26T${time}+08:00`)
const session = (
  no: number,
  slug: string,
  planned: string | null,
  actual: string | null = null,
  more: Partial<MatchSession> = {},
): MatchSession => ({
  id: `s${no}`,
  no,
  slug,
  title: { zh: slug },
  speakers: [],
  mayRecord: true,
  rests: false,
  cancelled: false,
  plannedStart: planned === null ? null : at(planned),
  actualStart: actual === null ? null : at(actual),
  ...more,
})
const file = (name: string, more: Partial<MatchFile> = {}): MatchFile => ({ name, sha256: name, byHand: false, sessionId: null, ...more })
const short = (m: Match): unknown[] => [m.sessionId, m.matchedBy, m.offsetSeconds]

const nanning = [
  '191026-00-start-133849.MP3',
  '191026-01-introself-134231.MP3',
  '191026-03-openning-135716.MP3',
  '191026-04-yolo-141104.MP3',
  '191026-06-micropython-144227.MP3',
  '191026-07-devops-py-151303.MP3',
  '191026-08-101camp-155908.MP3',
  '191026-09-ERP-py-164043.MP3',
  '191026-10-ltalk-1-.MP3',
  '191026-11-ltalk-2-.MP3',
  '191026-12-ltalk-3-180407.MP3',
]
const programme = [
  session(0, 'warm-up', '13:30:00', '13:38:49'),
  session(1, 'introductions', '13:40:00', '13:42:31'),
  session(3, 'opening', '13:50:00', '13:57:16'),
  session(4, 'yolo', '14:10:00', '14:11:04'),
  session(6, 'micropython', '14:40:00', '14:42:27'),
  session(7, 'devops', '15:10:00', '15:13:03'),
  session(8, 'self-rescue', '15:50:00', '15:59:08'),
  session(9, 'erp', '16:30:00', '16:40:43'),
  session(10, 'lightning-1', '17:30:00'),
  session(11, 'lightning-2', '17:45:00'),
  session(12, 'lightning-3', '18:00:00', '18:04:07'),
]

test('the Nanning folder: nine by time, two by number, the gaps 02 and 05, one misspelling', () => {
  const report = matchRecordings(
    nanning.map((name) => file(name)),
    programme,
    place,
  )
  expect(report.matches.map(short)).toEqual([
    ['s0', 'time', 0],
    ['s1', 'time', 0],
    ['s3', 'time', 0],
    ['s4', 'time', 0],
    ['s6', 'time', 0],
    ['s7', 'time', 0],
    ['s8', 'time', 0],
    ['s9', 'time', 0],
    ['s10', 'number', null],
    ['s11', 'number', null],
    ['s12', 'time', 0],
  ])
  expect(report.gaps).toEqual([2, 5])
  expect(report.withoutRecording).toEqual([])
  expect(report.matches.flatMap((m) => m.problems.map((p) => [m.name, p, m.proposedName]))).toEqual([
    ['191026-03-openning-135716.MP3', { code: 'misspelling', written: 'openning', meant: 'opening' }, '191026-03-opening-135716.mp3'],
    ['191026-10-ltalk-1-.MP3', { code: 'missing_time' }, '191026-10-ltalk-1.mp3'],
    ['191026-11-ltalk-2-.MP3', { code: 'missing_time' }, '191026-11-ltalk-2.mp3'],
  ])
  expect(report.matches[3]?.startedAt).toEqual(at('14:11:04'))
})

test('with a plan only, the nearest start within twenty minutes counts, and the number decides between two of them', () => {
  const plan = programme.map((s) => ({ ...s, actualStart: null }))
  const report = matchRecordings(
    nanning.map((name) => file(name)),
    plan,
    place,
  )
  expect(report.matches.map(short)).toEqual([
    // 13:38:49 lies nearer to the introductions (13:40) than to the warm-up (13:30); the number says warm-up.
    ['s0', 'number', null],
    ['s1', 'time', 151],
    ['s3', 'time', 436],
    ['s4', 'time', 64],
    ['s6', 'time', 147],
    ['s7', 'time', 183],
    ['s8', 'time', 548],
    ['s9', 'time', 643],
    ['s10', 'number', null],
    ['s11', 'number', null],
    ['s12', 'time', 247],
  ])
})

test('a file of another day, a stranger’s number and a far time are left open with the reason', () => {
  const report = matchRecordings([file('191025-04-yolo-141104.MP3'), file('191026-77-picnic-090000.MP3')], programme, place)
  expect(report.matches.map((m) => [...short(m), m.problems])).toEqual([
    [null, 'none', null, [{ code: 'other_day', day: '2019-10-25', eventDay: '2019-10-26' }]],
    [null, 'none', null, [{ code: 'time_far', minutes: 279 }]],
  ])
})

test('the same content and the same number twice are told apart', () => {
  const report = matchRecordings(
    [
      file('191026-04-yolo-141104.MP3'),
      file('191026-04-yolo-141104 copy.MP3', { sha256: '191026-04-yolo-141104.MP3' }),
      file('191026-04-demo-.MP3'),
    ],
    programme,
    place,
  )
  expect(report.matches.map((m) => [m.sessionId, m.problems.map((p) => p.code)])).toEqual([
    ['s4', []],
    [null, ['missing_time', 'duplicate_content', 'duplicate_number']],
    [null, ['missing_time', 'duplicate_number']],
  ])
})

test('parallel halls: the name decides between starts of one moment, or nobody does', () => {
  const halls = [session(1, 'rust', '14:00:00'), session(2, 'go', '14:00:30')]
  const report = matchRecordings([file('191026-02-go-140010.mp3'), file('191026-09-talk-140005.mp3')], halls, place)
  expect(report.matches.map((m) => [m.sessionId, m.matchedBy, m.problems])).toEqual([
    ['s2', 'time', []],
    [null, 'none', [{ code: 'ambiguous', sessionIds: ['s1', 's2'] }]],
  ])
})

test('a day that ran half an hour late: number and slug together outweigh a mere plan', () => {
  const plan = [session(4, 'yolo', '14:00:00'), session(5, 'django', '14:30:00')]
  const report = matchRecordings([file('191026-04-yolo-143000.mp3'), file('191026-05-django-150000.mp3')], plan, place)
  expect(report.matches.map(short)).toEqual([
    ['s4', 'number', null],
    ['s5', 'number', null],
  ])
})

test('another number than the session’s is reported though the time decides', () => {
  const report = matchRecordings([file('191026-06-live-141104.mp3')], programme, place)
  expect(report.matches[0]).toMatchObject({
    sessionId: 's4',
    matchedBy: 'time',
    problems: [{ code: 'number_elsewhere', no: 6, sessionId: 's6' }],
  })
})

test('by slug, by title and by speaker; a choice by hand stays; who may not be recorded is marked', () => {
  const sessions = [
    session(1, 'yolo', null),
    session(2, 'b', null, null, { title: { zh: '人流量分析' }, speakers: ['姜原'] }),
    session(3, 'c', null, null, { speakers: ['小罗'], mayRecord: false }),
    session(4, 'd', null),
  ]
  const report = matchRecordings(
    [
      file('yolo.mp3'),
      file('姜原-人流量分析-A.mp4'),
      file('小罗-别的题目-A.mp4'),
      file('x.mp3', { byHand: true, sessionId: 's4' }),
      file('y.mp3', { byHand: true }),
    ],
    sessions,
    place,
  )
  expect(report.matches.map((m) => [m.sessionId, m.matchedBy])).toEqual([
    ['s1', 'slug'],
    ['s2', 'slug'],
    ['s3', 'slug'],
    ['s4', 'hand'],
    [null, 'hand'],
  ])
  expect(report.matches[2]?.problems.at(-1)).toEqual({ code: 'may_not_record' })
})

test('a session without a recording is named, a break is not', () => {
  const report = matchRecordings(
    [file('191026-04-yolo-141104.MP3')],
    [...programme.slice(0, 4), session(13, 'tea', '15:43:00', null, { rests: true })],
    place,
  )
  expect(report.withoutRecording).toEqual(['s0', 's1', 's3'])
})

test('cancelled sessions get nothing', () => {
  const report = matchRecordings([file('191026-04-yolo-141104.MP3')], [session(4, 'yolo', '14:10:00', null, { cancelled: true })], place)
  expect(report.matches[0]?.sessionId).toBe(null)
  expect(report.withoutRecording).toEqual([])
})
