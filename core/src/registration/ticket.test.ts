import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEvent, setEventState } from '#core/community/actions.ts'
import { visitor } from '#core/kernel/actor.ts'
import type { Context } from '#core/store/context.ts'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { eventInput, makeEvent } from '../../../tests/setup/samples.ts'
import { exportRegistrationsCsv } from './export.actions.ts'
import type { RegistrationInput } from './model.ts'
import { registerAttendee } from './register.actions.ts'
import { retainAttendees } from './retention.ts'
import { eraseMine, exportMine } from './own-data.actions.ts'
import { cancelByTicket, cancelRegistration, changeRegistration, requestTicketAgain, restoreByTicket } from './ticket.actions.ts'
import { openTicket } from './tickets.ts'
import { addChannel, openRegistration, seatsOf } from './window.actions.ts'

let app: TestApp
let guest: Context
beforeAll(async () => {
  app = await testApp()
  guest = app.context(visitor)
})
afterAll(() => app.close())

const person = (over: Partial<RegistrationInput> = {}): RegistrationInput => ({
  name: '李青',
  phone: '13800138000',
  email: 'li@example.org',
  consents: { registration: 'on' },
  ...over,
})

async function booked(community: string, over: Partial<RegistrationInput> = {}) {
  const { communityId, event } = await makeEvent(app.ctx, { community, cap: 1 })
  await openRegistration(app.ctx, communityId, event.id)
  await addChannel(app.ctx, communityId, event.id, { slug: 'wx', name: { zh: '公众号' } })
  const ticket = await registerAttendee(guest, communityId, event.id, person({ channel: 'wx', ...over }))
  return { communityId, event, ticket, token: ticket.links.token }
}

test('a cancelled seat is free at once, and cancelling twice frees one seat', async () => {
  const { communityId, event, token } = await booked('cancel')
  await Promise.all([cancelByTicket(guest, token), cancelByTicket(guest, token)])
  expect((await openTicket(guest, token)).registration.state).toBe('cancelled')
  expect((await seatsOf(guest, event)).taken).toBe(0)
  await registerAttendee(guest, communityId, event.id, person())
  expect((await seatsOf(guest, event)).taken).toBe(1)
  const facts = (await listEntries(app.db, { communityId, kinds: ['registration.cancelled'] })).map((e) => [
    e.actorKind,
    e.actorName,
    e.facts,
  ])
  expect(facts).toEqual([['link:t', '', { channel: 'wx', taken: 0 }]])
  const mails = await app.db.selectFrom('outbox').select('template').where('communityId', '=', communityId).orderBy('id').execute()
  expect(mails.map((m) => m.template)).toEqual(['registration.ticket', 'registration.cancelled', 'registration.ticket'])
})

test('a cancellation can be taken back while the seat is there', async () => {
  const { communityId, event, token } = await booked('restore')
  await cancelByTicket(guest, token)
  await restoreByTicket(guest, token)
  await restoreByTicket(guest, token)
  expect((await openTicket(guest, token)).registration.state).toBe('registered')
  expect((await seatsOf(guest, event)).taken).toBe(1)
  await cancelByTicket(guest, token)
  await registerAttendee(guest, communityId, event.id, person({ phone: '13900139000', email: '' }))
  await expect(restoreByTicket(guest, token)).rejects.toMatchObject({ code: 'registration.full', params: { cap: 1 } })
})

