import { expect, test } from 'vitest'
import type { Permission } from '#core/community/permissions.ts'
import { dayHint, isAwkward } from './calendar.rules.ts'
import { budgetOf, readinessOf } from './readiness.rules.ts'
import { offsetOfDay, roadOf } from './road.rules.ts'
import { sizeOf, tasksFor } from './template.rules.ts'
import { todayOf, type TodayState } from './today.rules.ts'

const changsha = {
  startsAt: new Date('2019-04-21T09:00:00+08:00'),
  endsAt: new Date('2019-04-21T17:00:00+08:00'),
  timeZone: 'Asia/Shanghai',
}

test('Qingming is a holiday, a make-up Saturday a workday, and a year that is not announced is not guessed', () => {
  expect(dayHint('2019-04-06')).toMatchObject({ weekday: 6, kind: 'holiday', announced: true, name: { zh: '清明' } })
  expect(dayHint('2026-10-10')).toMatchObject({ weekday: 6, kind: 'makeup', name: { zh: '国庆节', en: 'National Day' } })
  expect(dayHint('2019-04-21')).toEqual({ day: '2019-04-21', weekday: 7, kind: 'weekend', announced: true, name: {}, meaning: [] })
  expect(dayHint('2031-10-01')).toMatchObject({ kind: 'unknown', announced: false })
  expect(dayHint('2026-10-24').meaning).toEqual([{ text: { zh: '1024 程序员节', en: '1024, programmers’ day' }, good: true }])
  expect([dayHint('2019-04-06'), dayHint('2019-04-21'), dayHint('2026-06-08')].map(isAwkward)).toEqual([true, false, true])
})

test('a bigger event has more to do, and a template counts back in order', () => {
  expect([50, 51, 300, 301].map(sizeOf)).toEqual(['small', 'medium', 'medium', 'large'])
  const counts = (['small', 'medium', 'large'] as const).map((size) => tasksFor(size, 365).length)
  expect(counts).toEqual([20, 34, 37])
  const offsets = tasksFor('large', 365).map((t) => t.dayOffset)
  expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
  expect([offsets[0], offsets.at(-1)]).toEqual([-120, 7])
})

test('with less time than the template counts on nothing begins overdue, and what comes after the day stays', () => {
  for (const left of [0, 1, 9, 30]) {
    const offsets = tasksFor('small', left).map((t) => t.dayOffset)
    expect(Math.min(...offsets)).toBe(0 - left)
    expect(offsets.filter((o) => o > 0)).toEqual([1, 1, 3, 3, 5, 7])
  }
  expect(Math.min(...tasksFor('small', -5).map((t) => t.dayOffset))).toBe(0)
})

test('only received money is money', () => {
  const lines = [
    { kind: 'expense', plannedFen: 800_000, actualFen: 750_000 },
    { kind: 'expense', plannedFen: 200_000, actualFen: null },
    { kind: 'income', plannedFen: 100_000, actualFen: 80_000 },
  ] as const
  expect(budgetOf(lines, { promisedFen: 600_000, receivedFen: 400_000 })).toEqual({
    needFen: 1_000_000,
    spentFen: 750_000,
    promisedFen: 700_000,
    receivedFen: 480_000,
    missingFen: 520_000,
  })
  expect(budgetOf([], { promisedFen: 0, receivedFen: 0 }, 5_000)).toMatchObject({ needFen: 5_000, missingFen: 5_000 })
})

test('readiness says have and need part by part; money is left out for those who may not see it', () => {
  const state = { people: 400, volunteers: 10, speakers: 5, venue: true, money: { needFen: 1_000_000, receivedFen: 500_000 }, channels: 2 }
  expect(readinessOf(state)).toEqual([
    { part: 'team', have: 10, need: 12, ready: false },
    { part: 'speakers', have: 5, need: 5, ready: true },
    { part: 'venue', have: 1, need: 1, ready: true },
    { part: 'money', have: 500_000, need: 1_000_000, ready: false },
    { part: 'reach', have: 2, need: 2, ready: true },
  ])
  expect(readinessOf({ ...state, people: 20, money: null }).map((r) => r.part)).toEqual(['team', 'speakers', 'venue', 'reach'])
})

