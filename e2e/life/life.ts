import { expect } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { firstAdministratorLink } from '@kaichang/core/people/sign-in.ts'
import { openPage, type OpenPageOptions } from '../../tests/setup/browser.ts'
import { openSite, type Site } from '../../tests/setup/server.ts'
import { watch, type Watched } from '../look.ts'

/** One event's life, played through its pages: the site, whoever looks at it, and what one page told for the next. */
export interface Life {
  site: Site
  /** The organiser's browser, signed in. */
  organiser: Watched
  /** Somebody with a phone and no script, and somebody with a laptop. */
  phone: Watched
  laptop: Watched
  /** A volunteer's phone. */
  helper: Watched
  /** Personal links and codes as pages showed them. */
  links: Map<string, string>
  close: () => Promise<void>
}

export const EVENT = '/pychina/nanning'
export const CONSOLE = `/console${EVENT}`

/** A moment of October 2019 in Nanning: `clockAt(life, 26, '15:59:08')`. */
export function clockAt(life: Life, day: number, time: string): void {
  life.site.clock.set(new Date(`2019-10-${String(day).padStart(2, '0')}T${time}+08:00`))
}

/** An empty installation on the evening when it all began. */
export async function beginLife(): Promise<Life> {
  const site = await openSite({ now: '2019-10-01T21:30:00+08:00', jobs: true })
  const closers: (() => Promise<void>)[] = []
  const browser = async (options: OpenPageOptions): Promise<Watched> => {
    const { page, close } = await openPage({ reducedMotion: 'reduce', ...options })
    closers.push(close)
    return watch(page, site.url)
  }
  return {
    site,
    organiser: await browser({}),
    phone: await browser({ phone: true, javaScriptEnabled: false }),
    laptop: await browser({ locale: 'en-GB' }),
    helper: await browser({ phone: true, deviceScaleFactor: 2 }),
    links: new Map(),
    close: async () => {
      for (const close of closers) await close()
      await site.close()
    },
  }
}

/** Signs the organiser in by the link that the first start prints. */
export async function useFirstLink({ site, organiser }: Life): Promise<void> {
  await organiser.page.goto(site.url + ((await firstAdministratorLink(site.app)) ?? ''))
  await organiser.page.getByRole('button', { name: '登录' }).click()
  await organiser.page.waitForURL(`${site.url}/console`)
}

/** Goes to an address of the site and returns the page. */
export async function go({ site }: Life, { page }: Watched, address: string): Promise<Page> {
  const answer = await page.goto(address.startsWith('http') ? address : site.url + address)
  expect([address, answer?.status()]).toEqual([address, 200])
  return page
}

/** Fills fields of a form by name; a select takes its value, a box `true`. Fields that a summary hides are opened first. */
export async function fill(form: Locator, values: Record<string, string | number | boolean>): Promise<void> {
  await form.evaluate((element) => element.querySelectorAll('details').forEach((one) => (one.open = true)))
  for (const [name, value] of Object.entries(values)) {
    const field = form.locator(`[name="${name}"]`)
    if (typeof value === 'boolean') await field.setChecked(value)
    else if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(String(value))
    else await field.fill(String(value))
  }
}

/** Opens what hides a form, fills it, sends it by its main button, and waits for the page that follows. */
export async function send(page: Page, id: string, values: Record<string, string | number | boolean> = {}, button?: string): Promise<void> {
  const form = page.locator(`form[id="${id}"]`)
  if ((await form.count()) === 0) throw new Error(`No form ${id} on ${page.url()}: ${await page.locator('body').innerText()}`)
  await form.evaluate((element) => {
    for (let parent = element.parentElement; parent; parent = parent.parentElement)
      if (parent instanceof HTMLDetailsElement) parent.open = true
  })
  await fill(form, values)
  const submit = button === undefined ? form.locator('button').first() : form.getByRole('button', { name: button })
  const [answer] = await Promise.all([page.waitForResponse((one) => one.request().method() === 'POST'), submit.click()])
  if (answer.status() >= 400)
    throw new Error(`${id} answers ${answer.status()}: ${(await page.locator('[role=alert]').allInnerTexts()).join(' ')}`)
  await page.waitForLoadState('load')
}
