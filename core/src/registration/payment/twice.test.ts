import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeTickets } from '../../../../tests/setup/tickets.ts'
import { payByTransfer } from '../../../../tests/setup/transfers.ts'
import { bookByHand, trialBalance } from './books.actions.ts'
import { askForRefund, proposeRefund, refundsOfEvent, requestRefund } from './refund.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

test('a form for money back that is sent twice gives once; the next form gives again', async () => {
  const at = await makeTickets(app.ctx, 'twice')
  const { order, token, place } = await payByTransfer(app, at)
  const stranger = app.context(visitor)
  const wish = { amountFen: 100, reason: '少一顿饭' }
  const sent = async () => (await refundsOfEvent(app.ctx, place)).map(({ state, amountFen }) => [state, amountFen]).toSorted()
  await Promise.all([1, 2].map(() => requestRefund(app.ctx, place, order.id, wish, 'form-0001')))
  expect(await sent()).toEqual([['due', 100]])
  await requestRefund(app.ctx, place, order.id, wish, 'form-0002')
  await Promise.all([1, 2].map(() => proposeRefund(app.ctx, place, order.id, { amountFen: 200, reason: '改期' }, 'form-0003')))
  await Promise.all([1, 2].map(() => askForRefund(stranger, token, { amountFen: 300, reason: '来不了' }, 'form-0004')))
  expect(await sent()).toEqual([
    ['asked', 200],
    ['asked', 300],
    ['due', 100],
    ['due', 100],
  ])
})

test('what is booked by hand stands in the books once for each form', async () => {
  const { communityId, event } = await makeTickets(app.ctx, 'twice-books')
  const place = { communityId, eventId: event.id }
  const book = (key: string) => bookByHand(app.ctx, place, { what: 'payout', provider: 'wechatpay', amountFen: 500, note: '提现' }, key)
  await Promise.all([book('form-0001'), book('form-0001')])
  await book('form-0002')
  expect((await trialBalance(app.ctx, place)).accounts).toEqual([
    { account: 'bank', provider: '', fen: 1000 },
    { account: 'provider', provider: 'wechatpay', fen: -1000 },
  ])
})
