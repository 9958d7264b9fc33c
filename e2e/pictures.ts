import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

export const FOLDER = join(import.meta.dirname, '..', 'docs', 'pictures')

/** True when this run renews the pictures that the README shows. */
export const takesPictures = process.env['KAICHANG_PICTURES'] === '1'

/** Takes a picture of what is seen of a page for the README; does nothing in ordinary runs. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!takesPictures) return
  await mkdir(FOLDER, { recursive: true })
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
}
