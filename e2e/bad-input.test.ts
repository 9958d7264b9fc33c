import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openPage } from '../tests/setup/browser.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { openRegistration } from '@kaichang/core/registration/actions.ts'
import { signLink } from '@kaichang/core/kernel/links.ts'
import { addVolunteer, renewLink } from '@kaichang/core/team/actions.ts'
import { send } from './life/life.ts'

let site: Site
let communityId: string
let eventId: string
const EVENT = '/pychina/nanning'
beforeAll(async () => {
  site = await openSite()
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const made = await makeEvent(ctx)
  communityId = made.communityId
  eventId = made.event.id
  await openRegistration(ctx, communityId, eventId)
})
afterAll(() => site.close())

async function register(page: Page, name: string, phone: string): Promise<void> {
  await page.goto(`${site.url}${EVENT}/register`)
  await send(page, 'register', { name, phone, 'consents.registration': true })
  await page.waitForURL(/done=registered/)
}

const names: [string, string, string][] = [
  ['an emoji', '黄峣 🐼', '黄峣 🐼'],
  ['a formula', '=HYPERLINK("http://evil.example","x")', '=HYPERLINK("http://evil.example","x")'],
  ['a script', '<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['a right-to-left override', 'abc\u202Ecba 王', 'abccba 王'],
]

test.each(names)('a name with %s is a name, on the ticket, in the list and in the export', async (_, typed, shown) => {
  const { page, complaints, close } = await openPage()
  page.on('dialog', () => complaints.push('a dialog opened'))
  const phone = `1390000${String(1000 + names.findIndex(([, one]) => one === typed))}`
  await register(page, typed, phone)
  expect(await page.locator('.ticket .name').innerText()).toBe(shown)
  await signIn(site, page)
  await page.goto(`${site.url}/console${EVENT}/registration?q=${phone.slice(-4)}`)
  expect(await page.locator('#list li a').allInnerTexts()).toEqual([shown])
  const cookie = (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join('; ')
  const csv = await fetch(`${site.url}/console${EVENT}/registration/list.csv`, {
    method: 'POST',
    headers: { cookie, origin: site.url },
    body: new URLSearchParams({ purpose: 'event' }),
  })
  // A cell that a spreadsheet would calculate begins with an apostrophe.
  const safe = shown.startsWith('=') ? `'${shown}` : shown
  expect(await csv.text()).toContain(safe.includes('"') ? `"${safe.replaceAll('"', '""')}"` : safe)
  expect(complaints).toEqual([])
  await close()
})

test('a name of 500 characters is refused beside its field, and all that was typed is still there', async () => {
  const { page, close } = await openPage({ phone: true, javaScriptEnabled: false })
  await page.goto(`${site.url}${EVENT}/register`)
  await page.locator('[name=name]').evaluate((field) => field.removeAttribute('maxlength'))
  await page.locator('[name=name]').fill('名'.repeat(500))
  await page.locator('[name=phone]').fill('13812345678')
  await page.locator('[name="consents.registration"]').check()
  await page.locator('form#register button').click()
  await page.locator('.wrong').waitFor()
  expect(await page.locator('.wrong').count()).toBe(1)
  expect([await page.locator('[name=name]').inputValue(), await page.locator('[name=phone]').inputValue()]).toEqual([
    '名'.repeat(500),
    '13812345678',
  ])
  await close()
})

test('a form sent again from the history gives the ticket that there is', async () => {
  const { page, close } = await openPage({ phone: true })
  await register(page, '返回键', '13811112222')
  const ticket = page.url()
  await page.goBack()
  await page.locator('[name=name]').fill('返回键')
  await page.locator('[name=phone]').fill('13811112222')
  await page.locator('[name="consents.registration"]').check()
  await page.locator('form#register button').click()
  await page.waitForURL(/done=registered|register/)
  const rows = await site.app.db
    .selectFrom('registration')
    .select('id')
    .where('communityId', '=', communityId)
    .where('phone', 'like', '%13811112222')
    .execute()
  expect(rows).toHaveLength(1)
  expect(page.url() === ticket || (await page.getByText('已经报过名了').count()) > 0).toBe(true)
  await close()
})

test('a third language is answered in ours, never by an error', async () => {
  const asked: [string, string][] = [
    ['fr-FR,fr;q=0.9', 'zh-CN'],
    ['fr-FR,en;q=0.3', 'en'],
    ['de;q=zwei,*', 'zh-CN'],
  ]
  for (const [accepted, given] of asked) {
    for (const path of ['/', EVENT, `${EVENT}/register`, '/sign-in']) {
      const answer = await fetch(site.url + path, { headers: { 'accept-language': accepted } })
      const lang = /<html lang="([^"]+)"/.exec(await answer.text())?.[1]
      expect([path, accepted, answer.status, lang]).toEqual([path, accepted, 200, given])
    }
  }
  const answer = await fetch(`${site.url}${EVENT}?lang=fr`)
  expect([answer.status, /<html lang="([^"]+)"/.exec(await answer.text())?.[1]]).toEqual([200, 'zh-CN'])
})

test('links that were altered or have expired say so, in the reader’s language, with a way on', async () => {
  const { page, close } = await openPage({ phone: true })
  await register(page, '改链接', '13822223333')
  const ticket = new URL(page.url()).pathname
  const last = ticket.at(-1) === 'A' ? 'B' : 'A'
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const volunteer = await addVolunteer(ctx, communityId, eventId, {
    name: '小李',
    phone: '',
    email: '',
    duty: 'door',
    dutyNote: {},
    startsAt: null,
    endsAt: null,
  })
  const { no } = await site.app.db.selectFrom('community').select('no').executeTakeFirstOrThrow()
  const old = `/v/${signLink(site.app.secret, { purpose: 'v', communityNo: no, subjectId: volunteer, version: 1 })}`
  expect((await fetch(site.url + old)).status).toBe(200)
  await renewLink(ctx, communityId, eventId, volunteer)
  for (const [address, status] of [
    [ticket.slice(0, -1) + last, 404],
    [`${ticket}x`, 404],
    ['/t/nonsense', 404],
    [old, 410],
    [`${old}/door`, 410],
  ] as const) {
    for (const locale of ['zh-CN', 'en']) {
      const answer = await fetch(site.url + address, { headers: { 'accept-language': locale, accept: 'text/html' } })
      const html = await answer.text()
      expect([address, answer.status, /<html lang="([^"]+)"/.exec(html)?.[1]]).toEqual([address, status, locale])
      expect(html).toMatch(/<h1[^>]*>[^<]{4,}/)
      expect(html).not.toMatch(/小李|改链接|stack|node_modules/)
    }
  }
  await close()
})
