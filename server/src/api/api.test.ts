import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { setEventState } from '@kaichang/core/community/actions.ts'
import { openRegistration } from '@kaichang/core/registration/actions.ts'
import { openWaitingList } from '@kaichang/core/registration/waiting/staff.actions.ts'
import { addVolunteer, openTeam } from '@kaichang/core/team/actions.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { makeTickets } from '../../../tests/setup/tickets.ts'
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

async function ask(path: string, options: { method?: string; body?: unknown; headers?: Record<string, string> } = {}) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
    headers: { 'content-type': 'application/json', ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}

const person = { name: '欧阳娜娜', phone: '13800138000', consents: { registration: true } }

async function open(community: string, cap = 50) {
  const { communityId, event } = await makeEvent(app.ctx, { community, cap })
  await openRegistration(app.ctx, communityId, event.id)
  return { communityId, event, path: `/communities/${community}/events/nanning` }
}

test('a program registers somebody; the same key is the same request, another body under it is refused', async () => {
  const { path } = await open('api-one')
  const headers = { 'idempotency-key': 'order-0001' }
  const one = await ask(`${path}/registrations`, { body: person, headers })
  expect(one).toMatchObject({ status: 201, body: { ticket: { name: '欧阳娜娜', state: 'registered' } } })
  expect(one.body.links.ticket).toMatch(/^http:\/\/localhost:0\/t\/[0-9a-z]+\.[\w-]{39}$/)
  expect(await ask(`${path}/registrations`, { body: person, headers })).toEqual(one)
  const other = await ask(`${path}/registrations`, { body: { ...person, name: '别人' }, headers })
  expect([other.status, other.body.error.code]).toEqual([422, 'request.repeated_otherwise'])
  expect((await ask(`${path}/availability`)).body).toEqual({
    opening: 'open',
    cap: 50,
    taken: 1,
    left: 49,
    opensAt: null,
    closesAt: null,
    types: [],
  })
})

test('what needs an order is answered with one: to be paid, or reviewed; the same key is the same order', async () => {
  const { ids } = await makeTickets(app.ctx, 'api-order')
  const path = '/communities/api-order/events/nanning'
  const { types } = (await ask(`${path}/availability`)).body
  expect(types.filter((one: { id: string }) => one.id === ids.standard)).toEqual([
    {
      id: ids.standard,
      kind: 'ticket',
      variantOf: null,
      name: {
        zh: '标准票',
        en: 'Standard',
      },
      pricing: 'fixed',
      priceFen: 9800,
      usualFen: 12800,
      earlyUntil: '2026-11-25T15:59:00.000Z',
      sale: 'now',
      sellsFrom: null,
      sellsUntil: null,
      review: false,
      available: 5,
      left: null,
    },
  ])
  expect(types.map((one: { kind: string }) => one.kind)).toEqual([...Array(5).fill('ticket'), ...Array(5).fill('extra')])
  const headers = { 'idempotency-key': 'paid-0001' }
  const body = { ...person, ticketType: ids.standard, extras: [ids.dinner], voucher: 'WELCOME-10' }
  const placed = await ask(`${path}/registrations`, { body, headers })
  expect(placed).toMatchObject({
    status: 202,
    body: { order: { state: 'placed', totalFen: 8820 + 8000, expiresAt: '2026-11-20T04:30:00.000Z' } },
  })
  expect(placed.body.order.url).toMatch(/^http:\/\/localhost:0\/o\/[0-9a-z]+\.[\w-]{39}$/)
  expect(await ask(`${path}/registrations`, { body, headers })).toEqual(placed)
  // Not another order, and not a plain registration either.
  for (const changed of [
    { ...body, name: '另一位' },
    { ...body, extras: [] },
    { ...person, ticketType: ids.free },
  ]) {
    const refused = await ask(`${path}/registrations`, { body: changed, headers })
    expect([refused.status, refused.body.error.code]).toEqual([422, 'request.repeated_otherwise'])
  }
  const other = { ...person, phone: '13900139000' }
  const asked = await ask(`${path}/registrations`, { body: { ...other, ticketType: ids.student } })
  expect(asked).toMatchObject({ status: 202, body: { order: { state: 'review', totalFen: 0, expiresAt: null } } })
  const free = await ask(`${path}/registrations`, { body: { ...other, ticketType: ids.free } })
  expect(free.status).toBe(201)
  const full = await ask(`${path}/registrations`, { body: { ...other, phone: '13700137000', ticketType: ids.workshop } })
  expect([full.status, full.body.error.code]).toEqual([409, 'registration.type_full'])
  const twice = await ask(`${path}/registrations`, { body: { ...other, ticketType: ids.standard } })
  expect([twice.status, twice.body.error.code]).toEqual([409, 'registration.twice'])
  // What failed leaves its key free: the corrected request may come under it.
  const again = { 'idempotency-key': 'paid-0002' }
  const failed = await ask(`${path}/registrations`, { body: { ...other, ticketType: ids.standard }, headers: again })
  const corrected = { ...other, phone: '13600136000', ticketType: ids.standard }
  const mended = await ask(`${path}/registrations`, { body: corrected, headers: again })
  expect([failed.status, mended.status]).toEqual([409, 202])
  const held = await app.db.selectFrom('ticketOrder').select(['state']).where('state', '=', 'held').execute()
  expect(held).toEqual([])
})