test('a link that was altered is invalid, one that was renewed has expired', async () => {
  const { communityId, token, ticket } = await booked('links')
  const altered = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`
  await expect(openTicket(guest, altered)).rejects.toMatchObject({ code: 'access.link_invalid', status: 404 })
  await expect(openTicket(guest, token.slice(0, -1))).rejects.toMatchObject({ code: 'access.link_invalid' })
  await expect(openTicket(guest, ticket.links.doorCode.slice(4))).rejects.toMatchObject({ code: 'access.link_invalid' })
  await app.db.updateTable('registration').set({ linkVersion: 2 }).where('communityId', '=', communityId).execute()
  await expect(openTicket(guest, token)).rejects.toMatchObject({ code: 'access.link_expired', status: 410 })
})

test('the holder changes name, contact, language and consents; a contact of somebody else is refused', async () => {
  const { communityId, event, token } = await booked('change')
  await app.db.updateTable('event').set({ cap: 2 }).where('communityId', '=', communityId).execute()
  await registerAttendee(guest, communityId, event.id, person({ name: '王五', phone: '13900139000', email: '' }))
  await expect(changeRegistration(guest, token, { name: '李青', phone: '139 0013 9000' })).rejects.toMatchObject({
    code: 'registration.twice',
  })
  await changeRegistration(guest, token, { name: '李 青', phone: '13800138001', locale: 'en', consents: { photos: 'on' } })
  const after = await openTicket(guest, token)
  expect([after.person.name, after.registration.phone, after.registration.email, after.registration.locale]).toEqual([
    '李 青',
    '+8613800138001',
    '',
    'en',
  ])
  expect((await exportMine(guest, token)).consents.map((c) => c.purpose).sort()).toEqual(['photos', 'registration'])
  const left = await app.db.selectFrom('contactPoint').select('value').where('communityId', '=', communityId).orderBy('value').execute()
  expect(left.map((c) => c.value)).toEqual(['+8613800138001', '+8613900139000'])
})

test('the copy of one’s data holds what was given with this booking only', async () => {
  const { token, event } = await booked('copy')
  expect(await exportMine(guest, token)).toMatchObject({
    event: { name: event.name },
    booking: { name: '李青', phone: '+8613800138000', email: 'li@example.org', language: 'zh', state: 'registered' },
    consents: [{ purpose: 'registration', noticeVersion: '1' }],
    keptUntil: '2027-06-03T10:30:00.000Z',
  })
})

test('erasing frees the seat, ends the link and leaves nothing personal, in the journal neither', async () => {
  const { communityId, event, token } = await booked('erase')
  await eraseMine(guest, token)
  await expect(openTicket(guest, token)).rejects.toMatchObject({ code: 'access.link_expired' })
  expect((await seatsOf(guest, event)).taken).toBe(0)
  for (const table of ['person', 'contactPoint', 'registration', 'journal', 'outbox', 'requestKey'] as const) {
    const rows = await app.db.selectFrom(table).selectAll().where('communityId', '=', communityId).execute()
    expect(JSON.stringify(rows), table).not.toMatch(/李青|13800138000|li@example|liqing/)
  }
})

test('a ticket’s link cannot erase somebody who is booked elsewhere, too', async () => {
  const { communityId, token, ticket } = await booked('two-events')
  const second = await createEvent(app.ctx, communityId, eventInput({ slug: 'second' }))
  await setEventState(app.ctx, communityId, second.id, 'published')
  await openRegistration(app.ctx, communityId, second.id)
  const other = await registerAttendee(guest, communityId, second.id, person())
  expect(other.person.id).toBe(ticket.person.id)
  await eraseMine(guest, token)
  expect((await openTicket(guest, other.links.token)).person.name).toBe('李青')
})

test('staff cancel, others may not', async () => {
  const { communityId, event, ticket } = await booked('staff')
  const { id } = ticket.registration
  await expect(cancelRegistration(app.as('door', communityId), communityId, event.id, id)).rejects.toMatchObject({ code: 'access.denied' })
  await expect(cancelRegistration(guest, communityId, event.id, id)).rejects.toMatchObject({ code: 'access.sign_in' })
  const elsewhere = await makeEvent(app.ctx, { community: 'staff-b' })
  await expect(
    cancelRegistration(app.as('owner', elsewhere.communityId), elsewhere.communityId, elsewhere.event.id, id),
  ).rejects.toMatchObject({ code: 'thing.not_found' })
  await cancelRegistration(app.as('organiser', communityId), communityId, event.id, id)
  expect((await seatsOf(guest, event)).taken).toBe(0)
})

test('a lost link goes to the address of the booking, at most once in ten minutes', async () => {
  const { communityId, event } = await booked('lost')
  const count = async () => (await app.db.selectFrom('outbox').select('id').where('communityId', '=', communityId).execute()).length
  await requestTicketAgain(guest, communityId, event.id, { phone: '+8613800138000', email: '' })
  expect(await count()).toBe(1)
  app.clock.advance(11 * 60_000)
  await requestTicketAgain(guest, communityId, event.id, { phone: '+8613800138000', email: '' })
  await requestTicketAgain(guest, communityId, event.id, { phone: '', email: 'nobody@example.org' })
  expect(await count()).toBe(2)
})

test('the news list holds only who agreed, the other one no contacts of cancelled bookings', async () => {
  const { communityId, event, token } = await booked('lists')
  expect((await exportRegistrationsCsv(app.ctx, communityId, event.id, { purpose: 'news' })).trimEnd().split('\r\n').length).toBe(1)
  await changeRegistration(guest, token, { name: '李青', phone: '13800138000', email: 'li@example.org', consents: { news: 'on' } })
  expect(await exportRegistrationsCsv(app.ctx, communityId, event.id, { purpose: 'news', locale: 'en' })).toContain(
    ',li@example.org,公众号,registered,',
  )
  await cancelByTicket(guest, token)
  expect(await exportRegistrationsCsv(app.ctx, communityId, event.id)).not.toMatch(/li@example|13800138000/)
  const noted = (await listEntries(app.db, { communityId, kinds: ['registration.exported'] })).map((e) => e.facts)
  expect(noted).toEqual([
    { purpose: 'news', rows: 0 },
    { purpose: 'news', rows: 1 },
    { purpose: 'event', rows: 1 },
  ])
})

test('after the time of keeping people are anonymous and the figures stay', async () => {
  const { communityId, event, token } = await booked('retention')
  const before = app.clock.now()
  app.clock.set(new Date(event.endsAt.getTime() + 179 * 86_400_000))
  await retainAttendees(app.ctx)
  expect((await openTicket(guest, token)).person.name).toBe('李青')
  app.clock.set(new Date(event.endsAt.getTime() + 181 * 86_400_000))
  await retainAttendees(app.ctx)
  await expect(openTicket(guest, token)).rejects.toMatchObject({ code: 'access.link_expired' })
  expect((await seatsOf(guest, event)).taken).toBe(1)
  expect((await listEntries(app.db, { communityId, kinds: ['registration.retained'] })).map((e) => e.facts)).toEqual([
    { people: 1, days: 180 },
  ])
  expect(await retainAttendees(app.ctx)).toBe(0)
  app.clock.set(before)
})
