import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import { editEvent } from '#core/community/actions.ts'
import { listEntries } from '#core/store/journal.ts'
import { listOutbox } from '#core/people/mail/store.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { eventInput, makeEvent } from '../../../tests/setup/samples.ts'
import { exportRegistrationsCsv } from './export.actions.ts'
import { channelTotals, dailyCurve, figuresOf } from './figures.ts'
import { listRegistrations } from './list.ts'
import type { RegistrationInput } from './model.ts'
import { registerAttendee, registerMany } from './register.actions.ts'
import { addChannel, closeRegistration, openRegistration, seatsOf, setRegistrationWindow } from './window.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const person = (over: Partial<RegistrationInput> = {}): RegistrationInput => ({
  name: '张三',
  phone: '13800138000',
  consents: { registration: 'on' },
  ...over,
})
const phone = (n: number): string => `139${String(n).padStart(8, '0')}`

async function openEvent(community: string, over: Parameters<typeof makeEvent>[1] = {}) {
  const made = await makeEvent(app.ctx, { community, ...over })
  await openRegistration(app.ctx, made.communityId, made.event.id)
  const guest = app.context(visitor)
  return {
    ...made,
    guest,
    id: made.event.id,
    register: (input: RegistrationInput, options = {}) => registerAttendee(guest, made.communityId, made.event.id, input, options),
  }
}

test('a visitor registers, gets a ticket, a code and a mail with link and calendar entry', async () => {
  const { communityId, event, register } = await openEvent('first')
  const ticket = await register(person({ email: 'Zhang@Example.org', channel: 'nowhere' }))
  expect(ticket.registration).toMatchObject({ state: 'registered', phone: '+8613800138000', email: 'zhang@example.org', channelId: null })
  expect(ticket.registration.code).toMatch(/^[2-9B-Z]{6}$/)
  const [mail] = await listOutbox(app.db, { communityId })
  expect(mail).toMatchObject({
    template: 'registration.ticket',
    toAddress: 'zhang@example.org',
    subject: '报名成功：南宁场',
    state: 'kept',
  })
  expect(mail?.body).toContain(ticket.links.url)
  expect(mail?.body).toContain('2026年12月5日（周六）13:30 – 18:30')
  expect(mail?.calendar?.replace(/\r\n /g, '')).toContain(`URL;VALUE=URI:${ticket.links.url}`)
  expect(mail?.calendar?.split('\r\n').every((row) => Buffer.byteLength(row) <= 75)).toBe(true)
  expect(mail?.calendar).toContain(`UID:${event.id}@kaichang`)
  expect(await seatsOf(app.ctx, event)).toMatchObject({ cap: 50, taken: 1, left: 49, opening: 'open' })
  const entries = await listEntries(app.db, { communityId, rooms: ['registration'] })
  expect(entries.map((e) => [e.kind, e.facts])).toEqual([
    ['registration.opened', { cap: 50 }],
    ['registration.registered', { channel: 'nowhere', taken: 1 }],
  ])
  expect(JSON.stringify(entries)).not.toMatch(/张三|138|zhang/)
})

test('past the cap: the last seat is given once, the next person is told', async () => {
  const { register } = await openEvent('full', { cap: 1 })
  await register(person())
  await expect(register(person({ phone: phone(1) }))).rejects.toMatchObject({ code: 'registration.full', params: { cap: 1 } })
})

test('past the cap: of twenty at once exactly five get the five seats', async () => {
  const { communityId, id, event, register } = await openEvent('rush', { cap: 5 })
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => register(person({ phone: phone(n) }))))
  expect(outcomes.filter((o) => o.status === 'fulfilled').length).toBe(5)
  expect(outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason.code] : []))).toEqual(
    Array.from({ length: 15 }, () => 'registration.full'),
  )
  const rows = await app.db
    .selectFrom('registration')
    .select('id')
    .where('communityId', '=', communityId)
    .where('eventId', '=', id)
    .execute()
  expect(rows.length).toBe(5)
  expect((await seatsOf(app.ctx, event)).taken).toBe(5)
})

