import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { processesOn } from '@kaichang/core/store/postgres/processes.ts'
import { freePort } from '../tests/setup/server.ts'
import { kaichang, start, type Started } from '../tests/setup/child.ts'

let folder: string
const data = (name: string): string => join(folder, name)
const cluster = (name: string): string => join(data(name), 'postgres', 'cluster')
/** The same public address wherever the pages are served from, so that they can be compared. */
const PUBLIC = 'http://localhost:4321'
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaichang-start-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const PAGES = [
  '/',
  '/pychina',
  '/pychina/notice',
  '/pychina/nanning',
  '/pychina/nanning/schedule',
  '/pychina/nanning/schedule.xml',
  '/pychina/nanning/schedule.json',
  '/pychina/nanning/schedule.ics',
  '/pychina/nanning/talks/yolo',
  '/pychina/nanning/recap',
  '/pychina/nanning/feed.xml',
  '/pychina/nanning/poster.png',
  '/dotnet-changsha',
  '/dotnet-changsha/founding-2019',
  '/dotnet-changsha/founding-2019/schedule',
  '/dotnet-changsha/founding-2019/recap',
]

/** What each public address shows: the main part of a page, the whole of anything else. */
async function read(site: Started): Promise<Record<string, string>> {
  const seen: Record<string, string> = {}
  for (const path of PAGES) {
    const answer = await fetch(site.url + path)
    expect([path, answer.status]).toEqual([path, 200])
    const html = answer.headers.get('content-type')?.startsWith('text/html')
    const text = html ? await answer.text() : Buffer.from(await answer.arrayBuffer()).toString('base64')
    seen[path] = html ? (/<main[\s\S]*<\/main>/.exec(text)?.[0] ?? '') : text
  }
  return seen
}

test('from nothing to two events, a link that signs in, a clean end; a backup restored elsewhere gives the same pages', async () => {
  const site = await start({ KAICHANG_DATA: data('one'), KAICHANG_URL: PUBLIC })
  expect(site.printed()).toContain(PUBLIC)
  const link = /\/sign-in\/link\/[\w-]{43}/.exec(site.printed())?.[0] ?? ''
  expect((await fetch(site.url + link)).status).toBe(200)
  const before = await read(site)
  expect(before['/']).toContain('PyCon China 2019 南宁场')
  const backup = await kaichang(['backup', data('all.tar.gz')], { KAICHANG_DATA: data('one') })
  expect([backup.code, backup.output]).toEqual([0, expect.stringContaining('all.tar.gz')])
  expect(await site.stop()).toBe(0)
  expect(await processesOn(cluster('one'))).toEqual([])

  const restored = await kaichang(['restore', data('all.tar.gz')], { KAICHANG_DATA: data('two') })
  expect([restored.code, restored.output]).toEqual([0, expect.stringContaining('Restored')])
  const elsewhere = await start({ KAICHANG_DATA: data('two'), KAICHANG_URL: PUBLIC })
  expect(await read(elsewhere)).toEqual(before)
  expect(await elsewhere.stop()).toBe(0)
  expect(await processesOn(cluster('two'))).toEqual([])
})

test('without examples the start page invites to begin', async () => {
  const site = await start({ KAICHANG_DATA: data('empty'), KAICHANG_EXAMPLES: '0' })
  const html = await (await fetch(site.url)).text()
  expect(html).not.toContain('示例')
  expect((await fetch(`${site.url}/pychina`)).status).toBe(404)
  expect(await site.stop()).toBe(0)
})

test('a port that is taken is one sentence, and nothing is left behind', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const { code, output } = await kaichang(['start'], { KAICHANG_DATA: data('taken'), PORT: String(port) })
  expect(code).toBe(1)
  expect(output.trim().split('\n')).toEqual([expect.stringContaining(String(port))])
  expect(await processesOn(cluster('taken'))).toEqual([])
  other.close()
})

test('wrong settings are listed, each with its name, before anything is started', async () => {
  const { code, output } = await kaichang(['start'], {
    PORT: 'door',
    KAICHANG_EXAMPELS: '0',
    KAICHANG_URL: 'example.org',
    KAICHANG_DATA: data('wrong'),
  })
  expect(code).toBe(2)
  for (const name of ['PORT', 'KAICHANG_URL', 'KAICHANG_EXAMPELS', 'did you mean KAICHANG_EXAMPLES?']) expect(output).toContain(name)
  expect(output).not.toMatch(/\bat .*\.ts:\d+/)
})

test('two starts on one data folder: the second says so and leaves the first alone', async () => {
  const site = await start({ KAICHANG_DATA: data('empty'), KAICHANG_EXAMPLES: '0' })
  const second = await kaichang(['start'], { KAICHANG_DATA: data('empty'), PORT: String(await freePort()), KAICHANG_EXAMPLES: '0' })
  expect(second.code).toBe(1)
  expect(second.output.trim().split('\n')).toHaveLength(1)
  expect((await fetch(site.url)).status).toBe(200)
  expect(await site.stop()).toBe(0)
})
