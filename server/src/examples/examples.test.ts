import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findCommunityBySlug, listEvents } from '@kaichang/core/community/store.ts'
import { readAttendance } from '@kaichang/core/door/actions.ts'
import { removeExample } from '@kaichang/core/community/actions.ts'
import { recordingsReport } from '@kaichang/core/archive/actions.ts'
import { introductionGraph, publicPartnersOf } from '@kaichang/core/partners/actions.ts'
import { openPlan } from '@kaichang/core/plan/actions.ts'
import { channelTotals, dailyCurve } from '@kaichang/core/registration/actions.ts'
import { openStage } from '@kaichang/core/stage/view.ts'
import type { Event } from '@kaichang/core/community/model.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { loadExamplesOnce } from './load.ts'
import { readExample } from './read.ts'

let app: TestApp
let nanning: Event
let changsha: Event
beforeAll(async () => {
  app = await testApp()
  expect(await loadExamplesOnce(app)).toEqual(['dotnet-changsha', 'pychina'])
  nanning = await eventOf('pychina')
  changsha = await eventOf('dotnet-changsha')
}, 120_000)
afterAll(() => app.close())

async function eventOf(slug: string): Promise<Event> {
  const community = await findCommunityBySlug(app.db, slug)
  const [event] = community ? await listEvents(app.db, community.communityId) : []
  if (!event) throw new Error(`${slug} has no event`)
  return event
}

test('Changsha shows the whole road: the shelved proposal, the pilot, the rejected date, the first meeting', async () => {
  const { proposals, dates, notes } = await openPlan(app.ctx, changsha.communityId, changsha.id)
  expect(proposals.map(({ title, state, registered, came }) => [title.en, state, registered, came])).toEqual([
    ['A day of talks for .NET developers in Changsha', 'shelved', null, null],
    ['A paid pilot salon', 'done', 30, 20],
    ['Founding ceremony of the Changsha .NET community', 'accepted', null, null],
  ])
  expect(dates.map(({ day, state }) => [day, state])).toEqual([
    ['2019-04-06', 'rejected'],
    ['2019-04-21', 'chosen'],
  ])
  expect(notes.find((note) => note.kind === 'meeting')).toMatchObject({ day: '2019-02-17', present: 12 })
})

test('Changsha: nine introductions, ten partners by what they gave', async () => {
  const graph = await introductionGraph(app.ctx, changsha.communityId, changsha.id)
  expect([graph.nodes.length, graph.edges.length]).toEqual([11, 9])
  const partners = await publicPartnersOf(app.db, changsha.communityId, changsha.id)
  expect(partners).toHaveLength(10)
  expect(partners.find((p) => p.name === '腾讯云+社区')?.kinds).toEqual(['venue', 'media', 'speakers', 'stream'])
})

test('Changsha: 150 in two days, 400 over two channels under a cap of 400 in a hall of 800', async () => {
  expect([changsha.seats, changsha.cap]).toEqual([800, 400])
  const totals = await channelTotals(app.db, changsha.communityId, changsha.id)
  expect(totals.map((t) => t.registered)).toEqual([225, 175])
  const curve = await dailyCurve(app.db, changsha)
  expect([curve[0]?.day, curve.at(-1)?.day, curve.at(-1)?.total]).toEqual(['2019-04-10', '2019-04-20', 400])
  const own = curve.find((day) => day.day === '2019-04-12')?.byChannel ?? {}
  expect(Object.values(own).sort((a, b) => b - a)).toEqual([150, 18])
})

test('Changsha: 240 came, fewer in the afternoon; 1,000 clicks on the stream', async () => {
  const { persons, byList } = await readAttendance(app.db, changsha)
  expect(persons).toBe(240)
  expect(byList).toEqual(
    expect.arrayContaining([
      { list: 'morning', count: 224 },
      { list: 'afternoon', count: 168 },
    ]),
  )
  const { figures } = await openStage(app.ctx, changsha.communityId, changsha.id)
  expect(figures).toMatchObject([{ metric: 'stream_clicks', value: 1000 }])
})

