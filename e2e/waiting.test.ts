import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { visitor } from '@kaichang/core/kernel/actor.ts'
import { openRegistration, registerAttendee } from '@kaichang/core/registration/actions.ts'
import { sweepSeats } from '@kaichang/core/registration/orders/sweep.ts'
import { joinWaiting } from '@kaichang/core/registration/waiting/join.actions.ts'
import { openPage } from '../tests/setup/browser.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'

let site: Site
beforeAll(async () => void (site = await openSite()))
afterAll(() => site.close())

const NOON = new Date('2026-11-20T12:00:00+08:00')

/** An event with `cap` seats, all of them taken. */
async function full(community: string, cap = 1) {
  site.clock.set(NOON)
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const guest = site.app.context(visitor)
  const { communityId, event } = await makeEvent(ctx, { community, cap })
  const place = [communityId, event.id] as const
  await openRegistration(ctx, ...place)
  const tickets: string[] = []
  for (let n = 0; n < cap; n += 1) {
    const { links } = await registerAttendee(guest, ...place, {
      name: `先到${n}`,
      email: `first-${n}@example.org`,
      consents: { registration: true },
    })
    tickets.push(links.url)
  }
  const join = (name: string, over: object = {}) => {
    site.clock.advance(1_000)
    return joinWaiting(guest, ...place, { name, email: `${name}@example.org`, consents: { registration: true }, ...over })
  }
  return {
    ctx,
    communityId,
    place,
    tickets,
    join,
    address: `${site.url}/${community}/nanning`,
    console: `${site.url}/console/${community}/nanning/registration/waiting`,
  }
}

async function wait(page: Page, who: { name: string; email: string; seats?: string; split?: boolean }): Promise<void> {
  await page.getByLabel('姓名').fill(who.name)
  await page.getByLabel('邮箱').fill(who.email)
  if (who.seats) await page.getByLabel('几位', { exact: true }).selectOption(who.seats)
  if (who.split) await page.getByText('有几位先给几位').check()
  await page.getByText('同意主办方').click()
  await page.getByRole('button', { name: '加入候补' }).click()
  await page.waitForURL(/\/w\/[^/]+\?done=joined$/)
}

const offerMail = (communityId: string, to: string) =>
  site.app.db
    .selectFrom('outbox')
    .select('body')
    .where('communityId', '=', communityId)
    .where('toAddress', '=', to)
    .where('template', '=', 'registration.offer')
    .executeTakeFirst()

test.each([
  ['without script', false],
  ['with script', true],
])('%s, on a phone: full, wait, somebody cancels, the mail leads to the seats, the ticket is there', async (_, javaScriptEnabled) => {
  const at = await full(javaScriptEnabled ? 'wait-script' : 'wait-plain')
  const { page, complaints, close } = await openPage({ phone: true, javaScriptEnabled })
  await page.goto(at.address)
  expect(await page.getByRole('link', { name: '候补', exact: true }).getAttribute('href')).toBe(new URL(`${at.address}/waiting`).pathname)
  await page.goto(`${at.address}/register`)
  await page.getByRole('link', { name: '候补' }).first().click()
  await page.waitForURL(/\/waiting/)
  await wait(page, { name: '候一', email: 'one@example.org' })
  expect(await page.getByRole('heading', { name: '您排在最前面' }).count()).toBe(1)
  const place = page.url().replace(/\?.*/, '')
  const holder = await openPage({ phone: true, javaScriptEnabled })
  await holder.page.goto(at.tickets[0] ?? '')
  await holder.page.getByRole('button', { name: '来不了，取消报名' }).click()
  await holder.page.waitForURL(/done=cancelled/)
  await holder.close()
  // Nobody slips in between.
  const late = await openPage({ phone: true })
  await late.page.goto(`${at.address}/register`)
  expect(await late.page.getByRole('button', { name: '报名', exact: true }).count()).toBe(0)
  await late.close()
  const link = /\S+\/o\/\S+/.exec((await offerMail(at.communityId, 'one@example.org'))?.body ?? '')?.[0] ?? ''
  await page.goto(place)
  expect(await page.getByRole('heading', { name: '轮到您了' }).count()).toBe(1)
  expect(await page.getByRole('link', { name: '填名字，确认' }).getAttribute('href')).toBe(new URL(link).pathname)
  await page.goto(link)
  expect(await page.getByLabel('姓名').first().inputValue()).toBe('候一')
  await page.getByText('同意主办方').click()
  await page.getByRole('button', { name: '完成报名' }).click()
  await page.waitForLoadState()
  const rows = await site.app.db
    .selectFrom('registration')
    .select(['email', 'state'])
    .where('communityId', '=', at.communityId)
    .orderBy('email')
    .execute()
  expect(rows).toEqual([
    { email: 'first-0@example.org', state: 'cancelled' },
    { email: 'one@example.org', state: 'registered' },
  ])
  await page.goto(place)
  await page.getByText('已经拿到位置').waitFor()
  expect(await page.locator('a[href^="/o/"]').count()).toBe(1)
  if (javaScriptEnabled) expect(complaints).toEqual([])
  await close()
})

