import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openPage } from '../tests/setup/browser.ts'
import { axeTrouble, frameTrouble } from './look.ts'
import { openTill, PHONE, type Till } from './till.ts'

let till: Till
beforeAll(async () => void (till = await openTill()))
afterAll(() => till.site.close())
afterEach(() => void (till.site.sandbox.control.behaviour.account = 'good'))

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
    await fetch(`${till.site.sandbox.url}/pay/${id}`, { method: 'POST', body: new URLSearchParams({ do: 'pay' }) })
    return told
  })
  await page.addInitScript(`window.WeixinJSBridge = { invoke: (name, parameters, done) =>
    openSheet(parameters).then((told) => done({ err_msg: 'get_brand_wcpay_request:' + told })) }`)
  return { asked, set: (to) => void (told = to) }
}

test('one press goes through WeChat and back, its sheet opens by itself, and the notice makes the tickets', async () => {
  const { page, complaints, close } = await openPage({ phone: true, userAgent: WECHAT })
  const bridge = await withBridge(page, 'cancel')
  const path = await till.order(page, [['standard', '1']])
  await page.getByRole('link', { name: direct }).click()
  await page.getByText('正在等待付款结果').waitFor()
  await expect.poll(() => bridge.asked.length).toBe(1)
  expect(bridge.asked[0]).toMatchObject({ appId: till.site.sandbox.control.account.appId, signType: 'RSA' })
  // The sheet was closed: nothing is paid, and it does not open by itself again.
  expect(await till.stateOf(path)).toBe('placed')
  await page.goto(path)
  await page.getByRole('button', { name: '去付款 ¥98.00' }).waitFor()
  expect(bridge.asked).toHaveLength(1)
  expect([...(await axeTrouble(page)), ...(await frameTrouble(page, 375, 'zh-CN'))]).toEqual([])
  bridge.set('fail')
  await page.getByRole('button', { name: '去付款 ¥98.00' }).click()
  await page.getByText('微信没有打开付款。没有扣款').waitFor()
  bridge.set('ok')
  await page.getByRole('link', { name: direct }).click()
  await expect.poll(() => bridge.asked.length).toBe(3)
  await till.comeBack(page, path)
  const rows = await till.site.app.db
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
  const path = await till.order(page, [['standard', '1']])
  const { behaviour } = till.site.sandbox.control
  behaviour.account = 'no_right'
  await page.getByRole('link', { name: direct }).click()
  await page.getByText('微信没有让我们在这里收款').waitFor()
  expect([...(await axeTrouble(page)), ...(await frameTrouble(page, 375, 'zh-CN'))]).toEqual([])
  behaviour.account = 'good'
  expect(till.site.log.join()).toContain('wechat account: 48001')
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
  const path = await till.order(page, [['standard', '1']])
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
  const path = await till.order(inside.page, [['standard', '1']])
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
