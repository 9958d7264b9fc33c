import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { askFapiao, fapiaoFile, fapiaoOfEvent, fapiaoOfOrder, issueFapiao, moveFapiao } from '@kaichang/core/registration/fapiao/actions.ts'
import { exportFapiaoCsv } from '@kaichang/core/registration/fapiao/export.actions.ts'
import { cancelOrder } from '@kaichang/core/registration/orders/fill.actions.ts'
import { sweepSeats } from '@kaichang/core/registration/orders/sweep.ts'
import { bookByHand, exportLedgerCsv, ledgerOf, trialBalance } from '@kaichang/core/registration/payment/books.actions.ts'
import { requestRefund } from '@kaichang/core/registration/payment/refund.actions.ts'
import { sendRefunds } from '@kaichang/core/registration/payment/refund.send.ts'
import { setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import { sweepPayments } from '@kaichang/core/registration/payment/query.actions.ts'
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

test('the books of any life of a shop are in balance and agree with its orders', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('order' as const), seats: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ do: fc.constant('begin' as const), order: fc.nat(5), provider: fc.constantFrom(...online) }),
    fc.record({ do: fc.constant('pay' as const), payment: fc.nat(9) }),
    fc.record({ do: fc.constant('refund' as const), order: fc.nat(5), fen: fc.integer({ min: 1, max: 2 * PRICE }) }),
    fc.record({ do: fc.constant('cancel' as const), order: fc.nat(5) }),
    fc.record({ do: fc.constant('fee' as const), fen: fc.integer({ min: -500, max: 500 }).filter((n) => n !== 0) }),
    fc.record({ do: fc.constant('payout' as const), fen: fc.integer({ min: 1, max: 9000 }) }),
    fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ do: fc.constant('work' as const) }),
    fc.record({ do: fc.constant('again' as const), payment: fc.nat(9) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 18 }), async (steps) => {
      const shop = await openShop(site, 3)
      const orders: { id: string; token: string }[] = []
      const numbers: string[] = []
      // What may go wrong for a buyer (sold out, nothing left to give back) is part of life.
      const perhaps = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined)
      const act = async (one: (typeof steps)[number]): Promise<unknown> => {
        const order = 'order' in one ? orders[one.order % Math.max(orders.length, 1)] : undefined
        const no = 'payment' in one ? numbers[one.payment % Math.max(numbers.length, 1)] : undefined
        switch (one.do) {
          case 'order':
            return perhaps(shop.order(one.seats).then((made) => orders.push(made)))
          case 'begin':
            return order && perhaps(shop.begin(order.token, one.provider).then((begun) => numbers.push(begun)))
          case 'pay':
            // Also when it was closed at the provider a moment ago.
            return no === undefined ? undefined : shop.control.pay(no)
          case 'refund':
            return order && perhaps(requestRefund(shop.ctx, shop.place, order.id, { amountFen: one.fen, reason: '—' }))
          case 'cancel':
            return order && perhaps(cancelOrder(shop.stranger, order.token))
          case 'fee':
          case 'payout':
            return bookByHand(shop.ctx, shop.place, {
              what: one.do,
              provider: one.do === 'fee' ? 'offline' : 'wechatpay',
              amountFen: one.fen,
              note: '—',
            })
          case 'wait':
            site.clock.advance(one.minutes * 60_000)
            return undefined
          case 'work':
            await sweepSeats(shop.ctx)
            await sweepPayments(shop.ctx, quiet)
            return sendRefunds(shop.ctx, quiet)
          case 'again':
            return no === undefined ? undefined : shop.control.repeat(no, 2)
        }
      }
      for (const one of steps) await act(one)
      await shop.control.post.settled()
      expect(await shop.balanced()).toEqual(inBalance)
      const { accounts, owedFen } = await trialBalance(shop.ctx, shop.place)
      expect(accounts.reduce((sum, one) => sum + one.fen, 0)).toBe(0)
      // Nobody owes us for seats: what is sold is paid.
      expect(accounts.filter((one) => one.account === 'buyers' && one.fen !== 0)).toEqual([])
      const owed = (
        await site.app.db.selectFrom('refund').select(['amountFen', 'state']).where('communityId', '=', shop.place.communityId).execute()
      )
        .filter(({ state }) => ['due', 'sent', 'failed'].includes(state))
        .reduce((sum, one) => sum + one.amountFen, 0)
      expect(owedFen).toBe(owed)
      expect(await shop.taken()).toBeLessThanOrEqual(3)
    }),
    { numRuns: 25 },
  )
}, 240_000)

