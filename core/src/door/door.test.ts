import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEvent, setEventState } from '#core/community/actions.ts'
import { visitor } from '#core/kernel/actor.ts'
import { signLink } from '#core/kernel/links.ts'
import { registerAttendee } from '#core/registration/register.actions.ts'
import { cancelByTicket } from '#core/registration/ticket.actions.ts'
import { openRegistration } from '#core/registration/window.actions.ts'
import { actorOfVolunteerLink } from '#core/team/access.ts'
import { addVolunteer, openTeam, removeVolunteer } from '#core/team/actions.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { eventInput, makeEvent } from '../../../tests/setup/samples.ts'
import { attendanceOf, checkIn, recentScans, searchAttendees, undoCheckIn } from './actions.ts'
import { curveOf, listAt, listsOf } from './rules.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const scan = (code: string, over: object = {}) => ({ scanId: randomUUID(), code, desk: '一号台', ...over })

async function door(community: string) {
  const { communityId, event } = await makeEvent(app.ctx, { community })
  await openRegistration(app.ctx, communityId, event.id)
  const guest = app.context(visitor)
  const names = ['欧阳娜娜', '单雄信', 'Guido van Rossum']
  const tickets = []
  for (const [n, name] of names.entries()) {
    tickets.push(await registerAttendee(guest, communityId, event.id, { name, phone: `1380013800${n}`, consents: { registration: true } }))
  }
  const [first] = tickets
  if (!first) throw new Error('no ticket')
  return { communityId, event, guest, tickets, first, staff: app.as('door', communityId, event.id) }
}

test('half-days follow the event’s own hours and clock', () => {
  const at = (start: string, end: string) => ({
    startsAt: new Date(`2026-12-05T${start}:00+08:00`),
    endsAt: new Date(`2026-12-05T${end}:00+08:00`),
    timeZone: 'Asia/Shanghai',
  })
  expect(listsOf(at('13:30', '18:30'))).toEqual(['afternoon'])
  expect(listsOf(at('09:00', '17:00'))).toEqual(['morning', 'afternoon'])
  expect(listsOf(at('19:30', '20:00'))).toEqual(['evening'])
  expect(listAt(at('13:30', '18:30'), new Date('2026-12-05T18:05:00+08:00'))).toBe('afternoon')
  expect(listAt(at('13:30', '18:30'), new Date('2026-12-05T11:50:00+08:00'))).toBe('afternoon')
  expect(listAt(at('09:00', '17:00'), new Date('2026-12-05T03:59:00Z'))).toBe('morning')
  expect(listAt(at('09:00', '17:00'), new Date('2026-12-05T04:00:00Z'))).toBe('afternoon')
  const moments = ['13:01', '13:04', '13:10'].map((t) => new Date(`2026-12-05T${t}:00+08:00`))
  expect(curveOf(moments).map((p) => [p.at.toISOString().slice(11, 16), p.persons])).toEqual([
    ['05:05', 2],
    ['05:10', 3],
  ])
})

test('a scan admits; the second says when and at which desk the first was; undo lets in again', async () => {
  const { communityId, event, first, staff } = await door('scan')
  app.clock.set(new Date('2026-12-05T13:20:00+08:00'))
  const one = await checkIn(staff, communityId, event.id, scan(first.links.doorCode))
  expect(one).toMatchObject({
    verdict: 'admitted',
    list: 'afternoon',
    attendee: { name: '欧阳娜娜', code: first.registration.code },
    first: null,
  })
  app.clock.advance(60_000)
  const two = await checkIn(staff, communityId, event.id, scan(first.registration.code.toLowerCase(), { desk: '二号台' }))
  expect(two).toMatchObject({ verdict: 'again', first: { at: new Date('2026-12-05T13:20:00+08:00'), desk: '一号台' } })
  await undoCheckIn(staff, communityId, event.id, one.scanId)
  app.clock.advance(60_000)
  expect((await checkIn(staff, communityId, event.id, scan(first.links.doorCode))).verdict).toBe('admitted')
  expect((await recentScans(staff, communityId, event.id)).map((s) => [s.verdict, s.name])).toEqual([
    ['admitted', '欧阳娜娜'],
    ['again', '欧阳娜娜'],
    ['undone', '欧阳娜娜'],
  ])
})

test('one scan sent twice is one scan, and two desks at once admit once', async () => {
  const { communityId, event, first, staff, tickets } = await door('twice')
  const same = scan(first.links.doorCode)
  const [a, b] = await Promise.all([checkIn(staff, communityId, event.id, same), checkIn(staff, communityId, event.id, same)])
  expect([a.verdict, b.verdict]).toEqual(['admitted', 'admitted'])
  const second = tickets[1]?.links.doorCode ?? ''
  const both = await Promise.all([1, 2, 3].map((n) => checkIn(staff, communityId, event.id, scan(second, { desk: String(n) }))))
  expect(both.map((r) => r.verdict).sort()).toEqual(['admitted', 'again', 'again'])
  expect(await attendanceOf(staff, event)).toMatchObject({ registered: 3, persons: 2, byList: [{ list: 'afternoon', count: 2 }] })
  // Whoever is still filling in a form is not expected at the door.
  await app.db.updateTable('seatCounter').set({ taken: 9 }).where('communityId', '=', communityId).execute()
  expect((await attendanceOf(staff, event)).registered).toBe(3)
})

