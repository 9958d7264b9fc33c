import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { seenOf } from '../../../tests/setup/seen.ts'
import { addBudgetLine, addTask, editBudgetLine, editProposal, editTask, openBudget, openPlan, writeProposal } from './actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const one = { revision: 1 }

test('a task saved all the same: mine where both changed it, the other’s where only they did', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'task' })
  const task = (title: string, dayOffset: number, detail = '') =>
    ({ title: { zh: title }, detail: { zh: detail }, room: 'plan', dayOffset, ownerId: null }) as const
  const id = await addTask(app.ctx, communityId, event.id, task('订场地', -10))
  const edit = (input: Parameters<typeof editTask>[4]) => editTask(app.ctx, communityId, event.id, id, input)
  await edit({ ...task('订会议室', -20), ...one })
  const mine = { ...task('订礼堂', -10, '带投影'), ...one }
  const seen = await seenOf(edit(mine))
  expect(seen).toEqual({ revision: 2, fields: ['title'] })
  await edit({ ...mine, seen })
  expect((await openPlan(app.ctx, communityId, event.id)).tasks).toMatchObject([task('订礼堂', -20, '带投影')])
})

test('a field that changes once more, or that was not shown, is asked about again', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'again' })
  const task = (title: string, dayOffset: number) => ({ title: { zh: title }, detail: {}, room: 'plan', dayOffset, ownerId: null }) as const
  const id = await addTask(app.ctx, communityId, event.id, task('订场地', -10))
  const edit = (input: Parameters<typeof editTask>[4]) => editTask(app.ctx, communityId, event.id, id, input)
  await edit({ ...task('订会议室', -20), ...one })
  const seen = await seenOf(edit({ ...task('订礼堂', -10), ...one }))
  const more = await seenOf(edit({ ...task('订礼堂', -15), ...one, seen }))
  expect(more).toEqual({ revision: 2, fields: ['title', 'dayOffset'] })
  await edit({ ...task('订教室', -20), revision: 2 })
  const newest = await seenOf(edit({ ...task('订礼堂', -15), ...one, seen: more }))
  expect(newest).toEqual({ revision: 3, fields: ['title', 'dayOffset'] })
  await edit({ ...task('订礼堂', -15), ...one, seen: newest })
  expect((await openPlan(app.ctx, communityId, event.id)).tasks).toMatchObject([task('订礼堂', -15)])
})

test('a proposal saved all the same', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'proposal' })
  const proposal = (title: string, howMany: number, why = '') => ({ title: { zh: title }, why: { zh: why }, howMany, plannedFor: null })
  const id = await writeProposal(app.ctx, communityId, event.id, proposal('沙龙', 30))
  const edit = (input: Parameters<typeof editProposal>[4]) => editProposal(app.ctx, communityId, event.id, id, input)
  await edit({ ...proposal('大会', 300), ...one })
  const mine = { ...proposal('聚会', 30, '认识彼此'), ...one }
  await edit({ ...mine, seen: await seenOf(edit(mine)) })
  expect((await openPlan(app.ctx, communityId, event.id)).proposals).toMatchObject([proposal('聚会', 300, '认识彼此')])
})

test('a budget line saved all the same', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'budget' })
  const line = (plannedFen: number, actualFen: number | null, title = '茶歇') =>
    ({ kind: 'expense', title: { zh: title }, plannedFen, actualFen }) as const
  const id = await addBudgetLine(app.ctx, communityId, event.id, line(300_000, null))
  const edit = (input: Parameters<typeof editBudgetLine>[4]) => editBudgetLine(app.ctx, communityId, event.id, id, input)
  await edit({ ...line(200_000, 199_000), ...one })
  const mine = { ...line(250_000, null, '茶歇和午饭'), ...one }
  await edit({ ...mine, seen: await seenOf(edit(mine)) })
  expect(await openBudget(app.ctx, communityId, event.id)).toMatchObject([line(250_000, 199_000, '茶歇和午饭')])
})
