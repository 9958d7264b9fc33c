import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { openListEvent } from '../../../../tests/setup/lists.ts'
import { checkCounters } from '../seats/recount.ts'
import { addType, removeType } from '../types/actions.ts'
import { addQuota } from '../types/quota.actions.ts'
import { countsOf, exportLeftOut, matchingOf, matchTypes, openImport } from './actions.ts'
import { guessMatch, ticketOf, wordKey } from './types.rules.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const STANDARD = { id: 's', name: { zh: '标准票', en: 'Standard' }, hidden: false }
const STUDENT = { id: 'j', name: { zh: '学生票', en: 'Student ticket' }, hidden: false }
const MEDIA = { id: 'm', name: { zh: '媒体' }, hidden: true }

describe('what a list’s word for a ticket type means', () => {
  test.each([
    ['标准票', 's'],
    ['标准', 's'],
    ['ＳＴＡＮＤＡＲＤ', 's'],
    ['Standard  ticket', 's'],
    ['student', 'j'],
    ['媒体票', 'm'],
    ['早鸟票', undefined],
    ['票', undefined],
  ])('%s', (word, id) => expect(guessMatch(wordKey(word), [STANDARD, STUDENT, MEDIA])).toBe(id))

  test('a word that two types bear is not guessed; saying nothing means the one type that everybody sees', () => {
    expect(guessMatch('标准', [STANDARD, { ...STUDENT, name: { zh: '标准' } }])).toBe('j')
    expect(guessMatch('标准票', [STANDARD, { ...STUDENT, name: { zh: '标准票' } }])).toBeUndefined()
    expect(guessMatch('', [STANDARD, MEDIA])).toBe('s')
    expect(guessMatch('', [STANDARD, STUDENT])).toBe('plain')
  })

  test('a row is of the type that was chosen; what is gone or was never chosen is not matched', () => {
    const types = [STANDARD, STUDENT]
    expect(ticketOf(' 早鸟票', { 早鸟票: 's' }, types)).toEqual({ ok: true, typeId: 's' })
    expect(ticketOf('早鸟票', { 早鸟票: 'plain' }, types)).toEqual({ ok: true, typeId: null })
    expect(ticketOf('早鸟票', { 早鸟票: 'leave' }, types)).toEqual({ ok: false, reason: 'type_left' })
    expect(ticketOf('早鸟票', { 早鸟票: 'gone' }, types)).toEqual({ ok: false, reason: 'type_unmatched' })
    expect(ticketOf('constructor', {}, types)).toEqual({ ok: false, reason: 'type_unmatched' })
    expect(ticketOf('早鸟票', {}, [])).toEqual({ ok: true, typeId: null })
  })
})

async function openTypedEvent() {
  const event = await openListEvent(app, { cap: 50 })
  const { here } = event
  const standard = await addType(app.ctx, ...here, { name: { zh: '标准票' }, counts: true })
  const student = await addType(app.ctx, ...here, { name: { zh: '学生票' }, counts: true })
  const quota = await addQuota(app.ctx, ...here, { name: { zh: '学生' }, size: 2, typeIds: [student] })
  const booked = async () => {
    const rows = await app.db
      .selectFrom('registration')
      .innerJoin('person', (join) =>
        join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
      )
      .select(['person.name', 'registration.ticketTypeId'])
      .where('registration.communityId', '=', event.communityId)
      .orderBy('person.name')
      .execute()
    return rows.map((row) => `${row.name} ${row.ticketTypeId === standard ? 'standard' : row.ticketTypeId === student ? 'student' : '-'}`)
  }
  const taken = async () => {
    const types = await app.db.selectFrom('ticketType').select(['id', 'taken']).where('communityId', '=', event.communityId).execute()
    const quotas = await app.db.selectFrom('quota').select(['id', 'taken']).where('communityId', '=', event.communityId).execute()
    expect(await checkCounters(app.ctx, event.communityId, event.event.id)).toEqual([])
    return Object.fromEntries([...types, ...quotas].map((one) => [one.id, one.taken]))
  }
  return { ...event, standard, student, quota, booked, taken, batch: (id: string) => openImport(app.ctx, ...here, id) }
}

