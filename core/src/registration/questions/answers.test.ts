import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { askingPlace, card, issuesOf, PNG } from '../../../../tests/setup/asking.ts'
import { eraseMine, exportMine, retainAttendees } from '../actions.ts'
import { answersOfBooking, changeAnswers, openAnswerFile, openMyFile } from './answers.actions.ts'
import { questionInput } from './questions.testing.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())
const place = () => askingPlace(app)

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

  test('when the event itself keeps people for a shorter time than before, answers without a reason go along', async () => {
    const { communityId, eventId, guest, ask, register, answers } = await place()
    await ask({ keepDays: 100 })
    const insured = await ask({ key: 'insured', kind: 'short', options: [], keepDays: 200, keepReason: { zh: '保险要求' } })
    const { links } = await register('13800138000', { diet: 'veg', insured: '无' })
    await app.db.updateTable('event').set({ retentionDays: 10 }).where('communityId', '=', communityId).where('id', '=', eventId).execute()
    expect((await exportMine(guest, links.token)).answers.map((one) => one.keptUntil)).toEqual([
      '2026-12-15T10:30:00.000Z',
      '2027-06-23T10:30:00.000Z',
    ])
    app.clock.set(new Date('2026-12-16T04:20:00+08:00'))
    await retainAttendees(app.ctx)
    expect((await answers()).map((one) => one.questionId)).toEqual([insured])
  })
})
