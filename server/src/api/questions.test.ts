import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRegistration } from '@kaichang/core/registration/actions.ts'
import { addQuestion } from '@kaichang/core/registration/questions/actions.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { askAll } from '../../../tests/setup/questions.ts'
import { eventInput, makeEvent } from '../../../tests/setup/samples.ts'
import { createEvent } from '@kaichang/core/community/actions.ts'
import { createHttpServer, type HttpServer } from '../http/server.ts'
import { createApi } from './index.ts'

let app: TestApp
let server: HttpServer
beforeAll(async () => {
  app = await testApp()
  server = await createHttpServer(app, { port: 0, host: '127.0.0.1', routes: createApi(app), render: (_, response) => void response.end() })
})
afterAll(async () => {
  await server.close()
  await app.close()
})

async function ask(path: string, body?: unknown) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': 'en' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const person = { name: '欧阳娜娜', phone: '13800138000', consents: { registration: true } }

test('a program reads what is asked, answers by the keys, and is told what is wrong by their paths', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'asks' })
  await openRegistration(app.ctx, communityId, event.id)
  await askAll(app.ctx, communityId, event.id)
  const path = '/communities/asks/events/nanning'
  const { questions } = (await ask(`${path}/questions`)).body
  expect(questions.map((one: { key: string; kind: string }) => `${one.key} ${one.kind}`)).toEqual([
    'diet choice',
    'allergy short',
    'topics choices',
    'years number',
    'arrival date',
    'hope long',
    'card file',
    'insurance consent',
  ])
  expect(questions[1]).toEqual({
    key: 'allergy',
    kind: 'short',
    label: { zh: '忌口是什么', en: 'What can you not eat' },
    help: { zh: '例如花生、牛奶', en: 'Such as peanuts or milk' },
    options: [],
    lowest: null,
    highest: null,
    unit: {},
    required: true,
    purpose: { zh: '给午餐供应商报人数，不转给别人', en: 'To order lunch; passed on to nobody else' },
    keptUntil: '2026-12-12T10:30:00.000Z',
    askedOf: 'person',
    shownIf: { key: 'diet', anyOf: ['other'] },
    ticketTypes: [],
  })
  const wrong = await ask(`${path}/registrations`, { ...person, answers: { diet: 'other', years: 'many', shoe: 'x' } })
  expect([wrong.status, wrong.body.error.issues]).toEqual([
    422,
    [
      {
        path: 'answers.shoe',
        code: 'question.unknown',
        message: 'The form has no question “shoe”. Please compare with the event’s questions.',
      },
      { path: 'answers.allergy', code: 'field.required', message: 'Please fill this in.' },
      { path: 'answers.years', code: 'field.number', message: 'Please enter a number.' },
    ],
  ])
  const answers = { diet: 'veg', topics: ['ops', 'ai'], years: 4, arrival: '2026-12-05', insurance: true, allergy: 'dropped' }
  expect((await ask(`${path}/registrations`, { ...person, answers })).status).toBe(201)
  const stored = await app.db
    .selectFrom('answer')
    .innerJoin('question', (join) =>
      join.onRef('question.communityId', '=', 'answer.communityId').onRef('question.id', '=', 'answer.questionId'),
    )
    .select(['question.key', 'answer.value'])
    .where('answer.communityId', '=', communityId)
    .orderBy('question.position')
    .execute()
  expect(stored.map(({ key, value }) => [key, value])).toEqual([
    ['diet', 'veg'],
    ['topics', ['ai', 'ops']],
    ['years', 4],
    ['arrival', '2026-12-05'],
    ['insurance', true],
  ])
  expect((await ask(`${path}/registrations`, { ...person, phone: '13800138001', answers: ['veg'] })).status).toBe(422)
})

test('what a draft asks is nobody’s business', async () => {
  const { communityId } = await makeEvent(app.ctx, { community: 'hides' })
  const draft = await createEvent(app.ctx, communityId, eventInput({ slug: 'draft' }))
  await addQuestion(app.ctx, communityId, draft.id, {
    key: 'secret',
    kind: 'short',
    label: { zh: '秘密' },
    purpose: { zh: '保密' },
    keepDays: 1,
  })
  const { status, body } = await ask('/communities/hides/events/draft/questions')
  expect([status, body.error.code]).toEqual([404, 'event.not_found'])
})
