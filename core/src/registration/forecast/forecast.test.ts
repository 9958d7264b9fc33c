import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEvent, setEventState } from '#core/community/actions.ts'
import { findEvent } from '#core/community/store.ts'
import { newId } from '#core/kernel/ids.ts'
import { visitor } from '#core/kernel/actor.ts'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { eventInput, makeEvent } from '../../../../tests/setup/samples.ts'
import { registerMany } from '../register.actions.ts'
import { retainAttendees } from '../retention.ts'
import { joinWaiting } from '../waiting/join.actions.ts'
import { addChannel, openRegistration } from '../window.actions.ts'
import { publicRange, readOutlook, takeAdvice } from './actions.ts'
import { listGroups, listPast } from './store.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const person = (n: number, channel = '') => ({
  name: `参会者${n}`,
  phone: `139${String(n).padStart(8, '0')}`,
  channel,
  consents: { registration: 'on' },
})

/** A past event of the community on a day: 60 by its page of whom 45 came, 40 by a poster of whom 12 came, 5 walk-ins. */
async function pastEvent(communityId: string, slug: string, day: string): Promise<string> {
  const startsAt = new Date(`${day}T13:30:00+08:00`)
  const event = await createEvent(app.ctx, communityId, eventInput({ slug, startsAt, endsAt: new Date(`${day}T18:30:00+08:00`), cap: 200 }))
  await setEventState(app.ctx, communityId, event.id, 'published')
  await openRegistration(app.ctx, communityId, event.id)
  await addChannel(app.ctx, communityId, event.id, { slug: 'poster', name: { zh: '海报' } })
  const daysBefore = (days: number): Date => new Date(startsAt.getTime() - days * 86_400_000)
  const answers = await registerMany(app.ctx, communityId, event.id, [
    ...Array.from({ length: 60 }, (_, n) => ({ ...person(n), at: daysBefore(5) })),
    ...Array.from({ length: 40 }, (_, n) => ({ ...person(100 + n, 'poster'), at: daysBefore(20) })),
    ...Array.from({ length: 5 }, (_, n) => ({ ...person(200 + n), at: new Date(startsAt.getTime() - 600_000) })),
  ])
  const came = answers.flatMap((answer, n) => (answer.ok && (n < 45 || (n >= 60 && n < 72) || n >= 100) ? [answer.registrationId] : []))
  for (const registrationId of came)
    await app.db
      .insertInto('scan')
      .values({ communityId, id: newId(app.ctx), eventId: event.id, registrationId, list: 'day', at: startsAt, verdict: 'admitted' })
      .execute()
  return event.id
}

async function communityWithHistory(slug: string) {
  const made = await makeEvent(app.ctx, { community: slug, seats: 100, cap: 80 })
  const past = [await pastEvent(made.communityId, 'spring', '2026-03-07'), await pastEvent(made.communityId, 'summer', '2026-06-06')]
  await openRegistration(app.ctx, made.communityId, made.event.id)
  await addChannel(app.ctx, made.communityId, made.event.id, { slug: 'poster', name: { zh: '海报' } })
  await registerMany(app.ctx, made.communityId, made.event.id, [
    ...Array.from({ length: 20 }, (_, n) => person(n)),
    ...Array.from({ length: 40 }, (_, n) => person(100 + n, 'poster')),
  ])
  return { ...made, past }
}

test('what the forecast needs survives the end of keeping: the same numbers without any person', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'kept', seats: 100, cap: 80 })
  await pastEvent(communityId, 'spring', '2026-03-07')
  const now = app.clock.now()
  const before = await listPast(app.db, event, now)
  app.clock.advance(86_400_000 * 300)
  expect(await retainAttendees(app.ctx)).toBeGreaterThan(100)
  app.clock.advance(-86_400_000 * 300)
  expect(await app.db.selectFrom('registration').select('phone').distinct().where('communityId', '=', communityId).execute()).toEqual([
    { phone: '' },
  ])
  expect(before[0]?.groups.length).toBe(2)
  expect(await listPast(app.db, event, now)).toEqual(before)
})