const LIST =
  '姓名,手机,票种\n甲,13800138000,标准票\n乙,13800138001,校园票\n丙,13800138002,校园票\n丁,13800138003,校园票\n戊,13800138004,嘉宾\n己,13800138005,\n'

test('the words of a list are matched to ticket types, counted against their quotas, remembered, and taken once', async () => {
  const { here, draft, run, standard, student, quota, booked, taken, batch, people } = await openTypedEvent()
  const id = await draft(LIST)
  expect((await matchingOf(app.ctx, await batch(id))).words.map(({ word, count, match }) => [word, count, match])).toEqual([
    ['校园票', 3, ''],
    ['', 1, 'plain'],
    ['嘉宾', 1, ''],
    ['标准票', 1, standard],
  ])
  expect((await countsOf(app.ctx, await batch(id))).refused).toEqual([{ reason: 'type_unmatched', count: 4 }])
  await matchTypes(app.ctx, ...here, id, [
    { word: '校园票', match: student },
    { word: '标准票', match: standard },
    { word: '嘉宾', match: 'leave' },
    { word: '', match: 'plain' },
  ])
  const preview = await countsOf(app.ctx, await batch(id))
  expect([preview.plan.new, preview.refused]).toEqual([
    4,
    [
      { reason: 'type_full', count: 1 },
      { reason: 'type_left', count: 1 },
    ],
  ])
  expect((await run(id)).outcome).toMatchObject({ taken: 4, refused: 2 })
  expect(await booked()).toEqual(['丙 student', '乙 student', '己 -', '甲 standard'])
  expect(await taken()).toEqual({ [standard]: 1, [student]: 2, [quota]: 2 })
  const csv = await exportLeftOut(app.ctx, ...here, id, 'zh')
  expect(csv.split('\r\n').slice(1, 3)).toEqual(['5,这种票已满,丁,13800138003,校园票', '6,您选择了不收这种票,戊,13800138004,嘉宾'])

  // The next list of the same source begins with what was said; whoever is in both counts once.
  const next = await draft('姓名,手机,票种\n乙,13800138001,标准票\n戊,13800138004,嘉宾\n庚,13800138006,标准票\n', { source: '活动行' })
  expect((await matchingOf(app.ctx, await batch(next))).words.map(({ word, match }) => [word, match])).toEqual([
    ['标准票', standard],
    ['嘉宾', 'leave'],
  ])
  expect((await run(next)).outcome).toMatchObject({ taken: 1, merged: 1, refused: 1 })
  const again = await draft(LIST)
  expect((await run(again)).outcome).toMatchObject({ taken: 0, again: 4, refused: 2 })
  expect(await taken()).toEqual({ [standard]: 2, [student]: 2, [quota]: 2 })
  expect((await people()).length).toBe(5)
  // Another source begins with the types' names alone.
  const other = await draft('姓名,手机,票种\n辛,13800138007,嘉宾\n', { source: '金数据' })
  expect((await matchingOf(app.ctx, await batch(other))).words.map(({ match }) => match)).toEqual([''])
})

test('a list without such a column gets the type that is chosen for all of it', async () => {
  const { here, draft, run, student, booked, batch } = await openTypedEvent()
  const id = await draft('姓名,手机\n甲,13800138000\n乙,13800138001\n')
  expect(await matchingOf(app.ctx, await batch(id))).toMatchObject({ heading: null, words: [{ word: '', count: 2, match: 'plain' }] })
  await matchTypes(app.ctx, ...here, id, [{ word: '', match: student }])
  await run(id)
  expect(await booked()).toEqual(['乙 student', '甲 student'])
})

test('a type that was retired before the list ran is not matched any more, and strange types are refused', async () => {
  const { here, draft, run, student, batch } = await openTypedEvent()
  const other = await openTypedEvent()
  const id = await draft('姓名,手机,票种\n甲,13800138000,学生票\n')
  await expect(matchTypes(app.ctx, ...here, id, [{ word: '学生票', match: other.student }])).rejects.toMatchObject({
    code: 'input.invalid',
    issues: [{ path: 'type.0', code: 'registration.type_unknown' }],
  })
  expect((await countsOf(app.ctx, await batch(id))).plan.new).toBe(1)
  await removeType(app.ctx, ...here, student)
  expect((await run(id)).refused).toEqual([{ reason: 'type_unmatched', count: 1 }])
})
