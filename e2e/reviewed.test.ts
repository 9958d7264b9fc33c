import { afterAll, beforeAll, expect, test } from 'vitest'
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
