import { expect, test } from 'vitest'
import type { Programme, Session } from './model.ts'
import { changesBetween, changeSentence, contentOf } from './release.rules.ts'
import { halfDayOf, inOrder, laneOf, slugFor, warningsOf } from './rules.ts'

const zone = 'Asia/Shanghai'
const at = (time: string): Date => new Date(`2026-12-05T${time}:00+08:00`)
const event = { startsAt: at('13:00'), endsAt: at('18:00'), timeZone: zone }

function session(no: number, time: string | null, minutes: number, more: Partial<Session> = {}): Session {
  return {
    id: `s${no}`,
    no,
    slug: `s-${no}`,
    kind: 'talk',
    title: { zh: `题目 ${no}` },
    abstract: {},
    level: '',
    language: 'zh',
    slidesUrl: '',
    note: {},
    state: 'confirmed',
    mayRecord: true,
    hallId: null,
    startsAt: time ? at(time) : null,
    minutes,
    position: no,
    revision: 1,
    speakers: [],
    ...more,
  }
}
const brief = (p: Programme): unknown[] => warningsOf(p, event).map((w) => [w.kind, w.first.no, ...('second' in w ? [w.second.no] : [])])
const person = { personId: 'p1', name: '大妈', affiliation: {} }

test('items come in order of time, those without a time last', () => {
  expect(inOrder([session(1, null, 5), session(2, '15:00', 5), session(3, '14:00', 5), session(4, '14:00', 5)]).map((s) => s.no)).toEqual([
    3, 4, 2, 1,
  ])
})

test('a name for the address is made of Latin letters in the title, else of the number, and never twice', () => {
  expect(slugFor({ zh: '使用 Pytorch 和 Yolo 进行人流量分析' }, 4, new Set())).toBe('pytorch-yolo')
  expect(slugFor({ zh: '高龄程序猿自救指北' }, 8, new Set())).toBe('talk-8')
  expect(slugFor({ en: 'A survival guide for programmers of a certain age' }, 8, new Set())).toBe(
    'a-survival-guide-for-programmers-of-a-certain',
  )
  expect(slugFor({ zh: '甲', en: 'Yolo' }, 4, new Set(['yolo', 'yolo-4']))).toBe('yolo-4-2')
})

test('two items in one hall at one time, and one speaker in two halls, are pointed out', () => {
  const halls = [
    { id: 'h1', name: { zh: '一厅' }, seats: null, position: 0 },
    { id: 'h2', name: { zh: '二厅' }, seats: null, position: 1 },
  ]
  const sessions = [
    session(1, '14:00', 30, { hallId: 'h1', speakers: [person] }),
    session(2, '14:29', 10, { hallId: 'h1' }),
    session(3, '14:10', 10, { hallId: 'h2', speakers: [person] }),
    session(4, '14:30', 10, { hallId: null, state: 'cancelled' }),
  ]
  expect(brief({ halls, sessions })).toEqual([
    ['overlap', 1, 2],
    ['speaker', 1, 3],
  ])
  expect(laneOf({ hallId: null }, halls)).toBe('h1')
  expect(laneOf({ hallId: 'gone' }, [])).toBe(null)
})

test('one after another is no overlap; outside the event and without a time are', () => {
  const sessions = [session(1, '14:00', 30), session(2, '14:30', 30), session(3, '12:50', 10), session(4, '17:50', 20), session(5, null, 5)]
  expect(brief({ halls: [], sessions })).toEqual([
    ['outside', 3],
    ['outside', 4],
    ['no_time', 5],
  ])
})

test('three hours without a pause are told once; a break or a gap of ten minutes is a pause', () => {
  const long = [session(1, '13:00', 90), session(2, '14:30', 90), session(3, '16:00', 60), session(4, '17:00', 60)]
  expect(brief({ halls: [], sessions: long })).toEqual([['no_break', 1, 3]])
  expect(
    brief({ halls: [], sessions: [...long.slice(0, 2), session(9, '16:00', 10, { kind: 'break' }), session(3, '16:10', 60)] }),
  ).toEqual([])
  expect(brief({ halls: [], sessions: [...long.slice(0, 2), session(3, '16:10', 60)] })).toEqual([])
})

test('halves of a day by the event’s own clock', () => {
  expect([at('11:59'), at('12:00'), at('17:59'), at('18:00')].map((d) => halfDayOf(d, zone))).toEqual([
    'morning',
    'afternoon',
    'afternoon',
    'evening',
  ])
})

test('a release holds what is confirmed, and what was public and is cancelled; names stay with the people', () => {
  const one = contentOf(
    {
      halls: [],
      sessions: [
        session(1, '14:00', 30, { speakers: [person] }),
        session(2, '15:00', 5, { state: 'draft' }),
        session(3, null, 5, { state: 'cancelled' }),
      ],
    },
    null,
  )
  expect(one.sessions.map((s) => s.no)).toEqual([1])
  expect(one.sessions[0]?.speakers).toEqual([{ personId: 'p1', affiliation: {} }])
  const two = contentOf({ halls: [], sessions: [session(1, '14:00', 30, { state: 'cancelled' })] }, one)
  expect(two.sessions.map((s) => [s.no, s.state])).toEqual([[1, 'cancelled']])
})

test('what changed between releases is said in words', () => {
  const halls = [{ id: 'h1', name: { zh: '一厅', en: 'Hall 1' }, seats: null, position: 0 }]
  const before = contentOf(
    { halls, sessions: [session(1, '14:00', 30), session(2, '14:30', 30), session(3, '15:00', 30), session(6, '17:00', 5)] },
    null,
  )
  const now: Programme = {
    halls,
    sessions: [
      session(1, '14:05', 20, { hallId: 'h1' }),
      session(2, '14:30', 30, { title: { zh: '新名' }, abstract: { zh: '介绍' }, speakers: [person] }),
      session(3, '15:00', 30, { state: 'cancelled' }),
      session(4, null, 5),
    ],
  }
  const changes = changesBetween(before, contentOf(now, before))
  expect(changes.map((c) => changeSentence(c, 'zh', zone, halls))).toEqual([
    '「题目 1」从 12月5日 14:00 改到 12月5日 14:05',
    '「题目 1」从 30 分钟改为 20 分钟',
    '「题目 1」换到一厅',
    '「题目 2」改名为「新名」',
    '「新名」的讲师有变动',
    '「新名」的介绍有修改',
    '「题目 3」取消',
    '新增「题目 4」',
    '「题目 6」撤下',
  ])
  expect(changes.slice(0, 1).map((c) => changeSentence(c, 'en', zone, halls))).toEqual(['“题目 1” moves from 5 Dec 14:00 to 5 Dec 14:05'])
  expect(changesBetween(before, before)).toEqual([])
})
