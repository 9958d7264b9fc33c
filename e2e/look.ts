import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import type axe from 'axe-core'

declare global {
  interface Window {
    axe: typeof axe
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A page that notes what went wrong on it since it was last asked. */
export interface Watched {
  page: Page
  /** Errors of scripts and console, failed answers, requests to other hosts; asking empties the list. */
  takeTrouble: () => string[]
}

/** Notes everything on a page that a visitor's browser would complain about. */
export function watch(page: Page, site: string): Watched {
  let trouble: string[] = []
  page.on('pageerror', (error) => trouble.push(`script: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(site) && !/^(data|blob|about):/.test(url)) trouble.push(`another host: ${url}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== 'document')
      trouble.push(`${response.status()}: ${response.url()}`)
  })
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    // A page that is left cancels what it was still loading.
    if (reason !== 'net::ERR_ABORTED') trouble.push(`${reason}: ${request.url()}`)
  })
  return {
    page,
    takeTrouble: () => {
      const taken = trouble
      trouble = []
      return taken
    },
  }
}

/** What is wrong with the frame of the page that is open: title, headings, language, sideways scrolling. */
export async function frameTrouble(page: Page, width: number, language: string): Promise<string[]> {
  const found = await page.evaluate((wide) => {
    const name = (element: Element): string => {
      const classes = [...element.classList].filter((one) => !one.startsWith('svelte-')).join('.')
      return `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ''}${classes ? `.${classes}` : ''}`
    }
    const scrolls = (element: Element): boolean => /auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX)
    const framed = (element: Element | null): boolean =>
      element !== null && element !== document.body && (scrolls(element) || framed(element.parentElement))
    const sticking = [...document.body.querySelectorAll('*')].filter((element) => {
      const { right, width: own } = element.getBoundingClientRect()
      return own > 0 && right > wide + 1 && !framed(element.parentElement)
    })
    const main = document.querySelector('main')
    return {
      title: document.title.trim(),
      headings: document.querySelectorAll('h1').length,
      language: document.documentElement.lang,
      width: document.documentElement.scrollWidth,
      main: main ? main.scrollWidth - main.clientWidth : 0,
      sticking: sticking.slice(-3).map(name),
    }
  }, width)
  const trouble: string[] = []
  if (found.title === '') trouble.push('no title')
  if (found.headings !== 1) trouble.push(`${found.headings} h1`)
  if (found.language !== language) trouble.push(`language is ${found.language}`)
  if (found.width > width) trouble.push(`${found.width} px wide, by ${found.sticking.join(', ')}`)
  else if (found.main > 0) trouble.push(`main scrolls sideways by ${found.main} px, by ${found.sticking.join(', ')}`)
  return trouble
}

/** What axe finds on the page that is open, by all of its rules or by those named. */
export async function axeTrouble(page: Page, rules?: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  return page.evaluate(async (only) => {
    const options = only ? { runOnly: { type: 'rule' as const, values: only } } : {}
    const { violations } = await window.axe.run(document, { ...options, resultTypes: ['violations'] })
    return violations.flatMap(({ id, impact, nodes }) =>
      nodes
        .slice(0, 4)
        .map(
          ({ target, any }) =>
            `axe ${id} (${impact ?? ''}) at ${target.join(' ')}${id === 'color-contrast' ? `: ${any[0]?.message ?? ''}` : ''}`,
        ),
    )
  }, rules)
}