test('the road is in order of days, and a task that is past its day is late', () => {
  const text = (zh: string) => ({ zh })
  const task = (id: string, dayOffset: number, state: 'open' | 'done') => ({
    id,
    dayOffset,
    state,
    title: text(id),
    detail: {},
    room: 'plan' as const,
    ownerId: null,
    ownerName: '',
    doneAt: null,
    position: 0,
    revision: 1,
  })
  const road = roadOf(
    {
      proposals: [],
      tasks: [task('poster', -2, 'open'), task('venue', -30, 'done'), task('thanks', 1, 'open')],
      dates: [
        { id: 'd', day: '2019-04-06', state: 'rejected', reason: text('清明') },
        { id: 'c', day: '2019-04-21', state: 'chosen', reason: {} },
      ],
      notes: [{ id: 'n', kind: 'milestone', day: '2019-04-19', title: text('海报定稿'), detail: {}, present: null }],
    },
    changsha,
    new Date('2019-04-20T22:30:00+08:00'),
  )
  expect(road.map((item) => [item.offset, item.kind, item.thing.id, item.kind === 'task' && item.late])).toEqual([
    [-30, 'task', 'venue', false],
    [-15, 'date', 'd', false],
    [-2, 'note', 'n', false],
    [-2, 'task', 'poster', true],
    [1, 'task', 'thanks', false],
  ])
  expect(offsetOfDay(changsha, '2019-02-17')).toBe(-63)
})

const everything = (): boolean => true
const state = (over: Partial<TodayState>): TodayState => ({
  event: { ...changsha, state: 'published', cap: 400 },
  now: new Date('2019-04-12T21:00:00+08:00'),
  may: everything,
  tasks: [],
  ...over,
})
const open = (id: string, dayOffset: number, ownerId: string | null = null) => ({
  id,
  dayOffset,
  ownerId,
  title: { zh: id },
  room: 'story' as const,
  state: 'open' as const,
})
const kinds = (over: Partial<TodayState>): string[] => todayOf(state(over)).map((item) => item.kind)

test('today shows at most three things, late tasks first, one’s own before others’', () => {
  const tasks = [open('a', -30), open('mine', -20, 'me'), open('now', -9), open('next', -2)]
  const items = todayOf(
    state({ tasks, personId: 'me', partnersWaiting: ['百师通', '校管家'], registration: { open: true, taken: 150, channels: 1 } }),
  )
  expect(items.map((i) => [i.kind, i.id, i.count])).toEqual([
    ['tasks_late', 'task-mine', 2],
    ['task_today', 'task-now', undefined],
    ['partners_waiting', undefined, 2],
  ])
})

test('before the day: what is closed, missing or changed; on the day: door and stage; afterwards: the recap', () => {
  expect(
    kinds({
      registration: { open: false, taken: 0, channels: 0 },
      programme: { sessions: 5, released: false, changedSinceRelease: false },
    }),
  ).toEqual(['no_plan', 'registration_closed', 'schedule_unreleased'])
  expect(kinds({ tasks: [open('x', -1)], registration: { open: true, taken: 400, channels: 2 } })).toEqual([
    'registration_full',
    'task_next',
  ])
  expect(kinds({ now: new Date('2019-04-21T08:30:00+08:00'), tasks: [open('x', 3)] })).toEqual(['doors_open', 'stage_on', 'task_next'])
  expect(
    kinds({ now: new Date('2019-04-22T08:30:00+08:00'), tasks: [open('x', 3)], recap: 'none', recordings: { received: 9, unmatched: 2 } }),
  ).toEqual(['recap_missing', 'recordings_unmatched', 'task_next'])
  expect(kinds({ now: new Date('2019-04-29T08:30:00+08:00'), tasks: [{ ...open('x', 3), state: 'done' }], recap: 'published' })).toEqual([
    'hand_over',
  ])
})

test('nobody is shown what they may not do, and a cancelled event needs nothing', () => {
  const may = (permission: Permission): boolean => permission === 'door.scan'
  expect(kinds({ may, now: new Date('2019-04-21T08:30:00+08:00'), tasks: [open('x', -3)] })).toEqual(['doors_open'])
  expect(kinds({ event: { ...changsha, state: 'cancelled', cap: null }, tasks: [open('x', -30)] })).toEqual([])
})

test('a shelved proposal stands on the day it was meant for, the accepted one where it was written', () => {
  const proposal = (id: string, state: 'shelved' | 'accepted', plannedFor: string) => ({
    id,
    state,
    plannedFor,
    title: { zh: id },
    what: {},
    why: {},
    forWhom: {},
    howMany: null,
    whereText: {},
    reason: {},
    lesson: {},
    registered: null,
    came: null,
    revision: 1,
    createdAt: new Date('2019-03-31T20:00:00+08:00'),
  })
  const plan = {
    tasks: [],
    dates: [],
    notes: [],
    proposals: [proposal('first', 'shelved', '2018-07-15'), proposal('founding', 'accepted', '2019-04-06')],
  }
  expect(roadOf(plan, changsha, new Date('2019-04-20T22:30:00+08:00')).map((item) => [item.thing.id, item.day])).toEqual([
    ['first', '2018-07-15'],
    ['founding', '2019-03-31'],
  ])
})