test('past events are read group by group, walk-ins apart, and move the forecast of this one', async () => {
  const { communityId, event, past } = await communityWithHistory('history')
  const read = await listPast(app.db, event, app.clock.now())
  expect(read.map((one) => one.id).sort()).toEqual([...past].sort())
  expect(read.find((one) => one.id === past[1])).toEqual({
    id: past[1],
    walkIns: 5,
    groups: [
      { channel: '', lead: '2-6', price: 'free', reconfirm: 'unasked', weekday: 'weekend', registered: 60, came: 45 },
      { channel: 'poster', lead: '14-29', price: 'free', reconfirm: 'unasked', weekday: 'weekend', registered: 40, came: 12 },
    ],
  })
  const { forecast, advice } = await readOutlook(app.ctx, communityId, event.id)
  expect(forecast).toMatchObject({ registered: 60, sureness: 'little', past: { events: 2, registered: 200, came: 114 } })
  expect(forecast.come.likely).toBeLessThan(34)
  expect(forecast.movers.find((one) => one.factor === 'channel')).toMatchObject({
    factor: 'channel',
    level: 'poster',
    people: 40,
    past: { registered: 80, came: 24 },
  })
  expect(advice?.riskNow).toBeLessThan(0.05)
  expect(advice?.cap).toBeGreaterThan(110)
  expect(await publicRange(app.ctx, event, 60)).toEqual(forecast.come)
})

test('events without a kept door, cancelled, running or of another community say nothing', async () => {
  const { communityId, event, past } = await communityWithHistory('silent')
  await app.db
    .deleteFrom('scan')
    .where('communityId', '=', communityId)
    .where('eventId', '=', past[0] ?? '')
    .execute()
  expect((await listPast(app.db, event, app.clock.now())).map((one) => one.id)).toEqual([past[1]])
  await setEventState(app.ctx, communityId, past[1] ?? '', 'cancelled')
  expect(await listPast(app.db, event, app.clock.now())).toEqual([])
  expect(await listPast(app.db, event, new Date('2026-03-07T15:00:00+08:00'))).toEqual([])
  expect((await readOutlook(app.ctx, communityId, event.id)).forecast).toMatchObject({ sureness: 'prior', past: { events: 0 } })
})

test('who was asked and answered, who pays, and who takes no chair', async () => {
  const { communityId, event } = await communityWithHistory('traits')
  const of = (query: ReturnType<typeof sql>) => query.execute(app.db)
  await of(
    sql`update registration set reconfirm_asked_at = now() where community_id = ${communityId} and event_id = ${event.id} and channel_id is null`,
  )
  await of(sql`update registration set reconfirmed_at = now() where community_id = ${communityId} and event_id = ${event.id} and channel_id is null
    and phone in ('+8613900000000', '+8613900000001')`)
  const typeId = '00000000-0000-4000-8000-0000000000aa'
  await of(
    sql`insert into ticket_type (community_id, id, event_id, name, price_fen, created_at) values (${communityId}, ${typeId}, ${event.id}, '{"zh":"早鸟"}', 9900, now())`,
  )
  await of(
    sql`update registration set ticket_type_id = ${typeId} where community_id = ${communityId} and event_id = ${event.id} and channel_id is not null`,
  )
  const groups = async () =>
    (await listGroups(app.db, event)).map(({ channel, price, reconfirm, registered }) => [channel, price, reconfirm, registered])
  expect(await groups()).toEqual([
    ['', 'free', 'silent', 18],
    ['', 'free', 'yes', 2],
    ['poster', 'paid', 'unasked', 40],
  ])
  await of(sql`update ticket_type set counts = false where community_id = ${communityId} and id = ${typeId}`)
  expect(await groups()).toEqual([
    ['', 'free', 'silent', 18],
    ['', 'free', 'yes', 2],
  ])
})

