import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { editEvent } from '@kaichang/core/community/actions.ts'
import { findEvent } from '@kaichang/core/community/store.ts'
import { openRegistration, registerAttendee } from '@kaichang/core/registration/actions.ts'
import { workOffMessages } from '@kaichang/core/registration/messages/actions.ts'
import { openPage } from '../tests/setup/browser.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'

let site: Site
beforeAll(async () => void (site = await openSite()))
afterAll(() => site.close())

/** An event with three people registered; the clock goes on a minute, so that what follows comes after. */
async function prepare(community: string) {
  site.clock.set(new Date('2026-11-20T12:00:00+08:00'))
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx, { community })
  await openRegistration(ctx, communityId, event.id)
  const tickets = []
  for (const [n, locale] of ['zh', 'zh', 'en'].entries()) {
    const person = { name: `参会者${n}`, email: `p${n}@${community}.example.org`, locale, consents: { registration: true } }
    tickets.push(await registerAttendee(ctx, communityId, event.id, person))
  }
  site.clock.advance(60_000)
  return { ctx, communityId, eventId: event.id, base: `${site.url}/console/${community}/nanning/messages`, tickets }
}
const mailsTo = async (communityId: string, template: string): Promise<string[]> =>
  (
    await site.app.db
      .selectFrom('outbox')
      .select('toAddress')
      .where('communityId', '=', communityId)
      .where('template', '=', template)
      .orderBy('toAddress')
      .execute()
  ).map((row) => row.toAddress)
/** A refused form's own status is no trouble of the page. */
const trouble = (complaints: readonly string[]): string[] => complaints.filter((one) => !/status of 4(09|22)/.test(one))
const notice = (page: Page): Promise<string> => page.locator('.notice').first().innerText()

test('without script: a text to all is previewed with a real name, tested, sent once, and found in the outbox', async () => {
  const { ctx, communityId, base, tickets } = await prepare('writing')
  const { page, close } = await openPage({ javaScriptEnabled: false })
  await signIn(site, page)
  await page.goto(base)
  await page.getByRole('link', { name: '给所有人写信' }).click()
  await page.getByLabel('标题 · 中文').fill('停车')
  await page.getByLabel('正文 · 中文').fill('{name}，您好：\n停车请走{east}。')
  await page.getByLabel('标题 · English').fill('')
  await page.getByLabel('正文 · English').fill('')
  await page.getByRole('button', { name: '看看效果' }).click()
  expect(await page.locator('.wrong').allInnerTexts()).toEqual([
    '第 2 行的 {east} 没有对应的内容。花括号里只能写：{name} {event} {when} {where} {way} {code} {ticket} {page} {community}。',
  ])
  // What was typed is still there.
  expect(await page.getByLabel('正文 · 中文').inputValue()).toBe('{name}，您好：\n停车请走{east}。')
  await page.getByLabel('正文 · 中文').fill('{name}，您好：\n停车请走东门 <b>{code}</b>。')
  await page.getByLabel('用谁的资料看').fill(tickets[1]?.registration.code ?? '')
  await page.getByRole('button', { name: '看看效果' }).click()
  const letter = page.locator('#preview article').first()
  expect(await letter.innerText()).toBe(`停车\n\n参会者1，您好：\n停车请走东门 <b>${tickets[1]?.registration.code ?? ''}</b>。`)
  await page.getByRole('button', { name: '试发给自己' }).click()
  expect(await notice(page)).toContain('admin@localhost.localdomain')
  await page.getByRole('button', { name: '发给 3 人' }).click()
  await page.waitForURL(/done=written/)
  await workOffMessages(ctx)
  expect(await mailsTo(communityId, 'registration.free')).toEqual([0, 1, 2].map((n) => `p${n}@writing.example.org`))
  expect(await mailsTo(communityId, 'registration.test')).toEqual(['admin@localhost.localdomain', 'admin@localhost.localdomain'])
  await page.goto(base)
  expect(await page.getByText('发给了 3 人').count()).toBe(1)
  await page.getByRole('link', { name: '发件箱' }).click()
  await page.getByLabel('邮箱里的几个字').fill('p1@')
  await page.getByLabel('种类').selectOption('registration.free')
  await page.getByRole('button', { name: '找' }).click()
  expect(await page.locator('.rail small').allInnerTexts()).toContain('p***@writing.example.org · 写给所有人')
  await page.getByRole('link', { name: '停车' }).click()
  expect(await page.locator('dl').innerText()).toContain('p1@writing.example.org')
  await close()
})

