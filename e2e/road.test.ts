import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openPage } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'

let site: Site
beforeAll(async () => void (site = await openSite({ now: '2026-11-20T21:30:00+08:00' })))
afterAll(() => site.close())

async function begin(page: Page, slug: string): Promise<string> {
  await page.goto(`${site.url}/console/new?found=1`)
  const other = page.locator('summary', { hasText: '建一个新社区' })
  if ((await other.count()) > 0) await other.click()
  await page.getByLabel('社区名称').fill('长沙 .NET 技术社区')
  await page.getByLabel('网址名').fill(slug)
  await page.getByRole('button', { name: '建好，接着办活动' }).click()
  await page.getByLabel('办什么').fill('成立大会')
  await page.getByLabel('大概多少人').fill('100')
  await page.getByLabel('开始', { exact: true }).fill('2027-03-14T14:00')
  await page.getByLabel('结束', { exact: true }).fill('2027-03-14T18:00')
  await page.getByRole('button', { name: '就这样，开始' }).click()
  await page.getByText('有了：34 件倒排的事').waitFor()
  return page.url().replace(/\/plan.*/, '')
}

test('six questions on a phone without script: a plan, a tick that is taken back, a partner, a copy for the next city', async () => {
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await signIn(site, page)
  const base = await begin(page, 'changsha')
  await page.getByRole('button', { name: '办好了：说清楚为什么办、给谁办' }).click()
  await page.getByText('1 / 34 件办好').waitFor()
  await page.getByRole('button', { name: '撤销', exact: true }).click()
  await page.getByText('0 / 34 件办好').waitFor()

  await page.goto(`${base}/partners`)
  await page.getByLabel('名称').fill('王轲')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('这里要填。').first().waitFor()
  expect(await page.getByLabel('名称').inputValue()).toBe('王轲')
  await page.getByLabel('主意').check()
  await page.getByLabel('具体是什么 · 中文').fill('王轲出的主意')
  await page.getByRole('button', { name: '保存' }).click()
  for (const step of ['在谈了', '答应了']) await page.getByRole('button', { name: step }).click()
  await page.getByText('谢谢 王轲 出的主意。').waitFor()

  await page.goto(`${base}/handover`)
  await page.getByLabel('新活动叫什么 · 中文').fill('岳阳场')
  await page.getByLabel('哪天、几点开始').fill('2027-06-13T14:00')
  await page.getByLabel('网址名').fill('yueyang')
  await page.getByRole('button', { name: '生成新活动' }).click()
  await page.getByText('新活动好了').waitFor()
  await page.goto(`${site.url}/console/changsha/yueyang/partners`)
  expect(await page.locator('article h3').allTextContents()).toEqual(['主意 · 待找'])
  expect(await page.content()).not.toContain('王轲')
  await close()
})

test('two organisers save the same task: the second sees both versions and loses nothing', async () => {
  const first = await openPage()
  await signIn(site, first.page)
  const base = await begin(first.page, 'changsha-two')
  const second = await openPage({ phone: true, javaScriptEnabled: false })
  await signIn(site, second.page)
  await second.page.goto(`${base}/plan`)
  for (const { page } of [first, second]) await page.locator('a.edit').first().click()
  const title = (page: Page) => page.locator('form[id^=task-form-]').getByLabel('要做的事 · 中文')
  const save = (page: Page, name: string) => page.locator('form[id^=task-form-]').getByRole('button', { name, exact: true }).click()

  await title(first.page).fill('说清为什么办')
  await save(first.page, '保存')
  await first.page.getByText('已保存。').waitFor()

  await title(second.page).fill('写一段缘起')
  await second.page.locator('form[id^=task-form-]').getByLabel('说明 · 中文').fill('给嘉鹏看一遍')
  await save(second.page, '保存')
  const both = second.page.getByRole('region', { name: '两边都改了这些地方' })
  await both.getByText('说清为什么办').waitFor()
  await both.getByText('写一段缘起').waitFor()
  expect(await title(second.page).inputValue()).toBe('写一段缘起')
  await save(second.page, '用我填的保存')
  await second.page.locator('li strong', { hasText: '写一段缘起' }).waitFor()
  await second.page.getByText('给嘉鹏看一遍').waitFor()
  expect(first.complaints).toEqual([])
  await first.close()
  await second.close()
})
