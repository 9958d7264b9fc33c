import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, expect } from 'vitest'
import { PostgresFailure } from './failures.ts'
import type { PostgresFailureCode } from './failures.ts'
import { processesOn, waitFor } from './processes.ts'
import { startPostgres } from './start.ts'
import type { RunningPostgres, StartPostgresOptions } from './start.ts'

const undo: (() => unknown)[] = []

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
})

/** Runs after the test, in the reverse order of the calls. */
export function afterwards(step: () => unknown): void {
  undo.push(step)
}

/** An empty data folder of the test, which the database's user may pass through. */
export async function dataFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'kaichang-supervisor-')))
  await chmod(folder, 0o711)
  afterwards(() => rm(folder, { recursive: true, force: true }))
  return folder
}

let made: Promise<string> | undefined

afterAll(async () => {
  if (made !== undefined) await rm(await made, { recursive: true, force: true })
})

/** A data folder whose database has been made already: a copy of one that was made once. */
export async function madeFolder(): Promise<string> {
  const source = await (made ??= makeOnce())
  const folder = await dataFolder()
  const home = join(folder, 'postgres')
  await mkdir(home)
  // The owner is kept, which copying in Node does not.
  const parts = ['cluster', 'password'].map((name) => join(source, 'postgres', name))
  expect(spawnSync('cp', ['-a', ...parts, home]).status).toBe(0)
  return folder
}

async function makeOnce(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'kaichang-supervisor-')))
  await chmod(folder, 0o711)
  await (await startPostgres({ dataDirectory: folder, log: () => undefined })).stop()
  return folder
}

/** Starts a server that stops with the test, and collects what it says. */
export async function start(
  dataDirectory: string,
  options: Partial<StartPostgresOptions> = {},
): Promise<RunningPostgres & { said: string[] }> {
  const said: string[] = []
  const server = await startPostgres({ dataDirectory, log: ({ en }) => said.push(en), ...options })
  afterwards(server.stop)
  return { ...server, said }
}

/** One query on a connection of its own; answers with the first row. */
export async function ask(url: string, text: string): Promise<Record<string, unknown> | undefined> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query<Record<string, unknown>>(text)).rows[0]
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Asks again until the server answers. */
export async function askUntilAnswered(url: string, text: string, limit: number): Promise<Record<string, unknown> | undefined> {
  let row: Record<string, unknown> | undefined
  const answered = await waitFor(async () => {
    row = await ask(url, text).catch(() => undefined)
    return row !== undefined
  }, limit)
  expect(answered, 'the server answers again').toBe(true)
  return row
}

/** What a start is refused with. */
export async function refusal(starting: Promise<unknown>): Promise<{ code: PostgresFailureCode; zh: string; en: string }> {
  const error = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(PostgresFailure)
  if (!(error instanceof PostgresFailure)) throw error
  return { code: error.code, ...error.sentence }
}

/**
 * Another process that starts the server of a folder, prints its address and then waits. `first` is
 * run before the start, `last` after it.
 */
export async function startElsewhere(
  dataDirectory: string,
  { first = '', last = '' } = {},
): Promise<{ pid: number; line: string; ended: Promise<string> }> {
  const script = join(dataDirectory, '..', `kaichang-parent-${process.pid}-${Math.trunc(performance.now())}.ts`)
  const module = join(import.meta.dirname, 'start.ts')
  await writeFile(
    script,
    `import { startPostgres } from ${JSON.stringify(module)}
${first}
try {
  const { url } = await startPostgres({ dataDirectory: ${JSON.stringify(dataDirectory)}, log: () => undefined })
  console.log(url)
  ${last}
} catch (error) {
  console.log(error.code ?? error)
  process.exit(1)
}
`,
  )
  afterwards(() => rm(script, { force: true }))
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] ?? '' } })
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code ?? 0}`))
  })
  const line = await new Promise<string>((resolve) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()))
    child.once('exit', () => resolve(''))
  })
  return { pid: child.pid ?? 0, line, ended }
}

/** Waits until no process works in a cluster any more. */
export async function expectNoServer(cluster: string): Promise<void> {
  const gone = await waitFor(async () => (await processesOn(cluster)).length === 0, 5_000)
  expect(gone, 'no process is left').toBe(true)
}
