import { afterAll, beforeAll, expect, test } from 'vitest'
import { listEntries, sentence } from '#core/store/journal.ts'
import { addSession } from '#core/programme/actions.ts'
import { addHall, releaseSchedule } from '#core/programme/release.actions.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { addMinutes, endSession, noteFigure, recordActual, skipSession, startNext, startSession, undoLast } from './actions.ts'
import { stageJournal } from './journal.ts'
import { loadRuns } from './store.ts'
import { liveTimes, openStage, publicDay } from './view.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const at = (time: string): Date => new Date(`2026-12-05T${time.length === 5 ? `${time}:00` : time}+08:00`)

async function stage(community: string, plan: [string, string, number][], hallId: string | null = null) {
  const { communityId, event } = await makeEvent(app.ctx, { community })
  const ids = []
  for (const [title, time, minutes] of plan) {
    const added = await addSession(app.ctx, communityId, event.id, {
      title: { zh: title, en: '' },
      kind: 'talk',
      abstract: {},
      level: '',
      language: 'zh',
      slidesUrl: '',
      note: {},
      mayRecord: true,
      hallId,
      startsAt: at(time),
      minutes,
      state: 'confirmed',
      no: null,
      slug: null,
      speakers: [],
    })
    ids.push(added.id)
  }
  await releaseSchedule(app.ctx, communityId, event.id)
  const [a = '', b = '', c = ''] = ids
  return { communityId, eventId: event.id, a, b, c }
}
const runsOf = async (communityId: string, eventId: string): Promise<unknown[]> =>
  [...(await loadRuns(app.db, communityId, eventId)).values()].map((r) => [r.sessionId, r.state, r.startedAt, r.endedAt]).sort()

test('two presses at once start one session, to the second', async () => {
  const { communityId, eventId, a, b } = await stage('press', [
    ['甲', '14:00', 30],
    ['乙', '14:30', 30],
  ])
  app.clock.set(at('14:01:05'))
  await Promise.all(Array.from({ length: 6 }, () => startNext(app.as('stage', communityId), communityId, eventId, { sessionId: a })))
  app.clock.set(at('14:37:47'))
  await Promise.all([
    startNext(app.as('stage', communityId), communityId, eventId, { sessionId: b }),
    startNext(app.as('owner', communityId), communityId, eventId, { sessionId: b }),
  ])
  expect(await runsOf(communityId, eventId)).toEqual(
    [
      [a, 'done', at('14:01:05'), at('14:37:47')],
      [b, 'on', at('14:37:47'), null],
    ].sort(),
  )
  const entries = await listEntries(app.db, { communityId, eventId, rooms: ['stage'] })
  expect(entries.map((e) => sentence(e.kind === 'stage.started' ? stageJournal.started : stageJournal.ended, e.facts, 'zh'))).toEqual([
    '14:01:05 「甲」开始，比计划晚 1 分 5 秒',
    '14:37:47 「甲」结束，超时 6 分 42 秒',
    '14:37:47 「乙」开始，比计划晚 7 分 47 秒',
  ])
  expect(entries[1]?.facts).toMatchObject({
    overrunSeconds: 402,
    minutes: 30,
    planned: at('14:30').toISOString(),
    actual: at('14:37:47').toISOString(),
  })
})

test('a press is taken back whole, the one before it then too', async () => {
  const { communityId, eventId, a, b } = await stage('undo', [
    ['甲', '14:00', 30],
    ['乙', '14:30', 30],
  ])
  const crew = app.as('stage', communityId)
  app.clock.set(at('14:00'))
  await startNext(crew, communityId, eventId, { sessionId: a })
  await addMinutes(crew, communityId, eventId, { sessionId: a, minutes: 2 })
  app.clock.set(at('14:20'))
  await startNext(crew, communityId, eventId, { sessionId: b })
  await undoLast(crew, communityId, eventId)
  expect(await runsOf(communityId, eventId)).toEqual(
    [
      [a, 'on', at('14:00'), null],
      [b, 'waiting', null, null],
    ].sort(),
  )
  expect((await loadRuns(app.db, communityId, eventId)).get(a)?.extraSeconds).toBe(120)
  await undoLast(crew, communityId, eventId)
  await undoLast(crew, communityId, eventId)
  expect([...(await loadRuns(app.db, communityId, eventId)).values()].map((r) => [r.state, r.extraSeconds])).toEqual([
    ['waiting', 0],
    ['waiting', 0],
  ])
  await expect(undoLast(crew, communityId, eventId)).rejects.toMatchObject({ code: 'stage.nothing_to_undo' })
})

