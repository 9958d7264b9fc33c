import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { confirmOffline } from '@kaichang/core/registration/payment/offline.actions.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import { openOrder } from '@kaichang/core/registration/orders/open.ts'
import { approveOrders } from '@kaichang/core/registration/orders/review.actions.ts'
import { removeType } from '@kaichang/core/registration/types/actions.ts'
import { openPage, type OpenPage } from '../tests/setup/browser.ts'
import type { PaidSite } from '../tests/setup/sandbox.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { makeTickets, type Ticketed } from '../tests/setup/tickets.ts'
import { frameTrouble } from './look.ts'
import { openTill, PHONE, type Till } from './till.ts'

let till: Till
let site: PaidSite
let at: Ticketed
beforeAll(async () => {
  till = await openTill()
  ;({ site, at } = till)
})
afterAll(() => site.close())

/** Presses “pay” at the provider and waits until it was heard: whoever leaves before has not paid. */
async function press(page: Page): Promise<void> {
  const heard = page.waitForResponse((answer) => answer.request().method() === 'POST')
  await page.getByRole('button', { name: /付款/ }).first().click()
  await heard
}

describe.each([true, false])('with script: %s', (javaScriptEnabled) => {
  const open = (over: object = {}): Promise<OpenPage> => openPage({ phone: true, userAgent: PHONE, javaScriptEnabled, ...over })

  test.each([
    ['用微信支付付款', 'wechatpay'],
    ['用支付宝付款', 'alipay'],
    ['用银行卡（Stripe）付款', 'stripe'],
  ] as const)('%s: the order is held, filled in, paid and its tickets are there', async (way, provider) => {
    const { page, close } = await open()
    const path = await till.order(page, [['standard', '2']], ['同伴'])
    expect(await page.locator('#pay-title .num').innerText()).toBe('¥196.00')
    await page.getByRole('button', { name: way }).click()
    if (!javaScriptEnabled) await page.getByRole('link', { name: '去付款 ¥196.00' }).click()
    await page.waitForURL(new RegExp(`^${site.sandbox.url}`))
    await press(page)
    await till.comeBack(page, path)
    expect(await page.locator('section[aria-labelledby=tickets] .name').allInnerTexts()).toEqual([`订票人${till.people()}`, '同伴'])
    const paid = await site.app.db
      .selectFrom('payment')
      .select(['state', 'outcome'])
      .where('provider', '=', provider)
      .where('state', '=', 'paid')
      .execute()
    expect(paid.at(-1)).toEqual({ state: 'paid', outcome: 'booked' })
    await close()
  })

  test('a transfer: its proof waits for the treasurer, then the tickets are there; an invoice is asked for', async () => {
    const { page, close } = await open()
    const path = await till.order(page, [['standard', '1']])
    await page.getByRole('button', { name: '用转账付款' }).click()
    await page.getByText('农业银行 6228 0000 0000 0000').waitFor()
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
    await page.locator('#proof input[type=file]').setInputFiles({ name: '回单.png', mimeType: 'image/png', buffer: png })
    await page.getByRole('button', { name: '上传凭证' }).click()
    await page.getByText('凭证「回单.png」已收到').waitFor()
    const { id } = await site.app.db
      .selectFrom('payment')
      .select('id')
      .where('provider', '=', 'offline')
      .where('state', '=', 'open')
      .executeTakeFirstOrThrow()
    await confirmOffline(site.app.context({ kind: 'system', name: 'test' }), { communityId: at.communityId, eventId: at.event.id }, id)
    await till.comeBack(page, path)
    await page.getByText('申请发票', { exact: true }).click()
    await page.getByLabel('个人', { exact: true }).check()
    await page.getByLabel('抬头', { exact: true }).fill('李青')
    await page.getByRole('button', { name: '提交申请' }).click()
    await page.getByText('已申请，等财务开具').waitFor()
    await close()
  })

  test('a paid ticket that is given back gets its money back by the event’s rule, and the seat is free once', async () => {
    const { page, close } = await open()
    const path = await till.order(page, [['standard', '1']])
    await page.getByRole('button', { name: '用支付宝付款' }).click()
    if (!javaScriptEnabled) await page.getByRole('link', { name: /去付款/ }).click()
    await page.waitForURL(new RegExp(`^${site.sandbox.url}`))
    await press(page)
    await till.comeBack(page, path)
    const taken = async () =>
      (await site.app.db.selectFrom('seatCounter').select('taken').where('eventId', '=', at.event.id).executeTakeFirstOrThrow()).taken
    const before = await taken()
    await page.getByRole('link', { name: /打开票/ }).click()
    await page.getByText('来不了，退掉这张票').click()
    expect(await page.locator('form#cancel .hint').innerText()).toContain('¥98.00 原路退给付款人')
    await page.getByRole('button', { name: '退掉这张票' }).click()
    await page.getByText('退款即将发出').waitFor()
    expect(await taken()).toBe(before - 1)
    await close()
  })

  test('the hold runs out under a filled form: one press holds again, and nothing is typed twice', async () => {
    const { page, close } = await open()
    await page.goto(till.register)
    await till.choose(page, 'free', '2')
    await page.getByRole('button', { name: '占位，下一步' }).click()
    await page.waitForURL(/\/o\/[^/?]+$/)
    await page.locator('#fill-name').fill('慢慢写')
    await page.locator('#fill-email').fill(`slow-${till.next()}@example.org`)
    await page.locator('#fill-seats-1-name').fill('同来的')
    await page.getByText('同意主办方').click()
    const now = site.clock.now()
    site.clock.set(new Date(now.getTime() + 16 * 60_000))
    await page.getByRole('button', { name: '完成报名' }).click()
    await page.getByText('占位时间到了').waitFor()
    expect(await page.locator('#fill-name').inputValue()).toBe('慢慢写')
    expect(await page.locator('#fill-seats-1-name').inputValue()).toBe('同来的')
    await page.getByRole('button', { name: '再占一次并提交' }).click()
    await page.getByText('登记好了').waitFor()
    site.clock.set(now)
    await close()
  })

  test('a ticket goes to another person: the old link is dead, the new one is theirs, and they erase it', async () => {
    const { page, close } = await open()
    await till.order(page, [['free', '1']])
    const old = page.url()
    expect(old).toContain('/t/')
    const [email, name] = [`next-${till.people()}@example.org`, '接票的']
    await page.getByText('转给别人', { exact: true }).click()
    await page.locator('#hand-name').fill(name)
    await page.locator('#hand-email').fill(email)
    await page.getByLabel('对方同意我把姓名').check()
    await page.getByRole('button', { name: '转让', exact: true }).click()
    await page.waitForURL(/\/t\/handed/)
    expect((await page.goto(old))?.status()).toBe(410)
    const mail = await site.app.db.selectFrom('outbox').selectAll().where('toAddress', '=', email).executeTakeFirstOrThrow()
    const link = /\/t\/[\w.-]+/.exec(JSON.stringify(mail))?.[0] ?? ''
    await page.goto(`${site.url}${link}`)
    expect(await page.locator('.ticket .name').innerText()).toBe(name)
    await page.getByText('我的资料', { exact: true }).click()
    await page.getByText('删除我的资料').first().click()
    await page.getByLabel('我明白，删除后找不回来').check()
    await page.getByRole('button', { name: '删除', exact: true }).click()
    await page.waitForURL(/\/t\/erased/)
    const lines = await site.app.db.selectFrom('orderLine').select('name').where('name', '=', name).execute()
    expect(lines).toEqual([])
    await close()
  })
})

