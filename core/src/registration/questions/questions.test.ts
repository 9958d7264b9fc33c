import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { askingPlace, issuesOf } from '../../../../tests/setup/asking.ts'
import { cancelByTicket, openTicket, registerAttendee } from '../actions.ts'
import { archiveQuestion, editQuestion, moveQuestion, openQuestions } from './actions.ts'
import { answersOfBooking, myAnswers } from './answers.actions.ts'
import { questionInput } from './questions.testing.ts'
import { summariseAnswers } from './summary.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())
const place = () => askingPlace(app)

describe('the form', () => {
  test('answers are taken with the registration, held against the questions, and stand with the booking', async () => {
    const { communityId, eventId, owner, ask, register, answers } = await place()
    const diet = await ask({ required: true })
    const which = await ask({
      key: 'which',
      kind: 'short',
      label: { zh: '哪种忌口' },
      required: true,
      shownIf: { questionId: diet, anyOf: ['other'] },
    })
    expect(await issuesOf(register('13800138000'))).toEqual(['answers.diet field.required'])
    expect(await issuesOf(register('13800138000', { diet: 'other' }))).toEqual(['answers.which field.required'])
    expect(await issuesOf(register('13800138000', { diet: 'all', shoe: '42' }))).toEqual(['answers.shoe question.unknown'])
    // What is wrong with the rest of the form is told along with it.
    expect(await issuesOf(register('123', { diet: 'fish' }))).toEqual(['phone field.phone', 'answers.diet question.option'])
    expect(await answers()).toEqual([])
    const ticket = await register('13800138000', { diet: 'other', which: ' 花生\u202E ' })
    expect(await answers()).toEqual([
      { questionId: diet, value: 'other' },
      { questionId: which, value: '花生' },
    ])
    const told = await answersOfBooking(owner, communityId, eventId, ticket.registration.id)
    expect(told.map(({ question, value, endsAt }) => [question.key, value, endsAt.toISOString()])).toEqual([
      ['diet', 'other', '2026-12-12T10:30:00.000Z'],
      ['which', '花生', '2026-12-12T10:30:00.000Z'],
    ])
    await expect(answersOfBooking(app.as('viewer', communityId), communityId, eventId, ticket.registration.id)).rejects.toMatchObject({
      code: 'access.denied',
    })
  })

  test('an event that asks nothing takes registrations as ever, and refuses answers to nothing', async () => {
    const { register, answers } = await place()
    await register('13800138000')
    expect(await issuesOf(register('13800138001', { diet: 'all' }))).toEqual(['answers.diet question.unknown'])
    expect(await answers()).toEqual([])
  })

  test('staff who register somebody may leave open what others have to answer', async () => {
    const { communityId, eventId, owner, ask } = await place()
    await ask({ required: true })
    const input = { name: '现场', phone: '13800138000', consents: { registration: true } }
    expect((await registerAttendee(owner, communityId, eventId, input)).registration.state).toBe('registered')
    await expect(
      registerAttendee(owner, communityId, eventId, { ...input, phone: '13800138001', answers: { diet: 'no' } }),
    ).rejects.toMatchObject({
      code: 'input.invalid',
    })
  })
})

