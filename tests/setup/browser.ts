import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, inject } from 'vitest'

export type OpenPageOptions = BrowserContextOptions & {
  /** A phone of 375 × 740 with touch, instead of a screen of 1280 × 800. */
  phone?: boolean
}

export type OpenPage = {
  page: Page
  /** What the page complained about so far: errors of scripts, of the console, failed loads. */
  complaints: string[]
  close: () => Promise<void>
}

let connected: Promise<Browser> | undefined

afterAll(async () => {
  await (await connected)?.close()
  connected = undefined
})

/** A page of its own context (own cookies), in the browser that all tests of a run share. */
export async function openPage({ phone = false, ...options }: OpenPageOptions = {}): Promise<OpenPage> {
  const browser = await (connected ??= chromium.connect(inject('browserAddress')))
  const size = phone ? { width: 375, height: 740 } : { width: 1280, height: 800 }
  const context = await browser.newContext({
    viewport: size,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    hasTouch: phone,
    isMobile: phone,
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    // A page that is left cancels what it was still loading.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${reason}`)
  })
  return { page, complaints, close: () => context.close() }
}