test('staff cancel a paid order, and say what becomes of its money', async () => {
  const buyer = await openPage({ phone: true, userAgent: PHONE })
  const path = await till.order(buyer.page, [['standard', '1']])
  const token = path.split('/o/')[1] ?? ''
  const guest = site.app.context({ kind: 'visitor' })
  const { id: paymentId } = await startPayment(guest, token, { provider: 'wechatpay', method: 'native' })
  const { outTradeNo, orderId } = await site.app.db
    .selectFrom('payment')
    .select(['outTradeNo', 'orderId'])
    .where('id', '=', paymentId)
    .executeTakeFirstOrThrow()
  site.sandbox.control.pay(outTradeNo)
  await site.sandbox.control.post.settled()
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await signIn(site, page)
  await page.goto(`${site.url}/console/${at.community}/nanning/registration/orders/${orderId}`)
  await page.locator('summary').getByText('取消订单').click()
  expect(await page.locator('form#cancel legend').innerText()).toContain('¥98.00')
  expect(await page.getByLabel('退给付款人').isChecked()).toBe(true)
  await page.getByLabel('不退').check()
  await page.getByRole('button', { name: '取消订单' }).click()
  await page.getByText('写一句原因吧').first().waitFor()
  expect(await page.getByLabel('不退').isChecked()).toBe(true)
  expect(await frameTrouble(page, 375, 'zh-CN')).toEqual([])
  expect(await till.stateOf(path)).toBe('done')
  await page.getByLabel('退给付款人').check()
  await page.getByLabel('告诉对方为什么').fill('场地临时取消')
  await page.getByRole('button', { name: '取消订单' }).click()
  await page.getByText('已取消，位置放回来了').waitFor()
  const refunds = await site.app.db.selectFrom('refund').select(['state', 'amountFen', 'reason']).where('orderId', '=', orderId).execute()
  expect(refunds).toEqual([{ state: 'due', amountFen: 9800, reason: '场地临时取消' }])
  await buyer.page.goto(path)
  await buyer.page.getByText('退款即将发出').waitFor()
  await close()
  await buyer.close()
})

