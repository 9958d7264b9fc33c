import { afterAll, beforeAll, expect, test } from 'vitest'
import { addQuestion, openQuestions } from '#core/registration/questions/actions.ts'
import { questionInput } from '#core/registration/questions/questions.testing.ts'
import { openRegistration, registerAttendee } from '#core/registration/actions.ts'
import { checkCounters } from '#core/registration/seats/recount.ts'
import { addType, openTypes, removeType } from '#core/registration/types/actions.ts'
import { addQuota } from '#core/registration/types/quota.actions.ts'
import { makeVouchers, openVouchers } from '#core/registration/vouchers/actions.ts'
import { addVolunteer } from '#core/team/actions.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { copyEvent, originOf, previewCopy } from './actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

async function source(community: string) {
  const { communityId, event } = await makeEvent(app.ctx, { community })
  const place = [communityId, event.id] as const
  await addVolunteer(app.ctx, ...place, { name: '海鑫', phone: '13800138000', duty: 'emcee' })
  const some = { counts: true, perOrder: 5, perPerson: 5 }
  const standard = await addType(app.ctx, ...place, {
    ...some,
    name: { zh: '标准票' },
    about: { zh: '问海鑫（13800138000）' },
    priceFen: 9900,
    earlyFen: 6900,
    earlyUntil: '2026-11-21T13:30:00+08:00',
    sellsUntil: '2026-12-04T13:30:00+08:00',
  })
  const shirt = await addType(app.ctx, ...place, { kind: 'addon', name: { zh: '纪念衫' }, variants: [{ zh: 'M' }] })
  const gone = await addType(app.ctx, ...place, { ...some, name: { zh: '停售的' } })
  await addQuota(app.ctx, ...place, { name: { zh: '主会场' }, size: 30, typeIds: [standard, gone] })
  await makeVouchers(app.ctx, ...place, { code: 'FRIENDS', ticketTypeId: standard })
  const diet = await addQuestion(app.ctx, ...place, { ...questionInput({ key: 'diet' }), typeIds: [standard] })
  await addQuestion(app.ctx, ...place, {
    ...questionInput({ key: 'allergy', kind: 'short', options: [], purpose: { zh: '给海鑫订餐' } }),
    typeIds: [],
    shownIf: { questionId: diet, anyOf: ['other'] },
  })
  await addQuestion(app.ctx, ...place, { ...questionInput({ key: 'gone', kind: 'short', options: [] }), typeIds: [gone] })
  await openRegistration(app.ctx, ...place)
  const come = { name: '张三', email: 'zhang@example.org', ticketType: gone, consents: { registration: true } }
  await registerAttendee(app.ctx, ...place, come)
  await removeType(app.ctx, ...place, gone)
  return { communityId, eventId: event.id, standard, shirt }
}

const to = { slug: 'guilin', name: { zh: '桂林场' }, city: { zh: '桂林' }, startsAt: new Date('2027-03-07T14:00:00+08:00') }

test('ticket types, quotas and questions come along with their dates moved; no seat, voucher, answer or person does', async () => {
  const from = await source('tickets')
  expect(await previewCopy(app.ctx, from)).toMatchObject({ tickets: 3, questions: 2 })
  const { event, counts } = await copyEvent(app.ctx, from, to)
  expect(counts).toMatchObject({ tickets: 3, questions: 2 })
  const here = [event.communityId, event.id] as const
  const { types, quotas } = await openTypes(app.ctx, ...here)
  expect(types).toMatchObject([
    {
      name: { zh: '标准票' },
      priceFen: 9900,
      earlyFen: 6900,
      earlyUntil: new Date('2027-02-21T14:00:00+08:00'),
      sellsUntil: new Date('2027-03-06T14:00:00+08:00'),
      taken: 0,
      revision: 1,
    },
    { name: { zh: '纪念衫' }, kind: 'addon', parentId: null },
    { name: { zh: 'M' }, parentId: types[1]?.id },
  ])
  expect(types.every(({ id }) => ![from.standard, from.shirt].includes(id))).toBe(true)
  expect(quotas).toMatchObject([{ name: { zh: '主会场' }, size: 30, taken: 0, typeIds: [types[0]?.id] }])
  expect((await openVouchers(app.ctx, ...here)).total).toBe(0)
  const { questions } = await openQuestions(app.ctx, ...here)
  const diet = questions.find(({ key }) => key === 'diet')
  expect(diet).toMatchObject({ typeIds: [types[0]?.id], keepDays: 7, answered: 0 })
  expect(questions.map(({ key, shownIf }) => [key, shownIf])).toEqual([
    ['diet', null],
    ['allergy', { questionId: diet?.id, anyOf: ['other'] }],
  ])
  expect(JSON.stringify([types, quotas, questions])).not.toMatch(/海鑫|13800138000|张三/)
  expect(await originOf(app.ctx, { communityId: event.communityId, eventId: event.id })).toMatchObject({ counts })
  expect(await checkCounters(app.ctx, ...here)).toEqual([])
})

test('without the tickets, what is asked of some of them only stays behind, with what hangs on it', async () => {
  const from = await source('questions')
  const { event, counts } = await copyEvent(app.ctx, from, { ...to, parts: ['questions'] })
  expect(counts).toMatchObject({ tickets: 0, questions: 0 })
  expect((await openTypes(app.ctx, event.communityId, event.id)).types).toEqual([])
  expect((await openQuestions(app.ctx, event.communityId, event.id)).questions).toEqual([])
})