test('the books can be read and taken along, and name nobody', async () => {
  const shop = await sold(2)
  await bookByHand(shop.ctx, shop.place, { what: 'fee', provider: 'offline', amountFen: 154, note: '十一月手续费' })
  expect(await trialBalance(shop.ctx, shop.place)).toMatchObject({
    salesFen: 2 * PRICE,
    receivedFen: 2 * PRICE,
    owedFen: 0,
    feesFen: 154,
    unbalancedMovements: [],
    orders: [],
  })
  expect((await ledgerOf(shop.ctx, shop.place)).map((row) => row.amountFen).reduce((a, b) => a + b, 0)).toBe(0)
  const csv = await exportLedgerCsv(shop.ctx, shop.place, 'zh')
  expect(csv.split('\r\n')).toHaveLength(1 + 10 + 1)
  expect(csv).toContain('售票')
  expect(csv).not.toMatch(/买家|@/)
  // In words, and by the numbers that receipts and statements bear.
  const { code, outTradeNo } = await site.app.db
    .selectFrom('payment')
    .innerJoin('ticketOrder', (join) =>
      join.onRef('ticketOrder.communityId', '=', 'payment.communityId').onRef('ticketOrder.id', '=', 'payment.orderId'),
    )
    .select(['ticketOrder.code', 'payment.outTradeNo'])
    .where('payment.communityId', '=', shop.place.communityId)
    .where('payment.state', '=', 'paid')
    .limit(1)
    .executeTakeFirstOrThrow()
  expect(csv).toMatch(new RegExp(`收款,支付平台,微信支付,128,[^,]+,${code},${outTradeNo},\r\n`))
  await expect(trialBalance(shop.stranger, shop.place)).rejects.toMatchObject({ code: 'access.sign_in' })
  await expect(
    bookByHand(site.app.context({ kind: 'visitor' }), shop.place, { what: 'fee', provider: 'alipay', amountFen: 1, note: 'x' }),
  ).rejects.toMatchObject({
    code: 'access.sign_in',
  })
})

