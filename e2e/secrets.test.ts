import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pdfPages } from '@kaichang/core/kernel/documents/pdf.testing.ts'
import { addPledge } from '@kaichang/core/partners/actions.ts'
import { addSession } from '@kaichang/core/programme/actions.ts'
import { saveArticle } from '@kaichang/core/story/actions.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { makeAccount, makeActors, type Actors } from './doors/actors.ts'
import { ask, fingerprint, type As } from './doors/ask.ts'
import { bare } from './doors/bare.ts'
import { asSystem, foundCommunity, furnish, type Furnished } from './doors/furnish.ts'
import { addressFor } from './doors/knock.ts'
import { endpoints } from './doors/endpoints.ts'
import { doors } from './doors/table.ts'

const HIDDEN = '不可见'
let site: Site
let main: Furnished
let draft: Furnished
let actors: Actors
beforeAll(async () => {
  site = await openSite()
  await site.app.journalFeed.ready
  const alpha = await foundCommunity(site, 'alpha')
  main = await furnish(site, alpha, 'main')
  draft = await furnish(site, alpha, 'secret', { state: 'draft', mark: HIDDEN })
  actors = await makeActors(site, {
    here: draft,
    elsewhere: main,
    neighbour: await furnish(site, await foundCommunity(site, 'beta'), 'main'),
  })
  // What is not out yet in an event that is.
  const here = [main.communityId, main.eventId] as const
  await addSession(asSystem(site), ...here, {
    title: { zh: `${HIDDEN} 的议题` },
    startsAt: '2026-12-05T17:00:00+08:00',
    hallId: null,
    no: null,
    slug: 'unreleased',
    speakers: [{ personId: null, name: HIDDEN, affiliation: {} }],
  })
  await saveArticle(asSystem(site), ...here, { locale: 'en', title: HIDDEN, body: HIDDEN })
  await addPledge(asSystem(site), ...here, { name: `${HIDDEN} 伙伴`, kinds: ['venue'], what: {}, state: 'talking' })
})
afterAll(() => site.close())

/** Every address that strangers may read. */
const open = [
  ...Object.entries(doors).flatMap(([route, { may }]) => (may.includes('visitor') && !route.includes('[token]') ? [route] : [])),
  ...Object.entries(endpoints).flatMap(([name, may]) => (may.includes('visitor') && name.startsWith('GET ') ? [name.slice(4)] : [])),
]
const addresses = (place: Furnished, routes = open): Promise<string[]> =>
  Promise.all(routes.map((route) => addressFor(site, route, place, actors, 'visitor')))

async function textOf(address: string, as: As = {}): Promise<string> {
  const answer = await fetch(site.url + address, { redirect: 'manual', headers: as.cookie ? { cookie: as.cookie } : {} })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  return answer.headers.get('content-type') === 'application/pdf' ? pdfPages(bytes).join('\n') : new TextDecoder().decode(bytes)
}

describe('a draft', () => {
  test('is not even admitted to exist', async () => {
    const below = await addresses(draft, [
      ...open.filter((route) => route.includes('[event]') && !route.endsWith('/wechat')),
      '/console/[community]/[event]',
    ])
    expect(below.length).toBeGreaterThan(12)
    const strangers: As[] = [actors.nobody, actors.neighbour, actors['organiser elsewhere']]
    const found: string[] = []
    for (const address of [
      ...below,
      '/live/alpha/secret',
      '/api/v1/communities/alpha/events/secret/availability',
      '/alpha/secret/og.png?talk=talk',
      `/files/alpha/${draft.ids.recording}`,
    ]) {
      for (const as of address.startsWith('/console') ? strangers : [{}, ...strangers]) {
        // A live stream would not end by itself.
        const { status, text } = await bare(site, 'GET', address, as.cookie ? { cookie: as.cookie } : {})
        if (status !== 404 || text.includes(HIDDEN)) found.push(`${address}: ${status}`)
      }
    }
    expect(found).toEqual([])
  })

  test('takes no registrations and hands out no recording, whatever its switches say', async () => {
    await site.app.db
      .updateTable('recording')
      .set({ published: true })
      .where('communityId', '=', draft.communityId)
      .where('eventId', '=', draft.eventId)
      .execute()
    await site.app.db
      .updateTable('seatCounter')
      .set({ open: true })
      .where('communityId', '=', draft.communityId)
      .where('eventId', '=', draft.eventId)
      .execute()
    const before = await fingerprint(site)
    const body = JSON.stringify({ name: '张三', phone: '13900000009', consents: { registration: true } })
    const sent = await ask(
      site,
      '/api/v1/communities/alpha/events/secret/registrations',
      {},
      { method: 'POST', body, headers: { 'content-type': 'application/json' } },
    )
    expect(sent.status).toBe(404)
    expect((await ask(site, `/files/alpha/${draft.ids.recording}`)).status).toBe(404)
    expect(await fingerprint(site)).toEqual(before)
  })

  test('is shown to its own people without being kept for others', async () => {
    for (const address of ['/alpha/secret', '/alpha/secret/schedule', '/alpha/secret/og.png', '/alpha/secret/schedule.ics']) {
      const { status, headers } = await ask(site, address, actors.organiser)
      expect([address, status, /public|s-maxage/.test(headers.get('cache-control') ?? '')]).toEqual([address, 200, false])
      expect((await ask(site, address)).status).toBe(404)
    }
  })
})

