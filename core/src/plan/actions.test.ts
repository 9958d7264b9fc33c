import { afterAll, beforeAll, expect, test } from 'vitest'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import {
  acceptProposal,
  addBudgetLine,
  addNote,
  addTask,
  assignTask,
  beginEvent,
  chooseDate,
  closeAttempt,
  considerDate,
  dropTask,
  editBudgetLine,
  editTask,
  openBudget,
  openPlan,
  planFromTemplate,
  rejectDate,
  reviveProposal,
  shelveProposal,
  tickTask,
  untickTask,
  writeProposal,
} from './actions.ts'
import { roadOf } from './road.rules.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const answers = (slug: string) => ({
  what: '社区成立大会',
  why: '让彼此认识',
  forWhom: '.NET 开发者',
  howMany: 100,
  city: '长沙',
  where: '众创空间',
  slug,
  locale: 'zh' as const,
  startsAt: new Date('2027-03-07T09:00:00+08:00'),
  endsAt: new Date('2027-03-07T17:00:00+08:00'),
})
const task = (title: string, dayOffset = -10) => ({ title: { zh: title }, detail: {}, room: 'plan' as const, dayOffset, ownerId: null })

test('six answers give a draft event, its proposal and a plan of which nothing is overdue', async () => {
  const { communityId } = await makeEvent(app.ctx, { community: 'begin' })
  const event = await beginEvent(app.ctx, communityId, answers('founding'))
  const plan = await openPlan(app.ctx, communityId, event.id)
  expect(event).toMatchObject({ state: 'draft', cap: 100 })
  expect(plan.proposals.map((p) => [p.title, p.why, p.howMany, p.plannedFor, p.state])).toEqual([
    [{ zh: '社区成立大会' }, { zh: '让彼此认识' }, 100, '2027-03-07', 'accepted'],
  ])
  expect(plan.tasks).toHaveLength(34)
  expect(roadOf(plan, event, app.clock.now()).some((item) => item.kind === 'task' && item.late)).toBe(false)
  await expect(beginEvent(app.ctx, communityId, answers('founding'))).rejects.toMatchObject({ code: 'event.slug_taken' })
  expect(await planFromTemplate(app.ctx, communityId, event.id)).toBe(0)
})

test('two organisers save the same task: other fields merge, one field shows both sides and loses nothing', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'two' })
  const [first, second] = [app.as('organiser', communityId), app.as('organiser', communityId)]
  const id = await addTask(app.ctx, communityId, event.id, task('订场地'))
  await editTask(first, communityId, event.id, id, { ...task('订场地', -20), revision: 1 })
  await editTask(second, communityId, event.id, id, { ...task('订好场地'), revision: 1 })
  const [merged] = (await openPlan(app.ctx, communityId, event.id)).tasks
  expect(merged).toMatchObject({ title: { zh: '订好场地' }, dayOffset: -20, revision: 3 })

  await editTask(first, communityId, event.id, id, { ...task('订会议室', -20), revision: 3 })
  const late = editTask(second, communityId, event.id, id, { ...task('订礼堂', -21), revision: 3 })
  await expect(late).rejects.toMatchObject({
    code: 'thing.changed',
    params: {
      who: first.actor.kind === 'account' ? first.actor.name : '',
      fields: ['title'],
      theirs: { ...task('订会议室', -20) },
      revision: 4,
    },
  })
  expect((await openPlan(app.ctx, communityId, event.id)).tasks[0]).toMatchObject({ title: { zh: '订会议室' }, dayOffset: -20 })
  await editTask(second, communityId, event.id, id, { ...task('订礼堂', -21), revision: 4 })
  expect((await openPlan(app.ctx, communityId, event.id)).tasks[0]).toMatchObject({ title: { zh: '订礼堂' }, dayOffset: -21 })
})

test('a task given to somebody meanwhile is not taken away by an older form', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'owner' })
  const personId = '00000000-0000-7000-8000-0000000000aa'
  await app.db.insertInto('person').values({ communityId, id: personId, name: '嘉鹏', createdAt: app.clock.now() }).execute()
  const id = await addTask(app.ctx, communityId, event.id, task('主持稿'))
  await assignTask(app.ctx, communityId, event.id, id, personId)
  await editTask(app.ctx, communityId, event.id, id, { ...task('主持稿第二版'), revision: 1 })
  expect((await openPlan(app.ctx, communityId, event.id)).tasks[0]).toMatchObject({
    title: { zh: '主持稿第二版' },
    ownerId: personId,
    ownerName: '嘉鹏',
  })
  await expect(assignTask(app.ctx, communityId, event.id, id, '00000000-0000-7000-8000-0000000000bb')).rejects.toMatchObject({
    code: 'thing.not_found',
  })
})

test('a tick can be taken back; ticking twice writes one entry', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'ticks' })
  const id = await addTask(app.ctx, communityId, event.id, task('贴海报'))
  const volunteer = app.as('door', communityId)
  await tickTask(volunteer, communityId, event.id, id)
  await tickTask(volunteer, communityId, event.id, id)
  expect((await openPlan(app.ctx, communityId, event.id)).tasks[0]).toMatchObject({ state: 'done', doneAt: app.clock.now() })
  await untickTask(volunteer, communityId, event.id, id)
  await expect(dropTask(volunteer, communityId, event.id, id)).rejects.toMatchObject({ code: 'access.denied' })
  await dropTask(app.ctx, communityId, event.id, id)
  expect((await openPlan(app.ctx, communityId, event.id)).tasks).toEqual([])
  const kinds = (await listEntries(app.db, { communityId, rooms: ['plan'] })).map((e) => e.kind)
  expect(kinds).toEqual(['plan.task_added', 'plan.task_done', 'plan.task_reopened', 'plan.task_dropped'])
})

