import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { paymentsOfEvent } from '@kaichang/core/registration/payment/books.actions.ts'
import { confirmOffline, ownProofFile, proofFile, refuseOffline, uploadProof } from '@kaichang/core/registration/payment/offline.actions.ts'
import {
  askForRefund,
  decideRefund,
  markRefunded,
  refundOffer,
  refundsOfEvent,
  refundsOfOrder,
  requestRefund,
} from '@kaichang/core/registration/payment/refund.actions.ts'
import { sendRefunds } from '@kaichang/core/registration/payment/refund.send.ts'
import { setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import { sweepPayments } from '@kaichang/core/registration/payment/query.actions.ts'
import { sweepSeats } from '@kaichang/core/registration/orders/sweep.ts'
import { openPaidSite, type PaidSite } from '../../../tests/setup/sandbox.ts'
import { goodDay } from './behaviour.ts'
import { inBalance, online, openShop, PRICE } from './world.testing.ts'

let site: PaidSite
beforeAll(async () => void (site = await openPaidSite()))
afterAll(() => site.close())
afterEach(() => void Object.assign(site.sandbox.control.behaviour, goodDay()))

const quiet = (): void => undefined
const PDF = new TextEncoder().encode('%PDF-1.7\nreceipt')

async function paidOrder(provider: (typeof online)[number], seats = 1) {
  const shop = await openShop(site)
  const order = await shop.order(seats)
  const no = await shop.begin(order.token, provider)
  shop.control.pay(no)
  await shop.control.post.settled()
  const refund = (amountFen: number) => requestRefund(shop.ctx, shop.place, order.id, { amountFen, reason: '活动改期' })
  const work = async () => {
    const done = await sendRefunds(shop.ctx, quiet)
    await shop.control.post.settled()
    return done
  }
  return { ...shop, ...order, no, refund, work }
}

describe.each(online)('%s', (provider) => {
  test('parts go back, never more than was paid, and the books agree', async () => {
    const at = await paidOrder(provider)
    await at.refund(PRICE - 1000)
    site.clock.advance(1000)
    await expect(at.refund(1001)).rejects.toMatchObject({ code: 'refund.too_much', params: { left: '10.00' } })
    await at.refund(1000)
    await expect(at.refund(1)).rejects.toMatchObject({ code: 'refund.too_much', params: { left: '0.00' } })
    expect(await at.stand(at.id)).toMatchObject({ paidFen: PRICE, refunds: [`goodwill due ${PRICE - 1000}`, 'goodwill due 1000'] })
    expect(await at.balanced()).toEqual(inBalance)
    await at.work()
    expect(await at.stand(at.id)).toMatchObject({ paidFen: 0, refunds: [`goodwill done ${PRICE - 1000}`, 'goodwill done 1000'] })
    expect(at.control.trade(at.no).refunds.map((r) => r.amountFen)).toEqual([PRICE - 1000, 1000])
    expect(await at.balanced()).toEqual(inBalance)
    // A notice of the payment that comes after the refund changes nothing.
    expect(await at.control.notify(at.no)).toMatchObject({ taken: true })
    expect(await at.stand(at.id)).toMatchObject({ order: 'done', paidFen: 0, payments: [`${provider} paid booked`] })
  })

  test('the answer is lost: asked after, it is given back once', async () => {
    const at = await paidOrder(provider)
    await at.refund(5000)
    at.control.behaviour.notices = 'hold'
    at.control.behaviour.faults = ['lost']
    await at.work()
    expect(await at.stand(at.id)).toMatchObject({ paidFen: PRICE, refunds: ['goodwill sent 5000'] })
    // Not before its pause has passed.
    await at.work()
    expect(await at.stand(at.id)).toMatchObject({ refunds: ['goodwill sent 5000'] })
    site.clock.advance(61_000)
    await at.work()
    expect(await at.stand(at.id)).toMatchObject({ paidFen: PRICE - 5000, refunds: ['goodwill done 5000'] })
    expect(at.control.trade(at.no).refunds).toHaveLength(1)
    await at.control.post.release()
    expect([await at.stand(at.id), await at.balanced()]).toMatchObject([{ paidFen: PRICE - 5000 }, inBalance])
  })

  test('a refund that fails is tried again until it succeeds', async () => {
    const at = await paidOrder(provider)
    await at.refund(5000)
    at.control.behaviour.refunds = 'failed'
    await at.work()
    expect(await at.stand(at.id)).toMatchObject({ paidFen: PRICE, refunds: ['goodwill failed 5000'] })
    at.control.behaviour.refunds = 'done'
    site.clock.advance(61_000)
    await at.work()
    expect(await at.stand(at.id)).toMatchObject({ paidFen: PRICE - 5000, refunds: ['goodwill done 5000'] })
    expect(await at.balanced()).toEqual(inBalance)
  })

  test('a slow refund is done when the provider says so, by notice or by question', async () => {
    const at = await paidOrder(provider)
    await at.refund(5000)
    at.control.behaviour.refunds = 'processing'
    await at.work()
    expect(await at.stand(at.id)).toMatchObject({ paidFen: PRICE, refunds: ['goodwill sent 5000'] })
    const [refund] = at.control.trade(at.no).refunds
    at.control.finishRefund(refund?.outRefundNo ?? '', 'done')
    await at.control.post.settled()
    // Alipay tells of refunds only when asked.
    site.clock.advance(61_000)
    await at.work()
    expect(await at.stand(at.id)).toMatchObject({ paidFen: PRICE - 5000, refunds: ['goodwill done 5000'] })
    expect([at.control.trade(at.no).refunds.length, await at.balanced()]).toEqual([1, inBalance])
  })
})

test('stripe: money that the bank sends back after it was given is in the books again, and is given once more', async () => {
  const at = await paidOrder('stripe')
  await at.refund(5000)
  await at.work()
  const given = { paidFen: PRICE - 5000, refunds: ['goodwill done 5000'] }
  const no = at.control.trade(at.no).refunds[0]?.outRefundNo ?? ''
  const told = async (state: 'done' | 'failed') => {
    at.control.finishRefund(no, state)
    await at.control.post.settled()
  }
  // Notices come in any order: one that says so moves nothing before the provider was asked.
  await told('failed')
  expect(await at.stand(at.id)).toMatchObject(given)
  await told('done')
  await at.work()
  expect([await at.stand(at.id), await at.balanced()]).toMatchObject([given, inBalance])

  await told('failed')
  await at.work()
  expect(await at.stand(at.id)).toMatchObject({ paidFen: PRICE, refunds: ['goodwill failed 5000'] })
  expect(await at.balanced()).toEqual(inBalance)
  await told('failed')
  expect(await at.stand(at.id)).toMatchObject({ paidFen: PRICE, refunds: ['goodwill failed 5000'] })
  site.clock.advance(61_000)
  await at.work()
  expect([await at.stand(at.id), await at.balanced()]).toMatchObject([given, inBalance])
  expect(at.control.trade(at.no).refunds.map(({ state }) => state)).toEqual(['failed', 'done'])
})

test('case 6: money that came too late goes back by itself, once, and its owner is told', async () => {
  const shop = await openShop(site, 1)
  const late = await shop.order()
  const no = await shop.begin(late.token, 'wechatpay')
  site.clock.advance(31 * 60_000)
  await sweepSeats(shop.ctx)
  await shop.order()
  shop.control.pay(no)
  await shop.control.post.settled()
  expect(await shop.stand(late.id)).toMatchObject({ order: 'expired', refunds: [`late due ${PRICE}`] })
  await Promise.all([sendRefunds(shop.ctx, quiet), sendRefunds(shop.ctx, quiet), sendRefunds(shop.ctx, quiet)])
  await shop.control.post.settled()
  expect(await shop.stand(late.id)).toMatchObject({ paidFen: 0, refunds: [`late done ${PRICE}`] })
  expect([shop.control.trade(no).refunds.length, await shop.balanced()]).toEqual([1, inBalance])
  const mails = await site.app.db.selectFrom('outbox').select('template').where('communityId', '=', shop.place.communityId).execute()
  expect(
    mails
      .map((mail) => mail.template)
      .filter((name) => name.startsWith('payment.'))
      .toSorted(),
  ).toEqual(['payment.money_back', 'payment.refunded'])
})

test('a buyer asks, a treasurer decides; nobody else may', async () => {
  const at = await paidOrder('wechatpay', 2)
  expect(await refundOffer(at.stranger, at.token)).toMatchObject({ leftFen: 2 * PRICE, policy: 'ask' })
  await askForRefund(at.stranger, at.token, { reason: '来不了' })
  await expect(askForRefund(at.stranger, at.token)).rejects.toMatchObject({ code: 'refund.too_much' })
  const [asked] = await refundsOfOrder(at.stranger, at.token)
  const id = asked?.id ?? ''
  expect(asked).toMatchObject({ state: 'asked', amountFen: 2 * PRICE })
  await at.work()
  expect(await at.stand(at.id)).toMatchObject({ paidFen: 2 * PRICE, refunds: [`goodwill asked ${2 * PRICE}`] })
  const { communityId } = at.place
  const door = site.app.context({
    kind: 'account',
    accountId: 'x',
    name: 'x',
    email: 'x@example.org',
    administrator: false,
    grants: [{ communityId, eventId: null, role: 'organiser' }],
  })
  for (const ctx of [at.stranger, door]) {
    await expect(decideRefund(ctx, at.place, id, true)).rejects.toMatchObject({ code: ctx === door ? 'access.denied' : 'access.sign_in' })
  }
  await expect(decideRefund(at.ctx, at.place, id, false)).rejects.toMatchObject({ code: 'payment.reason' })
  await decideRefund(at.ctx, at.place, id, false, { reason: '票已用过' })
  await expect(decideRefund(at.ctx, at.place, id, true)).rejects.toMatchObject({ code: 'refund.state' })
  site.clock.advance(1000)
  await askForRefund(at.stranger, at.token, { reason: '再问一次' })
  const [again] = await refundsOfOrder(at.stranger, at.token)
  await decideRefund(at.ctx, at.place, again?.id ?? '', true)
  await at.work()
  expect(await at.stand(at.id)).toMatchObject({ paidFen: 0, refunds: [`goodwill refused ${2 * PRICE}`, `goodwill done ${2 * PRICE}`] })
  expect(await at.balanced()).toEqual(inBalance)
})

test('any sequence of refunds asked at once gives back at most what was paid', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: PRICE + 10 }), { minLength: 1, maxLength: 6 }), async (amounts) => {
      const at = await paidOrder('wechatpay')
      await Promise.allSettled(amounts.map((amount) => at.refund(amount)))
      // What is promised counts, not only what the provider let go.
      const promised = (await at.stand(at.id)).refunds.reduce((sum, one) => sum + Number(one.split(' ').at(-1)), 0)
      expect(promised).toBeLessThanOrEqual(PRICE)
      await at.work()
      const { paidFen } = await at.stand(at.id)
      const back = at.control.trade(at.no).refunds.reduce((sum, one) => sum + one.amountFen, 0)
      expect(paidFen).toBe(PRICE - back)
      expect(paidFen).toBeGreaterThanOrEqual(0)
      // Somebody got theirs whenever one of them fitted.
      if (amounts.some((amount) => amount <= PRICE)) expect(back).toBeGreaterThan(0)
      expect(await at.balanced()).toEqual(inBalance)
    }),
    { numRuns: 12 },
  )
})

