import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { createSignInLink } from '@kaichang/core/people/sign-in.ts'
import { readOutbox } from '@kaichang/core/people/mail/actions.ts'
import { openPage } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { makeAccount } from './doors/actors.ts'
import { ask, type As } from './doors/ask.ts'
import { asSystem } from './doors/furnish.ts'
import { calendarTrouble, HIDDEN, htmlTrouble, tableTrouble } from './doors/parse.ts'
import { furnishNasty, nasty } from './doors/nasty.ts'
import { endpoints } from './doors/endpoints.ts'
import { doors } from './doors/table.ts'
import { watch } from './look.ts'

let site: Site
let place: Awaited<ReturnType<typeof furnishNasty>>
let owner: As
let page: Page
let close: () => Promise<void>
const dialogs: string[] = []
beforeAll(async () => {
  site = await openSite({ now: '2026-11-20T12:00:00+08:00' })
  place = await furnishNasty(site)
  owner = await makeAccount(site, 'owner@example.org', { role: 'owner', communityId: place.communityId })
  const opened = await openPage()
  page = opened.page
  close = opened.close
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await signIn(site, page)
})
afterAll(async () => {
  await close()
  await site.close()
})

async function addressesOf(routes: readonly string[]): Promise<string[]> {
  const { db } = site.app
  const ids = async (table: 'session' | 'volunteer' | 'registration' | 'pledge'): Promise<string[]> =>
    (await db.selectFrom(table).select('id').where('communityId', '=', place.communityId).orderBy('id').execute()).map((row) => row.id)
  const door = await import('@kaichang/core/team/actions.ts')
  const team = await door.openTeam(asSystem(site), place.communityId, place.eventId)
  const stage = team.find((one) => one.duty === 'stage')?.link?.slice(3) ?? ''
  const atDoor = team.find((one) => one.duty === 'door')?.link?.slice(3) ?? ''
  const { openPartners } = await import('@kaichang/core/partners/actions.ts')
  const partner = (await openPartners(asSystem(site), place.communityId, place.eventId))[0]?.link?.slice(3) ?? ''
  const [session = ''] = await ids('session')
  const [registration = ''] = await ids('registration')
  const { id: mail } = await db
    .selectFrom('outbox')
    .select('id')
    .where('communityId', '=', place.communityId)
    .where('eventId', '=', place.eventId)
    .limit(1)
    .executeTakeFirstOrThrow()
  const token = (await createSignInLink(site.app, { email: 'guest@example.org' })).split('/').at(-1) ?? ''
  return routes.map((route) => {
    const values: Record<string, string> = {
      community: 'nasty',
      event: 'main',
      talk: 'talk-3',
      session,
      id: registration,
      ticket: place.tickets[4] ?? '',
      volunteer: route.endsWith('/door') ? atDoor : stage,
      partner,
      token,
      kind: 'ticket',
      mail,
    }
    return route.replaceAll(/\[(\w+)\]/g, (_, name: string) => values[name] ?? '')
  })
}

test('every page holds it as text: no script, no handler, no link that runs, nothing hidden', async () => {
  const found: string[] = []
  let seen = 0
  for (const address of await addressesOf(Object.keys(doors))) {
    for (const [language, as] of [
      ['zh', owner],
      ['en', {}],
      ['en', owner],
    ] as const) {
      const { status, text } = await ask(site, `${address}?lang=${language}`, as)
      if (status !== 200) continue
      seen += 1
      found.push(...(await htmlTrouble(page, text)).map((one) => `${address} (${language}): ${one}`))
    }
  }
  expect(seen).toBeGreaterThan(80)
  expect([...new Set(found)]).toEqual([])
})

test('nothing of it runs in a browser, and no page complains', async () => {
  const { takeTrouble } = watch(page, site.url)
  const found: string[] = []
  const wanted = [
    '',
    '/plan',
    '/plan/proposals',
    '/plan/dates',
    '/plan/budget',
    '/team',
    '/partners',
    '/partners/introductions',
    '/programme',
    '/registration',
    '/messages',
    '/messages/write',
    '/messages/words/ticket',
    '/messages/mails',
    '/door?q=a',
    '/stage',
    '/stage/timer',
    '/archive',
    '/story',
    '/story/wechat',
    '/journal',
    '/handover',
    '/settings',
  ]
  for (const path of [
    ...wanted.map((one) => `/console/nasty/main${one}`),
    '/',
    '/nasty',
    '/nasty/main',
    '/nasty/main/schedule',
    '/nasty/main/talks/talk-2',
    '/nasty/main/recap',
    '/outbox?community=nasty',
    `/t/${place.tickets[2] ?? ''}`,
  ]) {
    await page.goto(site.url + path)
    // Whatever listens for the pointer is given one.
    await page
      .locator('h1')
      .first()
      .hover({ timeout: 2_000 })
      .catch(() => undefined)
    found.push(...takeTrouble().map((one) => `${path}: ${one}`))
  }
  expect(dialogs).toEqual([])
  expect(found).toEqual([])
})

