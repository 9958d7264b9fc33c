import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRegistration } from '@kaichang/core/registration/actions.ts'
import { startPostgres, type RunningPostgres } from '@kaichang/core/store/postgres/start.ts'
import { makeEvent } from '../tests/setup/samples.ts'
import { openSite, type Site } from '../tests/setup/server.ts'

let folder: string
let database: RunningPostgres
let site: Site
const start = (): Promise<RunningPostgres> => startPostgres({ dataDirectory: folder, log: () => undefined, settings: { fsync: 'off' } })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaichang-away-'))
  await chmod(folder, 0o711)
  database = await start()
  site = await openSite({ databaseUrl: database.url })
  const ctx = site.app.context({ kind: 'system', name: 'test' })
  const { communityId, event } = await makeEvent(ctx)
  await openRegistration(ctx, communityId, event.id)
})
afterAll(async () => {
  await site.close()
  await database.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Seen {
  status: number
  seconds: number
  retry: string | null
}

async function ask(path: string, init: RequestInit = {}): Promise<Seen & { text: string; location: string | null }> {
  const began = performance.now()
  const answer = await fetch(site.url + path, { redirect: 'manual', ...init })
  const text = await answer.text()
  return {
    status: answer.status,
    seconds: (performance.now() - began) / 1000,
    retry: answer.headers.get('retry-after'),
    text,
    location: answer.headers.get('location'),
  }
}

test(
  'the database is gone for ten seconds: readers go on reading, a registration waits and is kept once',
  { timeout: 60_000 },
  async () => {
    // Kept once no change is on its way any more.
    const kept = async (): Promise<[number, boolean]> => [(await ask('/pychina/nanning')).status, site.http.cache.stats.hits > 0]
    await expect.poll(kept, { timeout: 10_000 }).toEqual([200, true])
    const form = await ask('/pychina/nanning/register')
    const key = /name="_key" value="([^"]+)"/.exec(form.text)?.[1] ?? ''
    expect(key).not.toBe('')

    await database.stop()
    const away = sleep(10_000).then(async () => {
      database = await start()
    })
    const reader = (async (): Promise<Seen[]> => {
      const seen: Seen[] = []
      for (const until = performance.now() + 9_000; performance.now() < until; await sleep(300)) seen.push(await ask('/pychina/nanning'))
      return seen
    })()
    const uncached = ask('/pychina/notice')
    const body = new URLSearchParams({ _key: key, _form: 'register', name: '等一等', phone: '13812340000', 'consents.registration': 'on' })
    const writer = ask('/pychina/nanning/register?/register', { method: 'POST', body, headers: { origin: site.url, accept: 'text/html' } })
    const [seen, waited, written] = await Promise.all([reader, uncached, writer, away])

    expect(seen.length).toBeGreaterThan(15)
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200]))
    expect(Math.max(...seen.map(({ seconds }) => seconds))).toBeLessThan(1.5)
    expect(waited.status === 200 || (waited.status === 503 && Number(waited.retry) > 0)).toBe(true)
    expect([written.status, written.location?.replace(/\/t\/[^?]+/, '/t/…')]).toEqual([303, '/t/…?done=registered'])
    const again = await ask('/pychina/nanning/register?/register', {
      method: 'POST',
      body,
      headers: { origin: site.url, accept: 'text/html' },
    })
    expect(again.location).toBe(written.location)
    const rows = await site.app.db.selectFrom('registration').select('id').execute()
    expect(rows).toHaveLength(1)
    expect((await ask('/readyz')).status).toBe(200)
  },
)