test('what waits for a treasurer is shown however much came after it', async () => {
  const shop = await openShop(site)
  await setPaymentSetting(shop.ctx, shop.place, { offline: true, instructions: { zh: '转账到社区账户' }, offlineDays: 3 })
  const begin = async () => {
    const order = await shop.order(1)
    const { id } = await startPayment(shop.stranger, order.token, { provider: 'offline', method: 'transfer' })
    site.clock.advance(1000)
    return { ...order, payment: id }
  }
  const [waits, first, second] = [await begin(), await begin(), await begin()]
  for (const { payment } of [first, second]) await confirmOffline(shop.ctx, shop.place, payment, {})
  const shown = await paymentsOfEvent(shop.ctx, shop.place, 2)
  expect(shown.map(({ id, state }) => [id, state])).toEqual([
    [waits.payment, 'open'],
    [second.payment, 'paid'],
  ])
  const refund = (order: string) => requestRefund(shop.ctx, shop.place, order, { amountFen: 100, reason: '多收了' })
  await refund(first.id)
  site.clock.advance(1000)
  await refund(second.id)
  const [latest] = await refundsOfEvent(shop.ctx, shop.place, 1)
  await markRefunded(shop.ctx, shop.place, latest?.id ?? '', {})
  expect((await refundsOfEvent(shop.ctx, shop.place, 1)).map(({ orderId, state, provider }) => [orderId, state, provider])).toEqual([
    [first.id, 'due', 'offline'],
  ])
  expect(latest?.orderCode).toMatch(/^[0-9A-Z]{8}$/)
})

