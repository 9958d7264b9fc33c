import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bookByHand, ledgerOf, trialBalance } from '@kaichang/core/registration/payment/books.actions.ts'
import {
  dayBefore,
  reconcile,
  reconcileNow,
  reconciliationsOf,
  strangeRows,
} from '@kaichang/core/registration/payment/reconcile.actions.ts'
import { requestRefund } from '@kaichang/core/registration/payment/refund.actions.ts'
import { sendRefunds } from '@kaichang/core/registration/payment/refund.send.ts'
import { openPaidSite, type PaidSite } from '../../../tests/setup/sandbox.ts'
import { goodDay } from './behaviour.ts'
import { inBalance, online, openShop, PRICE } from './world.testing.ts'

let site: PaidSite
beforeAll(async () => void (site = await openPaidSite()))
afterAll(() => site.close())
afterEach(() => void Object.assign(site.sandbox.control.behaviour, goodDay()))

const quiet = (): void => undefined

async function sold(count = 1, provider: (typeof online)[number] = 'wechatpay') {
  const shop = await openShop(site)
  const orders: { id: string; token: string; no: string }[] = []
  for (let n = 0; n < count; n += 1) {
    const order = await shop.order()
    orders.push({ ...order, no: await shop.begin(order.token, provider) })
  }
  for (const { no } of orders) shop.control.pay(no)
  await shop.control.post.settled()
  return { ...shop, orders }
}