test('times from recordings: an actual start, and an overrun of 6 min 42 s that was stated', async () => {
  const { communityId, eventId, a } = await stage('nanning', [['高龄程序猿自救指北', '15:55', 35]])
  await recordActual(app.ctx, communityId, eventId, { sessionId: a, startedAt: at('15:59:08'), endedAt: null, overrunSeconds: 402 })
  const run = (await loadRuns(app.db, communityId, eventId)).get(a)
  expect(run).toEqual({
    sessionId: a,
    state: 'done',
    startedAt: at('15:59:08'),
    endedAt: at('16:40:50'),
    extraSeconds: 0,
    overrunSeconds: 402,
  })
  const entries = await listEntries(app.db, { communityId, eventId, rooms: ['stage'] })
  expect(entries.map((e) => [e.kind, e.at, e.facts['overrunSeconds']])).toEqual([
    ['stage.started', at('15:59:08'), undefined],
    ['stage.ended', at('16:40:50'), 402],
  ])
  await recordActual(app.ctx, communityId, eventId, { sessionId: a, startedAt: at('15:59:08'), endedAt: null, overrunSeconds: 402 })
  expect(await listEntries(app.db, { communityId, eventId, rooms: ['stage'] })).toHaveLength(2)
  await expect(
    recordActual(app.ctx, communityId, eventId, { sessionId: a, startedAt: at('15:59:08'), endedAt: at('15:00'), overrunSeconds: null }),
  ).rejects.toMatchObject({ code: 'input.invalid', issues: [{ path: 'endedAt', code: 'stage.end_before_start' }] })
})

test('the public day tells what is on and how late the rest will be', async () => {
  const { communityId, eventId, a, b, c } = await stage('day', [
    ['甲', '14:00', 30],
    ['乙', '14:30', 30],
    ['丙', '15:10', 30],
  ])
  const crew = app.as('stage', communityId)
  app.clock.set(at('14:00'))
  await startSession(crew, communityId, eventId, { sessionId: a })
  app.clock.set(at('14:36:42'))
  const shown = await publicDay(app.db, communityId, eventId, app.clock.now())
  const day = shown?.stages[0]?.day
  expect([day?.current?.id, day?.next?.id, day?.offset]).toEqual([a, b, 402])
  expect(day?.items.map((i) => i.start)).toEqual([at('14:00'), at('14:36:42'), at('15:10')])
  expect([...liveTimes(shown?.stages ?? []).values()].map((t) => t.state)).toEqual(['on', 'waiting', 'waiting'])
  await endSession(crew, communityId, eventId, { sessionId: a })
  await skipSession(crew, communityId, eventId, { sessionId: b })
  expect((await openStage(crew, communityId, eventId)).stages[0]?.day.next?.id).toBe(c)
})

test('two halls run side by side, each with its own undo', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'halls' })
  const halls = []
  for (const name of ['一厅', '二厅']) halls.push((await addHall(app.ctx, communityId, event.id, { name: { zh: name }, seats: null })).id)
  const ids = []
  for (const hallId of halls) {
    const input = {
      title: { zh: '甲', en: '' },
      abstract: {},
      slidesUrl: '',
      note: {},
      hallId,
      startsAt: at('14:00'),
      minutes: 30,
      no: null,
      slug: null,
    }
    ids.push((await addSession(app.ctx, communityId, event.id, input)).id)
  }
  app.clock.set(at('14:00'))
  for (const sessionId of ids) await startNext(app.ctx, communityId, event.id, { sessionId })
  await undoLast(app.ctx, communityId, event.id, { hallId: halls[0] ?? null })
  const runs = await loadRuns(app.db, communityId, event.id)
  expect(ids.map((id) => runs.get(id)?.state)).toEqual(['waiting', 'on'])
})

test('figures keep their platform and time; who may only look cannot press', async () => {
  const { communityId, eventId, a } = await stage('figures', [['甲', '14:00', 30]])
  await noteFigure(app.ctx, communityId, eventId, { metric: 'stream_clicks', platform: '斗鱼', value: '1000', at: at('17:30'), note: {} })
  expect((await openStage(app.ctx, communityId, eventId)).figures).toMatchObject([
    { metric: 'stream_clicks', platform: '斗鱼', value: 1000, at: at('17:30') },
  ])
  const [entry] = await listEntries(app.db, { communityId, eventId, rooms: ['stage'] })
  expect([sentence(stageJournal.figure, entry?.facts ?? {}, 'zh'), entry?.at]).toEqual(['斗鱼 直播点击 1,000', at('17:30')])
  const counted = { metric: 'head_count' as const, platform: '', value: 53, at: null, note: {}, key: 'figure-form' }
  await Promise.all([noteFigure(app.ctx, communityId, eventId, counted), noteFigure(app.ctx, communityId, eventId, counted)])
  await noteFigure(app.ctx, communityId, eventId, { ...counted, value: 54 })
  const heads = (await openStage(app.ctx, communityId, eventId)).figures.filter((one) => one.metric === 'head_count')
  expect(heads.map((one) => one.value).toSorted()).toEqual([53, 54])
  await expect(startNext(app.as('viewer', communityId), communityId, eventId, { sessionId: a })).rejects.toMatchObject({
    code: 'access.denied',
  })
  await expect(startNext(app.as('stage', communityId), communityId, eventId, { sessionId: communityId })).rejects.toMatchObject({
    code: 'thing.not_found',
  })
  await expect(
    noteFigure(app.ctx, communityId, eventId, { metric: 'head_count', platform: '', value: -1, at: null, note: {} }),
  ).rejects.toMatchObject({ code: 'input.invalid' })
})
