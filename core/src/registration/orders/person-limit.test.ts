import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import type { Context } from '#core/store/context.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { countsOf, rowsOf } from '../../../../tests/setup/seat-counts.ts'
import { registerAttendee } from '../register.actions.ts'
import { openTicket, ticketPath } from '../tickets.ts'
import { addType } from '../types/actions.ts'
import { openRegistration } from '../window.actions.ts'
import { holdOrderAgain } from './again.actions.ts'
import { cancelOrder, fillOrder } from './fill.actions.ts'
import { handOver } from './handover.actions.ts'
import { holdSeats } from './hold.actions.ts'
import { openOrder } from './open.ts'
import { sweepSeats } from './sweep.ts'
import { changeTicketType, typesToChangeTo } from './type.actions.ts'

let app: TestApp
let stranger: Context
beforeAll(async () => {
  app = await testApp()
  stranger = app.context(visitor)
})
afterAll(() => app.close())

const [phone, email] = ['13800138000', 'zhang@example.org']
const consents = { registration: true }

/** An event with a type of which everybody may have one, and one of which they may have five. */
async function open(community: string) {
  const { communityId, event } = await makeEvent(app.ctx, { community })
  const here = [communityId, event.id] as const
  await openRegistration(app.ctx, ...here)
  const one = await addType(app.ctx, ...here, { name: { zh: '一人一张' } })
  const five = await addType(app.ctx, ...here, { name: { zh: '一人五张' }, perOrder: 5 })
  /** Orders for friends who leave no contact. */
  const order = async (typeId: string, seats: number, contact: { phone?: string; email?: string }) => {
    const held = await holdSeats(stranger, ...here, { lines: [{ typeId, seats }] })
    const friends = held.lines.map(({ id: lineId }, n) => ({ lineId, name: `同伴${n}`, phone: '', email: '' }))
    await fillOrder(stranger, held.path.slice(3), { name: '张三', phone: '', email: '', ...contact, consents, seats: friends })
    return openOrder(stranger, held.path.slice(3))
  }
  return { here, one, five, order }
}

test('whoever registered for one at once has ordered one, too, by either contact', async () => {
  const { here, one, order } = await open('limit-at-once')
  await registerAttendee(stranger, ...here, { name: '张三', phone, email, ticketType: one, consents })
  const limit = { code: 'registration.person_limit', params: { maximum: 1 } }
  await expect(order(one, 1, { phone })).rejects.toMatchObject(limit)
  await expect(order(one, 1, { email: ' Zhang@Example.ORG ' })).rejects.toMatchObject(limit)
  expect((await order(one, 1, { email: 'li@example.org' })).order.state).toBe('done')
})

test('nobody comes past the number by a change of type, unless the ticket is somebody else’s by then', async () => {
  const { here, one, five, order } = await open('limit-change')
  const { tickets } = await order(five, 3, { email })
  const [first = '', second = '', third = ''] = tickets.map(({ path }) => path.slice(3))
  const mayBe = async (token: string) => (await typesToChangeTo(stranger, await openTicket(stranger, token))).map(({ id }) => id)
  expect(await mayBe(first)).toEqual([one])
  await changeTicketType(stranger, first, one)
  expect(await mayBe(second)).toEqual([])
  await expect(changeTicketType(stranger, second, one)).rejects.toMatchObject({
    code: 'registration.person_limit',
    params: { maximum: 1 },
  })
  const { community, registration } = await openTicket(stranger, third)
  await handOver(stranger, third, { name: '李四', phone: '', email: 'li@example.org', agreed: true })
  const handed = ticketPath(app.ctx, community.no, { id: registration.id, linkVersion: 2 }).slice(3)
  await changeTicketType(stranger, handed, one)
  expect(await countsOf(app.db, ...here)).toEqual(await rowsOf(app.db, ...here))
  expect(await countsOf(app.db, ...here)).toMatchObject({ [one]: 2, [five]: 1 })
})

test('nor by holding again what ran out, after the same was ordered anew', async () => {
  const { here, order } = await open('limit-again')
  const paid = await addType(app.ctx, ...here, { name: { zh: '一人一张' }, priceFen: 100 })
  const first = await order(paid, 1, { email })
  app.clock.advance(31 * 60_000)
  await sweepSeats(app.ctx)
  const second = await order(paid, 1, { email })
  expect(second.order.state).toBe('placed')
  const again = () => holdOrderAgain(stranger, first.path.slice(3))
  await expect(again()).rejects.toMatchObject({ code: 'registration.person_limit', params: { maximum: 1 } })
  await cancelOrder(stranger, second.path.slice(3))
  expect((await again()).order.state).toBe('placed')
})
