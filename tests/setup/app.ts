import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openApp, type App } from '@kaichang/core/app.ts'
import type { Actor } from '@kaichang/core/kernel/actor.ts'
import { settableClock, type SettableClock } from '@kaichang/core/kernel/clock.ts'
import { seededRandom } from '@kaichang/core/kernel/random.ts'
import { readSettings } from '@kaichang/core/kernel/settings.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { freshDatabase } from './database.ts'

export interface TestApp extends App {
  readonly clock: SettableClock
  /** A context of the system, which may do everything. */
  readonly ctx: Context
  /** A context of a signed-in person who holds the given role in the community (or in one event of it). */
  as(role: string, communityId: string, eventId?: string | null): Context
}

export interface TestAppOptions {
  /** ISO moment at which the clock stands; default 2026-11-20T12:00:00+08:00. */
  now?: string
  seed?: number
  /** True starts the job queue, too. */
  jobs?: boolean
  env?: Record<string, string>
}

/** Another process on the same database, as far as seats are concerned: a pool and queues of its own. */
export function anotherProcess(app: App, databaseUrl = app.databaseUrl, patience = 5_000): Promise<App> {
  const random = { bytes: (n: number) => crypto.getRandomValues(new Uint8Array(n)) }
  return openApp({ settings: app.settings, databaseUrl, clock: app.clock, random, jobs: false, patience, log: () => undefined })
}

/** A whole installation on a fresh database and folder, with a settable clock and seeded randomness. `close` removes both. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = await freshDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'kaichang-test-'))
  const clock = settableClock(new Date(options.now ?? '2026-11-20T12:00:00+08:00'))
  const settings = readSettings({ KAICHANG_DATA: folder, PORT: '0', ...options.env })
  const app = await openApp({
    settings,
    databaseUrl: database.url,
    clock,
    random: seededRandom(options.seed ?? 1),
    jobs: options.jobs ?? false,
    log: () => undefined,
  })
  let people = 0
  const as = (role: string, communityId: string, eventId: string | null = null): Context => {
    people += 1
    const actor: Actor = {
      kind: 'account',
      accountId: `test-${people}`,
      name: `测试 ${people}`,
      email: `test-${people}@example.org`,
      administrator: false,
      grants: [{ communityId, eventId, role }],
    }
    return app.context(actor)
  }
  return {
    ...app,
    clock,
    ctx: app.context({ kind: 'system', name: 'test' }),
    as,
    close: async () => {
      await app.close()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
