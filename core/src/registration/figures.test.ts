import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEvent, setEventState } from '#core/community/actions.ts'
import { newId } from '#core/kernel/ids.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { eventInput, makeEvent } from '../../../tests/setup/samples.ts'
import { figuresCsv, figureSheets } from './figures.export.ts'
import { detailsOf, figuresOf } from './figures.ts'
import { registerMany } from './register.actions.ts'
import { openRegistration } from './window.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const people = (count: number, at: string, from = 0) =>
  Array.from({ length: count }, (_, n) => ({
    name: `参会者${from + n}`,
    phone: `139${String(from + n).padStart(8, '0')}`,
    consents: { registration: 'on' },
    at: new Date(at),
  }))

async function earlier(communityId: string, slug: string, day: string, city: string): Promise<string> {
  const event = await createEvent(
    app.ctx,
    communityId,
    eventInput({
      slug,
      name: { zh: slug },
      city: { zh: city },
      startsAt: new Date(`${day}T13:30:00+08:00`),
      endsAt: new Date(`${day}T18:30:00+08:00`),
    }),
  )
  await setEventState(app.ctx, communityId, event.id, 'published')
  await openRegistration(app.ctx, communityId, event.id)
  return event.id
}

test('last time is the newest earlier event of the same city, laid on this one’s days', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'last', city: { zh: '南宁' } })
  expect((await detailsOf(app.ctx, communityId, event.id)).last).toBeNull()
  const elsewhere = await earlier(communityId, 'guilin', '2026-10-10', '桂林')
  await registerMany(app.ctx, communityId, elsewhere, people(3, '2026-10-01T12:00:00+08:00'))
  expect((await detailsOf(app.ctx, communityId, event.id)).last).toMatchObject({ slug: 'guilin', registered: 3 })
  const here = await earlier(communityId, 'spring', '2026-04-11', '南宁')
  // Nobody registered for it, so nothing is held against it.
  await earlier(communityId, 'empty', '2026-11-07', '南宁')
  await registerMany(app.ctx, communityId, here, [
    ...people(4, '2026-03-20T12:00:00+08:00', 10),
    ...people(2, '2026-04-09T12:00:00+08:00', 20),
  ])
  const { last } = await detailsOf(app.ctx, communityId, event.id)
  // 22 days before, and 2 days before; today is 15 days before.
  expect(last).toMatchObject({ slug: 'spring', atThisPoint: 4, registered: 6 })
  expect(last?.curve[0]).toEqual({ day: '2026-11-13', total: 4 })
  expect(last?.curve.at(-1)).toEqual({ day: '2026-12-03', total: 6 })
  expect(last?.curve.length).toBe(21)
})

test('tickets by type, places that are only held, and who came stand apart', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'types' })
  await openRegistration(app.ctx, communityId, event.id)
  const answers = await registerMany(app.ctx, communityId, event.id, people(5, '2026-11-10T12:00:00+08:00'))
  const ids = answers.flatMap((answer) => (answer.ok ? [answer.registrationId] : []))
  expect((await detailsOf(app.ctx, communityId, event.id)).types).toEqual([])
  const typeId = newId(app.ctx)
  await sql`insert into ticket_type (community_id, id, event_id, name, created_at) values (${communityId}, ${typeId}, ${event.id}, '{"zh":"学生票"}', now())`.execute(
    app.db,
  )
  await sql`update registration set ticket_type_id = ${typeId} where community_id = ${communityId} and id = any(${ids.slice(0, 2)}::uuid[])`.execute(
    app.db,
  )
  await sql`update seat_counter set taken = 8 where community_id = ${communityId} and event_id = ${event.id}`.execute(app.db)
  for (const list of ['morning', 'afternoon'] as const)
    await app.db
      .insertInto('scan')
      .values({
        communityId,
        id: newId(app.ctx),
        eventId: event.id,
        registrationId: ids[0] ?? '',
        list,
        at: event.startsAt,
        verdict: 'admitted',
      })
      .execute()
  expect((await detailsOf(app.ctx, communityId, event.id)).types).toEqual([
    { typeId, name: { zh: '学生票' }, registered: 2, cancelled: 0, came: 1 },
    { typeId: null, name: null, registered: 3, cancelled: 0, came: 0 },
  ])
  expect(await figuresOf(app.ctx, communityId, event.id)).toMatchObject({ registered: 5, held: 3, cancelled: 0, channels: [{ came: 1 }] })
  // Those beyond the cap take no seat of it.
  await sql`update ticket_type set counts = false where community_id = ${communityId} and id = ${typeId}`.execute(app.db)
  expect((await figuresOf(app.ctx, communityId, event.id)).held).toBe(5)
})

test('the figures as tables: numbers only, for whoever may see figures', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'tables', name: { zh: '=1+1', en: 'Nasty' } })
  await openRegistration(app.ctx, communityId, event.id)
  await registerMany(app.ctx, communityId, event.id, people(2, '2026-11-10T12:00:00+08:00'))
  const viewer = app.as('viewer', communityId)
  const sheets = await figureSheets(viewer, communityId, event.id, 'en')
  expect(sheets.map(({ name, rows }) => [name, [...rows].length])).toEqual([
    ['Overview', 12],
    // From the first registration to today.
    ['By day', 12],
    ['Channels', 2],
  ])
  const days = [...(sheets[1]?.rows ?? [])]
  expect([days[0], days[1], days.at(-1)]).toEqual([
    ['Day', 'Total', 'Last time', 'Event page'],
    ['2026-11-10', 2, null, 2],
    ['2026-11-20', 2, null, 2],
  ])
  expect(await figuresCsv(viewer, communityId, event.id, 'en')).toContain('Overview,Advised cap,Value,71\r\n')
  await expect(figuresCsv(app.as('door', communityId), communityId, event.id, 'zh')).rejects.toMatchObject({ code: 'access.denied' })
})
