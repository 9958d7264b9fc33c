import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeTickets } from '../../../../tests/setup/tickets.ts'
import { fillOrder } from '../orders/fill.actions.ts'
import { holdSeats } from '../orders/hold.actions.ts'
import { startPayment } from './actions.ts'
import { confirmOffline } from './offline.actions.ts'
import { requestRefund } from './refund.actions.ts'
import { insertRefund, listRefundsToWorkOn } from './refund.store.ts'
import { setPaymentSetting } from './setting.actions.ts'
import { findPayment, insertPayment, listOpenPayments } from './store.ts'

let app: TestApp
let stranger: Context
beforeAll(async () => {
  app = await testApp()
  stranger = app.context(visitor)
})
afterAll(() => app.close())

test('what waits for people takes no place of what is sent and asked after by itself', async () => {
  const { communityId, event, ids } = await makeTickets(app.ctx, 'work')
  const place = { communityId, eventId: event.id }
  await setPaymentSetting(app.ctx, place, { offline: true, instructions: { zh: '转到社区账户' } })
  const held = await holdSeats(stranger, communityId, event.id, { lines: [{ typeId: ids.standard, seats: 1 }] })
  const token = held.path.slice('/o/'.length)
  const own = { name: '张三', phone: '', email: 'zhang@example.org' }
  const seats = held.lines.map(({ id: lineId }) => ({ lineId, ...own }))
  const { order } = await fillOrder(stranger, token, { ...own, consents: { registration: true }, seats })
  const { id } = await startPayment(stranger, token, { provider: 'offline', method: 'transfer' })
  await confirmOffline(app.ctx, place, id)
  await requestRefund(app.ctx, place, order.id, { amountFen: 100, reason: '—' })
  const transfer = await findPayment(app.db, communityId, id)
  if (!transfer) throw new Error('no payment')
  const { started: _, ...paid } = transfer
  const row = (provider: 'offline' | 'wechatpay', over: object) => ({ ...paid, id: newId(app.ctx), provider, started: '{}', ...over })
  const money = row('wechatpay', { outTradeNo: '1-ABCDEFGHJK', method: 'native' })
  const awaited = row('wechatpay', { outTradeNo: '1-BCDEFGHJKA', method: 'native', state: 'open', outcome: '' })
  const proved = row('offline', { outTradeNo: '1-CDEFGHJKAB', state: 'open', outcome: '', proofAt: app.clock.now() })
  const begun = row('offline', { outTradeNo: '1-DEFGHJKABC', state: 'open', outcome: '' })
  for (const one of [money, awaited, proved, begun]) await insertPayment(app.db, one)
  const due = { communityId, eventId: event.id, orderId: order.id, reason: '', lineId: null, state: 'due' as const, cause: 'late' as const }
  const refund = {
    ...due,
    id: newId(app.ctx),
    paymentId: money.id,
    outRefundNo: '1-RABCDEFGHJK',
    amountFen: 9800,
    createdAt: app.clock.now(),
  }
  await insertRefund(app.db, refund)
  expect((await listRefundsToWorkOn(app.db, communityId, app.clock.now())).map((one) => one.id)).toEqual([refund.id])
  const open = (await listOpenPayments(app.db, communityId)).map((one) => one.id)
  expect(open.toSorted()).toEqual([awaited.id, begun.id].toSorted())
})
