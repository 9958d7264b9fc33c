import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../core/src/store/migrate.ts'
import { lockHolder } from '../../core/src/store/postgres/lock.ts'
import { processesOn, signalProcess } from '../../core/src/store/postgres/processes.ts'
import { startPostgres } from '../../core/src/store/postgres/start.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where databases are made, and the migrated one that they are copied from. */
    testDatabase: { url: string; template: string }
  }
}

type Shared = { ready: Promise<{ url: string; template: string; stop: () => Promise<void> }>; users: number }

declare global {
  // One server for all projects of a run, although each loads this file anew.
  var kaichangTestDatabase: Shared | undefined
}

const prefix = 'kaichang-test-'

/** Starts one PostgreSQL (or takes TEST_DATABASE_URL) and migrates the template that tests copy. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (globalThis.kaichangTestDatabase ??= { ready: open(), users: 0 })
  shared.users += 1
  const { url, template } = await shared.ready
  project.provide('testDatabase', { url, template })
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    globalThis.kaichangTestDatabase = undefined
    await (await shared.ready).stop()
  }
}

async function open(): Promise<{ url: string; template: string; stop: () => Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL']
  const server = given === undefined ? await startTemporary() : { url: given, stop: async () => undefined }
  const template = `kaichang_test_${randomBytes(6).toString('hex')}`
  await execute(server.url, `CREATE DATABASE ${template} TEMPLATE template0 ENCODING 'UTF8'`)
  await migrate(withDatabase(server.url, template))
  return {
    url: server.url,
    template,
    stop: async () => {
      await execute(server.url, `DROP DATABASE ${template} WITH (FORCE)`)
      await server.stop()
    },
  }
}

/** Nothing in a test's database has to survive a power cut, hence no waiting for the disk. */
async function startTemporary(): Promise<{ url: string; stop: () => Promise<void> }> {
  await sweep()
  const folder = await mkdtemp(join(tmpdir(), prefix))
  // Under root the database's own user has to pass through it.
  await chmod(folder, 0o711)
  const server = await startPostgres({
    dataDirectory: folder,
    log: ({ en }) => process.stderr.write(`${en}\n`),
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '200', autovacuum: 'off' },
  })
  return {
    url: server.url,
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Removes what a test run that was killed left behind. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue
    const home = join(await realpath(tmpdir()), name, 'postgres')
    // A folder this young may belong to a run that begins at this moment and has not locked it yet.
    const age = await stat(home).then(
      ({ birthtimeMs }) => Date.now() - birthtimeMs,
      () => 0,
    )
    if (age < 60_000 || (await lockHolder(home)) !== undefined) continue
    for (const pid of await processesOn(join(home, 'cluster'))) signalProcess(pid, 'SIGKILL')
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined)
  }
}

/** The address of another database of the same server. */
export function withDatabase(url: string, database: string): string {
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}

/** Runs one statement on a connection of its own. */
export async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
