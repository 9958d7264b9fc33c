import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { get } from 'node:http'
import { draftRecap } from '@kaichang/core/story/actions.ts'
import type { Goal } from './lib/bench.ts'
import { beside, fillJournal } from './lib/journal.ts'
import { dataFolder, median, milliseconds, startSite, type RunningSite } from './lib/site.ts'

const CONSOLE = consoleRooms()
const COMMUNITY = 'dotnet-changsha'
const SLUG = 'founding-2019'
const EVENT = `/${COMMUNITY}/${SLUG}`
const ENTRIES = 2_000

export const goals: Record<string, Goal> = {
  'event page (requests/s)': { atLeast: 3_000 },
  'event page, p99 (ms)': { below: 60 },
  'event page, answers that failed': { below: 1 },
  'event page, transferred (kB)': { below: 100 },
  'event page, script (kB)': { below: 60 },
  'memory afterwards (MB)': { below: 300 },
  'recap, median (ms)': { below: 300 },
  ...Object.fromEntries(CONSOLE.map((path) => [`console${path || '/today'}, median (ms)`, { below: 60 }])),
}

/** The public event page under 64 connections, then the console's pages one after the other, of an event with 400 attendees. */
export async function run(): Promise<Record<string, number>> {
  const { folder, remove } = await dataFolder()
  const site = await startSite(folder)
  try {
    const story = await tellStory(folder)
    const load = await hammer(site.url + EVENT)
    const memory = await site.memory()
    const bytes = await weigh(site.url, EVENT)
    return {
      'event page (requests/s)': load.requests.average,
      'event page, p99 (ms)': load.latency.p99,
      'event page, answers that failed': load.non2xx + load.errors,
      'memory afterwards (MB)': memory,
      'event page, transferred (kB)': bytes.all / 1000,
      'event page, script (kB)': bytes.script / 1000,
      ...story,
      ...(await consolePages(site)),
    }
  } finally {
    await site.stop()
    await remove()
  }
}

/** Fills the journal, then drafts the recap from it. */
function tellStory(folder: string): Promise<Record<string, number>> {
  return beside(folder, async (ctx) => {
    const { event, count } = await fillJournal(ctx, COMMUNITY, SLUG, ENTRIES)
    const times: number[] = []
    for (let i = 0; i < 9; i += 1)
      times.push(await milliseconds(() => draftRecap(ctx, event.communityId, event.id, i % 2 === 0 ? 'zh' : 'en')))
    return { 'journal (entries)': count, 'recap, median (ms)': median(times), 'recap, first (ms)': times[0] ?? 0 }
  })
}

interface Load {
  requests: { average: number }
  latency: { p99: number }
  non2xx: number
  errors: number
}

/** Ten seconds of 64 connections from a process of its own, after two to warm up. */
async function hammer(url: string): Promise<Load> {
  const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js')
  const shoot = async (seconds: number): Promise<Load> => {
    const args = [autocannon, '--connections', '64', '--duration', String(seconds), '--json', '--headers', 'accept-encoding=br', url]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    await once(child, 'close')
    return JSON.parse(output) as Load
  }
  await shoot(2)
  return shoot(10)
}

/** What a first visit transfers without pictures: the page, its styles, its scripts. */
async function weigh(site: string, path: string): Promise<{ all: number; script: number }> {
  const html = await (await fetch(site + path)).text()
  const styles = [...html.matchAll(/<link[^>]+href="([^"]+)"[^>]+rel="stylesheet"|<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"/g)]
  const scripts = [
    ...html.matchAll(
      /<script[^>]+src="([^"]+)"|<link[^>]+rel="modulepreload"[^>]+href="([^"]+)"|<link[^>]+href="([^"]+)"[^>]+rel="modulepreload"/g,
    ),
  ]
  const addresses = (matches: RegExpMatchArray[]): string[] =>
    matches.flatMap((match) => match.slice(1).filter((one) => one !== undefined)).map((one) => new URL(one, site + path).href)
  const sum = async (urls: string[]): Promise<number> => (await Promise.all([...new Set(urls)].map(transferred))).reduce((a, b) => a + b, 0)
  const script = await sum(addresses(scripts))
  return { all: (await transferred(site + path)) + (await sum(addresses(styles))) + script, script }
}

/** The bytes of an answer's body as they come over the wire. */
function transferred(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br, gzip' } }, (answer) => {
      let bytes = 0
      answer.on('data', (data: Buffer) => (bytes += data.length))
      answer.on('end', () => resolve(bytes))
    }).once('error', reject)
  })
}

/** The console's pages of an event that need no further parameter: '' for its home, '/plan', '/plan/budget' … */
function consoleRooms(): string[] {
  const routes = join(import.meta.dirname, '..', 'web', 'src', 'routes', 'console', '[community]', '[event]')
  return readdirSync(routes, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === '+page.svelte')
    .map((entry) => entry.parentPath.slice(routes.length))
    .filter((path) => !path.includes('['))
    .toSorted()
}

async function consolePages(site: RunningSite): Promise<Record<string, number>> {
  const cookie = await signIn(site)
  const figures: Record<string, number> = {}
  for (const path of CONSOLE) {
    const ask = async (): Promise<void> => {
      const answer = await fetch(`${site.url}/console${EVENT}${path}`, { headers: { cookie }, redirect: 'manual' })
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`/console${EVENT}${path} answers ${answer.status}`)
    }
    for (let i = 0; i < 5; i += 1) await ask()
    const times: number[] = []
    for (let i = 0; i < 21; i += 1) times.push(await milliseconds(ask))
    figures[`console${path || '/today'}, median (ms)`] = median(times)
  }
  return figures
}

/** By the link that the first start prints. */
async function signIn(site: RunningSite): Promise<string> {
  const path = /\/sign-in\/link\/[\w-]+/.exec(site.printed())?.[0] ?? ''
  const answer = await fetch(site.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: site.url, accept: 'text/html' },
    body: new URLSearchParams({}),
  })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0]
  if (!cookie) throw new Error(`The sign-in link answers ${answer.status}.`)
  return cookie
}