test.each([true, false])(
  'a text is planned for a moment (script: %s), a past one refused with what was typed, then changed, taken back and planned again',
  async (script) => {
    const { ctx, communityId, base } = await prepare(script ? 'planned-script' : 'planned-plain')
    const { page, complaints, close } = await openPage({ phone: true, javaScriptEnabled: script })
    await signIn(site, page)
    await page.goto(`${base}/write`)
    await page.getByLabel('标题 · 中文').fill('停车')
    await page.getByLabel('正文 · 中文').fill('{name}，停车走东门。')
    await page.getByLabel('标题 · English').fill('')
    await page.getByLabel('正文 · English').fill('')
    await page.getByText('定一个日子').click()
    await page.getByLabel('哪天、几点').fill('2026-11-01T10:00')
    await page.getByRole('button', { name: '看看效果' }).click()
    await page.getByRole('button', { name: '定好，到时自动发' }).click()
    expect(await page.locator('.wrong').allInnerTexts()).toEqual(['这个时刻已经过了。请选晚一点的，或选「马上」。'])
    expect(await page.getByLabel('正文 · 中文').inputValue()).toBe('{name}，停车走东门。')
    expect(await page.getByLabel('哪天、几点').inputValue()).toBe('2026-11-01T10:00')
    await page.getByText('前几天的一个时刻').click()
    await page.getByLabel('提前几天').fill('2')
    await page.getByLabel('时刻', { exact: true }).fill('09:30')
    await page.getByRole('button', { name: '看看效果' }).click()
    // The button says that it is planned; whoever chooses “at once” after that is shown so first.
    await page.getByText('马上', { exact: true }).click()
    await page.getByRole('button', { name: '定好，到时自动发' }).click()
    await page.getByRole('button', { name: '发给 3 人' }).waitFor()
    await page.getByText('前几天的一个时刻').click()
    await page.getByRole('button', { name: '看看效果' }).click()
    await page.getByRole('button', { name: '定好，到时自动发' }).click()
    expect(await notice(page)).toBe('定好了，到时自动发。之前随时可以改，也可以不发。')
    expect(await page.locator('#free').innerText()).toContain('会发给 3 人')
    await page.getByRole('link', { name: '修改 停车' }).click()
    await page.waitForURL(/write\?message=/)
    expect(await page.getByLabel('提前几天').inputValue()).toBe('2')
    expect(await page.getByLabel('时刻', { exact: true }).inputValue()).toBe('09:30')
    await page.getByLabel('标题 · 中文').fill('停车（新）')
    await page.getByRole('button', { name: '看看效果' }).click()
    await page.getByRole('button', { name: '定好，到时自动发' }).click()
    await page.getByRole('button', { name: '不发了 停车（新）' }).click()
    await page.waitForURL(/done=withdrawn/)
    await page.getByRole('link', { name: '修改 停车（新）' }).click()
    await page.waitForURL(/write\?message=/)
    await page.getByText('马上', { exact: true }).click()
    await page.getByRole('button', { name: '看看效果' }).click()
    await page.getByRole('button', { name: '发给 3 人' }).click()
    await page.waitForURL(/done=written/)
    await workOffMessages(ctx)
    expect(await mailsTo(communityId, 'registration.free')).toHaveLength(3)
    if (script) expect(trouble(complaints)).toEqual([])
    await close()
  },
)

test('words are changed for this event, refused without the link, used at once, and put back', async () => {
  const { ctx, communityId, eventId, base } = await prepare('wording')
  const { page, complaints, close } = await openPage({ phone: true })
  await signIn(site, page)
  await page.goto(`${base}/words`)
  await page.getByRole('link', { name: '报名成功' }).click()
  await page.getByLabel('标题 · 中文').fill('位子留好了')
  await page.getByLabel('正文 · 中文').fill('{name}，到时见')
  await page.getByRole('button', { name: '保存' }).click()
  expect(await page.locator('.wrong').allInnerTexts()).toEqual(['少了 {ticket}：没有它，收信人什么也做不了。'])
  await page.getByLabel('正文 · 中文').fill('{name}，到时见\n{ticket}')
  await page.getByRole('button', { name: '保存' }).click()
  await page.waitForURL(/done=saved/)
  const person = { name: '新来的', email: 'new@wording.example.org', locale: 'zh', consents: { registration: true } }
  await registerAttendee(ctx, communityId, eventId, person)
  await page.goto(`${base}/mails`)
  expect(await page.getByRole('link', { name: '位子留好了' }).count()).toBe(1)
  await page.goto(`${base}/words/ticket`)
  await page.getByRole('button', { name: '改回自带的文字' }).click()
  await page.waitForURL(/done=reset/)
  expect(await page.getByLabel('标题 · 中文').inputValue()).toBe('报名成功：{event}')
  expect(trouble(complaints)).toEqual([])
  await close()
})

