import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openRegistration, registerAttendee } from '@kaichang/core/registration/actions.ts'
import { visitor } from '@kaichang/core/kernel/actor.ts'
import { addVolunteer, openTeam } from '@kaichang/core/team/actions.ts'
import { openPage } from '../tests/setup/browser.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'

let site: Site
beforeAll(async () => void (site = await openSite()))
afterAll(() => site.close())

async function openEvent(community: string, cap = 50) {
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx, { community, cap })
  await openRegistration(ctx, communityId, event.id)
  return { ctx, communityId, eventId: event.id, register: `${site.url}/${community}/nanning/register` }
}

async function fill(page: Page, who: { name: string; phone: string }): Promise<void> {
  await page.getByLabel('姓名').fill(who.name)
  await page.getByLabel('手机号').fill(who.phone)
  await page.getByText('同意主办方').click()
  await page.getByRole('button', { name: '报名' }).click()
  await page.waitForLoadState()
}

test('without script: a faulty form keeps what was typed; the ticket is cancelled, taken back and erased by its link', async () => {
  const { communityId, register } = await openEvent('plain')
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await page.goto(`${register}?c=poster`)
  await fill(page, { name: '欧阳娜娜', phone: '123' })
  expect(await page.locator('.wrong').allInnerTexts()).toEqual(['这不像一个手机号。国外号码请带上国家代码，如 +852。'])
  expect(await page.getByLabel('姓名').inputValue()).toBe('欧阳娜娜')
  expect(await page.locator('input[name=channel]').inputValue()).toBe('poster')
  await page.getByLabel('手机号').fill('13800138000')
  await page.getByRole('button', { name: '报名' }).click()
  await page.waitForURL(/\/t\/[^/]+\?done=registered$/)
  const ticket = page.url()
  await page.getByRole('button', { name: '来不了，取消报名' }).click()
  await page.getByRole('button', { name: '撤销，我还是来' }).click()
  expect(await page.getByRole('status').innerText()).toBe('欢迎回来，名额还是您的。')
  await page.getByText('我的资料', { exact: true }).click()
  await page.getByText('删除我的资料').first().click()
  await page.getByLabel('我明白，删除后找不回来').check()
  await page.getByRole('button', { name: '删除', exact: true }).click()
  await page.waitForURL(/\/t\/erased/)
  expect((await page.goto(ticket))?.status()).toBe(410)
  const rows = await site.app.db.selectFrom('registration').select(['phone', 'state']).where('communityId', '=', communityId).execute()
  expect(rows).toEqual([{ phone: '', state: 'cancelled' }])
  await close()
})

test('pressing twice in one moment makes one ticket; the last seat is gone for the next, whose words stay', async () => {
  const { communityId, register } = await openEvent('last-seat', 1)
  const { page, close } = await openPage({ phone: true })
  await page.goto(register)
  await page.getByLabel('姓名').fill('张三')
  await page.getByLabel('手机号').fill('13800138000')
  await page.getByText('同意主办方').click()
  await page.getByRole('button', { name: '报名' }).dblclick()
  await page.waitForURL(/\/t\//)
  expect(await page.locator('.code').innerText()).toMatch(/^[2-9B-Z]{6}$/)
  const late = await openPage({ phone: true })
  await late.page.goto(register)
  expect(await late.page.getByRole('status').innerText()).toContain('名额已经满了')
  const rows = await site.app.db.selectFrom('registration').select('id').where('communityId', '=', communityId).execute()
  expect(rows.length).toBe(1)
  await late.close()
  await close()
})

test.each([true, false])(
  'at the door (script: %s) a volunteer checks in by code and by name, sees a second scan, and takes one back',
  async (script) => {
    const place = await openEvent(script ? 'door-script' : 'door-plain')
    const guest = site.app.context(visitor)
    const register = (name: string, phone: string) =>
      registerAttendee(guest, place.communityId, place.eventId, { name, phone, consents: { registration: true } })
    const ticket = await register('欧阳娜娜', '13800138000')
    await register('单雄信', '13800138001')
    await addVolunteer(place.ctx, place.communityId, place.eventId, { name: '小门', duty: 'door' })
    const [volunteer] = await openTeam(place.ctx, place.communityId, place.eventId)
    const { page, complaints, close } = await openPage({ phone: true, javaScriptEnabled: script })
    await page.goto(`${site.url}${volunteer?.link ?? ''}`)
    await page.getByRole('link', { name: '打开签到' }).click()
    await page.waitForURL(/\/door$/)
    if (script) await page.getByRole('button', { name: '打开摄像头扫码' }).or(page.getByText('这个浏览器不能扫码')).waitFor()
    const answer = page.locator('.verdict')
    const type = async (code: string): Promise<void> => {
      await page.getByLabel('短码').fill(code)
      await page.locator('#scan').getByRole('button').click()
    }
    await type(ticket.links.doorCode)
    await answer.getByText('请进').waitFor()
    expect(await answer.innerText()).toContain('欧阳娜娜')
    await type(ticket.registration.code.toLowerCase())
    await answer.getByText('已经签到过').waitFor()
    expect(await answer.innerText()).toContain('在 小门 签到过')
    await type('NOPE22')
    await answer.getByText('没有这张票').waitFor()
    await page.getByLabel('找人').fill('sxx')
    await page.getByRole('search').getByRole('button').click()
    await page.getByRole('button', { name: '签到 单雄信' }).click()
    await answer.getByText('请进').waitFor()
    await page.getByRole('button', { name: '撤销这次签到' }).click()
    await page.getByText('已撤销，可以重新签到。').waitFor()
    const scans = await site.app.db
      .selectFrom('scan')
      .select('verdict')
      .where('communityId', '=', place.communityId)
      .orderBy('verdict')
      .execute()
    expect(scans.map((one) => one.verdict)).toEqual(['admitted', 'again', 'undone', 'unknown'])
    // A browser without script complains of the modules that it does not fetch.
    if (script) expect(complaints).toEqual([])
    await close()
  },
)