test('twice with one phone number, written differently and under another name', async () => {
  const { register } = await openEvent('twice')
  await register(person())
  await expect(register(person({ name: '李四', phone: '+86 138-0013-8000（微信同号）' }))).rejects.toMatchObject({
    code: 'registration.twice',
  })
  const both = await Promise.allSettled([
    register(person({ phone: '', email: 'x@example.org' })),
    register(person({ phone: '', email: 'X@example.org' })),
  ])
  expect(both.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('a name of 500 characters, no contact, no consent: every field says why, at once', async () => {
  const { register } = await openEvent('wrong')
  await expect(register({ name: '长'.repeat(500) })).rejects.toMatchObject({
    code: 'input.invalid',
    issues: [
      { path: 'name', code: 'field.too_long', params: { maximum: 60 } },
      { path: 'phone', code: 'field.contact' },
      { path: 'consents.registration', code: 'field.consent' },
    ],
  })
  await expect(register({ name: '张三', phone: '123', consents: { registration: true } })).rejects.toMatchObject({
    issues: [{ path: 'phone', code: 'field.phone' }],
  })
  await expect(register({ name: '张三', email: 'not an address', consents: { registration: true } })).rejects.toMatchObject({
    issues: [{ path: 'email', code: 'field.email' }],
  })
})

test('an emoji, a formula, a script and a right-to-left override are kept as harmless text', async () => {
  const { communityId, id, guest, register } = await openEvent('nasty')
  const names = ['🐼 熊猫', '=HYPERLINK("http://evil","x")', '<script>alert(1)</script>', 'abc\u202egnp.exe']
  const tickets = []
  for (const [n, name] of names.entries())
    tickets.push(await register(person({ name, phone: phone(n), email: n === 2 ? 's@example.org' : '' })))
  expect(tickets.map((t) => t.person.name)).toEqual(['🐼 熊猫', '=HYPERLINK("http://evil","x")', '<script>alert(1)</script>', 'abcgnp.exe'])
  const csv = await exportRegistrationsCsv(app.ctx, communityId, id)
  expect(csv.startsWith('\ufeff短码,姓名,')).toBe(true)
  expect(csv).toContain(`"'=HYPERLINK(""http://evil"",""x"")",13900000001`)
  await expect(exportRegistrationsCsv(guest, communityId, id)).rejects.toMatchObject({ code: 'access.sign_in' })
  await expect(exportRegistrationsCsv(app.as('viewer', communityId), communityId, id)).rejects.toMatchObject({ code: 'access.denied' })
})

test('a form sent twice gives the same ticket, also at the same moment; other content is another request', async () => {
  const { register, event } = await openEvent('repeat')
  const key = 'form-token-0001'
  const [one, two] = await Promise.all([register(person(), { key }), register(person(), { key })])
  expect(two.registration.id).toBe(one.registration.id)
  expect((await register(person(), { key })).links.token).toBe(one.links.token)
  expect((await seatsOf(app.ctx, event)).taken).toBe(1)
  expect((await register(person({ name: '李四', phone: phone(2) }), { key })).registration.id).not.toBe(one.registration.id)
  await register(person({ phone: phone(3) }), { key: 'program-key-1', strict: true })
  await expect(register(person({ phone: phone(4) }), { key: 'program-key-1', strict: true })).rejects.toMatchObject({
    code: 'request.repeated_otherwise',
  })
})

test('a third language becomes Chinese', async () => {
  const { register } = await openEvent('language')
  expect((await register(person({ locale: 'fr' }))).registration.locale).toBe('zh')
  expect((await register(person({ locale: 'en-GB', phone: phone(1) }))).registration.locale).toBe('en')
})

test('nobody gets in while it is closed; a draft does not exist', async () => {
  const { communityId, id, register, event } = await openEvent('window')
  await closeRegistration(app.ctx, communityId, id)
  await expect(register(person())).rejects.toMatchObject({ code: 'registration.closed' })
  await setRegistrationWindow(app.ctx, communityId, id, { opensAt: new Date('2026-11-20T13:00:00+08:00'), closesAt: '' })
  expect((await seatsOf(app.ctx, event)).opening).toBe('not_yet')
  app.clock.advance(3_600_000)
  await register(person())
  app.clock.advance(-3_600_000)
  await expect(setRegistrationWindow(app.as('door', communityId), communityId, id, { opensAt: '', closesAt: '' })).rejects.toMatchObject({
    code: 'access.denied',
  })
})

test('two channels with four hundred people count against one cap, in about a second', async () => {
  const { communityId, id, event } = await openEvent('changsha', { cap: 400, seats: 800 })
  const own = await addChannel(app.ctx, communityId, id, { slug: 'own', name: { zh: '社区自己' } })
  const yun = await addChannel(app.ctx, communityId, id, { slug: 'yun', name: { zh: '云+社区' }, share: '300' })
  await expect(addChannel(app.ctx, communityId, id, { slug: 'yun', name: { zh: '重名' } })).rejects.toMatchObject({
    code: 'registration.channel_taken',
  })
  const people = Array.from({ length: 410 }, (_, n) => ({
    ...person({ name: `参会者${n}`, phone: phone(n), channel: n < 150 ? 'own' : 'yun' }),
    at: new Date(`2026-11-${n < 150 ? '10' : '12'}T20:00:00+08:00`),
  }))
  const begun = performance.now()
  const answers = await registerMany(app.ctx, communityId, id, people)
  expect(performance.now() - begun).toBeLessThan(4000)
  expect(answers.filter((a) => a.ok).length).toBe(400)
  expect(answers.at(-1)).toEqual({ ok: false, code: 'registration.full', cap: 400, limit: 'cap', left: 0 })
  expect((await channelTotals(app.db, communityId, id)).map((c) => [c.slug, c.registered])).toEqual([
    ['own', 150],
    ['yun', 250],
  ])
  expect((await dailyCurve(app.db, event)).map((d) => [d.day, d.total, d.byChannel])).toEqual([
    ['2026-11-10', 150, { [own.id]: 150 }],
    ['2026-11-11', 150, { [own.id]: 150 }],
    ['2026-11-12', 400, { [own.id]: 150, [yun.id]: 250 }],
  ])
  expect(await figuresOf(app.ctx, communityId, id)).toMatchObject({
    registered: 400,
    cap: 400,
    seats: 800,
    forecast: { low: 218, likely: 252, high: 285 },
  })
  const counters = await app.db
    .selectFrom('channel')
    .select(['slug', 'taken'])
    .where('communityId', '=', communityId)
    .orderBy('slug')
    .execute()
  expect(counters).toEqual([
    { slug: 'own', taken: 150 },
    { slug: 'yun', taken: 250 },
  ])
  const page = await listRegistrations(app.ctx, communityId, id, { query: '0123', page: 1 })
  expect(page.rows.map((r) => [r.name, r.phone])).toEqual([['参会者123', '139****0123']])
})

test('people who stand in the community are found by name and contact, and strangers learn nothing of them', async () => {
  const { communityId, register, id } = await openEvent('people')
  const one = await register(person({ phone: '13800138111', email: 'own@example.org' }))
  const other = await makeEventIn(communityId)
  const again = await registerAttendee(app.context(visitor), communityId, other, person({ phone: '13800138111' }))
  expect(again.person.id).toBe(one.person.id)
  expect(again.registration.email).toBe('')
  const stranger = await registerAttendee(app.context(visitor), communityId, other, person({ phone: '', email: 'other@example.org' }))
  expect(stranger.person.id).not.toBe(one.person.id)
  expect(id).not.toBe(other)
})

async function makeEventIn(communityId: string): Promise<string> {
  const { createEvent, setEventState } = await import('#core/community/actions.ts')
  const event = await createEvent(app.ctx, communityId, eventInput({ slug: 'second' }))
  await setEventState(app.ctx, communityId, event.id, 'published')
  await openRegistration(app.ctx, communityId, event.id)
  return event.id
}

test('a lowered cap keeps who is in and takes nobody new', async () => {
  const { communityId, id, register, event } = await openEvent('lowered', { cap: 3 })
  await register(person())
  await register(person({ phone: phone(1) }))
  await editEvent(app.ctx, communityId, id, eventInput({ cap: 1 }))
  await expect(register(person({ phone: phone(2) }))).rejects.toMatchObject({ code: 'registration.full', params: { cap: 1 } })
  expect(await seatsOf(app.ctx, { ...event, cap: 1 })).toMatchObject({ taken: 2, left: 0 })
})
