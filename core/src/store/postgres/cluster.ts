import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { folderFailure, postgresFailure, systemCode } from './failures.ts'
import type { PostgresFailure } from './failures.ts'
import { checkSpace, diskFull } from './place.ts'
import type { Place } from './place.ts'
import type { Runtime } from './runtime.ts'

const superuser = 'kaichang'
const databaseName = 'kaichang'

/** Space for a first start (template databases and log segments) and for any other one. */
const firstStartMegabytes = 256
const startMegabytes = 64

/** A quiet environment: no `PG…` variable of the person's own may reach our server. */
export const childEnvironment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' }

/**
 * Makes the cluster at the first start, and checks it at any other one. It is made under another
 * name and renamed when complete, so that a start cut short leaves nothing half.
 * @returns whether it was made now
 * @throws PostgresFailure `database_version_differs`, `disk_full`, `database_start_failed`
 */
export async function ensureCluster(place: Place, runtime: Runtime): Promise<boolean> {
  const version = await readFile(join(place.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version !== undefined) {
    const found = version.trim()
    if (found !== runtime.major) {
      throw postgresFailure('database_version_differs', {
        folder: place.cluster,
        found,
        expected: runtime.major,
      })
    }
    await checkSpace(place.folder, startMegabytes)
    if ((await knownPassword(place.home)) === '') await resetPassword(place, runtime)
    return false
  }
  await checkSpace(place.folder, firstStartMegabytes)
  try {
    await makeCluster(place, runtime)
  } catch (error) {
    throw folderFailure(error, place.folder)
  }
  return true
}

async function makeCluster(place: Place, runtime: Runtime): Promise<void> {
  for (const name of await readdir(place.folder)) {
    if (name.startsWith('cluster.new')) {
      await rm(join(place.folder, name), { recursive: true, force: true })
    }
  }
  const draft = `${place.cluster}.new-${process.pid}`
  const secret = join(place.folder, `.secret-${process.pid}`)
  await writeFile(secret, await password(place.home), { mode: 0o600 })
  if (place.identity !== undefined) await chown(secret, place.identity.uid, place.identity.gid)
  try {
    await makeOwnFolder(draft, place)
    const { code, output } = await run(runtime.initdb, place, [
      `--pgdata=${draft}`,
      `--username=${superuser}`,
      `--pwfile=${secret}`,
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--auth=scram-sha-256',
      '--data-checksums',
      '--no-instructions',
    ])
    if (code !== 0) throw await initFailure(place, output)
    await rename(draft, place.cluster)
  } finally {
    await rm(secret, { force: true })
    await rm(draft, { recursive: true, force: true })
  }
}

async function makeOwnFolder(folder: string, place: Place): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  if (place.identity !== undefined) await chown(folder, place.identity.uid, place.identity.gid)
}

async function initFailure(place: Place, output: string): Promise<PostgresFailure> {
  if (output.includes('No space left on device')) {
    return (await diskFull(place.folder, firstStartMegabytes)).error
  }
  const reason = /error: (.*)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? ''
  return postgresFailure('database_start_failed', { reason, log: place.log })
}

async function run(program: string, place: Place, args: string[], input = ''): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...place.identity,
      cwd: place.folder,
      env: childEnvironment,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    child.stderr.on('data', (data: Buffer) => (output += data.toString()))
    child.once('error', (error) => reject(unusable(error)))
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** A binary that is there and cannot be run is made for another system (Alpine's libc, for one). */
export function unusable(error: Error): Error {
  if (!['ENOENT', 'ENOEXEC'].includes(systemCode(error))) return error
  return postgresFailure('platform_without_database', {
    platform: `${process.platform}-${process.arch}`,
  })
}

/** The password of the cluster's user: made once, readable by us alone. */
async function password(home: string): Promise<string> {
  const known = await knownPassword(home)
  if (known !== '') return known
  const made = randomBytes(24).toString('base64url')
  await writeFile(join(home, 'password'), `${made}\n`, { mode: 0o600 })
  return made
}

async function knownPassword(home: string): Promise<string> {
  return (await readFile(join(home, 'password'), 'utf8').catch(() => '')).trim()
}

/** For a data folder whose password file was lost: gives the stopped cluster a new one. */
async function resetPassword(place: Place, runtime: Runtime): Promise<void> {
  const statement = `ALTER ROLE ${superuser} PASSWORD '${await password(place.home)}';\n`
  await run(runtime.postgres, place, ['--single', '-D', place.cluster, 'postgres'], statement)
}

/** Where a running cluster is reached. */
export async function databaseUrl(home: string, port: number, database = databaseName): Promise<string> {
  return `postgres://${superuser}:${await password(home)}@127.0.0.1:${port}/${database}`
}

/** Makes sure that our database stands in a running cluster and answers. */
export async function ensureDatabase(home: string, port: number): Promise<void> {
  if (await answers(await databaseUrl(home, port))) return
  const client = new Client({ connectionString: await databaseUrl(home, port, 'postgres') })
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${databaseName}`)
  } finally {
    await client.end()
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch (error) {
    const missingDatabase = '3D000'
    if (systemCode(error) === missingDatabase) return false
    throw error
  } finally {
    await client.end()
  }
}