describe('programs', () => {
  const get = async (path: string, as: As = {}): Promise<string> => {
    const { status, text } = await ask(site, path, as)
    expect([path, status]).toEqual([path, 200])
    expect(HIDDEN.exec(text)?.[0], path).toBeUndefined()
    return text
  }

  test.each(Object.keys(endpoints).filter((name) => /^GET .*\.(xml|ics|json|pdf|png)$/.test(name)))('%s', async (name) => {
    const [path = ''] = await addressesOf([name.slice(4)])
    for (const language of ['zh', 'en']) {
      const address = `${path}?lang=${language}`
      if (/\.(pdf|png)$/.test(path)) {
        const { status, headers } = await ask(site, address, owner)
        expect([status, headers.get('content-type')]).toEqual([200, path.endsWith('pdf') ? 'application/pdf' : 'image/png'])
        continue
      }
      const text = await get(address, owner)
      if (path.endsWith('.json')) expect(() => JSON.parse(text)).not.toThrow()
      if (path.endsWith('.xml'))
        expect(
          await page.evaluate(
            (xml) => new DOMParser().parseFromString(xml, 'application/xml').querySelector('parsererror')?.textContent ?? null,
            text,
          ),
        ).toBeNull()
      if (path.endsWith('.ics')) expect(calendarTrouble(text)).toEqual([])
    }
  })

  test('the list for spreadsheets has no formula', async () => {
    const { text } = await ask(site, '/console/nasty/main/registration/list.csv', owner, {
      method: 'POST',
      body: new URLSearchParams({ purpose: 'event' }),
    })
    expect(text.split('\r\n').length).toBeGreaterThan(nasty.length)
    expect(tableTrouble(text)).toEqual([])
  })

  test('the API answers JSON, whatever it is asked', async () => {
    for (const path of [
      '/api/v1/openapi.json',
      '/api/v1/communities/nasty/events/main/availability',
      `/api/v1/communities/nasty/events/main/door/search?q=${encodeURIComponent('%_\\\'"<script>\u0000😀')}`,
    ]) {
      const { status, headers, text } = await ask(site, path, owner)
      expect([path, status, headers.get('content-type')?.startsWith('application/json')]).toEqual([path, 200, true])
      expect(() => JSON.parse(text)).not.toThrow()
    }
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"name":{"$ne":1}}',
      '{"__proto__":{"name":"x"}}',
      JSON.stringify({ name: '\ud800x', phone: '13900000011', consents: { registration: true } }),
      JSON.stringify({ name: 'x'.repeat(70_000) }),
      JSON.stringify({ name: '长'.repeat(500), phone: 'x', consents: {} }),
    ]) {
      const { status, text } = await ask(
        site,
        '/api/v1/communities/nasty/events/main/registrations',
        {},
        { method: 'POST', body, headers: { 'content-type': 'application/json' } },
      )
      expect([body.slice(0, 30), status < 500]).toEqual([body.slice(0, 30), true])
      expect(() => JSON.parse(text)).not.toThrow()
    }
  })

  test('the copy for WeChat has only what its editor takes', async () => {
    const text = await get('/console/nasty/main/story/wechat', owner)
    expect(await htmlTrouble(page, text)).toEqual([])
  })

  test('mails stay one subject, one body, and every calendar in them whole', async () => {
    const mails = await readOutbox(asSystem(site), place.communityId)
    expect(mails.length).toBeGreaterThanOrEqual(nasty.length)
    for (const { subject, body, calendar } of mails) {
      expect(subject).not.toMatch(/[\r\n]/)
      expect(HIDDEN.exec(`${subject}${body}`)?.[0]).toBeUndefined()
      expect(body.match(/https?:\/\/\S+/g)?.every((url) => url.startsWith(site.url))).not.toBe(false)
      if (calendar) expect(calendarTrouble(calendar)).toEqual([])
    }
  })
})
