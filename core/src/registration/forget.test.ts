import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEvent, setEventState } from '#core/community/actions.ts'
import { visitor } from '#core/kernel/actor.ts'
import type { Context } from '#core/store/context.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { eventInput } from '../../../tests/setup/samples.ts'
import { makeTickets, type Ticketed } from '../../../tests/setup/tickets.ts'
import { openRegistration } from './actions.ts'
import { fillOrder } from './orders/fill.actions.ts'
import { handOver } from './orders/handover.actions.ts'
import { holdSeats } from './orders/hold.actions.ts'
import { eraseOrder } from './orders/own.actions.ts'
import { eraseMine } from './own-data.actions.ts'
import { registerAttendee } from './register.actions.ts'
import { retainAttendees } from './retention.ts'
import { changeRegistration } from './ticket.actions.ts'
import { joinWaiting } from './waiting/join.actions.ts'
import { eraseMyWaiting } from './waiting/own.actions.ts'

let app: TestApp
let stranger: Context
beforeAll(async () => {
  app = await testApp()
  stranger = app.context(visitor)
})
afterAll(() => app.close())

const consents = { registration: true }
const tokenOf = ({ path }: { path: string }): string => path.slice(3)

/** To whom the outbox still tells something, and what. */
const written = async (at: Ticketed): Promise<string[]> => {
  const rows = app.db.selectFrom('outbox').select(['toAddress', 'template']).where('communityId', '=', at.communityId).orderBy('toAddress')
  return (await rows.orderBy('template').execute()).map(({ toAddress, template }) => `${toAddress} ${template}`)
}

/** Somebody orders the one seat for somebody else, who leaves no address. */
async function order(at: Ticketed, email: string, type: 'standard' | 'free' = 'standard') {
  const held = await holdSeats(stranger, at.communityId, at.event.id, { lines: [{ typeId: at.ids[type], seats: 1 }] })
  const seats = held.lines.map(({ id }) => ({ lineId: id, name: '李四', phone: '', email: '' }))
  return fillOrder(stranger, tokenOf(held), { name: '张三', phone: '', email, consents, seats })
}

const wait = (at: Ticketed, email: string) =>
  joinWaiting(stranger, at.communityId, at.event.id, {
    name: '王五',
    phone: '',
    email,
    ticketType: at.ids.free,
    seats: 1,
    together: true,
    consents,
  })

test('whoever orders one free seat is told of it, unless its ticket was sent to them', async () => {
  const at = await makeTickets(app.ctx, 'forget-told')
  await order(at, 'friend@example.org', 'free')
  const held = await holdSeats(stranger, at.communityId, at.event.id, { lines: [{ typeId: at.ids.free, seats: 1 }] })
  const own = { name: '张三', phone: '', email: 'own@example.org' }
  await fillOrder(stranger, tokenOf(held), { ...own, consents, seats: held.lines.map(({ id }) => ({ lineId: id, ...own })) })
  expect(await written(at)).toEqual(['friend@example.org registration.order_done', 'own@example.org registration.ticket'])
})

test('the mails of who waited and of who ordered go with them', async () => {
  const at = await makeTickets(app.ctx, 'forget-both', { cap: 1 })
  const ordered = await order(at, 'orders@example.org')
  const place = await wait(at, 'waits@example.org')
  expect(await written(at)).toEqual(['orders@example.org registration.order_placed', 'waits@example.org registration.waiting'])
  await eraseMyWaiting(stranger, tokenOf(place))
  expect(await written(at)).toEqual(['orders@example.org registration.order_placed'])
  await eraseOrder(stranger, tokenOf(ordered))
  expect(await written(at)).toEqual([])
})

test('while something else of the event bears the address its mails stay, and go with the last of it', async () => {
  const at = await makeTickets(app.ctx, 'forget-last', { cap: 2 })
  const email = 'one@example.org'
  const { links } = await registerAttendee(stranger, at.communityId, at.event.id, {
    name: '张三',
    phone: '',
    email,
    ticketType: at.ids.free,
    consents,
  })
  const ordered = await order(at, email, 'free')
  const both = [`${email} registration.order_done`, `${email} registration.ticket`]
  await eraseOrder(stranger, tokenOf(ordered))
  expect(await written(at)).toEqual(both)
  await eraseMine(stranger, links.token)
  expect(await written(at)).toEqual([])
})

