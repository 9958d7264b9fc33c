import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openPage } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { examplePlaces, pages, type Place } from './places.ts'

let site: Site
let places: Place[]
const opened: { page: Page; close: () => Promise<void> }[] = []
beforeAll(async () => {
  site = await openSite({ examples: true, now: '2019-10-30T12:00:00+08:00' })
  places = await examplePlaces(site)
  opened.push(await openPage({ phone: true }), await openPage({ phone: true, javaScriptEnabled: false }))
})
afterAll(async () => {
  for (const { close } of opened) await close()
  await site.close()
})

/** What can be read on a page; things that only script can do may be missing without it. */
async function readable(page: Page, address: string): Promise<string[]> {
  await page.goto(site.url + address)
  // A clock that runs takes the place of the line that says until when; only script can do that.
  const clock = page.locator('[data-running]')
  const [running, until] = (await clock.isVisible())
    ? [await clock.innerText(), await page.locator('[data-until]').textContent()]
    : ['', '']
  const text = (await page.locator('body').innerText()).replace(running.trim() || /$^/, until ?? '')
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== '')
}

const publicPages = Object.entries(pages).filter(([route, { as }]) => as === 'visitor' && !route.startsWith('/v/'))

describe('without script every public page says the same', () => {
  test.each(publicPages)('%s', async (_, { addresses }) => {
    const [scripted, plain] = opened
    for (const address of await addresses(places, site)) {
      if (!scripted || !plain) throw new Error('No browser.')
      const all = await readable(scripted.page, address)
      const without = new Set(await readable(plain.page, address))
      expect([address, all.filter((line) => !without.has(line))]).toEqual([address, []])
    }
  })
})

describe('what the first visit to an event transfers', () => {
  test.each([0, 1])('event %i: under 100 kB before pictures, under 60 kB of it script', async (index) => {
    const place = places[index]
    if (!place) throw new Error('No event.')
    const { page, close } = await openPage({ phone: true })
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    const kinds = new Map<string, string>()
    const bytes = { all: 0, script: 0 }
    session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type))
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const kind = kinds.get(requestId) ?? ''
      if (kind !== 'Image') bytes.all += encodedDataLength
      if (kind === 'Script') bytes.script += encodedDataLength
    })
    await page.goto(`${site.url}/${place.community}/${place.event}`)
    expect(bytes.all).toBeGreaterThan(5_000)
    expect(bytes.all).toBeLessThan(100_000)
    expect(bytes.script).toBeLessThan(60_000)
    await close()
  })
})

const programs: [string, string][] = [
  ['/schedule.ics', 'text/calendar'],
  ['/schedule.xml', 'application/xml'],
  ['/schedule.json', 'application/json'],
  ['/feed.xml', 'application/rss+xml'],
  ['/og.png', 'image/png'],
  ['/poster.png', 'image/png'],
  ['/poster.pdf', 'application/pdf'],
  ['/programme.pdf', 'application/pdf'],
]

test.each(programs)('%s of both events is there as %s', async (path, type) => {
  for (const { community, event } of places) {
    const answer = await fetch(`${site.url}/${community}/${event}${path}`)
    const body = await answer.arrayBuffer()
    expect([community, answer.status, answer.headers.get('content-type')?.split(';')[0], body.byteLength > 500]).toEqual([
      community,
      200,
      type,
      true,
    ])
  }
})