test('a moved event is offered to be told with old and new, and told once', async () => {
  const { ctx, communityId, eventId, base } = await prepare('moving')
  const event = await findEvent(site.app.db, communityId, eventId)
  if (!event) throw new Error('no event')
  const { communityId: _, id: __, state: ___, revision: ____, createdAt: _____, ...values } = event
  await editEvent(ctx, communityId, eventId, { ...values, venue: { zh: '市民中心', en: 'Civic Centre' } })
  const { page, complaints, close } = await openPage()
  await signIn(site, page)
  await page.goto(base)
  expect(await notice(page)).toContain('会议室 → 市民中心')
  await page.getByRole('link', { name: '写信告诉 3 人' }).click()
  await page.getByRole('button', { name: '看看效果' }).click()
  expect(await page.locator('#preview').innerText()).toContain('Where: Meeting room → Civic Centre')
  await page.getByRole('button', { name: '发给 3 人' }).click()
  await page.waitForURL(/done=written/)
  await workOffMessages(ctx)
  expect(await mailsTo(communityId, 'registration.changed')).toEqual([0, 1, 2].map((n) => `p${n}@moving.example.org`))
  await page.goto(base)
  expect(await page.getByRole('link', { name: /写信告诉/ }).count()).toBe(0)
  // Going back to the page of what was told already.
  expect((await page.goto(`${base}/write?kind=changed`))?.status()).toBe(409)
  expect(trouble(complaints)).toEqual([])
  await close()
})

test('the question who still comes: planned, told beforehand on the ticket, asked; opening its links answers nothing, the buttons do', async () => {
  const { ctx, communityId, base, tickets } = await prepare('asking')
  const { page, complaints, close } = await openPage()
  await signIn(site, page)
  await page.goto(base)
  await page.locator('summary', { hasText: '问大家还来不来' }).click()
  await page.getByLabel('活动前几天截止回复').fill('5')
  await page.getByRole('button', { name: '定下来' }).click()
  expect(await page.locator('.wrong').allInnerTexts()).toEqual(['回复期限要比询问的那天晚至少一天。'])
  await page.getByLabel('活动前几天截止回复').fill('2')
  await page.getByText('不回复的，名额让给候补', { exact: true }).click()
  await page.getByRole('button', { name: '定下来' }).click()
  await page.waitForURL(/done=saved/)
  const path = (n: number): string => `${site.url}${tickets[n]?.links.path ?? ''}`
  const holder = await openPage({ phone: true })
  await holder.page.goto(path(0))
  expect(await holder.page.locator('main').innerText()).toContain('到时没有回复，名额会让给候补的人。')
  site.clock.set(new Date('2026-11-30T10:00:00+08:00'))
  await workOffMessages(ctx)
  expect(await mailsTo(communityId, 'registration.reconfirm')).toEqual([0, 1, 2].map((n) => `p${n}@asking.example.org`))
  // As scanners of mail do: both links are opened, by GET and by HEAD.
  for (const answer of ['yes', 'no'])
    for (const method of ['GET', 'HEAD']) expect((await fetch(`${path(0)}?answer=${answer}`, { method })).status).toBe(200)
  const states = async () =>
    (
      await site.app.db
        .selectFrom('registration')
        .select(['state', 'reconfirmedAt'])
        .where('communityId', '=', communityId)
        .orderBy('email')
        .execute()
    ).map(({ state, reconfirmedAt }) => [state, reconfirmedAt !== null])
  expect(await states()).toEqual([
    ['registered', false],
    ['registered', false],
    ['registered', false],
  ])
  await holder.page.goto(`${path(0)}?answer=yes`)
  await holder.page.getByRole('button', { name: '我会来' }).click()
  await holder.page.waitForURL(/done=coming/)
  expect(await notice(holder.page)).toBe('知道了，到时见。')
  await holder.page.goto(`${path(1)}?answer=no`)
  await holder.page.getByRole('button', { name: '来不了，让出名额' }).click()
  await holder.page.waitForURL(/done=cancelled/)
  expect(await states()).toEqual([
    ['registered', true],
    ['cancelled', false],
    ['registered', false],
  ])
  await page.goto(base)
  expect(await page.locator('.figures').innerText()).toMatch(/问过\s*2\s*会来\s*1\s*还没回复\s*1/)
  expect(trouble([...complaints, ...holder.complaints])).toEqual([])
  await holder.close()
  await close()
})
