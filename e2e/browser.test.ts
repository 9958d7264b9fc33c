import { expect, test } from 'vitest'
import { openPage } from '../tests/setup/browser.ts'

test('the browser sets Chinese in the bundled font, on a phone and on a screen', async () => {
  for (const phone of [true, false]) {
    const { page, complaints, close } = await openPage({ phone })
    await page.setContent(
      '<html lang="zh"><meta name="viewport" content="width=device-width"><p style="display:inline;font:40px sans-serif">开场</p>',
    )
    const { width } = (await page.locator('p').boundingBox()) ?? { width: 0 }
    expect(Math.round(width)).toBe(80)
    expect(await page.evaluate(() => innerWidth)).toBe(phone ? 375 : 1280)
    expect(complaints).toEqual([])
    await close()
  }
})
