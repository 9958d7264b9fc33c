import { afterAll, beforeAll, expect, test } from 'vitest'
import { inviteMember } from '@kaichang/core/community/members.ts'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import { addQuestion } from '@kaichang/core/registration/questions/actions.ts'
import { openPage } from '../tests/setup/browser.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { frameTrouble } from './look.ts'
import { openTill, PHONE, type Till } from './till.ts'

let till: Till
beforeAll(async () => {
  till = await openTill()
})
afterAll(() => till.site.close())

test('a card that came with a request is there for whoever looks it through, on the list and on the order', async () => {
  const { site, at } = till
  await addQuestion(site.app.context({ kind: 'system', name: 'test' }), at.communityId, at.event.id, {
    key: 'card',
    kind: 'file',
    label: { zh: '学生证' },
    purpose: { zh: '核对学生身份' },
    keepDays: 7,
    typeIds: [at.ids.student],
  })
  const asker = await openPage({ phone: true, userAgent: PHONE })
  await asker.page.goto(till.register)
  await till.choose(asker.page, 'student', '1')
  await asker.page.getByRole('button', { name: '占位，下一步' }).click()
  await asker.page.locator('#fill-name').fill('周同学')
  await asker.page.locator('#fill-email').fill('zhou@example.org')
  await asker.page
    .getByLabel('学生证')
    .setInputFiles({ name: '一张名字很长很长的学生证照片.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 card') })
  await asker.page.getByText('同意主办方').click()
  await asker.page.locator('form#fill .btn.main').click()
  await asker.page.getByText('等待审核').first().waitFor()
  await asker.close()
  const { page, close } = await openPage({ phone: true })
  await signIn(site, page)
  await page.goto(`${site.url}/console/${at.community}/nanning/registration/orders`)
  const name = '下载 一张名字很长很长的学生证照片.pdf'
  const href = (await page.getByRole('link', { name }).getAttribute('href')) ?? ''
  const answer = await page.request.get(`${site.url}${href}`)
  expect([answer.status(), await answer.text(), answer.headers()['content-type']]).toEqual([200, '%PDF-1.7 card', 'application/pdf'])
  expect(await frameTrouble(page, 375, 'zh-CN')).toEqual([])
  await page.getByRole('link', { name: '周同学' }).first().click()
  await page.getByText('对方看到的订单页').waitFor()
  expect(await page.getByRole('link', { name }).getAttribute('href')).toBe(href)
  expect(await frameTrouble(page, 375, 'zh-CN')).toEqual([])
  await close()
})

test('what somebody unfolds while the page’s script is still on its way stays unfolded', async () => {
  const { site, at } = till
  const { page, close } = await openPage({ phone: true })
  await signIn(site, page)
  let go = (): void => {}
  const ready = new Promise<void>((resolve) => (go = resolve))
  await page.route(/\/_app\/.*\.js/, async (route) => {
    await ready
    await route.continue()
  })
  await page.goto(`${site.url}/console/${at.community}/nanning/registration/money`, { waitUntil: 'commit' })
  const [setting, byHand] = [page.locator('#setting-part'), page.locator('details', { has: page.locator('form#book') })]
  await page.locator('summary', { hasText: '手工记账' }).click()
  await page.locator('#setting-part > summary').click()
  expect([await setting.getAttribute('open'), await byHand.getAttribute('open')]).toEqual([null, ''])
  go()
  await page.waitForLoadState('networkidle')
  expect([await setting.getAttribute('open'), await byHand.getAttribute('open')]).toEqual([null, ''])
  await close()
})

test.each([true, false])(
  'money back while the tickets stay (script: %s): who paid asks, an organiser asks, the treasurer decides',
  async (script) => {
    const { site, at } = till
    const ctx = site.app.context({ kind: 'system', name: 'test' })
    await setPaymentSetting(ctx, { communityId: at.communityId, eventId: at.event.id }, { refunds: 'ask' })
    const buyer = await openPage({ phone: true, userAgent: PHONE, javaScriptEnabled: script })
    const path = await till.order(buyer.page, [['standard', '1']])
    const { id } = await startPayment(site.app.context({ kind: 'visitor' }), path.split('/o/')[1] ?? '', {
      provider: 'wechatpay',
      method: 'native',
    })
    const { outTradeNo, orderId } = await site.app.db
      .selectFrom('payment')
      .select(['outTradeNo', 'orderId'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    site.sandbox.control.pay(outTradeNo)
    await site.sandbox.control.post.settled()
    await buyer.page.goto(path)
    await buyer.page.locator('summary', { hasText: '只退钱，票留着' }).click()
    await buyer.page.getByLabel('退多少（元）').fill('八块')
    await buyer.page.getByLabel('为什么').fill('不吃晚宴了')
    await buyer.page.getByRole('button', { name: '申请退款' }).click()
    await buyer.page.getByText('这不是一个金额').waitFor()
    expect(await buyer.page.getByLabel('为什么').inputValue()).toBe('不吃晚宴了')
    await buyer.page.getByLabel('退多少（元）').fill('8')
    await buyer.page.getByRole('button', { name: '申请退款' }).click()
    await buyer.page.getByText('申请已交给财务，答复会发给您。').waitFor()
    expect(await frameTrouble(buyer.page, 375, 'zh-CN')).toEqual([])
    expect(await till.stateOf(path)).toBe('done')

    const email = `organiser-${script}@example.org`
    await inviteMember(ctx, at.communityId, { email, role: 'organiser', eventId: null }, 'zh')
    const { page, close } = await openPage({ phone: true, javaScriptEnabled: script })
    await signIn(site, page, { email, administrator: false })
    await page.goto(`${site.url}/console/${at.community}/nanning/registration/orders/${orderId}`)
    await page.locator('summary', { hasText: '退一笔，票留着' }).click()
    expect(await page.locator('form#refund .hint').innerText()).toContain('最多 ¥90.00')
    await page.getByLabel('金额（元）').fill('5.5')
    await page.locator('form#refund').getByLabel('原因').fill('没有 M 码了')
    await page.getByRole('button', { name: '请财务退款' }).click()
    await page.getByText('申请已交给财务。').waitFor()
    expect(await frameTrouble(page, 375, 'zh-CN')).toEqual([])
    const refunds = await site.app.db.selectFrom('refund').select(['state', 'amountFen', 'reason']).where('orderId', '=', orderId).execute()
    expect(refunds.toSorted((a, b) => a.amountFen - b.amountFen)).toEqual([
      { state: 'asked', amountFen: 550, reason: '没有 M 码了' },
      { state: 'asked', amountFen: 800, reason: '不吃晚宴了' },
    ])
    await close()
    await buyer.close()
  },
)