test('of somebody whom another event knows, too, the mails of the erased booking go and the others stay', async () => {
  const at = await makeTickets(app.ctx, 'forget-event')
  const other = await createEvent(app.ctx, at.communityId, eventInput({ slug: 'spring' }))
  await setEventState(app.ctx, at.communityId, other.id, 'published')
  await openRegistration(app.ctx, at.communityId, other.id)
  const values = { name: '张三', phone: '', email: 'both@example.org', consents }
  const { links } = await registerAttendee(stranger, at.communityId, at.event.id, { ...values, ticketType: at.ids.free })
  await registerAttendee(stranger, at.communityId, other.id, values)
  await eraseMine(stranger, links.token)
  const left = app.db.selectFrom('outbox').select(['eventId', 'template']).where('communityId', '=', at.communityId)
  expect(await left.execute()).toEqual([{ eventId: other.id, template: 'registration.ticket' }])
})

test('a request is known again by its key for thirty days, then its fingerprint is forgotten', async () => {
  const at = await makeTickets(app.ctx, 'forget-keys', {
    startsAt: new Date('2027-02-01T13:30:00+08:00'),
    endsAt: new Date('2027-02-01T18:30:00+08:00'),
  })
  const before = app.clock.now()
  const values = { name: '张三', phone: '', email: 'key@example.org', ticketType: at.ids.free, consents }
  const send = () => registerAttendee(stranger, at.communityId, at.event.id, values, { key: 'form-1234', strict: true })
  const first = await send()
  app.clock.advance(30 * 86_400_000)
  await retainAttendees(app.ctx)
  expect((await send()).registration.id).toBe(first.registration.id)
  app.clock.advance(1)
  await retainAttendees(app.ctx)
  const keys = app.db.selectFrom('requestKey').select('key').where('communityId', '=', at.communityId).where('key', '=', 'form-1234')
  expect(await keys.execute()).toEqual([])
  await expect(send()).rejects.toMatchObject({ code: 'registration.twice' })
  app.clock.set(before)
})

/** The tables in which a word stands, whatever the column. */
async function tablesWith(word: string): Promise<string[]> {
  const tables = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name`.execute(app.db)
  const found: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await sql`select from ${sql.table(name)} x where x::text like ${`%${word}%`} limit 1`.execute(app.db)
    if (rows.length > 0) found.push(name)
  }
  return found
}

test('after the time of keeping no table knows anybody who registered, ordered, waited, was named, changed or left', async () => {
  const at = await makeTickets(app.ctx, 'forget-all', { cap: 3 })
  const here = [at.communityId, at.event.id] as const
  const held = await holdSeats(stranger, ...here, { lines: [{ typeId: at.ids.free, seats: 2 }] })
  const seats = held.lines.map(({ id }, n) => ({ lineId: id, name: `阿敏${n}`, phone: '', email: `amin-${n}@example.org` }))
  const orderer = { name: '阿敏订', phone: '13900139000', email: 'amin-orders@example.org' }
  const { tickets } = await fillOrder(stranger, tokenOf(held), { ...orderer, consents, seats }, 'form-1')
  const [first = '', second = ''] = tickets.map(tokenOf)
  await changeRegistration(stranger, first, { name: '阿敏改', phone: '13900139001', email: 'amin-changed@example.org' })
  await handOver(stranger, second, { name: '阿敏接', phone: '', email: 'amin-next@example.org', agreed: true })
  await registerAttendee(stranger, ...here, { name: '阿敏', phone: '', email: 'amin@example.org', ticketType: at.ids.free, consents })
  await wait(at, 'amin-waits@example.org')
  // The people by how their name is read.
  expect(await tablesWith('amin')).toEqual(['contact_point', 'order_line', 'outbox', 'person', 'registration', 'ticket_order', 'waiting'])
  app.clock.set(new Date('2028-01-01T00:00:00+08:00'))
  await retainAttendees(app.ctx)
  for (const word of ['amin', '阿敏', '1390013900']) expect([word, await tablesWith(word)]).toEqual([word, []])
  expect(await written(at)).toEqual([])
})