test('choosing a day moves the event and with it every task; objections stay', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'days' })
  await addTask(app.ctx, communityId, event.id, task('布置', -1))
  const qingming = await considerDate(app.ctx, communityId, event.id, '2027-04-05')
  const sunday = await considerDate(app.ctx, communityId, event.id, '2027-04-18', { zh: '和云+社区商定' })
  await expect(considerDate(app.ctx, communityId, event.id, '2027-04-18')).rejects.toMatchObject({ code: 'plan.day_taken' })
  await expect(rejectDate(app.ctx, communityId, event.id, qingming, {})).rejects.toMatchObject({ code: 'plan.reason' })
  await rejectDate(app.ctx, communityId, event.id, qingming, { zh: '清明大家要回家' })
  await chooseDate(app.ctx, communityId, event.id, sunday)
  const moved = await app.db
    .selectFrom('event')
    .select(['startsAt', 'endsAt', 'timeZone'])
    .where('id', '=', event.id)
    .executeTakeFirstOrThrow()
  expect([moved.startsAt.toISOString(), moved.endsAt.toISOString()]).toEqual(['2027-04-18T05:30:00.000Z', '2027-04-18T10:30:00.000Z'])
  const plan = await openPlan(app.ctx, communityId, event.id)
  expect(plan.dates.map((d) => [d.day, d.state, d.reason])).toEqual([
    ['2027-04-05', 'rejected', { zh: '清明大家要回家' }],
    ['2027-04-18', 'chosen', { zh: '和云+社区商定' }],
  ])
  expect(roadOf(plan, moved, app.clock.now()).map((item) => item.day)).toEqual(['2027-04-05', '2027-04-17'])
})

test('an attempt is shelved with its reason, revived, done with what it taught', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'attempts' })
  const first = await writeProposal(app.ctx, communityId, event.id, {
    title: { zh: '第一次策划' },
    howMany: null,
    plannedFor: '2018-07-15',
  })
  await shelveProposal(app.ctx, communityId, event.id, first, { zh: '没有场地，没有讲师' })
  await expect(acceptProposal(app.ctx, communityId, event.id, first)).rejects.toMatchObject({ code: 'plan.proposal_state' })
  await reviveProposal(app.ctx, communityId, event.id, first)
  const pilot = await writeProposal(app.ctx, communityId, event.id, { title: { zh: '试水沙龙' }, howMany: 30, plannedFor: '2019-03-10' })
  await closeAttempt(app.ctx, communityId, event.id, pilot, { registered: 30, came: 20, lesson: { zh: '准备仓促' } })
  const { proposals } = await openPlan(app.ctx, communityId, event.id)
  expect(proposals.map((p) => [p.state, p.reason, p.registered, p.came, p.lesson])).toEqual([
    ['revived', { zh: '没有场地，没有讲师' }, null, null, {}],
    ['done', {}, 30, 20, { zh: '准备仓促' }],
  ])
})

test('a past meeting stands in the journal on its own day', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'notes' })
  await addNote(app.ctx, communityId, event.id, { kind: 'meeting', day: '2026-02-17', title: { zh: '第一次面基' }, present: 12 })
  const [entry] = await listEntries(app.db, { communityId, kinds: ['plan.meeting'] })
  expect(entry).toMatchObject({
    at: new Date('2026-02-17T12:00:00+08:00'),
    facts: { title: { zh: '第一次面基' }, day: '2026-02-17', present: 12 },
  })
})

test('the budget is for those who may see money', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'money' })
  const treasurer = app.as('treasurer', communityId)
  const id = await addBudgetLine(treasurer, communityId, event.id, { kind: 'expense', title: { zh: '茶歇' }, plannedFen: 300_000 })
  await editBudgetLine(treasurer, communityId, event.id, id, {
    kind: 'expense',
    title: { zh: '茶歇' },
    plannedFen: 300_000,
    actualFen: 281_050,
    revision: 1,
  })
  expect(await openBudget(treasurer, communityId, event.id)).toEqual([
    { id, kind: 'expense', title: { zh: '茶歇' }, plannedFen: 300_000, actualFen: 281_050, position: 0, revision: 2 },
  ])
  await expect(openBudget(app.as('editor', communityId), communityId, event.id)).rejects.toMatchObject({ code: 'access.denied' })
})

test('a form sent twice makes one thing', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'twice' })
  const key = 'form-key-1'
  const ids = await Promise.all([1, 2].map(() => addTask(app.ctx, communityId, event.id, { ...task('订场地'), key })))
  expect(new Set(ids).size).toBe(1)
  expect((await openPlan(app.ctx, communityId, event.id)).tasks).toHaveLength(1)
  const begun = await beginEvent(app.ctx, communityId, { ...answers('again'), key })
  expect((await beginEvent(app.ctx, communityId, { ...answers('again'), key })).id).toBe(begun.id)
})
