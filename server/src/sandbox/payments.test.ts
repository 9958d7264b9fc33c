import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openOrder } from '@kaichang/core/registration/orders/open.ts'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { lookAfterPayment } from '@kaichang/core/registration/payment/look.actions.ts'
import { queryPayment, sweepPayments } from '@kaichang/core/registration/payment/query.actions.ts'
import { sweepSeats } from '@kaichang/core/registration/orders/sweep.ts'
import { openPaidSite, type PaidSite } from '../../../tests/setup/sandbox.ts'
import { goodDay } from './behaviour.ts'
import { inBalance, online, openShop, PRICE, ways } from './world.testing.ts'

let site: PaidSite
beforeAll(async () => void (site = await openPaidSite()))
afterAll(() => site.close())
afterEach(() => void Object.assign(site.sandbox.control.behaviour, goodDay()))

const quiet = (): void => undefined
const paidBy = (provider: string, outcome = 'booked'): string => `${provider} paid ${outcome}`

describe.each(online)('%s', (provider) => {
  test('an order is paid, its seats are booked once, and the books agree', async () => {
    const shop = await openShop(site)
    const { token, id } = await shop.order(2)
    const no = await shop.begin(token, provider)
    expect(shop.control.trade(no)).toMatchObject({ amountFen: 2 * PRICE, state: 'open' })
    expect(await shop.stand(id)).toMatchObject({ order: 'placed', paidFen: 0 })
    shop.control.pay(no)
    await shop.control.post.settled()
    expect(await shop.stand(id)).toEqual({ order: 'done', paidFen: 2 * PRICE, payments: [paidBy(provider)], refunds: [] })
    expect([await shop.tickets(), await shop.taken(), await shop.balanced()]).toEqual([2, 2, inBalance])
    expect(await shop.notices()).toEqual(['paid taken'])
  })

  test('case 9: the same notice fifty times at once, and again later, is taken once', async () => {
    const shop = await openShop(site)
    const { token, id } = await shop.order()
    const no = await shop.begin(token, provider)
    shop.control.behaviour.notices = 'hold'
    shop.control.pay(no)
    const sent = await shop.control.repeat(no, 50)
    expect(sent.every((one) => one.taken)).toBe(true)
    expect((await shop.control.post.release()).map((one) => one.taken)).toEqual([true])
    expect((await shop.notices()).toSorted()).toEqual([...Array.from({ length: 50 }, () => 'paid again'), 'paid taken'])
    expect(await shop.stand(id)).toEqual({ order: 'done', paidFen: PRICE, payments: [paidBy(provider)], refunds: [] })
    expect([await shop.tickets(), await shop.balanced()]).toEqual([1, inBalance])
  })

  test('case 9: no notice comes: the page asks, and so does the sweep', async () => {
    const shop = await openShop(site)
    shop.control.behaviour.notices = 'hold'
    const [first, second] = [await shop.order(), await shop.order()]
    const numbers = [await shop.begin(first.token, provider), await shop.begin(second.token, provider)]
    for (const no of numbers) shop.control.pay(no)
    await shop.control.post.release('drop')
    const { id } = await startPayment(shop.stranger, first.token, { provider, method: ways[provider] })
    expect(await queryPayment(shop.stranger, { communityId: shop.place.communityId, id: first.id }, id)).toBe('paid')
    // A notice is given a minute before anybody asks.
    expect(await sweepPayments(shop.ctx, quiet)).toMatchObject({ paid: 0 })
    site.clock.advance(61_000)
    expect(await sweepPayments(shop.ctx, quiet)).toMatchObject({ paid: 1 })
    expect([(await shop.stand(first.id)).order, (await shop.stand(second.id)).order]).toEqual(['done', 'done'])
    expect(await shop.balanced()).toEqual(inBalance)
  })

  test('a notice that comes while the order’s page is read shows as paid, not as to be paid again', async () => {
    const shop = await openShop(site)
    const { token } = await shop.order()
    const no = await shop.begin(token, provider)
    const before = await openOrder(shop.stranger, token)
    shop.control.pay(no)
    await shop.control.post.settled()
    const { opened, payments } = await lookAfterPayment(shop.stranger, before, token)
    expect([before.order.state, opened.order.state]).toEqual(['placed', 'done'])
    expect(payments.map(({ state, outcome }) => `${state} ${outcome}`)).toEqual(['paid booked'])
  })

  test('case 8: forged notices change nothing and each leaves its reason', async () => {
    const shop = await openShop(site)
    const other = await openShop(site)
    const { token, id } = await shop.order()
    const no = await shop.begin(token, provider)
    const elsewhere = await other.begin((await other.order(2)).token, provider)
    shop.control.behaviour.notices = 'hold'
    shop.control.pay(no)
    const answers = [
      await shop.control.notify(no, { signature: true }),
      ...(provider === 'alipay' ? [] : [await shop.control.notify(no, { ageMs: 6 * 60_000 })]),
      // Stripe's own check has nothing against tomorrow.
      ...(provider === 'wechatpay' ? [await shop.control.notify(no, { ageMs: -6 * 60_000 })] : []),
      await shop.control.notify(no, { amountFen: 1 }),
      await shop.control.notify(no, { amountFen: PRICE - 1 }),
      await shop.control.notify(no, { app: provider === 'stripe' ? 'live' : 'somebody' }),
      ...(provider === 'stripe' ? [] : [await shop.control.notify(no, { merchant: '2088999' })]),
      ...(provider === 'alipay' ? [] : [await shop.control.notify(no, { currency: 'USD' })]),
      // A good signature for another order, which costs twice as much.
      await shop.control.notify(no, { outTradeNo: elsewhere }),
      await shop.control.notify(no, { outTradeNo: `${no.slice(0, -4)}ZZZZ` }),
      await shop.control.notify(no, { outTradeNo: 'not-ours' }),
    ]
    expect(answers.filter((one) => one.taken)).toEqual([])
    expect(answers.every((one) => one.status === 400)).toBe(true)
    expect(await shop.stand(id)).toEqual({ order: 'placed', paidFen: 0, payments: [`${provider} open`], refunds: [] })
    expect([...new Set(await shop.notices())].toSorted()).toEqual(
      ['amount', 'app', ...(provider === 'alipay' ? [] : ['currency']), ...(provider === 'stripe' ? [] : ['merchant'])].map(
        (r) => `paid refused ${r}`,
      ),
    )
    expect(await other.notices()).toEqual(['paid refused amount'])
    // The true one is still taken.
    await shop.control.post.release()
    expect((await shop.stand(id)).order).toBe('done')
  })

  test('case 2: the hold runs out while payment succeeds: with seats left it is reinstated, without it goes back', async () => {
    const shop = await openShop(site, 1)
    const late = await shop.order()
    const no = await shop.begin(late.token, provider)
    site.clock.advance(31 * 60_000)
    await sweepSeats(shop.ctx)
    expect(await shop.taken()).toBe(0)
    shop.control.behaviour.notices = 'hold'
    shop.control.pay(no)
    const faster = await shop.order()
    const theirs = await shop.begin(faster.token, provider)
    shop.control.pay(theirs)
    await shop.control.post.release('reversed')
    expect((await shop.stand(faster.id)).order).toBe('done')
    expect(await shop.stand(late.id)).toEqual({
      order: 'expired',
      paidFen: PRICE,
      payments: [paidBy(provider, 'late')],
      refunds: [`late due ${PRICE}`],
    })
    expect([await shop.tickets(), await shop.taken(), await shop.balanced()]).toEqual([1, 1, inBalance])
    const roomy = await openShop(site, 3)
    const revived = await roomy.order()
    const again = await roomy.begin(revived.token, provider)
    site.clock.advance(31 * 60_000)
    await sweepSeats(roomy.ctx)
    roomy.control.behaviour.notices = 'send'
    roomy.control.pay(again)
    await roomy.control.post.settled()
    expect(await roomy.stand(revived.id)).toEqual({ order: 'done', paidFen: PRICE, payments: [paidBy(provider)], refunds: [] })
    expect([await roomy.tickets(), await roomy.taken(), await roomy.balanced()]).toEqual([1, 1, inBalance])
  })

  test('an order that has ended lets nobody pay it any more', async () => {
    const shop = await openShop(site)
    const { token, id } = await shop.order()
    const no = await shop.begin(token, provider)
    site.clock.advance(32 * 60_000)
    await sweepSeats(shop.ctx)
    expect((await sweepPayments(shop.ctx, quiet)).closed).toBeGreaterThan(0)
    expect(shop.control.trade(no).state).toBe('closed')
    expect((await shop.stand(id)).payments).toEqual([`${provider} closed`])
    await expect(startPayment(shop.stranger, token, { provider, method: ways[provider] })).rejects.toMatchObject({
      code: 'payment.order_over',
    })
  })

  test('case 10: an answer is lost: asked again, the same number begins the same payment', async () => {
    const shop = await openShop(site)
    const { token, id } = await shop.order()
    if (provider === 'alipay') return
    shop.control.behaviour.faults = ['lost']
    await expect(startPayment(shop.stranger, token, { provider, method: ways[provider] })).rejects.toMatchObject({
      code: 'payment.provider_away',
    })
    const view = await startPayment(shop.stranger, token, { provider, method: ways[provider] })
    expect(view.started?.kind).toBe(provider === 'stripe' ? 'redirect' : 'qr')
    expect((await shop.stand(id)).payments).toEqual([`${provider} open`])
    const again = await startPayment(shop.stranger, token, { provider, method: ways[provider] })
    expect([again.id, again.started]).toEqual([view.id, view.started])
  })
})

