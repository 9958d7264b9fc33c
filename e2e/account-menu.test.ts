import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeEvent } from '../tests/setup/samples.ts'
import { openPage } from '../tests/setup/browser.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { signIn } from '../tests/setup/sign-in.ts'

let site: Site
beforeAll(async () => void (site = await openSite({ pages: true })))
afterAll(() => site.close())

test.each([true, false])('the account’s menu opens where all of it is seen (phone: %s), in an event and outside', async (phone) => {
  const community = `menu-${phone}`
  const { event } = await makeEvent(site.app.context({ kind: 'system', name: 'test' }), { community, cap: 10 })
  const { page, close } = await openPage({ phone })
  try {
    await signIn(site, page)
    for (const path of ['/console', `/console/${community}/${event.slug}`]) {
      await page.goto(`${site.url}${path}`)
      await page.locator('summary', { hasText: '账号' }).click()
      const { x = 0, y = 0, width = 0, height = 0 } = (await page.locator('.menu').boundingBox()) ?? {}
      // Nothing covers it or cuts it off, from corner to corner.
      for (const [left, top] of [
        [x + 6, y + 6],
        [x + width - 6, y + height - 6],
      ])
        expect(await page.evaluate(`Boolean(document.elementFromPoint(${left}, ${top})?.closest('.menu'))`)).toBe(true)
    }
  } finally {
    await close()
  }
})