test('refusals carry stable codes, field paths and the reader’s language', async () => {
  const { path, communityId, event } = await open('api-two', 1)
  const wrong = await ask(`${path}/registrations`, {
    body: { name: 'x'.repeat(500), consents: { registration: false } },
    headers: { 'accept-language': 'en' },
  })
  expect(wrong.status).toBe(422)
  expect(wrong.body.error.issues).toEqual([
    { path: 'name', code: 'field.too_long', message: 'Too long: at most 60 characters.' },
    { path: 'phone', code: 'field.contact', message: 'Please leave a phone number or an e-mail address, at least one.' },
    { path: 'consents.registration', code: 'field.consent', message: 'Your consent is needed to go on.' },
  ])
  const types = await ask(`${path}/registrations`, { body: { name: 7, consents: {} } })
  expect([types.status, types.body.error.issues.map((i: { path: string }) => i.path)]).toEqual([422, ['name', 'consents.registration']])
  await ask(`${path}/registrations`, { body: person })
  const twice = await ask(`${path}/registrations`, { body: person })
  expect([twice.status, twice.body.error.code]).toEqual([409, 'registration.twice'])
  const full = await ask(`${path}/registrations`, { body: { ...person, phone: '13900139000' } })
  expect([full.status, full.body.error.code, full.body.error.message]).toEqual([
    409,
    'registration.full',
    '名额已经满了（上限 1）。您填的内容没有提交，还在表单里。',
  ])
  expect(full.body.error.wait).toBe(`${app.settings.publicUrl}/api-two/nanning/waiting`)
  await setEventState(app.ctx, communityId, event.id, 'draft')
  expect((await ask(`${path}/availability`)).status).toBe(404)
  const broken = await fetch(`${server.url}/api/v1${path}/registrations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":',
  })
  expect(broken.status).toBe(422)
  expect((await ask('/nothing')).body.error.code).toBe('page.not_found')
})

test('what is sold out is answered with where to wait for just that, while the list is open', async () => {
  const { ids, communityId, event } = await makeTickets(app.ctx, 'api-wait', { cap: 2 })
  const path = '/communities/api-wait/events/nanning/registrations'
  const body = { ...person, ticketType: ids.free, channel: 'poster' }
  expect((await ask(path, { body })).status).toBe(201)
  const page = `${app.settings.publicUrl}/api-wait/nanning/waiting`
  const other = { ...body, phone: '13900139000' }
  const workshop = await ask(path, { body: { ...other, ticketType: ids.workshop } })
  expect([workshop.body.error.code, workshop.body.error.wait]).toEqual(['registration.type_full', `${page}?c=poster&type=${ids.workshop}`])
  expect((await ask(path, { body: { ...body, phone: '13700137000' } })).status).toBe(201)
  for (const asked of [other, { ...other, extras: [ids.dinner] }]) {
    const { status, body: told } = await ask(path, { body: asked })
    expect([status, told.error.code, told.error.wait]).toEqual([409, 'registration.full', `${page}?c=poster&type=${ids.free}`])
  }
  // Whoever is registered already has nothing to wait for.
  expect((await ask(path, { body })).body.error).toEqual({ code: 'registration.twice', message: expect.any(String) })
  await openWaitingList(app.ctx, communityId, event.id, false)
  await vi.waitFor(async () => expect((await ask(path, { body: other })).body.error.wait).toBeUndefined(), { timeout: 5_000 })
})

test('a volunteer’s token scans, searches, counts and undoes; others may not', async () => {
  const { path, communityId, event } = await open('api-door')
  const ticket = (await ask(`${path}/registrations`, { body: person })).body
  await addVolunteer(app.ctx, communityId, event.id, { name: '小门', duty: 'door' })
  const [volunteer] = await openTeam(app.ctx, communityId, event.id)
  const headers = { authorization: `Bearer ${(volunteer?.link ?? '').slice(3)}` }
  const scanId = randomUUID()
  const scan = await ask(`${path}/door/scans`, { body: { scanId, code: ticket.links.doorCode, desk: '一号台' }, headers })
  expect(scan).toMatchObject({ status: 200, body: { verdict: 'admitted', colour: 'green', attendee: { name: '欧阳娜娜' }, persons: 1 } })
  expect((await ask(`${path}/door/search?q=oynn`, { headers })).body.attendees).toMatchObject([{ name: '欧阳娜娜', phone: '138****8000' }])
  expect((await ask(`${path}/door/scans`, { body: { scanId: randomUUID(), code: ticket.ticket.code }, headers })).body).toMatchObject({
    verdict: 'again',
    colour: 'amber',
    first: { desk: '一号台' },
  })
  expect((await ask(`${path}/door/scans/${scanId}`, { method: 'DELETE', headers })).status).toBe(204)
  expect((await ask(`${path}/door/attendance`, { headers })).body).toEqual({
    registered: 1,
    persons: 0,
    byList: [{ list: 'afternoon', count: 0 }],
  })
  expect((await ask(`${path}/door/search?q=a`)).body.error.code).toBe('access.sign_in')
  expect((await ask(`${path}/door/search?q=a`, { headers: { authorization: 'Bearer 1.nonsense' } })).body.error.code).toBe(
    'access.link_invalid',
  )
  const elsewhere = await open('api-door-b')
  expect((await ask(`${elsewhere.path}/door/search?q=a`, { headers })).body.error.code).toBe('access.denied')
})

test('the description is OpenAPI 3.1 and names every route of both rooms', async () => {
  const { body } = await ask('/openapi.json')
  expect(body.openapi).toBe('3.1.0')
  expect(Object.keys(body.paths).filter((path) => /registrations|availability|door/.test(path))).toEqual(
    ['registrations', 'availability', 'door/scans', 'door/scans/{scan}', 'door/search', 'door/attendance'].map(
      (end) => `/api/v1/communities/{community}/events/{event}/${end}`,
    ),
  )
  expect(body.components.schemas.RegistrationRequest.required).toEqual(['name', 'consents'])
})