test('cancelled, foreign, altered, old and made-up codes stay outside', async () => {
  const { communityId, event, first, staff, tickets, guest } = await door('bad')
  const verdict = async (code: string) => (await checkIn(staff, communityId, event.id, scan(code))).verdict
  await cancelByTicket(guest, first.links.token)
  expect(await verdict(first.links.doorCode)).toBe('cancelled')
  const other = await createEvent(app.ctx, communityId, eventInput({ slug: 'other' }))
  await setEventState(app.ctx, communityId, other.id, 'published')
  await openRegistration(app.ctx, communityId, other.id)
  const elsewhere = await registerAttendee(guest, communityId, other.id, {
    name: '张三',
    email: 'z@example.org',
    consents: { registration: true },
  })
  expect(await verdict(elsewhere.links.doorCode)).toBe('other_event')
  expect(await verdict(elsewhere.registration.code)).toBe('unknown')
  const foreign = await door('bad-b')
  expect(await verdict(foreign.first.links.doorCode)).toBe('unknown')
  const good = tickets[1]?.links.doorCode ?? ''
  for (let i = 0; i < good.length; i += 1) {
    const flipped = good.slice(0, i) + (good[i] === 'A' ? 'B' : 'A') + good.slice(i + 1)
    if (i < 4 || flipped === good) continue
    expect(await verdict(flipped), flipped).toBe('unknown')
  }
  for (const text of [
    'KC1:',
    good.slice(0, 20),
    `${good}x`,
    tickets[1]?.links.token ?? '',
    tickets[1]?.links.url ?? '',
    '😀',
    '=1+1',
    'x'.repeat(2000),
  ])
    expect(await verdict(text), text).toBe('unknown')
  await app.db
    .updateTable('registration')
    .set({ linkVersion: 2 })
    .where('communityId', '=', communityId)
    .where('id', '=', tickets[1]?.registration.id ?? '')
    .execute()
  expect(await verdict(good)).toBe('unknown')
})

test('search by name, pinyin, last four digits and code, with masked phones', async () => {
  const { communityId, event, staff, tickets } = await door('search')
  const find = async (typed: string) => (await searchAttendees(staff, communityId, event.id, typed)).map((f) => f.name)
  expect(await find('娜娜')).toEqual(['欧阳娜娜'])
  expect(await find('oynn')).toEqual(['欧阳娜娜'])
  expect(await find('Shan X')).toEqual(['单雄信'])
  expect(await find('gvr')).toEqual(['Guido van Rossum'])
  expect(await find('8001')).toEqual(['单雄信'])
  expect(await find(tickets[2]?.registration.code.slice(0, 5) ?? '')).toEqual(['Guido van Rossum'])
  expect(await find('%')).toEqual([])
  expect(await find('  ')).toEqual([])
  const [one] = await searchAttendees(staff, communityId, event.id, '欧阳')
  expect(one).toMatchObject({ phone: '138****8000', state: 'registered', admittedAt: null })
})

test('a volunteer’s link opens its own door, and nothing once they left', async () => {
  const { communityId, event, first } = await door('volunteer')
  await addVolunteer(app.ctx, communityId, event.id, { name: '小门', duty: 'door' })
  await addVolunteer(app.ctx, communityId, event.id, { name: '小影', duty: 'photo' })
  const team = await openTeam(app.ctx, communityId, event.id)
  const [door1, photo] = [team.find((one) => one.duty === 'door'), team.find((one) => one.duty === 'photo')]
  const token = (door1?.link ?? '').slice(3)
  const access = await actorOfVolunteerLink(app, token)
  expect(access).toMatchObject({ duties: ['door'], actor: { kind: 'link', purpose: 'v', name: '小门' } })
  expect((await checkIn(app.context(access.actor), communityId, event.id, scan(first.links.doorCode))).verdict).toBe('admitted')
  const without = await actorOfVolunteerLink(app, (photo?.link ?? '').slice(3))
  await expect(checkIn(app.context(without.actor), communityId, event.id, scan('X'))).rejects.toMatchObject({ code: 'access.denied' })
  const elsewhere = await makeEvent(app.ctx, { community: 'volunteer-b' })
  await expect(searchAttendees(app.context(access.actor), elsewhere.communityId, elsewhere.event.id, 'a')).rejects.toMatchObject({
    code: 'access.denied',
  })
  await expect(
    actorOfVolunteerLink(
      app,
      signLink('another-secret-of-32-characters-!', { purpose: 'v', communityNo: 1, subjectId: door1?.id ?? '', version: 1 }),
    ),
  ).rejects.toMatchObject({ code: 'access.link_invalid' })
  await removeVolunteer(app.ctx, communityId, event.id, door1?.id ?? '')
  await expect(actorOfVolunteerLink(app, token)).rejects.toMatchObject({ code: 'access.link_expired' })
})