test('an offer that is missed goes to the next; who missed it is told and may join again at the end', async () => {
  const at = await full('missed')
  const [first, second] = [await at.join('first'), await at.join('second')]
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await page.goto(site.url + second.path)
  expect(await page.getByRole('heading', { level: 2 }).first().innerText()).toBe('您前面还有 1 组 1 人')
  await page.goto(at.tickets[0] ?? '')
  await page.getByRole('button', { name: '来不了，取消报名' }).click()
  site.clock.set(new Date('2026-11-21T00:00:05+08:00'))
  await page.goto(site.url + first.path)
  // Before anybody has swept, too.
  expect(await page.getByRole('status').innerText()).toContain('这次错过了')
  await sweepSeats(at.ctx)
  await page.goto(site.url + second.path)
  expect(await page.getByRole('heading', { name: '轮到您了' }).count()).toBe(1)
  expect((await offerMail(at.communityId, 'second@example.org'))?.body).toContain('/o/')
  await page.goto(site.url + first.path)
  await page.getByRole('button', { name: '再排一次，从最后开始' }).click()
  await page.waitForURL(/done=joined/)
  expect(await page.getByRole('heading', { name: '您排在最前面' }).count()).toBe(1)
  await close()
})

test('a party changes its size, is offered a part, stops, and has its data erased; a faulty form keeps what was typed', async () => {
  const at = await full('party', 3)
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await page.goto(`${at.address}/waiting?type=&c=poster`)
  await page.getByLabel('姓名').fill('候组')
  await page.getByLabel('邮箱').fill('no-address')
  await page.getByLabel('几位', { exact: true }).selectOption('3')
  await page.getByRole('button', { name: '加入候补' }).click()
  expect(await page.getByLabel('姓名').inputValue()).toBe('候组')
  expect(await page.getByLabel('几位', { exact: true }).inputValue()).toBe('3')
  await wait(page, { name: '候组', email: 'party@example.org' })
  const place = page.url().replace(/\?.*/, '')
  const other = await openPage({ phone: true, javaScriptEnabled: false })
  await other.page.goto(at.tickets[0] ?? '')
  await other.page.getByRole('button', { name: '来不了，取消报名' }).click()
  await other.close()
  await page.goto(place)
  await page.getByText('现在空 1 位，不够 3 位一起').waitFor()
  await page.getByText('改人数').click()
  await page.getByText('有几位先给几位').last().check()
  await page.getByRole('button', { name: '保存' }).click()
  await page.waitForURL(/done=saved/)
  expect(await page.getByRole('heading', { name: '轮到您了' }).count()).toBe(1)
  expect(await page.getByText('2 位，有几位先给几位').count()).toBe(1)
  await page.getByRole('button', { name: '不等了' }).click()
  await page.waitForURL(/done=left/)
  expect(await page.getByRole('status').first().innerText()).toContain('您已经不在候补了')
  await page.getByText('我的资料', { exact: true }).click()
  await page.getByText('删除我的资料').first().click()
  await page.getByLabel('我明白，删除后找不回来').check()
  await page.getByRole('button', { name: '删除', exact: true }).click()
  await page.waitForURL(/\/t\/erased/)
  expect((await page.goto(place))?.status()).toBe(410)
  await close()
})

test('organisers see who is held up by what, change the order, call by hand, and take somebody off with a reason', async () => {
  const at = await full('list', 2)
  await at.join('四人', { email: 'anna@example.org', seats: 2, together: true })
  await at.join('单人', { email: 'bert@example.org' })
  await at.join('末位', { email: 'carl@example.org' })
  const { page, complaints, close } = await openPage()
  await page.goto(at.tickets[0] ?? '')
  await page.getByRole('button', { name: '来不了，取消报名' }).click()
  await page.waitForURL(/done=cancelled/)
  await signIn(site, page)
  await page.goto(at.console)
  const parties = page.locator('ol > li[id^="p-"]')
  const names = () => parties.locator('strong').allInnerTexts()
  expect(await names()).toEqual(['四人', '单人', '末位'])
  expect(await parties.first().innerText()).toContain('总名额空 1 位，这一组要 2 位且不愿分开；后面 2 组在等它')
  expect(await parties.first().innerText()).toContain('a***@example.org')
  await page.getByRole('button', { name: '末位 往前一位' }).click()
  await page.waitForURL(/done=moved/)
  expect(await names()).toEqual(['四人', '末位', '单人'])
  await page.getByRole('button', { name: '让后面先过 四人' }).click()
  await page.waitForURL(/done=passed/)
  // Whoever comes after is called at once: one is offered, one waits before the party.
  expect(await names()).toEqual(['末位', '单人', '四人'])
  expect(await page.getByText('留到 2026年11月21日').count()).toBe(1)
  await page.getByRole('button', { name: '现在叫 单人' }).click()
  await page.getByText('这一组要 1 位，现在只空 0 位').waitFor()
  await page.locator('li', { hasText: '单人' }).locator('summary').click()
  await page.locator('li', { hasText: '单人' }).getByLabel('原因').fill('报重了')
  await page.getByRole('button', { name: '移除并写信' }).click()
  await page.waitForURL(/done=removed/)
  expect(await names()).toEqual(['末位', '四人'])
  await page.getByRole('button', { name: '关闭候补' }).click()
  await page.waitForURL(/done=closed/)
  await page.goto(`${at.address}/waiting`)
  expect(await page.getByRole('status').innerText()).toContain('现在不能候补')
  // The browser notes the one refusal.
  expect(complaints.filter((one) => !one.includes('409'))).toEqual([])
  await close()
})
