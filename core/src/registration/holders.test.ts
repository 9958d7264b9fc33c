import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createEvent, setEventState } from '#core/community/actions.ts'
import { visitor } from '#core/kernel/actor.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { eventInput } from '../../../tests/setup/samples.ts'
import { countsOf, rowsOf } from '../../../tests/setup/seat-counts.ts'
import { makeTickets, type Ticketed } from '../../../tests/setup/tickets.ts'
import { openRegistration } from './actions.ts'
import { fillOrder } from './orders/fill.actions.ts'
import { handOver } from './orders/handover.actions.ts'
import { holdSeats } from './orders/hold.actions.ts'
import { openOrder } from './orders/open.ts'
import { settleOrder } from './orders/settle.ts'
import { changeTicketType, typesToChangeTo } from './orders/type.actions.ts'
import { eraseMine } from './own-data.actions.ts'
import { changeAnswers } from './questions/answers.actions.ts'
import { registerAttendee } from './register.actions.ts'
import { cancelByTicket, changeRegistration, restoreByTicket } from './ticket.actions.ts'
import { openTicket, type Ticket } from './tickets.ts'
import { addType } from './types/actions.ts'
import { addQuota, editQuota } from './types/quota.actions.ts'
import { joinWaitingFor } from './waiting/join.actions.ts'
import { openWaiting } from './waiting/open.ts'

let app: TestApp
let stranger: Context
beforeAll(async () => {
  app = await testApp()
  stranger = app.context(visitor)
})
afterAll(() => app.close())

const consents = { registration: true }
const [phone, email] = ['13800138000', 'zhang@example.org']
let places = 0

/** An event whose community knows 张三 from another one, by phone and by e-mail. */
async function known(): Promise<Ticketed> {
  const at = await makeTickets(app.ctx, `holders-${(places += 1)}`)
  const { id } = await createEvent(app.ctx, at.communityId, eventInput({ slug: 'spring' }))
  await setEventState(app.ctx, at.communityId, id, 'published')
  await openRegistration(app.ctx, at.communityId, id)
  await registerAttendee(stranger, at.communityId, id, { name: '张三', phone, email, consents })
  return at
}

const register = (at: Ticketed, contact: { phone?: string; email?: string }, name = '张三'): Promise<Ticket> =>
  registerAttendee(stranger, at.communityId, at.event.id, { name, phone: '', email: '', ticketType: at.ids.free, consents, ...contact })

test('whoever takes two seats in their own name, one by phone and one by e-mail, gets both once they are paid', async () => {
  const at = await known()
  const held = await holdSeats(stranger, at.communityId, at.event.id, { lines: [{ typeId: at.ids.standard, seats: 2 }] })
  const contacts = [
    { phone, email: '' },
    { phone: '', email },
  ]
  const seats = held.lines.map(({ id }, n) => ({ lineId: id, name: '张三', phone: '', email: '', ...contacts[n] }))
  const { order } = await fillOrder(stranger, held.path.slice(3), { name: '张三', phone, email: '', consents, seats })
  expect(await transact(app.ctx, (tx) => settleOrder(app.ctx, tx, order))).toBe('booked')
  const holders = await app.db
    .selectFrom('registration')
    .select('personId')
    .where('communityId', '=', at.communityId)
    .where('eventId', '=', at.event.id)
    .execute()
  expect([holders.length, new Set(holders.map(({ personId }) => personId)).size]).toEqual([2, 2])
})

test('a booking does not become a second one of somebody who has one by another contact', async () => {
  const at = await known()
  await register(at, { phone })
  const other = await register(at, { email: 'other@example.org' })
  const change = changeRegistration(stranger, other.links.token, { name: '张三', phone: '', email })
  await expect(change).rejects.toMatchObject({ code: 'registration.twice' })
})

test('a cancellation is not taken back by somebody who has registered by another contact since', async () => {
  const at = await known()
  const first = await register(at, { phone })
  await cancelByTicket(stranger, first.links.token)
  await register(at, { email })
  await expect(restoreByTicket(stranger, first.links.token)).rejects.toMatchObject({ code: 'registration.twice' })
  expect(await countsOf(app.db, at.communityId, at.event.id)).toEqual(await rowsOf(app.db, at.communityId, at.event.id))
})

test('a holder who changes twice at once leaves nobody behind whose data is kept for nothing', async () => {
  const at = await known()
  const { links } = await register(at, { email: 'first@example.org' }, '李四')
  const change = (to: string) => changeRegistration(stranger, links.token, { name: '李四', phone: '', email: to })
  await Promise.all([change('second@example.org'), change('third@example.org')])
  const people = app.db.selectFrom('person').select('name').where('communityId', '=', at.communityId).where('name', '=', '李四')
  expect(await people.execute()).toHaveLength(1)
})

