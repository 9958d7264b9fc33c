import type { Page } from 'playwright-core'
import { createSignInLink } from '@kaichang/core/people/sign-in.ts'
import type { Site } from './server.ts'

/** Signs the page's browser context in by a one-time link, as the one that `npm start` prints. */
export async function signIn(site: Site, page: Page, as: { email?: string; administrator?: boolean } = {}): Promise<void> {
  const { email = 'admin@localhost.localdomain', administrator = true } = as
  await page.goto(site.url + (await createSignInLink(site.app, { email, administrator })))
  await page.locator('form#link button').click()
  await page.waitForURL(`${site.url}/console`)
}
