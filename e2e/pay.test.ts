import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import { confirmOffline } from '@kaichang/core/registration/payment/offline.actions.ts'
import { openPage, type OpenPage } from '../tests/setup/browser.ts'
import { openPaidSite, type PaidSite } from '../tests/setup/sandbox.ts'
import { makeTickets, type Ticketed } from '../tests/setup/tickets.ts'

let site: PaidSite
let at: Ticketed
beforeAll(async () => {
  site = await openPaidSite({ pages: true })
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  at = await makeTickets(ctx, 'paying')
  await setPaymentSetting(
    ctx,
    { communityId: at.communityId, eventId: at.event.id },
    { offline: 'on', instructions: { zh: '农业银行 6228 0000 0000 0000' }, refunds: 'self', fapiao: 'on', hostEntity: '开场科技协会' },
  )
})
afterAll(() => site.close())

const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1'
const register = (): string => `${site.url}/${at.community}/nanning/register`
const on = (page: Page, type: keyof Ticketed['ids'], count: string) => page.selectOption(`select[name="seats.${at.ids[type]}"]`, count)
let people = 0

/** Chooses, holds and fills in as somebody new; ends on the order's page. */
async function order(page: Page, seats: [keyof Ticketed['ids'], string][], names: readonly string[] = []): Promise<string> {
  people += 1
  await page.goto(register())
  for (const [type, count] of seats) await on(page, type, count)
  await page.getByRole('button', { name: '占位，下一步' }).click()
  await page.waitForURL(/\/o\/[^/?]+$/)
  await page.locator('#fill-name').fill(`订票人${people}`)
  await page.locator('#fill-email').fill(`payer-${people}@example.org`)
  for (const [n, name] of names.entries()) await page.locator(`#fill-seats-${n + 1}-name`).fill(name)
  await page.getByText('同意主办方').click()
  await page.locator('form#fill .btn.main').click()
  await page.waitForURL(/done=|\/t\//)
  return page.url().split('?')[0] ?? ''
}

const stateOf = async (path: string): Promise<string | undefined> => {
  const { order: found } = await (
    await import('@kaichang/core/registration/orders/open.ts')
  ).openOrder(site.app.context({ kind: 'visitor' }), path.split('/o/')[1] ?? '')
  return found.state
}

/** Presses “pay” at the provider and waits until it was heard: whoever leaves before has not paid. */
async function press(page: Page): Promise<void> {
  const heard = page.waitForResponse((answer) => answer.request().method() === 'POST')
  await page.getByRole('button', { name: /付款/ }).first().click()
  await heard
}

/** Comes back from the provider; the page looks by itself until the money is there. */
async function comeBack(page: Page, path: string): Promise<void> {
  // The clock of the test stands; the provider is asked again only as it goes on.
  site.clock.advance(5_000)
  await page.goto(path)
  const running = setInterval(() => site.clock.advance(1_000), 1_000)
  try {
    await page.getByText('登记好了').waitFor({ timeout: 30_000 })
  } finally {
    clearInterval(running)
  }
}

describe.each([true, false])('with script: %s', (javaScriptEnabled) => {
  const open = (over: object = {}): Promise<OpenPage> => openPage({ phone: true, userAgent: PHONE, javaScriptEnabled, ...over })

  test.each([
    ['用微信支付付款', 'wechatpay'],
    ['用支付宝付款', 'alipay'],
    ['用银行卡（Stripe）付款', 'stripe'],
  ] as const)('%s: the order is held, filled in, paid and its tickets are there', async (way, provider) => {
    const { page, close } = await open()
    const path = await order(page, [['standard', '2']], ['同伴'])
    expect(await page.locator('#pay-title .num').innerText()).toBe('¥196.00')
    await page.getByRole('button', { name: way }).click()
    if (!javaScriptEnabled) await page.getByRole('link', { name: '去付款 ¥196.00' }).click()
    await page.waitForURL(new RegExp(`^${site.sandbox.url}`))
    await press(page)
    await comeBack(page, path)
    expect(await page.locator('section[aria-labelledby=tickets] .name').allInnerTexts()).toEqual([`订票人${people}`, '同伴'])
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
    const path = await order(page, [['standard', '1']])
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
    await comeBack(page, path)
    await page.getByText('申请发票', { exact: true }).click()
    await page.getByLabel('个人', { exact: true }).check()
    await page.getByLabel('抬头', { exact: true }).fill('李青')
    await page.getByRole('button', { name: '提交申请' }).click()
    await page.getByText('已申请，等财务开具').waitFor()
    await close()
  })

  test('a paid ticket that is given back gets its money back by the event’s rule, and the seat is free once', async () => {
    const { page, close } = await open()
    const path = await order(page, [['standard', '1']])
    await page.getByRole('button', { name: '用支付宝付款' }).click()
    if (!javaScriptEnabled) await page.getByRole('link', { name: /去付款/ }).click()
    await page.waitForURL(new RegExp(`^${site.sandbox.url}`))
    await press(page)
    await comeBack(page, path)
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
    await page.goto(register())
    await on(page, 'free', '2')
    await page.getByRole('button', { name: '占位，下一步' }).click()
    await page.waitForURL(/\/o\/[^/?]+$/)
    people += 1
    await page.locator('#fill-name').fill('慢慢写')
    await page.locator('#fill-email').fill(`slow-${people}@example.org`)
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
    people += 1
    await order(page, [['free', '1']])
    const old = page.url()
    expect(old).toContain('/t/')
    const [email, name] = [`next-${people}@example.org`, '接票的']
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

describe('inside WeChat', () => {
  const WECHAT = `${PHONE} MicroMessenger/8.0.60(0x18003c2f) NetType/WIFI Language/zh_CN`
  const direct = '用微信支付付款'

  /** WeChat's bridge as a page finds it: its sheet shows the sandbox's page of the prepaid order, on which one presses. */
  async function withBridge(
    page: Page,
    answer: 'ok' | 'cancel' | 'fail' = 'ok',
  ): Promise<{ asked: Record<string, string>[]; set(to: typeof answer): void }> {
    const asked: Record<string, string>[] = []
    let told = answer
    await page.exposeFunction('openSheet', async (parameters: Record<string, string>) => {
      asked.push(parameters)
      if (told !== 'ok') return told
      const [, id = ''] = /^prepay_id=wx(\w+)$/.exec(parameters['package'] ?? '') ?? []
      await fetch(`${site.sandbox.url}/pay/${id}`, { method: 'POST', body: new URLSearchParams({ do: 'pay' }) })
      return told
    })
    await page.addInitScript(`window.WeixinJSBridge = { invoke: (name, parameters, done) =>
      openSheet(parameters).then((told) => done({ err_msg: 'get_brand_wcpay_request:' + told })) }`)
    return { asked, set: (to) => void (told = to) }
  }

  test('one press goes through WeChat and back, its sheet opens by itself, and the notice makes the tickets', async () => {
    const { page, complaints, close } = await openPage({ phone: true, userAgent: WECHAT })
    const bridge = await withBridge(page, 'cancel')
    const path = await order(page, [['standard', '1']])
    await page.getByRole('link', { name: direct }).click()
    await page.getByText('正在等待付款结果').waitFor()
    await expect.poll(() => bridge.asked.length).toBe(1)
    expect(bridge.asked[0]).toMatchObject({ appId: site.sandbox.control.account.appId, signType: 'RSA' })
    // The sheet was closed: nothing is paid, and it does not open by itself again.
    expect(await stateOf(path)).toBe('placed')
    await page.goto(path)
    await page.getByRole('button', { name: '去付款 ¥98.00' }).waitFor()
    expect(bridge.asked).toHaveLength(1)
    bridge.set('fail')
    await page.getByRole('button', { name: '去付款 ¥98.00' }).click()
    await page.getByText('微信没有打开付款。没有扣款').waitFor()
    bridge.set('ok')
    await page.getByRole('link', { name: direct }).click()
    await expect.poll(() => bridge.asked.length).toBe(3)
    await comeBack(page, path)
    const rows = await site.app.db
      .selectFrom('payment')
      .select(['state', 'outcome'])
      .where('method', '=', 'jsapi')
      .orderBy('createdAt')
      .execute()
    expect(rows).toEqual([
      { state: 'closed', outcome: '' },
      { state: 'paid', outcome: 'booked' },
    ])
    expect(complaints).toEqual([])
    await close()
  })

  test('what does not work is told beside the other ways, and the code to scan is one of them', async () => {
    const { page, close } = await openPage({ phone: true, userAgent: WECHAT })
    const path = await order(page, [['standard', '1']])
    const { behaviour } = site.sandbox.control
    behaviour.account = 'no_right'
    await page.getByRole('link', { name: direct }).click()
    await page.getByText('微信没有让我们在这里收款').waitFor()
    behaviour.account = 'good'
    expect(site.log.join()).toContain('wechat account: 48001')
    // A state of another browser's, and one that nobody made.
    await page.goto(`${path}/wechat?code=0123456789&state=1x${'0'.repeat(64)}`)
    await page.getByText('不是从这个浏览器开始的').waitFor()
    await page.goto(`${path}?trouble=%3Cb%3E`)
    expect(await page.locator('#pay .notice').count()).toBe(0)
    await page.getByRole('button', { name: '用微信支付（扫码）付款' }).click()
    await page.getByRole('img', { name: '用微信扫一扫付款' }).waitFor()
    await page.getByRole('link', { name: direct }).waitFor()
    await close()
  })

  test('without script there is the code to scan, and no button that does nothing', async () => {
    const { page, close } = await openPage({ phone: true, userAgent: WECHAT, javaScriptEnabled: false })
    const path = await order(page, [['standard', '1']])
    expect(await page.getByRole('link', { name: direct }).count()).toBe(0)
    expect(await page.getByRole('button', { name: /用微信支付/ }).allInnerTexts()).toEqual(['用微信支付（扫码）付款'])
    // By hand, all the same: it says why it cannot go on.
    await page.goto(`${path}/wechat`)
    await page.getByText('微信支付要打开网页脚本才能用').waitFor()
    expect(await page.getByRole('button', { name: /去付款/ }).count()).toBe(0)
    await page.getByRole('button', { name: '用微信支付（扫码）付款' }).click()
    await page.getByRole('img', { name: '用微信扫一扫付款' }).waitFor()
    await close()
  })

  test('elsewhere nobody is sent to WeChat, and a payment begun there says where it goes on', async () => {
    const inside = await openPage({ phone: true, userAgent: WECHAT })
    const path = await order(inside.page, [['standard', '1']])
    await inside.page.getByRole('link', { name: direct }).click()
    await inside.page.getByText('正在等待付款结果').waitFor()
    await inside.close()
    const { page, close } = await openPage({ phone: true, userAgent: PHONE })
    await page.goto(path)
    await page.getByText('这笔付款在微信里开始').waitFor()
    expect(await page.getByRole('link', { name: direct }).count()).toBe(0)
    await page.getByRole('button', { name: direct }).waitFor()
    await close()
  })
})

test('an order is cancelled while it awaits money; a voucher opens what is hidden and a review holds nothing', async () => {
  const { page, close } = await openPage({ phone: true, userAgent: PHONE })
  const path = await order(page, [['standard', '1']])
  await page.getByRole('button', { name: '取消订单' }).click()
  await page.getByText('订单已取消').waitFor()
  expect(await stateOf(path)).toBe('cancelled')
  await page.goto(`${register()}?v=speak-2026`)
  await page.getByText('讲者票', { exact: true }).waitFor()
  const student = await order(page, [['student', '1']])
  await page.getByText('等待审核').first().waitFor()
  expect(await stateOf(student)).toBe('review')
  await close()
})
