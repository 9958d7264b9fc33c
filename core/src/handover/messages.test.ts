import { afterAll, beforeAll, expect, test } from 'vitest'
import { setEventState } from '#core/community/actions.ts'
import { openRegistration } from '#core/registration/actions.ts'
import {
  planReconfirm,
  planReminder,
  readPlans,
  readWords,
  setWords,
  workOffMessages,
  writeFree,
} from '#core/registration/messages/actions.ts'
import { addType, openTypes } from '#core/registration/types/actions.ts'
import { addVolunteer } from '#core/team/actions.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { crowd } from '../../../tests/setup/crowd.ts'
import { copyEvent, previewCopy } from './actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const to = { slug: 'guilin', name: { zh: '桂林场' }, city: { zh: '桂林' }, startsAt: new Date('2027-03-07T14:00:00+08:00') }
const letter = (subject: string, body: string) => ({ zh: { subject, body }, en: {} })

test('plans come along beside the new day and changed words without names; nothing counts as sent, letters wait to be looked at', async () => {
  const { communityId, event } = await crowd(app, 2)
  const from = { communityId, eventId: event.id }
  const here = [communityId, event.id] as const
  await openRegistration(app.ctx, ...here)
  await addVolunteer(app.ctx, ...here, { name: '海鑫', phone: '13800138000', duty: 'emcee' })
  await planReminder(app.ctx, ...here, { on: true, unit: 'hours', hoursBefore: 4 })
  await planReconfirm(app.ctx, ...here, { on: true, daysBefore: 10, atTime: '09:00', untilDays: 7, silent: 'release' })
  const student = await addType(app.ctx, ...here, { name: { zh: '学生票' }, counts: true })
  await writeFree(app.ctx, ...here, letter('带学生证', '{name}，有事找海鑫 13800138000。'), { when: 'days', daysBefore: 2, to: student })
  await writeFree(app.ctx, ...here, letter('谢谢', '{name}'), { when: 'date', sendAt: '2026-12-06T10:00:00+08:00' })
  await writeFree(app.ctx, ...here, letter('马上的', '{name}'))
  await setWords(app.ctx, ...here, 'registration.reminder', letter('明天见', '{ticket}，门口找海鑫'))
  await setWords(app.ctx, communityId, null, 'registration.reminder', letter('整个社区的', '{ticket}'))
  app.clock.set(new Date('2026-11-25T09:00:00+08:00'))
  await workOffMessages(app.ctx)
  const before = (await readPlans(app.ctx, ...here)).plans.map(({ kind, state }) => `${kind} ${state}`)
  expect(before).toEqual(expect.arrayContaining(['free sent', 'reconfirm sent']))

  expect((await previewCopy(app.ctx, from)).messages).toBe(5)
  const { event: made, counts } = await copyEvent(app.ctx, from, to)
  expect(counts.messages).toBe(5)
  const there = [made.communityId, made.id] as const
  const { types } = await openTypes(app.ctx, ...there)
  const { plans, answers } = await readPlans(app.ctx, ...there)
  expect(answers).toEqual({ asked: 0, coming: 0, silent: 0 })
  expect(plans).toMatchObject([
    {
      kind: 'reconfirm',
      state: 'planned',
      dueAt: new Date('2027-02-25T09:00:00+08:00'),
      silent: 'release',
      until: new Date('2027-02-28T09:00:00+08:00'),
    },
    { kind: 'free', state: 'off', dueAt: new Date('2027-03-05T10:00:00+08:00'), audience: 'type', ticketTypeId: types[0]?.id },
    { kind: 'reminder', state: 'planned', dueAt: new Date('2027-03-07T10:00:00+08:00') },
    { kind: 'free', state: 'off', dueAt: new Date('2027-03-08T10:30:00+08:00') },
  ])
  expect(plans.every(({ mailed, sentAt, startedAt, answerUntil }) => mailed === 0 && !sentAt && !startedAt && !answerUntil)).toBe(true)
  expect(plans.map(({ subject, body }) => [subject.zh, body.zh])).toContainEqual(['带学生证', '{name}，有事找（某位） （某位）。'])
  const { words } = await readWords(app.ctx, ...there, 'registration.reminder', 'event')
  expect(words.zh).toEqual({ text: { subject: '明天见', body: '{ticket}，门口找（某位）' }, revision: 1 })
  // Published, only what was planned goes out by itself.
  await setEventState(app.ctx, ...there, 'published')
  app.clock.set(new Date('2027-03-05T10:00:00+08:00'))
  await workOffMessages(app.ctx)
  expect((await readPlans(app.ctx, ...there)).plans.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'free off',
    'reconfirm sent',
    'reminder planned',
    'free off',
  ])
})

test('without the tickets, a letter to some of their holders stays behind', async () => {
  app.clock.set(new Date('2026-11-20T12:00:00+08:00'))
  const { communityId, event } = await crowd(app, 0, { community: 'without' })
  const here = [communityId, event.id] as const
  const student = await addType(app.ctx, ...here, { name: { zh: '学生票' }, counts: true })
  await writeFree(app.ctx, ...here, letter('带学生证', '{name}'), { when: 'days', daysBefore: 2, to: student })
  await planReminder(app.ctx, ...here, { on: false })
  const { event: made, counts } = await copyEvent(app.ctx, { communityId, eventId: event.id }, { ...to, parts: ['messages'] })
  expect(counts).toMatchObject({ tickets: 0, messages: 1 })
  const { plans } = await readPlans(app.ctx, made.communityId, made.id)
  expect(plans.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['reminder off'])
})
