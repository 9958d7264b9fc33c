import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#core/kernel/ids.ts'
import { listEntries } from '#core/store/journal.ts'
import { silentMp3 } from '#core/archive/silence.ts'
import { receiveRecording } from '#core/archive/intake.actions.ts'
import { publishRecordings } from '#core/archive/actions.ts'
import { addNote } from '#core/plan/actions.ts'
import { addSession } from '#core/programme/actions.ts'
import { releaseSchedule } from '#core/programme/release.actions.ts'
import { noteFigure, recordActual } from '#core/stage/actions.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { draftRecap, openArticles, openRecap, publishArticle, saveArticle, unpublishArticle } from './actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp({ now: '2019-10-27T10:00:00+08:00' })))
afterAll(() => app.close())

const day = { startsAt: new Date('2019-10-26T13:30:00+08:00'), endsAt: new Date('2019-10-26T18:30:00+08:00') }
const at = (time: string): Date => new Date(`2019-10-26T${time}+08:00`)

async function begin(community: string) {
  const made = await makeEvent(app.ctx, { community, ...day })
  return { ...made, eventId: made.event.id }
}

test('the draft tells the day from what the rooms wrote down, and names no attendee', async () => {
  const { communityId, eventId } = await begin('draft')
  const session = (no: number, slug: string, title: string, time: string, more = {}) =>
    addSession(app.ctx, communityId, eventId, { no, slug, title: { zh: title }, startsAt: at(time), minutes: 35, hallId: null, ...more })
  await session(0, 'start', '暖场', '13:30:00', { kind: 'warm-up' })
  const talk = await session(8, 'self-rescue', '高龄程序猿自救指北', '15:50:00', {
    speakers: [{ name: '大妈', affiliation: { zh: 'Zoom.Quiet' } }],
  })
  await releaseSchedule(app.ctx, communityId, eventId)
  await recordActual(app.ctx, communityId, eventId, { sessionId: talk.id, startedAt: at('15:59:08'), endedAt: null, overrunSeconds: 402 })
  await noteFigure(app.ctx, communityId, eventId, { metric: 'stream_clicks', platform: '', value: 900, at: at('16:00:00') })
  await noteFigure(app.ctx, communityId, eventId, { metric: 'stream_clicks', platform: '', value: 1000, at: at('18:00:00') })
  await addNote(app.ctx, communityId, eventId, { kind: 'meeting', day: '2019-10-01', title: { zh: '第一次碰头' }, detail: {}, present: 5 })
  await addNote(app.ctx, communityId, eventId, {
    kind: 'decision',
    day: '2019-10-27',
    title: { zh: '每月聚一次' },
    detail: {},
    present: null,
  })
  await receiveRecording(app.ctx, communityId, eventId, {
    name: '191026-08-101camp-155908.MP3',
    content: (async function* () {
      yield silentMp3(1)
    })(),
  })
  const personId = newId(app)
  await app.db.insertInto('person').values({ communityId, id: personId, name: '张秘密', createdAt: app.clock.now() }).execute()
  const seats = { communityId, eventId, personId, locale: 'zh', registeredAt: app.clock.now() }
  const id = newId(app)
  await app.db
    .insertInto('registration')
    .values({ ...seats, id, code: 'AAAAAA' })
    .execute()
  await app.db
    .insertInto('scan')
    .values({ communityId, eventId, id: newId(app), registrationId: id, list: 'afternoon', at: at('13:35:00'), verdict: 'admitted' })
    .execute()

  const before = await draftRecap(app.ctx, communityId, eventId, 'zh')
  expect(before.hints).toEqual([{ code: 'recordings_hidden', count: 1 }, { code: 'no_notes' }])
  await publishRecordings(app.ctx, communityId, eventId, { recordingIds: 'all' })
  const { body } = await draftRecap(app.ctx, communityId, eventId, 'zh')
  const [recording] = await app.db.selectFrom('recording').select('id').where('communityId', '=', communityId).execute()
  expect(body).toBe(`2019年10月26日（周六），南宁场在南宁会议室办成了。

## 怎么走到这一天

- **10月1日** 碰头：第一次碰头（5 人到）

## 流水帐

按时间先后，当天的每一项都记在这里。

- **13:30** 暖场
- **15:59** [高龄程序猿自救指北](/draft/nanning/talks/self-rescue)
    - 大妈，Zoom.Quiet
    - **超时 6 分 42 秒**
    - 录音：[191026-08-101camp-155908.MP3]

## 数字

- 报名 **1** 人
- 到场 **1** 人，占报名的 100%
- 直播点击 **1,000**
- 1 场分享，1 位讲师
- 公开录音 1 段

## 接下来

- 每月聚一次

[191026-08-101camp-155908.MP3]: /files/draft/${recording?.id}/191026-08-101camp-155908.MP3
`)
  expect(body).not.toContain('张秘密')
})