test('an order is cancelled while it awaits money; a voucher opens what is hidden and a review holds nothing', async () => {
  const { page, close } = await openPage({ phone: true, userAgent: PHONE })
  const path = await till.order(page, [['standard', '1']])
  await page.getByRole('button', { name: '取消订单' }).click()
  await page.getByText('订单已取消').waitFor()
  expect(await till.stateOf(path)).toBe('cancelled')
  await page.goto(`${till.register}?v=speak-2026`)
  await page.getByText('讲者票', { exact: true }).waitFor()
  // What it opened is still there when something was wrong, and so is what was chosen.
  await till.choose(page, 'standard', '1')
  await page.getByRole('button', { name: '占位，下一步' }).click()
  await page.getByText('这个优惠码不能用在选的票上。').waitFor()
  expect(await page.getByText('讲者票', { exact: true }).count()).toBe(1)
  expect(await page.locator(`select[name="seats.${at.ids.standard}"]`).inputValue()).toBe('1')
  const student = await till.order(page, [['student', '1']])
  await page.getByText('等待审核').first().waitFor()
  expect(await till.stateOf(student)).toBe('review')
  await close()
})

test.each([
  ['what is free is booked', [['student', '1']], 'done', '审核通过了。 登记好了。'],
  [
    'what costs something awaits its money',
    [
      ['student', '1'],
      ['dinner', '1'],
    ],
    'placed',
    '审核通过了。 位置给您留着',
  ],
] as const)('let in after a look: the order’s page says so, and %s', async (_, lines, state, says) => {
  const { page, close } = await openPage({ phone: true, userAgent: PHONE })
  const path = await till.order(page, lines)
  await page.getByText('等待审核').first().waitFor()
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { order } = await openOrder(ctx, path.split('/o/')[1] ?? '')
  await approveOrders(ctx, at.communityId, at.event.id, [order.id])
  expect(await till.stateOf(path)).toBe(state)
  await page.goto(path)
  await page.getByText(says).waitFor()
  await close()
})

test.each([true, false])(
  'a price of one’s own (script: %s) stays when a voucher is looked at, and is refused below the least',
  async (script) => {
    const { page, close } = await openPage({ phone: true, userAgent: PHONE, javaScriptEnabled: script })
    await page.goto(till.register)
    const amount = page.locator(`[name="amount.${at.ids.gift}"]`)
    await till.choose(page, 'gift', '1')
    await amount.fill('45.5')
    await page.locator('[name=voucher]').fill('WELCOME-10')
    await page.getByRole('button', { name: '使用' }).click()
    await page.getByText('优惠码 WELCOME-10 已生效').waitFor()
    expect(await amount.inputValue()).toBe('45.5')
    await amount.fill('26.99')
    await page.getByRole('button', { name: '占位，下一步' }).click()
    await page.getByText('随意付的票每张至少 ¥27.00').waitFor()
    expect([await amount.inputValue(), await page.locator(`select[name="seats.${at.ids.gift}"]`).inputValue()]).toEqual(['26.99', '1'])
    await amount.fill('27')
    await page.getByRole('button', { name: '占位，下一步' }).click()
    await page.waitForURL(/\/o\//)
    expect(await page.locator('main').innerText()).toContain('¥27.00')
    await close()
  },
)

test('the event page says what tickets cost; with nothing left to choose there is nothing to hold', async () => {
  const { page, close } = await openPage({ phone: true, userAgent: PHONE })
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const sold = await makeTickets(ctx, 'sold-out', { cap: 1 })
  const address = `${site.url}/sold-out/nanning`
  await page.goto(address)
  expect(await page.locator('.book').innerText()).toContain('票价 免费 – ¥98')
  await holdSeats(ctx, sold.communityId, sold.event.id, { lines: [{ typeId: sold.ids.free, seats: 1 }] })
  await page.goto(`${address}/register`)
  // Students are looked at first, so that they can ask though all seats are taken.
  await page.getByRole('button', { name: '占位，下一步' }).waitFor()
  await removeType(ctx, sold.communityId, sold.event.id, sold.ids.student)
  await page.goto(`${address}/register`)
  expect(await page.getByRole('button', { name: '占位，下一步' }).count()).toBe(0)
  expect(await page.getByText('晚宴', { exact: true }).count()).toBe(0)
  expect(await page.getByRole('link', { name: '候补' }).count()).toBe(4)
  expect(await page.getByRole('button', { name: '使用' }).count()).toBe(1)
  await close()
})