describe('invoices', () => {
  const title = {
    titleType: 'company' as const,
    title: '=深圳市腾讯计算机系统有限公司',
    taxId: '9144030071526726XG',
    email: 'tax@example.org',
  }
  const pdf = { name: '发票.pdf', bytes: new TextEncoder().encode('%PDF-1.7\ninvoice') }

  async function shopWithInvoices() {
    const shop = await sold()
    const [order = { id: '', token: '', no: '' }] = shop.orders
    await setPaymentSetting(shop.ctx, shop.place, { fapiao: true, hostEntity: '某某科技有限公司' })
    return { ...shop, ...order }
  }

  test('asked for, issued with its file, fetched by whoever ordered, reversed', async () => {
    const at = await shopWithInvoices()
    expect(await fapiaoOfOrder(at.stranger, at.token)).toMatchObject({
      offered: true,
      hostEntity: '某某科技有限公司',
      amountFen: PRICE,
      fapiao: [],
    })
    const id = await askFapiao(at.stranger, at.token, title)
    await expect(askFapiao(at.stranger, at.token, title)).rejects.toMatchObject({ code: 'fapiao.open_already' })
    await expect(fapiaoFile(at.stranger, at.token, id)).rejects.toMatchObject({ code: 'thing.not_found' })
    const csv = await exportFapiaoCsv(at.ctx, at.place, 'zh')
    expect(csv).toContain(",'=深圳市腾讯计算机系统有限公司,9144030071526726XG,")
    expect(csv).toContain(',128,某某科技有限公司,已申请,')
    await moveFapiao(at.ctx, at.place, id, 'issuing')
    await expect(moveFapiao(at.ctx, at.place, id, 'reversed', { reason: '—' })).rejects.toMatchObject({ code: 'fapiao.state' })
    await expect(
      issueFapiao(at.ctx, at.place, id, { number: '26317000000012345678' }, { name: 'x.pdf', bytes: new TextEncoder().encode('<html>') }),
    ).rejects.toMatchObject({ code: 'file.type' })
    await issueFapiao(at.ctx, at.place, id, { number: '26317000000012345678' }, pdf)
    const file = await fapiaoFile(at.stranger, at.token, id)
    expect(file).toMatchObject({ name: '发票.pdf', mediaType: 'application/pdf' })
    expect(await readFile(file.path, 'utf8')).toBe('%PDF-1.7\ninvoice')
    // Another order's link reaches it not.
    await expect(fapiaoFile(at.stranger, (await at.order()).token, id)).rejects.toMatchObject({ code: 'thing.not_found' })
    const mails = await site.app.db
      .selectFrom('outbox')
      .select(['toAddress', 'template'])
      .where('communityId', '=', at.place.communityId)
      .execute()
    expect(mails).toContainEqual({ toAddress: 'tax@example.org', template: 'fapiao.issued' })
    // Money that goes back makes the invoice wrong.
    expect((await fapiaoOfEvent(at.ctx, at.place)).map((one) => one.toBeReversed)).toEqual([false])
    await requestRefund(at.ctx, at.place, at.id, { amountFen: 800, reason: '—' })
    expect((await fapiaoOfEvent(at.ctx, at.place)).map((one) => one.toBeReversed)).toEqual([true])
    await expect(moveFapiao(at.ctx, at.place, id, 'reversed')).rejects.toMatchObject({ code: 'payment.reason' })
    await moveFapiao(at.ctx, at.place, id, 'reversed', { reason: '部分退款' })
    await askFapiao(at.stranger, at.token, title)
    expect((await fapiaoOfOrder(at.stranger, at.token)).fapiao.map((one) => `${one.state} ${one.amountFen}`)).toEqual(
      expect.arrayContaining([`asked ${PRICE - 800}`, `reversed ${PRICE}`]),
    )
    // What was asked for before still more went back is too much.
    const tooMuch = async () => (await fapiaoOfEvent(at.ctx, at.place)).filter(({ state }) => state === 'asked').map((one) => one.leftFen)
    expect(await tooMuch()).toEqual([null])
    site.clock.advance(1000)
    await requestRefund(at.ctx, at.place, at.id, { amountFen: 200, reason: '—' })
    expect(await tooMuch()).toEqual([PRICE - 1000])
    await expect(moveFapiao(at.stranger, at.place, id, 'issuing')).rejects.toMatchObject({ code: 'access.sign_in' })
  })

  test('only where it is offered, and for money that is here', async () => {
    const shop = await sold()
    await expect(askFapiao(shop.stranger, shop.orders[0]?.token ?? '', title)).rejects.toMatchObject({ code: 'fapiao.not_offered' })
    await setPaymentSetting(shop.ctx, shop.place, { fapiao: true })
    await expect(askFapiao(shop.stranger, (await shop.order()).token, title)).rejects.toMatchObject({ code: 'fapiao.nothing_paid' })
    await requestRefund(shop.ctx, shop.place, shop.orders[0]?.id ?? '', { amountFen: PRICE, reason: '—' })
    await expect(askFapiao(shop.stranger, shop.orders[0]?.token ?? '', title)).rejects.toMatchObject({ code: 'fapiao.nothing_paid' })
  })
})