describe('editing', () => {
  test('two questions cannot share a key, conditions cannot circle, longer keeping needs a reason', async () => {
    const { communityId, eventId, owner, ask } = await place()
    const diet = await ask()
    expect(await issuesOf(ask())).toEqual(['key question.key_taken'])
    const on = await ask({ key: 'on', shownIf: { questionId: diet, anyOf: ['veg'] } })
    const change = (over: object) => editQuestion(owner, communityId, eventId, diet, { ...questionInput(), ...over })
    expect(await issuesOf(change({ shownIf: { questionId: on, anyOf: ['veg'] } }))).toEqual(['shownIf question.circle'])
    expect(await issuesOf(change({ keepDays: 200 }))).toEqual(['keepReason.zh question.keep_reason'])
    expect(await issuesOf(change({ options: questionInput().options?.slice(2) }))).toEqual(['options question.options'])
    // The question that hangs on a removed option stands in its way.
    const fewer = [...(questionInput().options?.slice(0, 1) ?? []), { key: 'fish', label: { zh: '鱼' } }]
    expect(await issuesOf(change({ options: fewer }))).toEqual(['question.needed'])
  })

  test('while nobody has answered anything may change; a question that others hang on keeps what they hang on', async () => {
    const { communityId, eventId, owner, ask, entries } = await place()
    const diet = await ask()
    await ask({ key: 'on', shownIf: { questionId: diet, anyOf: ['veg'] } })
    const change = (over: object) => editQuestion(owner, communityId, eventId, diet, { ...questionInput(), ...over })
    await expect(change({ kind: 'short' })).rejects.toMatchObject({ code: 'question.needed', params: { question: '吃什么' } })
    await expect(archiveQuestion(owner, communityId, eventId, diet)).rejects.toMatchObject({ code: 'question.needed' })
    expect(await change({ kind: 'choices', purpose: { zh: '另一个' } })).toBe('saved')
    expect((await openQuestions(owner, communityId, eventId)).questions.map(({ kind }) => kind)).toEqual(['choices', 'choice'])
    expect((await entries('question_changed')).length).toBe(1)
  })

  test('with answers, words change in place; what was promised makes a new question and the old answers stay as they were', async () => {
    const { communityId, eventId, owner, guest, ask, register, entries } = await place()
    const diet = await ask()
    const on = await ask({ key: 'on', kind: 'short', shownIf: { questionId: diet, anyOf: ['veg'] } })
    const ticket = await register('13800138000', { diet: 'veg', on: '不吃蛋' })
    const change = (over: object) => editQuestion(owner, communityId, eventId, diet, { ...questionInput(), ...over })
    expect(await change({ label: { zh: '中午吃什么' } })).toBe('saved')
    expect(await change({ label: { zh: '中午吃什么' } })).toBe('saved')
    expect(await change({ purpose: { zh: '发给赞助商' } })).toBe('replaced')
    const { questions } = await openQuestions(owner, communityId, eventId)
    const oldFirst = questions.toSorted((a, b) => Number(a.archivedAt === null) - Number(b.archivedAt === null))
    expect(oldFirst.map(({ key, archivedAt, answered, purpose }) => [key, archivedAt !== null, answered, purpose.zh])).toEqual([
      ['diet', true, 1, '给午餐供应商报人数'],
      ['diet', false, 0, '发给赞助商'],
      ['on', false, 1, '给午餐供应商报人数'],
    ])
    const fresh = questions.find((one) => one.key === 'diet' && one.archivedAt === null)
    expect(questions.find(({ id }) => id === on)?.shownIf).toEqual({ questionId: fresh?.id, anyOf: ['veg'] })
    expect((await entries('question_replaced')).map(({ facts }) => facts)).toEqual([
      { label: questionInput().label, purpose: { zh: '发给赞助商' }, keepDays: 7, kept: 1 },
    ])
    const mine = await myAnswers(guest, await openTicket(guest, ticket.links.token))
    expect(mine.answered.map(({ question, value }) => [question.key, question.archivedAt === null, value])).toEqual([
      ['on', true, '不吃蛋'],
      ['diet', false, 'veg'],
    ])
  })

  test('moved up and down; archived with answers, removed without; two who edit one are merged', async () => {
    const { communityId, eventId, owner, ask, register } = await place()
    const [a, b] = [await ask({ key: 'a' }), await ask({ key: 'b' })]
    const keys = async () =>
      (await openQuestions(owner, communityId, eventId)).questions.map(({ key, archivedAt }) => (archivedAt ? `(${key})` : key))
    await moveQuestion(owner, communityId, eventId, b, -1)
    await moveQuestion(owner, communityId, eventId, b, -1)
    expect(await keys()).toEqual(['b', 'a'])
    await register('13800138000', { a: 'veg' })
    const other = app.as('organiser', communityId)
    await editQuestion(other, communityId, eventId, a, { ...questionInput({ key: 'a' }), required: true, revision: 1 })
    await editQuestion(owner, communityId, eventId, a, { ...questionInput({ key: 'a' }), help: { zh: '不确定就选其他' }, revision: 1 })
    const merged = (await openQuestions(owner, communityId, eventId)).questions.find(({ id }) => id === a)
    expect([merged?.required, merged?.help.zh]).toEqual([true, '不确定就选其他'])
    expect(await archiveQuestion(owner, communityId, eventId, a)).toBe('archived')
    expect(await archiveQuestion(owner, communityId, eventId, a)).toBe('archived')
    expect(await archiveQuestion(owner, communityId, eventId, b)).toBe('removed')
    expect(await keys()).toEqual(['(a)'])
    await expect(openQuestions(app.as('viewer', communityId), communityId, eventId)).rejects.toMatchObject({ code: 'access.denied' })
  })
})

test('figures count choices, spread numbers and never tell a text; cancelled bookings do not count', async () => {
  const { communityId, eventId, guest, ask, register } = await place()
  await ask()
  await ask({ key: 'years', kind: 'number', label: { zh: '工作几年' }, unit: { zh: '年' }, options: [] })
  await ask({ key: 'why', kind: 'long', label: { zh: '为什么来' }, options: [] })
  await register('13800138000', { diet: 'veg', years: 1, why: '私事' })
  await register('13800138001', { diet: 'veg', years: '4' })
  await register('13800138002', { diet: 'all', years: 10 })
  await register('13800138003', { years: 2 })
  const gone = await register('13800138004', { diet: 'other', years: 99, why: '取消的' })
  await cancelByTicket(guest, gone.links.token)
  const figures = await summariseAnswers(app.as('viewer', communityId), communityId, eventId)
  expect(
    figures.map(({ key, answered, choices, spread }) => [key, answered, choices.map((one) => `${one.key} ${one.count}`), spread]),
  ).toEqual([
    ['diet', 3, ['all 1', 'veg 2', 'other 0'], null],
    ['years', 4, [], { lowest: 1, median: 3, highest: 10 }],
    ['why', 1, [], null],
  ])
  expect(JSON.stringify(figures)).not.toContain('私事')
  await expect(summariseAnswers(app.as('door', communityId), communityId, eventId)).rejects.toMatchObject({ code: 'access.denied' })
})