describe.each(online)('reconciling with %s', (provider) => {
  const day = (): string => new Date(site.clock.now().getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
  const found = async (shop: { ctx: Parameters<typeof reconciliationsOf>[0]; place: { communityId: string } }) => {
    const row = (await reconciliationsOf(shop.ctx, shop.place.communityId)).find((one) => one.provider === provider)
    return (
      row && {
        day: row.day,
        matched: row.matched,
        matchedFen: row.matchedFen,
        feeFen: row.feeFen,
        kinds: row.differences.map((d) => d.kind),
      }
    )
  }

  test('a good day agrees; looking again changes nothing', async () => {
    site.clock.advance(86_400_000)
    const shop = await sold(2, provider)
    await requestRefund(shop.ctx, shop.place, shop.orders[0]?.id ?? '', { amountFen: 800, reason: '—' })
    await sendRefunds(shop.ctx, quiet)
    await shop.control.post.settled()
    const today = day()
    const fee = Math.round(PRICE * 0.006)
    const feeFen = provider === 'wechatpay' ? 2 * fee - Math.round(800 * 0.006) : 2 * fee
    const good = { day: today, matched: 3, matchedFen: 2 * PRICE - 800, feeFen, kinds: [] }
    await reconcileNow(shop.ctx, shop.place.communityId, today)
    expect(await found(shop)).toEqual(good)
    site.clock.advance(86_400_000)
    expect(dayBefore(site.clock.now())).toBe(today)
    await reconcile(shop.ctx, today, quiet)
    expect(await found(shop)).toEqual(good)
  })

  test('the fees are booked from the statement: once, put right when it changes, and the books balance', async () => {
    site.clock.advance(86_400_000)
    const shop = await sold(2, provider)
    await requestRefund(shop.ctx, shop.place, shop.orders[0]?.id ?? '', { amountFen: 5000, reason: '—' })
    await sendRefunds(shop.ctx, quiet)
    await shop.control.post.settled()
    const today = day()
    const fee = Math.round(PRICE * 0.006)
    const [first, second] = shop.orders
    const booked = async () =>
      (await ledgerOf(shop.ctx, shop.place))
        .filter((row) => row.account === 'fees')
        .map((row) => [row.orderId === first?.id ? 'first' : 'second', row.refundId === null ? 'payment' : 'refund', row.amountFen])
        .toSorted()
    // WeChat gives its fee back with the money.
    const back = provider === 'wechatpay' ? [['first', 'refund', -30]] : []
    const once = [['first', 'payment', fee], ...back, ['second', 'payment', fee]]
    await Promise.all([1, 2, 3].map(() => reconcileNow(shop.ctx, shop.place.communityId, today)))
    expect(await booked()).toEqual(once)
    await reconcile(shop.ctx, today, quiet)
    expect(await booked()).toEqual(once)
    const sum = 2 * fee - (provider === 'wechatpay' ? 30 : 0)
    const { accounts, feesFen } = await trialBalance(shop.ctx, shop.place)
    expect([feesFen, accounts.find((one) => one.account === 'provider')?.fen]).toEqual([sum, 2 * PRICE - 5000 - sum])
    // The provider has charged another rate after all.
    shop.control.trade(second?.no ?? '').feeFen = 100
    await reconcileNow(shop.ctx, shop.place.communityId, today)
    expect(await booked()).toEqual([...once, ['second', 'payment', 100 - fee]].toSorted())
    shop.control.trade(second?.no ?? '').feeFen = 0
    await reconcileNow(shop.ctx, shop.place.communityId, today)
    expect((await trialBalance(shop.ctx, shop.place)).feesFen).toBe(sum - fee)
    expect(await shop.balanced()).toEqual(inBalance)
    expect((await trialBalance(shop.ctx, shop.place)).accounts.reduce((total, one) => total + one.fen, 0)).toBe(0)
    const told = await site.app.db
      .selectFrom('journal')
      .select('facts')
      .where('communityId', '=', shop.place.communityId)
      .where('kind', '=', 'payment.fees')
      .orderBy('seq')
      .execute()
    expect(told.map((one) => one.facts)).toMatchObject([{ fen: sum, provider, day: today }, { fen: 100 - fee, count: 1 }, { fen: -100 }])
    // By hand only what was booked too much goes back, and fees of transfers.
    const byHand = (over: object) => bookByHand(shop.ctx, shop.place, { what: 'fee', provider, amountFen: 10, note: '—', ...over })
    await expect(byHand({})).rejects.toMatchObject({ code: 'payment.fee_by_bill' })
    await byHand({ amountFen: -10 })
    await byHand({ provider: 'offline' })
    await byHand({ what: 'payout' })
    expect(await shop.balanced()).toEqual(inBalance)
    // What was put by hand is nothing that a statement knows.
    await reconcileNow(shop.ctx, shop.place.communityId, today)
    expect((await trialBalance(shop.ctx, shop.place)).feesFen).toBe(sum - fee)
  })

  test('a lost notice is caught up; what only one side has is told', async () => {
    site.clock.advance(86_400_000)
    const shop = await openShop(site)
    const { token, id } = await shop.order()
    shop.control.behaviour.notices = 'hold'
    const no = await shop.begin(token, provider)
    shop.control.pay(no)
    await shop.control.post.release('drop')
    const today = day()
    await reconcileNow(shop.ctx, shop.place.communityId, today)
    expect(await found(shop)).toMatchObject({ matched: 1, kinds: [] })
    expect((await shop.stand(id)).order).toBe('done')
    // Somebody else's use of the merchant number, and a payment that the provider forgets.
    const stray = shop.control.trade(no)
    const { outTradeNo } = stray
    stray.outTradeNo = 'shop-of-the-host-17'
    await reconcileNow(shop.ctx, shop.place.communityId, today)
    stray.outTradeNo = outTradeNo
    expect(await found(shop)).toMatchObject({ matched: 0, kinds: ['missing_there'] })
    expect((await strangeRows(shop.ctx)).find((row) => row.provider === provider && row.day === today)?.differences).toMatchObject([
      { kind: 'unknown_here', outTradeNo: 'shop-of-the-host-17', theirFen: PRICE, ourFen: null },
    ])
    stray.amountFen = PRICE + 1
    await reconcileNow(shop.ctx, shop.place.communityId, today)
    expect(await found(shop)).toMatchObject({ matched: 0, kinds: ['amount'] })
    stray.amountFen = PRICE
    await expect(reconcileNow(shop.stranger, shop.place.communityId, today)).rejects.toMatchObject({ code: 'access.sign_in' })
    await expect(reconcileNow(shop.ctx, shop.place.communityId, '20261120')).rejects.toMatchObject({ code: 'input.invalid' })
  })
})