test('nothing that is not out yet stands in any page, feed or document for everybody', async () => {
  const found: string[] = []
  for (const address of [
    ...(await addresses(main)),
    '/alpha?lang=en',
    '/alpha/main?lang=en',
    '/alpha/main/recap?lang=en',
    '/alpha/main/programme.pdf?lang=en',
  ]) {
    for (const as of [{}, actors.nobody]) {
      const text = await textOf(address, as)
      if (text.includes(HIDDEN) || text.includes('unreleased') || text.includes('alpha/secret')) found.push(address)
    }
  }
  expect(found).toEqual([])
})

test('the organisers’ own work and the attendees stand in none of them either', async () => {
  const inner = ['任务', '决定', '策划', '茶歇', '签到', '控时', '甲', '乙', '渠道', '观众'].map((what) => `main ${what}`)
  const found: string[] = []
  for (const address of await addresses(main)) {
    const text = await textOf(address)
    for (const word of inner) if (text.includes(word)) found.push(`${address}: ${word}`)
  }
  expect(found).toEqual([])
})

describe('the shared copy of a page', () => {
  const paths = [
    '/',
    '/alpha',
    '/alpha/main',
    '/alpha/main/schedule',
    '/alpha/main/talks/talk',
    '/alpha/main/recap',
    '/alpha/main/feed.xml',
    '/alpha/main/schedule.json',
  ]

  test('is never a member’s, also when both ask at once', async () => {
    const member = await makeAccount(site, 'reader-of-the-cache@example.org', { role: 'owner', communityId: main.communityId })
    // The way to the console stands in the head of a member's page only; no page says anybody's name.
    const own = /class="tools[^"]*">(?:<!--[^>]*-->|\s)*<a href="\/console"|reader-of-the-cache/
    for (const path of paths) {
      const html = !/\.(xml|json)$/.test(path)
      for (const query of ['', '?x=1', '?lang=en', '?x=2']) {
        const asked = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? {} : member))
        const texts = await Promise.all(asked.map((as) => ask(site, path + query, as)))
        const wrong = texts.filter(({ text, headers }, i) =>
          i % 2 === 0 ? own.test(text) || headers.get('set-cookie')?.includes('session') === true : html && !own.test(text),
        )
        expect([path + query, wrong.length]).toEqual([path + query, 0])
      }
    }
    expect(site.http.cache.stats.hits).toBeGreaterThan(0)
  })

  test('carries nobody’s cookie and none of our private headers', async () => {
    for (const path of paths) {
      await ask(site, `${path}?lang=en&y=1`)
      const { headers } = await ask(site, `${path}?y=1`, {}, { headers: { 'accept-language': 'en' } })
      expect([path, headers.get('set-cookie'), headers.get('x-kaichang-public')]).toEqual([path, null, null])
      expect(headers.get('vary')).toContain('cookie')
    }
  })

  test('is not chosen by a header that a client makes up', async () => {
    const made = {
      'x-kaichang-public': '*',
      'x-kaichang-host': 'evil.example',
      'x-kaichang-protocol': 'gopher',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
      'x-original-url': '/console',
      'x-rewrite-url': '/console',
    }
    for (const path of paths) {
      const first = await ask(site, `${path}?z=1`, {}, { headers: made })
      const second = await ask(site, `${path}?z=1`)
      for (const { text } of [first, second]) expect(text).not.toMatch(/evil\.example|gopher/)
    }
    expect((await ask(site, '/console', {}, { headers: made })).status).toBe(303)
  })

  test('goes when its event becomes a draft again', async () => {
    const path = '/alpha/main/schedule'
    expect((await ask(site, path)).status).toBe(200)
    const settings = await ask(site, '/console/alpha/main/settings?/state', actors.owner, {
      method: 'POST',
      body: new URLSearchParams({ to: 'draft' }),
      headers: { accept: 'application/json' },
    })
    expect(settings.text).toContain('"redirect"')
    await expect.poll(async () => (await ask(site, path)).status, { timeout: 2_000 }).toBe(404)
  })
})
