import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseUrl, ensureCluster, ensureDatabase } from './cluster.ts'
import { postgresFailure } from './failures.ts'
import type { Sentence } from './failures.ts'
import { lockHolder, takeLock } from './lock.ts'
import { preparePlace } from './place.ts'
import type { Place } from './place.ts'
import { choosePort, isFree } from './port.ts'
import { StillBusy, clearChildren, clearRemains, launch, shutDown } from './postmaster.ts'
import type { Postmaster } from './postmaster.ts'
import { findBinaries, prepareRuntime } from './runtime.ts'
import type { Runtime } from './runtime.ts'
import { stopOnSignals, supervise } from './supervise.ts'
import type { Supervisor } from './supervise.ts'

export type StartPostgresOptions = {
  /** The data folder; the database lies in its `postgres` folder. */
  dataDirectory: string
  /** A fixed port; without it one is chosen and remembered. */
  port?: number | undefined
  /** Told what takes time and what went wrong, one sentence each. */
  log: (message: Sentence) => void
  /** Stops the server when aborted. */
  signal?: AbortSignal | undefined
  /** More PostgreSQL settings, by name; they win over ours. */
  settings?: Record<string, string>
  /** Where cluster and binaries go when root's data folder cannot be entered by others. */
  elsewhere?: string
}

export type RunningPostgres = {
  /** Of the database `kaichang`, as its owner. */
  url: string
  port: number
  /** Fast shutdown; resolves when the server is gone. A second call waits for the first. */
  stop: () => Promise<void>
}

/**
 * Starts the embedded PostgreSQL of a data folder (and makes it at the first start), keeps it
 * running until it is stopped, and resolves when it takes connections. It also stops with this
 * process: at `process.exit`, and at SIGINT, SIGTERM and SIGHUP when nobody else handles them.
 * @throws PostgresFailure with one sentence in each language
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const { log, settings = {}, signal } = options
  const place = await preparePlace(options.dataDirectory, log, options.elsewhere)
  const unlock = await takeLock(place.home)
  let supervisor: Supervisor | undefined
  const release = stopOnSignals(() => supervisor?.stop() ?? Promise.resolve())
  try {
    const runtime = await prepareRuntime(await findBinaries(), place)
    await clear(place, runtime, log)
    if (await ensureCluster(place, runtime)) {
      log({ zh: '已建好数据库。', en: 'The database has been made.' })
    }
    const port = await decidePort(place, options.port, log)
    const launchAgain = () => launchPatiently(place, runtime, port, settings)
    const first = await launchAgain()
    await ensureDatabase(place.home, port).catch(async (error: unknown) => {
      await shutDown(first.pid, place, runtime)
      throw error
    })
    const { stop } = (supervisor = supervise({
      first,
      launchAgain,
      shutDown: (pid) => shutDown(pid, place, runtime),
      afterwards: async () => {
        release()
        await unlock()
      },
      log,
    }))
    if (signal?.aborted === true) await stop()
    signal?.addEventListener('abort', () => void stop(), { once: true })
    return { url: await databaseUrl(place.home, port), port, stop }
  } catch (error) {
    release()
    await unlock()
    throw error
  }
}

/**
 * Where the database of a data folder is reached while another process runs it (a command beside
 * a running server); undefined when nobody does.
 */
export async function findRunningPostgres(dataDirectory: string): Promise<string | undefined> {
  const home = join(dataDirectory, 'postgres')
  if ((await lockHolder(home)) === undefined) return undefined
  const port = await rememberedPort(home)
  return port === undefined ? undefined : databaseUrl(home, port)
}

async function clear(place: Place, runtime: Runtime, log: (message: Sentence) => void): Promise<void> {
  if (!(await clearRemains(place, runtime))) return
  log({
    zh: '上次没有正常停下：还在运行的数据库已经收好，现在重新启动。',
    en: 'The last run did not end properly: its database was shut down and starts anew.',
  })
}

async function decidePort(place: Place, asked: number | undefined, log: (message: Sentence) => void): Promise<number> {
  const remembered = await rememberedPort(place.home)
  if (asked !== undefined && !(await isFree(asked))) {
    throw postgresFailure('database_port_taken', { port: asked })
  }
  const port = asked ?? (await choosePort(place.home, remembered))
  if (port !== remembered) {
    await writeFile(join(place.home, 'port'), `${port}\n`)
    if (remembered !== undefined && asked === undefined) {
      log({
        zh: `端口 ${remembered} 已被别的程序占用，数据库改用 ${port}。`,
        en: `Port ${remembered} is used by another program; the database moved to ${port}.`,
      })
    }
  }
  return port
}

async function rememberedPort(home: string): Promise<number | undefined> {
  const port = Number(await readFile(join(home, 'port'), 'utf8').catch(() => ''))
  return Number.isInteger(port) && port > 0 ? port : undefined
}

/**
 * Launches, and again while the remains of a dead server stand in the way. A start 0.13 s after a
 * kill was seen refused and one 9 s later to succeed; after 20 s it is reported.
 */
async function launchPatiently(place: Place, runtime: Runtime, port: number, settings: Record<string, string>): Promise<Postmaster> {
  const pauses = [100, 200, 400, 800, 1_500, 3_000, 5_000, 9_000]
  for (const pause of pauses) {
    try {
      return await launch(place, runtime, port, settings)
    } catch (error) {
      if (!(error instanceof StillBusy)) throw error
      await sleep(pause)
      await clearChildren(place)
      await clearRemains(place, runtime)
    }
  }
  throw postgresFailure('database_start_failed', {
    reason: 'an earlier PostgreSQL still holds the data',
    log: place.log,
  })
}
