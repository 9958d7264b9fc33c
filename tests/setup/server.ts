import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openApp, type App } from '@kaichang/core/app.ts'
import { settableClock, type SettableClock } from '@kaichang/core/kernel/clock.ts'
import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { createApi } from '@kaichang/server/api/index.ts'
import { createHttpServer, type HttpServer } from '@kaichang/server/http/server.ts'
import { freshDatabase } from './database.ts'
import { freshExamples } from './examples.ts'

export interface Site {
  app: App
  clock: SettableClock
  http: HttpServer
  /** Without a slash at the end. */
  url: string
  /** What the server had to say: answers that failed or were slow. */
  log: string[]
  close: () => Promise<void>
}

export interface SiteOptions {
  /** With both example events. */
  examples?: boolean
  /** ISO moment at which the clock stands; default 2026-11-20T12:00:00+08:00. */
  now?: string
  /** Another database than a fresh one of the test server; it is not dropped at the end. */
  databaseUrl?: string
  jobs?: boolean
  env?: Record<string, string>
  /** A free port that was chosen before; a clock that somebody else sets, too. */
  port?: number
  clock?: SettableClock
  /** False leaves the pages out, for tests of the programs' side: nothing need be built. */
  pages?: boolean
}

/** The real server with its pages on a free port, a database and a data folder of its own, and a clock that tests set. */
export async function openSite(options: SiteOptions = {}): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'kaichang-site-'))
  const database = options.databaseUrl
    ? { url: options.databaseUrl, drop: async () => undefined }
    : await (options.examples ? freshExamples(folder) : freshDatabase())
  const clock = options.clock ?? settableClock(new Date(options.now ?? '2026-11-20T12:00:00+08:00'))
  const port = options.port ?? (await freePort())
  const settings = readSettings({ KAICHANG_DATA: folder, PORT: String(port), KAICHANG_URL: `http://127.0.0.1:${port}`, ...options.env })
  const log: string[] = []
  const app = await openApp({ settings, databaseUrl: database.url, clock, jobs: options.jobs ?? false, log: (line) => void log.push(line) })
  const http = await createHttpServer(app, {
    port,
    host: '127.0.0.1',
    routes: createApi(app),
    ...(options.pages === false ? { render: (_, response) => void response.end() } : {}),
  })
  return {
    app,
    clock,
    http,
    url: settings.publicUrl,
    log,
    close: async () => {
      await http.close()
      await app.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