describe('offline', () => {
  async function transfer() {
    const shop = await openShop(site, 2)
    await setPaymentSetting(shop.ctx, shop.place, { offline: true, instructions: { zh: '转账到社区账户' }, offlineDays: 3 })
    const order = await shop.order()
    const view = await startPayment(shop.stranger, order.token, { provider: 'offline', method: 'transfer' })
    return { ...shop, ...order, view }
  }

  test('it is not offered unless the organisers say so', async () => {
    const shop = await openShop(site)
    const { token } = await shop.order()
    await expect(startPayment(shop.stranger, token, { provider: 'offline', method: 'transfer' })).rejects.toMatchObject({
      code: 'payment.not_offered',
    })
  })

  test('a proof is handed in and confirmed: the seats are booked, however often it is pressed', async () => {
    const at = await transfer()
    expect(at.view.started).toEqual({ kind: 'transfer' })
    // The seats wait for the transfer, not half an hour.
    site.clock.advance(2 * 86_400_000)
    await sweepSeats(at.ctx)
    await sweepPayments(at.ctx, quiet)
    await uploadProof(at.stranger, at.token, at.view.id, { name: '../../凭证.exe', bytes: PDF })
    const file = await proofFile(at.ctx, at.place, at.view.id)
    expect(file).toMatchObject({ name: '凭证.pdf', mediaType: 'application/pdf' })
    expect((await ownProofFile(at.stranger, at.token, at.view.id)).path).toBe(file.path)
    await expect(proofFile(at.stranger, at.place, at.view.id)).rejects.toMatchObject({ code: 'access.sign_in' })
    site.clock.advance(2 * 86_400_000)
    await sweepSeats(at.ctx)
    await sweepPayments(at.ctx, quiet)
    expect(await Promise.all([1, 2, 3].map(() => confirmOffline(at.ctx, at.place, at.view.id)))).toEqual(
      expect.arrayContaining(['taken', 'again', 'again']),
    )
    expect(await at.stand(at.id)).toEqual({ order: 'done', paidFen: PRICE, payments: ['offline paid booked'], refunds: [] })
    expect([await at.tickets(), await at.balanced()]).toEqual([1, inBalance])
  })

  test('a proof is refused with a reason; another try is possible, and the old file is gone once replaced', async () => {
    const at = await transfer()
    await expect(
      uploadProof(at.stranger, at.token, at.view.id, { name: 'x.pdf', bytes: new TextEncoder().encode('<html>') }),
    ).rejects.toMatchObject({
      code: 'file.type',
    })
    await uploadProof(at.stranger, at.token, at.view.id, { name: 'a.pdf', bytes: new TextEncoder().encode('%PDF-1.7\nfirst') })
    const first = await proofFile(at.ctx, at.place, at.view.id)
    await uploadProof(at.stranger, at.token, at.view.id, { name: 'b.pdf', bytes: PDF })
    expect(existsSync(first.path)).toBe(false)
    await expect(refuseOffline(at.ctx, at.place, at.view.id, { reason: '' })).rejects.toMatchObject({ code: 'input.invalid' })
    await refuseOffline(at.ctx, at.place, at.view.id, { reason: '金额不对' })
    expect(await at.stand(at.id)).toMatchObject({ order: 'placed', payments: ['offline failed'] })
    const again = await startPayment(at.stranger, at.token, { provider: 'offline', method: 'transfer' })
    expect(again.id).not.toBe(at.view.id)
    await uploadProof(at.stranger, at.token, again.id, { name: 'c.pdf', bytes: PDF })
    await confirmOffline(at.ctx, at.place, again.id, { reference: '招行 0921' })
    await requestRefund(at.ctx, at.place, at.id, { amountFen: 1000, reason: '少一顿饭' })
    expect(await sendRefunds(at.ctx, quiet)).toBe(0)
    const [refund] = await refundsOfOrder(at.stranger, at.token)
    await markRefunded(at.ctx, at.place, refund?.id ?? '')
    await markRefunded(at.ctx, at.place, refund?.id ?? '')
    expect(await at.stand(at.id)).toMatchObject({ paidFen: PRICE - 1000, refunds: ['goodwill done 1000'] })
    expect(await at.balanced()).toEqual(inBalance)
  })
})
