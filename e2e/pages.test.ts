import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openPage } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'
import { axeTrouble, frameTrouble, watch, type Watched } from './look.ts'
import { examplePlaces, pages, type Place } from './places.ts'
import { pageRoutes } from './routes.ts'

const languages = { zh: { locale: 'zh-CN', tag: 'zh-CN' }, en: { locale: 'en-GB', tag: 'en' } } as const
const views = [
  { name: 'phone, zh', phone: true, width: 375, language: 'zh', rules: undefined },
  { name: 'screen, en', phone: false, width: 1280, language: 'en', rules: undefined },
  { name: 'phone, en', phone: true, width: 375, language: 'en', rules: [] },
  { name: 'screen, zh', phone: false, width: 1280, language: 'zh', rules: [] },
] as const
type View = (typeof views)[number]
/** What may differ between light and dark. */
const COLOURS = ['color-contrast', 'link-in-text-block']

let site: Site
let places: Place[]
const opened = new Map<string, Watched>()
const closers: (() => Promise<void>)[] = []
beforeAll(async () => {
  // Some days after the Nanning event, while its volunteers' links still work.
  site = await openSite({ examples: true, now: '2019-10-30T12:00:00+08:00' })
  places = await examplePlaces(site)
})
afterAll(async () => {
  for (const close of closers) await close()
  await site.close()
})

/** One browser context for each view and reader, kept for all pages. */
async function reader(view: View, as: 'visitor' | 'organiser', javaScriptEnabled = true): Promise<Watched> {
  const key = `${view.name} ${as} ${javaScriptEnabled}`
  const known = opened.get(key)
  if (known) return known
  const { page, close } = await openPage({
    phone: view.phone,
    locale: languages[view.language].locale,
    reducedMotion: 'reduce',
    javaScriptEnabled,
  })
  closers.push(close)
  if (as === 'organiser') await signIn(site, page)
  const watched = watch(page, site.url)
  opened.set(key, watched)
  return watched
}

async function open(page: Page, address: string): Promise<string[]> {
  const answer = await page.goto(site.url + address)
  const landed = page.url().slice(site.url.length)
  const trouble: string[] = []
  if (answer?.status() !== 200) trouble.push(`answers ${answer?.status() ?? 0}`)
  if (landed !== address) trouble.push(`leads to ${landed}`)
  return trouble
}

test('the table names every page, and no page that is not there', () => {
  expect(Object.keys(pages).toSorted()).toEqual(pageRoutes())
})

describe.each(Object.entries(pages))('%s', (_, { as, addresses }) => {
  test.each(views)('$name', async (view) => {
    const { page, takeTrouble } = await reader(view, as)
    const found: string[] = []
    for (const address of await addresses(places, site, view.language)) {
      const trouble = await open(page, address)
      if (trouble.length === 0) {
        trouble.push(...(await frameTrouble(page, view.width, languages[view.language].tag)))
        if (view.rules === undefined) {
          trouble.push(...(await axeTrouble(page)))
          await page.emulateMedia({ colorScheme: 'dark' })
          trouble.push(...(await axeTrouble(page, COLOURS)).map((one) => `dark: ${one}`))
          await page.emulateMedia({ colorScheme: 'light' })
        }
      }
      found.push(...[...trouble, ...takeTrouble()].map((one) => `${address}: ${one}`))
    }
    expect(found).toEqual([])
  })
})