test('a link that was read before its ticket was handed over does nothing to it afterwards', async () => {
  const at = await known()
  const acts: Record<string, (token: string) => Promise<unknown>> = {
    cancel: (token) => cancelByTicket(stranger, token),
    erase: (token) => eraseMine(stranger, token),
    change: (token) => changeRegistration(stranger, token, { name: '赵六', phone: '', email: 'back@example.org' }),
    type: (token) => changeTicketType(stranger, token, at.ids.student),
    answers: (token) => changeAnswers(stranger, token, {}),
  }
  for (const [name, act] of Object.entries(acts)) {
    const { links, registration } = await register(at, { email: `${name}@example.org` }, '赵六')
    const [handed, acted] = await inTurn(registration.id, [
      () => handOver(stranger, links.token, { name: '钱七', phone: '', email: `new-${name}@example.org`, agreed: true }),
      () => act(links.token),
    ])
    expect(handed).toMatchObject({ status: 'fulfilled' })
    expect([name, acted]).toMatchObject([name, { status: 'rejected', reason: { code: 'access.link_expired' } }])
    const row = app.db
      .selectFrom('registration')
      .select(['state', 'email', 'erasedAt'])
      .where('communityId', '=', at.communityId)
      .where('id', '=', registration.id)
    expect(await row.executeTakeFirst()).toEqual({ state: 'registered', email: `new-${name}@example.org`, erasedAt: null })
  }
})

/** Both read what they need, then wait for the booking's row one behind the other. */
async function inTurn(id: string, works: readonly (() => Promise<unknown>)[]): Promise<PromiseSettledResult<unknown>[]> {
  const done: Promise<unknown>[] = []
  await app.db.transaction().execute(async (db) => {
    await db.selectFrom('registration').select('id').where('id', '=', id).forUpdate().execute()
    for (const [n, work] of works.entries()) {
      const one = work()
      one.catch(() => undefined)
      done.push(one)
      await vi.waitFor(async () => {
        const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`.execute(app.db)
        expect(rows[0]?.count).toBe(n + 1)
      })
    }
  })
  return Promise.allSettled(done)
}

/** A ticket whose holder waited for the dinner, and the offer of it. */
async function offeredDinner() {
  const at = await makeTickets(app.ctx, `holders-${(places += 1)}`)
  const here = [at.communityId, at.event.id] as const
  const kitchen = { name: { zh: '厨房' }, typeIds: [at.ids.dinner] }
  const id = await addQuota(app.ctx, ...here, { ...kitchen, size: 0 })
  const { links } = await register(at, { email: 'dines@example.org' })
  const place = await joinWaitingFor(stranger, links.token, at.ids.dinner)
  await editQuota(app.ctx, ...here, id, { ...kitchen, size: 1 })
  const { offers } = await openWaiting(stranger, place.path.slice(3))
  const { order: offer, lines, path } = await openOrder(stranger, (offers[0]?.path ?? '').slice(3))
  const seats = lines.map((line) => ({ lineId: line.id, name: '张三', phone: '', email: '' }))
  const take = () => fillOrder(stranger, path.slice(3), { name: '张三', phone: '', email: 'dines@example.org', consents, seats })
  return { at, here, token: links.token, offer, take }
}

test('an extra that was waited for is not taken for the seat when the type is changed', async () => {
  const { here, token, take } = await offeredDinner()
  const likewise = await addType(app.ctx, ...here, { name: { zh: '同价' } })
  await addType(app.ctx, ...here, { name: { zh: '如晚宴' }, priceFen: 8000 })
  const { order } = await take()
  expect(await transact(app.ctx, (tx) => settleOrder(app.ctx, tx, order))).toBe('booked')
  expect((await typesToChangeTo(app.ctx, await openTicket(stranger, token))).map((type) => type.id)).toEqual([likewise])
  await changeTicketType(stranger, token, likewise)
  expect(await countsOf(app.db, ...here)).toEqual(await rowsOf(app.db, ...here))
})

test('an extra that is offered goes back with the ticket that it would have gone with', async () => {
  const { at, here, token, take, offer } = await offeredDinner()
  expect(offer.state).toBe('held')
  await cancelByTicket(stranger, token)
  await expect(take()).rejects.toMatchObject({ code: 'registration.order_closed' })
  const counts = await countsOf(app.db, ...here)
  expect([counts['taken'], counts[at.ids.dinner], counts['厨房']]).toEqual([0, 0, 0])
  expect(counts).toEqual(await rowsOf(app.db, ...here))
})