test('case 7: nothing that a client says makes an order paid; what it costs is not the client’s to say', async () => {
  const shop = await openShop(site)
  const { token, id } = await shop.order()
  const no = await shop.begin(token, 'wechatpay')
  // Coming back from the provider, a query of one's own, an amount in the form: nothing of it is read.
  const smuggled = { provider: 'wechatpay' as const, method: 'native', amountFen: 1, state: 'paid', paid: true }
  const view = await startPayment(shop.stranger, token, smuggled)
  expect(view).toMatchObject({ amountFen: PRICE, state: 'open' })
  expect(await queryPayment(shop.stranger, { communityId: shop.place.communityId, id }, view.id)).toBe('open')
  expect(await shop.stand(id)).toMatchObject({ order: 'placed', paidFen: 0 })
  expect(shop.control.trade(no).amountFen).toBe(PRICE)
  // A payment of somebody else's order is not found by this one.
  const other = await shop.order()
  await expect(queryPayment(shop.stranger, { communityId: shop.place.communityId, id: other.id }, view.id)).rejects.toMatchObject({
    code: 'thing.not_found',
  })
})

test('case 7: unsigned and wrongly signed answers of a provider are not believed', async () => {
  for (const fault of ['unsigned', 'forged'] as const) {
    for (const provider of ['wechatpay', 'alipay'] as const) {
      const shop = await openShop(site)
      const { token, id } = await shop.order()
      const no = await shop.begin(token, provider)
      shop.control.behaviour.notices = 'hold'
      shop.control.pay(no)
      const { id: paymentId } = await startPayment(shop.stranger, token, { provider, method: ways[provider] })
      shop.control.behaviour.faults = [fault]
      await expect(queryPayment(shop.stranger, { communityId: shop.place.communityId, id }, paymentId)).rejects.toMatchObject({
        code: 'payment.provider_forged',
      })
      expect((await shop.stand(id)).order).toBe('placed')
      await shop.control.post.release('drop')
    }
  }
})

