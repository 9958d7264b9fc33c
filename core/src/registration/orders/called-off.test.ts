import { afterAll, beforeAll, expect, test } from 'vitest'
import { setEventState } from '#core/community/actions.ts'
import { visitor } from '#core/kernel/actor.ts'
import type { Context } from '#core/store/context.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeTickets, type Ticketed } from '../../../../tests/setup/tickets.ts'
import { startPayment } from '../payment/actions.ts'
import { findImbalances } from '../payment/ledger.store.ts'
import { confirmOffline } from '../payment/offline.actions.ts'
import { refundsOfEvent } from '../payment/refund.actions.ts'
import { setPaymentSetting } from '../payment/setting.actions.ts'
import { fillOrder } from './fill.actions.ts'
import { holdSeats } from './hold.actions.ts'
import { openOrder } from './open.ts'

let app: TestApp
let stranger: Context
beforeAll(async () => {
  app = await testApp()
  stranger = app.context(visitor)
})
afterAll(() => app.close())

const own = { name: '张三', phone: '', email: 'zhang@example.org' }

/** Somebody who holds a seat, and how they go on. */
async function hold(at: Ticketed, type: 'free' | 'standard') {
  const held = await holdSeats(stranger, at.communityId, at.event.id, { lines: [{ typeId: at.ids[type], seats: 1 }] })
  const token = held.path.slice('/o/'.length)
  const seats = held.lines.map(({ id: lineId }) => ({ lineId, ...own }))
  return { token, fill: () => fillOrder(stranger, token, { ...own, consents: { registration: true }, seats }) }
}

test('nobody gets a ticket by a form that was begun before the event was called off', async () => {
  const at = await makeTickets(app.ctx, 'off-form')
  const { token, fill } = await hold(at, 'free')
  await setEventState(app.ctx, at.communityId, at.event.id, 'cancelled')
  await expect(fill()).rejects.toMatchObject({ code: 'registration.closed' })
  expect((await openOrder(stranger, token)).tickets).toEqual([])
})

test('nobody begins to pay for an event that was called off, and money that comes all the same goes back', async () => {
  const at = await makeTickets(app.ctx, 'off-money')
  const place = { communityId: at.communityId, eventId: at.event.id }
  await setPaymentSetting(app.ctx, place, { offline: true, instructions: { zh: '转到社区账户' } })
  const { token, fill } = await hold(at, 'standard')
  await fill()
  const begun = await startPayment(stranger, token, { provider: 'offline', method: 'transfer' })
  await setEventState(app.ctx, at.communityId, at.event.id, 'cancelled')
  await expect(startPayment(stranger, token, { provider: 'offline', method: 'transfer' })).rejects.toMatchObject({
    code: 'payment.event_off',
  })
  expect(await confirmOffline(app.ctx, place, begun.id)).toBe('late')
  expect((await openOrder(stranger, token)).tickets).toEqual([])
  expect((await refundsOfEvent(app.ctx, place)).map(({ cause, state, amountFen }) => [cause, state, amountFen])).toEqual([
    ['late', 'due', 9800],
  ])
  expect(await findImbalances(app.db, at.communityId, at.event.id)).toEqual({ movements: [], orders: [] })
})