test('the advice is taken over as it was shown, told to the journal, and refused when so many no longer fit', async () => {
  const { communityId, event } = await communityWithHistory('advice')
  const { advice } = await readOutlook(app.ctx, communityId, event.id)
  const cap = advice?.cap ?? 0
  await expect(takeAdvice(app.as('viewer', communityId), communityId, event.id, { cap })).rejects.toMatchObject({ code: 'access.denied' })
  await expect(takeAdvice(app.ctx, communityId, event.id, { cap: cap + 1 })).rejects.toMatchObject({ code: 'registration.advice_changed' })
  expect((await findEvent(app.db, communityId, event.id))?.cap).toBe(80)
  await takeAdvice(app.as('organiser', communityId), communityId, event.id, { cap: String(cap) })
  await takeAdvice(app.ctx, communityId, event.id, { cap })
  expect((await findEvent(app.db, communityId, event.id))?.cap).toBe(cap)
  const told = await listEntries(app.db, { communityId, eventId: event.id, kinds: ['event.cap_changed', 'registration.advice_taken'] })
  expect(told.map((one) => [one.kind, one.facts['from'] ?? null, one.facts['to'] ?? one.facts['cap']])).toEqual([
    ['event.cap_changed', 80, cap],
    ['registration.advice_taken', null, cap],
  ])
})

test('whoever waits is called with the seats that a taken advice opens', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'opened', seats: 20, cap: 1 })
  await openRegistration(app.ctx, communityId, event.id)
  await registerMany(app.ctx, communityId, event.id, [person(1)])
  const wish = { name: '等位的人', phone: '', email: 'waits@example.org', consents: { registration: 'on' } }
  await joinWaiting(app.context(visitor), communityId, event.id, wish)
  const state = () =>
    app.db.selectFrom('waiting').select('state').where('communityId', '=', communityId).where('eventId', '=', event.id).executeTakeFirst()
  expect(await state()).toEqual({ state: 'waiting' })
  await takeAdvice(app.ctx, communityId, event.id, { cap: 20 })
  expect(await state()).toEqual({ state: 'offered' })
})

test('a hundred thousand past registrations are read by one query, in a few seconds at worst', async () => {
  const { communityId, event, past } = await communityWithHistory('large')
  await sql`insert into person (community_id, id, name, created_at)
    select ${communityId}::uuid, md5('p' || n)::uuid, '', timestamptz '2026-01-01' from generate_series(1, 100000) n`.execute(app.db)
  await sql`insert into registration (community_id, id, event_id, person_id, code, registered_at)
    select ${communityId}::uuid, md5('r' || n)::uuid, ${past[0] ?? ''}::uuid, md5('p' || n)::uuid, 'x' || n,
      timestamptz '2026-03-07 13:30+08' - make_interval(days => n % 40 + 1) from generate_series(1, 100000) n`.execute(app.db)
  // Otherwise each scan's key is looked for by a plan made for a small table.
  await sql`analyze registration`.execute(app.db)
  await sql`insert into scan (community_id, id, event_id, registration_id, list, at, verdict)
    select ${communityId}::uuid, md5('s' || n)::uuid, ${past[0] ?? ''}::uuid, md5('r' || n)::uuid, 'day', timestamptz '2026-03-07 13:30+08', 'admitted'
    from generate_series(1, 60000) n`.execute(app.db)
  const begun = performance.now()
  const read = await listPast(app.db, event, app.clock.now())
  expect(performance.now() - begun).toBeLessThan(4000)
  const large = read.find((one) => one.id === past[0])?.groups ?? []
  expect(large.reduce((sum, group) => sum + group.registered, 0)).toBe(100_100)
  expect(large.reduce((sum, group) => sum + group.came, 0)).toBe(60_057)
}, 180_000)