test('Nanning: every recording found its place, what is odd is said, and one talk ran over by 6 min 42 s', async () => {
  const report = await recordingsReport(app.ctx, nanning.communityId, nanning.id)
  expect(report.recordings.map((r) => r.match.sessionId !== null)).toEqual(Array.from({ length: 11 }, () => true))
  expect(report.report.gaps).toEqual([2, 5])
  const odd = report.recordings.flatMap((r) => r.match.problems.map((p) => [r.name, p.code]))
  expect(odd).toEqual([
    ['191026-03-openning-135716.MP3', 'misspelling'],
    ['191026-10-ltalk-1-.MP3', 'missing_time'],
    ['191026-11-ltalk-2-.MP3', 'missing_time'],
  ])
  const { stages } = await openStage(app.ctx, nanning.communityId, nanning.id)
  const talk = stages.flatMap(({ day }) => day.items).find((item) => item.slug === '101camp')
  expect(talk?.run).toMatchObject({ startedAt: new Date('2019-10-26T15:59:08+08:00'), overrunSeconds: 402 })
})

test('the recaps are published in both languages and read like the organisers’ account', async () => {
  const body = async (event: Event, locale: string): Promise<string> =>
    (
      await app.db
        .selectFrom('article')
        .select('body')
        .where('communityId', '=', event.communityId)
        .where('eventId', '=', event.id)
        .where('locale', '=', locale)
        .where('state', '=', 'published')
        .executeTakeFirstOrThrow()
    ).body
  const zh = await body(nanning, 'zh')
  const order = ['13:38', '13:42', '13:57', '14:11', '14:42', '15:13', '15:59', '16:40', '18:04'].map((time) => zh.indexOf(`**${time}**`))
  expect(order).toEqual([...order].sort((a, b) => a - b))
  expect(order).not.toContain(-1)
  expect(zh).toContain('超时 6 分 42 秒')
  expect(await body(nanning, 'en')).toContain('6 min 42 s')
  expect(await body(changsha, 'zh')).toContain('30 人报名，20 人到场')
})

test('examples come back at no later start, also when they were removed', async () => {
  expect(await loadExamplesOnce(app)).toEqual([])
  await removeExample(app.ctx, nanning.communityId)
  expect(await loadExamplesOnce(app)).toEqual([])
  expect(await findCommunityBySlug(app.db, 'pychina')).toBeUndefined()
})

const good = readFileSync(join(import.meta.dirname, '../../../examples/nanning-2019.yaml'), 'utf8')
const lineOf = (part: string): number => good.slice(0, good.indexOf(part)).split('\n').length

test.each([
  ['a number that is a word', (text: string) => text.replace('  cap: 50', '  cap: fifty'), lineOf('  cap: 50'), /event\.cap/],
  ['a word that nobody knows', (text: string) => text.replace('expected: 45', 'expcted: 45'), lineOf('expected: 45'), /expcted/],
  [
    'a kind of session that does not exist',
    (text: string) => text.replace('kind: warm-up', 'kind: warmup'),
    lineOf('kind: warm-up'),
    /kind/,
  ],
  [
    'a step without its time',
    (text: string) => text.replace('- { at: 2019-09-12 21:15, acceptProposal', '- { acceptProposal'),
    lineOf('acceptProposal: nanning'),
    /needs its time/,
  ],
  ['broken YAML', (text: string) => text.replace('city: { zh: 南宁', 'city: { zh: [南宁'), lineOf('city: { zh: 南宁'), /.+/],
])('a broken file is answered with its line: %s', (_what, breakIt, line, reason) => {
  let error: unknown
  try {
    readExample(breakIt(good), '/somewhere/nanning.yaml')
  } catch (caught) {
    error = caught
  }
  expect(error).toMatchObject({ code: 'import.broken', params: { file: 'nanning.yaml', line } })
  expect(error).toMatchObject({ params: { reason: expect.stringMatching(reason) } })
})