test('case 3: an order paid by two ways at once is booked once, and the second money goes back', async () => {
  const shop = await openShop(site)
  const { token, id } = await shop.order()
  const first = await shop.begin(token, 'wechatpay')
  const second = await shop.begin(token, 'alipay')
  expect(await shop.stand(id)).toMatchObject({ payments: ['alipay open', 'wechatpay closed'] })
  shop.control.behaviour.notices = 'hold'
  // The payer had the first page still open, and was faster than its closing.
  shop.control.pay(first)
  shop.control.pay(second)
  await Promise.all([shop.control.notify(first), shop.control.notify(second)])
  await shop.control.post.release()
  const stood = await shop.stand(id)
  expect(stood).toMatchObject({ order: 'done', paidFen: 2 * PRICE, refunds: [`twice due ${PRICE}`] })
  expect(stood.payments.map((p) => p.split(' ').at(-1)).toSorted()).toEqual(['booked', 'twice'])
  expect([await shop.tickets(), await shop.taken(), await shop.balanced()]).toEqual([1, 1, inBalance])
})

test('case 9: a notice that cannot be taken within five seconds is answered in time, and taken all the same', async () => {
  const shop = await openShop(site)
  const { token, id } = await shop.order()
  const no = await shop.begin(token, 'wechatpay')
  shop.control.behaviour.notices = 'hold'
  shop.control.pay(no)
  const began = performance.now()
  const first = await site.app.db.transaction().execute(async (db) => {
    // Somebody else holds the event's seats for long.
    await db.selectFrom('seatCounter').select('taken').where('communityId', '=', shop.place.communityId).forUpdate().execute()
    return shop.control.notify(no)
  })
  expect(first).toMatchObject({ status: 503, taken: false })
  expect(performance.now() - began).toBeLessThan(5_000)
  await site.app.settled()
  expect((await shop.stand(id)).order).toBe('done')
  expect(await shop.control.notify(no)).toMatchObject({ status: 204, taken: true })
  await shop.control.post.release()
  expect((await shop.notices()).toSorted()).toEqual(['paid again', 'paid again', 'paid taken'])
  expect([await shop.tickets(), await shop.balanced()]).toEqual([1, inBalance])
})
