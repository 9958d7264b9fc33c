import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#core/kernel/ids.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeTickets } from '../../../../tests/setup/tickets.ts'
import { payByTransfer } from '../../../../tests/setup/transfers.ts'
import { requestRefund } from './refund.actions.ts'
import { insertRefund, listRefundsToWorkOn } from './refund.store.ts'
import { findPayment, insertPayment, listOpenPayments } from './store.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

test('what waits for people takes no place of what is sent and asked after by itself', async () => {
  const at = await makeTickets(app.ctx, 'work')
  const { communityId, event } = at
  const { order, paymentId, place } = await payByTransfer(app, at)
  await requestRefund(app.ctx, place, order.id, { amountFen: 100, reason: '—' })
  const transfer = await findPayment(app.db, communityId, paymentId)
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
