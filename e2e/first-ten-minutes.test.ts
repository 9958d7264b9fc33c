import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { send } from './life/life.ts'
import { frameTrouble } from './look.ts'

let site: Site
beforeAll(async () => {
  site = await openSite({ now: '2026-11-20T21:10:00+08:00' })
})
afterAll(() => site.close())

test('on a phone after nine in the evening: signed in, six questions, published, a poster, one’s own ticket', async () => {
  const { page, complaints, close } = await openPage({ phone: true })
  const fits = async (): Promise<void> => expect([page.url(), await frameTrouble(page, 375, 'zh-CN')]).toEqual([page.url(), []])
  await signIn(site, page)
  await fits()
  await page.getByRole('link', { name: '办一场活动' }).tap()
  await page.waitForURL('**/console/new')
  await send(page, 'found', { 'name.zh': '柳州 Python 小聚', slug: 'liuzhou', contact: '13800138000' })
  await fits()
  await send(page, 'six', {
    what: '柳州 Python 十二月小聚',
    why: '见个面',
    howMany: 30,
    startsAt: '2026-12-12T14:00',
    endsAt: '2026-12-12T17:00',
    city: '柳州',
  })
  await page.getByText('件倒排的事').waitFor()
  await fits()
  const console = new URL(page.url()).pathname.replace(/\/plan$/, '')
  const address = console.replace('/console', '')
  // Who opens registration of a draft is told that nobody can come yet.
  await page.goto(`${site.url}${console}/registration`)
  expect(await page.getByText('活动页还是草稿').count()).toBe(1)
  await page.getByRole('link', { name: '去公开' }).tap()
  await page.waitForURL(/settings/)
  await page.goto(`${site.url}${console}/plan?done=begun&count=1`)
  await page.getByRole('link', { name: '公开活动页' }).tap()
  await page.waitForURL(/settings/)
  await fits()
  await send(page, 'state-published')
  await page.goto(`${site.url}${console}/registration`)
  expect(await page.getByText('活动页还是草稿').count()).toBe(0)
  await send(page, 'open')
  await fits()
  await page.goto(`${site.url}${console}/story`)
  await fits()
  const poster = page.locator('img.poster')
  await poster.scrollIntoViewIfNeeded()
  await expect
    .poll(() => poster.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0)), { timeout: 20_000 })
    .toBeGreaterThan(500)
  await page.goto(`${site.url}${address}`)
  await fits()
  await page.getByRole('link', { name: '报名' }).first().tap()
  await page.waitForURL('**/register')
  await fits()
  await send(page, 'register', { name: '韦小柳', phone: '13977212345', 'consents.registration': true })
  await page.getByText('报名成功').waitFor()
  await fits()
  expect(await page.locator('.ticket .code').innerText()).toMatch(/^[0-9A-Z]{6}$/)
  expect(complaints).toEqual([])
  await close()
})