test('two people edit: other fields merge, the same field asks, and nothing is lost', async () => {
  const { communityId, eventId } = await begin('editing')
  const save = (input: Parameters<typeof saveArticle>[3], ctx = app.ctx) => saveArticle(ctx, communityId, eventId, input)
  const first = await save({ title: '纪实', body: '一', revision: 0 })
  expect(first).toMatchObject({ revision: 1, state: 'draft', slug: 'recap', locale: 'zh' })
  const other = app.as('editor', communityId)
  await save({ title: '南宁纪实', body: '一', revision: 1 }, other)
  expect(await save({ title: '纪实', body: '二', revision: 1 })).toMatchObject({ title: '南宁纪实', body: '二', revision: 3 })
  await expect(save({ title: '南宁纪实', body: '三', revision: 1 }, other)).rejects.toMatchObject({
    code: 'thing.changed',
    params: { who: 'test', fields: ['body'], theirs: { title: '南宁纪实', body: '二' }, revision: 3 },
  })
  await expect(save({ title: '纪实', body: '四', revision: 0 }, other)).rejects.toMatchObject({ code: 'thing.changed' })
  const seen = { revision: 3, fields: ['body'] }
  expect(await save({ title: '纪实', body: '三', revision: 1, seen }, other)).toMatchObject({ title: '南宁纪实', body: '三', revision: 4 })
  const both = { revision: 4, fields: ['title', 'body'] }
  expect(await save({ title: '纪实', body: '四', revision: 0, seen: both }, other)).toMatchObject({
    title: '纪实',
    body: '四',
    revision: 5,
  })
  await expect(save({ title: '纪实', body: '五', revision: 0, seen: both })).rejects.toMatchObject({ code: 'thing.changed' })
  expect((await openArticles(app.ctx, communityId, eventId)).map((a) => a.body)).toEqual(['四'])
})

test('a recap is public from its publication until it is taken back; the other language stands in', async () => {
  const { communityId, eventId, event, communitySlug } = await begin('publishing')
  const community = await app.db.selectFrom('community').selectAll().where('communityId', '=', communityId).executeTakeFirstOrThrow()
  const visitor = app.context({ kind: 'visitor' })
  const read = async (locale: 'zh' | 'en') => (await openRecap(visitor, community, event, locale))?.body ?? null
  await saveArticle(app.ctx, communityId, eventId, { title: '纪实', body: '正文', revision: 0 })
  expect([communitySlug, await read('zh')]).toEqual(['publishing', null])
  await publishArticle(app.ctx, communityId, eventId, { locale: 'zh' })
  expect([await read('zh'), await read('en')]).toEqual(['正文', '正文'])
  await saveArticle(app.ctx, communityId, eventId, { title: '纪实', body: '新正文', revision: 1 })
  expect(await read('zh')).toBe('新正文')
  await unpublishArticle(app.ctx, communityId, eventId, { locale: 'zh' })
  expect(await read('zh')).toBe(null)
  const entries = await listEntries(app.db, { communityId, eventId, rooms: ['story'] })
  expect(entries.map((e) => [e.kind, e.public])).toEqual([
    ['story.written', false],
    ['story.published', true],
    ['story.changed', false],
    ['story.corrected', true],
    ['story.unpublished', true],
  ])
  await expect(
    saveArticle(app.as('viewer', communityId), communityId, eventId, { title: 'x', body: 'x', revision: 2 }),
  ).rejects.toMatchObject({ code: 'access.denied' })
  await expect(draftRecap(visitor, communityId, eventId, 'zh')).rejects.toMatchObject({ code: 'access.sign_in' })
})

test('with two thousand journal entries the draft takes well under 300 ms', async () => {
  const { communityId, eventId } = await begin('fast')
  const rows = Array.from({ length: 2000 }, (_, i) => ({
    communityId,
    id: newId(app),
    eventId,
    at: app.clock.now(),
    recordedAt: app.clock.now(),
    kind: i % 4 === 0 ? 'plan.date_rejected' : 'registration.registered',
    actorKind: 'system',
    subjectKind: 'x',
    facts: JSON.stringify({ day: '2019-09-01', reason: { zh: '假期' }, taken: i }),
  }))
  for (let i = 0; i < rows.length; i += 500)
    await app.db
      .insertInto('journal')
      .values(rows.slice(i, i + 500))
      .execute()
  await addNote(app.ctx, communityId, eventId, { kind: 'meeting', day: '2019-10-01', title: { zh: '碰头' }, detail: {}, present: null })
  const times: number[] = []
  for (let i = 0; i < 3; i += 1) {
    const started = performance.now()
    await draftRecap(app.ctx, communityId, eventId, 'zh')
    times.push(performance.now() - started)
  }
  // The quickest of three: other tests run on the same two cores.
  expect(Math.min(...times)).toBeLessThan(300)
})
