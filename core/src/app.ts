import type { Kysely } from 'kysely'
import type { Actor } from '#core/kernel/actor.ts'
import { systemClock, type Clock } from '#core/kernel/clock.ts'
import { secureRandom, type Random } from '#core/kernel/random.ts'
import { installationSecret } from '#core/kernel/secret.ts'
import type { Settings } from '#core/kernel/settings.ts'
import type { Context } from '#core/store/context.ts'
import { openDatabase, type DB } from '#core/store/database.ts'
import { openFeed, type JournalFeed } from '#core/store/feed.ts'
import { noJobs, startJobs, type Jobs } from '#core/store/jobs.ts'
import { migrate } from '#core/store/migrate.ts'

/** A running installation: what pages, API, jobs and the command line share. */
export interface App {
  readonly settings: Settings
  readonly databaseUrl: string
  readonly db: Kysely<DB>
  readonly clock: Clock
  readonly random: Random
  readonly secret: string
  readonly jobs: Jobs
  readonly journalFeed: JournalFeed
  readonly log: (message: string) => void
  /** A context in which the given actor acts now. */
  context(actor: Actor): Context
  /** Lets work go on after the answer that began it; a failure is logged under its name, closing waits for its end. */
  aside(name: string, work: Promise<unknown>): void
  /** Resolves when nothing goes on aside any more. */
  settled(): Promise<void>
  close(): Promise<void>
}

export interface AppOptions {
  settings: Settings
  databaseUrl: string
  clock?: Clock
  random?: Random
  log?: (message: string) => void
  /** False for command-line work: no queue, nothing is listened to. */
  jobs?: boolean
  /** How long a query waits for a database that is away, in milliseconds. */
  patience?: number
}

/** Migrates the database and opens everything on top of it. */
export async function openApp(options: AppOptions): Promise<App> {
  const { settings, databaseUrl, clock = systemClock, random = secureRandom } = options
  const log = options.log ?? ((message: string) => void process.stderr.write(`${message}\n`))
  await migrate(databaseUrl)
  const secret = installationSecret(settings.dataDirectory, settings.secret)
  const db = openDatabase({ url: databaseUrl, pool: settings.pool, patience: options.patience ?? 12_000, log })
  const jobs = options.jobs === false ? noJobs : await startJobs({ url: databaseUrl, log })
  const journalFeed = openFeed(databaseUrl, log)
  const working = new Set<Promise<unknown>>()
  const settled = async (): Promise<void> => {
    while (working.size > 0) await Promise.all(working)
  }
  return {
    settings,
    databaseUrl,
    db,
    clock,
    random,
    secret,
    jobs,
    journalFeed,
    log,
    context: (actor) => ({ db, clock, random, actor, settings, secret, jobs }),
    aside: (name, work) => {
      const going = work.catch((error: unknown) => log(`${name}: ${String(error)}`)).finally(() => working.delete(going))
      working.add(going)
    },
    settled,
    close: async () => {
      await jobs.stop()
      await settled()
      await journalFeed.close()
      await db.destroy()
    },
  }
}
