import { existsSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import type { KaichangError } from '#core/kernel/errors.ts'
import { communityFiles } from '#core/store/files.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { cancelByTicket, eraseMine, exportMine, openRegistration, openTicket, registerAttendee, retainAttendees } from '../actions.ts'
import { addQuestion, archiveQuestion, editQuestion, moveQuestion, openQuestions } from './actions.ts'
import { answersOfBooking, changeAnswers, myAnswers, openAnswerFile, openMyFile } from './answers.actions.ts'
import { questionInput } from './questions.testing.ts'
import { summariseAnswers } from './summary.ts'
import { uploadAnswer } from './upload.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

let made = 0
/** A new event whose registration is open, as its organisers and its visitors see it. */
async function place() {
  made += 1
  app.clock.set(new Date('2026-11-20T12:00:00+08:00'))
  const { communityId, event } = await makeEvent(app.ctx, { community: `asks-${made}` })
  const eventId = event.id
  await openRegistration(app.ctx, communityId, eventId)
  const guest = app.context(visitor)
  const owner = app.as('owner', communityId)
  return {
    communityId,
    eventId,
    guest,
    owner,
    ask: (over: Parameters<typeof questionInput>[0] = {}) => addQuestion(owner, communityId, eventId, questionInput(over)),
    register: (phone: string, answers: Record<string, unknown> = {}, key: string | null = null) =>
      registerAttendee(guest, communityId, eventId, { name: '王小明', phone, consents: { registration: true }, answers }, { key }),
    upload: (bytes: Uint8Array, name = '学生证.PNG', key: string | null = null) =>
      uploadAnswer(guest, communityId, eventId, 'card', { name, bytes, key }),
    entries: (kind: string) =>
      app.db
        .selectFrom('journal')
        .select('facts')
        .where('communityId', '=', communityId)
        .where('kind', '=', `registration.${kind}`)
        .execute(),
    answers: () => app.db.selectFrom('answer').select(['questionId', 'value']).where('communityId', '=', communityId).execute(),
    files: () => app.db.selectFrom('answerFile').select(['id', 'registrationId', 'name']).where('communityId', '=', communityId).execute(),
    onDisk: () => {
      const folder = communityFiles(app.settings.dataDirectory, communityId)
      return existsSync(folder) ? readdirSync(folder).filter((name) => name !== 'incoming') : []
    },
  }
}

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==', 'base64')
const card = { key: 'card', kind: 'file', label: { zh: '学生证' }, options: [] } as const
const issuesOf = (work: Promise<unknown>) =>
  work.then(
    () => [],
    (error: KaichangError) => (error.issues.length > 0 ? error.issues.map(({ path, code }) => `${path} ${code}`) : [error.code]),
  )

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

describe('files', () => {
  test('a picture is taken under its own kind; what a browser would run, and what is too large, is not', async () => {
    const { ask, upload, files, onDisk } = await place()
    await ask(card)
    expect((await upload(PNG, '..\\..\\a/<b>学生证\u202E.html')).name).toBe('_b_学生证.png')
    const bad = ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', '<!doctype html><script>1</script>', 'MZ', '']
    for (const text of bad) expect(await issuesOf(upload(Buffer.from(text), 'card.png'))).toEqual(['answers.card question.file'])
    const large = Buffer.concat([PNG, Buffer.alloc(8 * 1024 * 1024)])
    expect(await issuesOf(upload(large))).toEqual(['answers.card question.file'])
    expect((await files()).length).toBe(1)
    expect(onDisk().length).toBe(1)
  })

  test('a file goes with its form; its holder and staff get it, nobody else does', async () => {
    const { communityId, eventId, guest, owner, ask, upload, register, files } = await place()
    await ask({ ...card, required: true })
    const { id, name } = await upload(PNG)
    const ticket = await register('13800138000', { card: `${id} ${name}` })
    expect(await files()).toEqual([{ id, registrationId: ticket.registration.id, name: '学生证.png' }])
    expect(await openMyFile(guest, ticket.links.token, id)).toMatchObject({ name: '学生证.png', mediaType: 'image/png', size: PNG.length })
    expect((await openAnswerFile(owner, communityId, eventId, ticket.registration.id, id)).name).toBe('学生证.png')
    // Somebody else who names it in their own form gets a ticket without it.
    const thief = await register('13800138001', { card: id })
    expect(await answersOfBooking(owner, communityId, eventId, thief.registration.id)).toEqual([])
    await expect(openMyFile(guest, thief.links.token, id)).rejects.toMatchObject({ code: 'thing.not_found' })
    await expect(openAnswerFile(app.as('door', communityId), communityId, eventId, ticket.registration.id, id)).rejects.toMatchObject({
      code: 'access.denied',
    })
  })

  test('the same form sent twice is one file and one ticket', async () => {
    const { ask, upload, register, files, onDisk } = await place()
    await ask({ ...card, required: true })
    const send = async () => {
      const { id, name } = await upload(PNG, 'a.png', 'form-key-1')
      return register('13800138000', { card: `${id} ${name}` }, 'form-key-1')
    }
    const [first, second] = [await send(), await send()]
    expect(second.registration.id).toBe(first.registration.id)
    expect((await files()).length).toBe(1)
    expect(onDisk().length).toBe(1)
  })

  test('a file whose form never came is gone after two hours, and cannot be named any more', async () => {
    const { ask, upload, register, files, onDisk } = await place()
    await ask(card)
    const { id } = await upload(PNG)
    app.clock.advance(121 * 60_000)
    expect(await issuesOf(register('13800138000', { card: id }))).toEqual(['answers.card question.file_gone'])
    await upload(Buffer.concat([PNG, Buffer.from([0])]))
    expect((await files()).map((one) => one.id)).not.toContain(id)
    expect(onDisk().length).toBe(1)
  })
})

describe('the holder', () => {
  test('changes answers until the event begins; what no longer applies goes, files too', async () => {
    const { guest, ask, upload, register, answers, files, onDisk, entries } = await place()
    const diet = await ask()
    const cardId = await ask({ ...card, shownIf: { questionId: diet, anyOf: ['other'] } })
    const { id } = await upload(PNG)
    const { links } = await register('13800138000', { diet: 'other', card: id })
    await changeAnswers(guest, links.token, { diet: 'other', card: id })
    expect((await entries('answers_changed')).length).toBe(0)
    const second = await upload(Buffer.concat([PNG, Buffer.from([1])]))
    await changeAnswers(guest, links.token, { diet: 'other', card: second.id })
    expect(await answers()).toEqual([
      { questionId: diet, value: 'other' },
      { questionId: cardId, value: second.id },
    ])
    expect((await files()).map((one) => one.id)).toEqual([second.id])
    await changeAnswers(guest, links.token, { diet: 'veg', card: second.id })
    expect(await answers()).toEqual([{ questionId: diet, value: 'veg' }])
    expect([await files(), onDisk()]).toEqual([[], []])
    expect((await entries('answers_changed')).map(({ facts }) => facts)).toEqual([{ count: 1 }, { count: 2 }])
    app.clock.set(new Date('2026-12-05T13:30:00+08:00'))
    await expect(changeAnswers(guest, links.token, { diet: 'all' })).rejects.toMatchObject({ code: 'question.closed' })
  })

  test('takes a copy with purpose and end, and erases everything', async () => {
    const { guest, ask, upload, register, answers, files, onDisk } = await place()
    await ask()
    await ask(card)
    const { id } = await upload(PNG)
    const { links } = await register('13800138000', { diet: 'veg', card: id })
    expect((await exportMine(guest, links.token)).answers).toEqual([
      {
        question: { zh: '吃什么', en: 'What do you eat' },
        answer: 'veg',
        purpose: { zh: '给午餐供应商报人数', en: 'To order lunch' },
        givenAt: '2026-11-20T04:00:00.000Z',
        keptUntil: '2026-12-12T10:30:00.000Z',
      },
      expect.objectContaining({ question: { zh: '学生证' }, answer: '学生证.png' }),
    ])
    await eraseMine(guest, links.token)
    expect([await answers(), await files(), onDisk()]).toEqual([[], [], []])
  })
})

describe('answers end', () => {
  test('each by its own time, proved in the journal by numbers alone; with a reason later than all else', async () => {
    const { communityId, ask, upload, register, answers, files, onDisk, entries } = await place()
    const diet = await ask()
    const photo = await ask({ ...card, keepDays: 30 })
    const insured = await ask({ key: 'insured', kind: 'short', keepDays: 400, keepReason: { zh: '保险要求保存一年' } })
    const { id } = await upload(PNG)
    await register('13800138000', { diet: 'veg', card: id, insured: '京A12345' })
    await register('13800138001', { diet: 'all', insured: '无' })
    const left = async () => (await answers()).map((one) => one.questionId).sort()
    const night = async (day: string) => {
      app.clock.set(new Date(`${day}T04:20:00+08:00`))
      await retainAttendees(app.ctx)
    }
    await night('2026-12-12')
    expect(await left()).toEqual([diet, diet, photo, insured, insured].sort())
    await night('2026-12-13')
    expect(await left()).toEqual([photo, insured, insured].sort())
    await night('2027-01-05')
    expect([(await files()).length, onDisk().length]).toEqual([0, 0])
    // The people are anonymous by then; the answers with a reason stay their time.
    await night('2027-06-05')
    const people = await app.db.selectFrom('registration').select('erasedAt').where('communityId', '=', communityId).execute()
    expect(people.map(({ erasedAt }) => erasedAt !== null)).toEqual([true, true])
    expect(await left()).toEqual([insured, insured])
    await night('2028-01-10')
    expect(await left()).toEqual([])
    const told = await entries('answers_ended')
    expect(told.map(({ facts }) => facts)).toEqual([
      { label: questionInput().label, keepDays: 7, count: 2, files: 0 },
      { label: { zh: '学生证' }, keepDays: 30, count: 1, files: 1 },
      { label: questionInput().label, keepDays: 400, count: 2, files: 0 },
    ])
    expect(JSON.stringify(told)).not.toMatch(/京A|veg|学生证\.png/)
    await night('2028-01-11')
    expect((await entries('answers_ended')).length).toBe(3)
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
