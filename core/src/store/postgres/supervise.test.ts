import { spawnSync } from 'node:child_process'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { processesOn, readPostmasterFile, signalProcess, waitFor } from './processes.ts'
import { startPostgres } from './start.ts'
import { afterwards, ask, askUntilAnswered, dataFolder, expectNoServer, madeFolder, refusal, start, startElsewhere } from './testing.ts'

test('a killed server comes back by itself with everything that was acknowledged', async () => {
  const folder = await madeFolder()
  const { url, said } = await start(folder)
  await ask(url, 'CREATE TABLE acknowledged (id int)')
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  let acknowledged = 0
  const writing = (async () => {
    for (;;) {
      await client.query('INSERT INTO acknowledged VALUES ($1)', [acknowledged + 1])
      acknowledged += 1
    }
  })().catch(() => undefined)
  await waitFor(async () => acknowledged > 100, 10_000)
  signalProcess((await postmasterOf(folder)).pid, 'SIGKILL')
  await writing
  const row = await askUntilAnswered(url, 'SELECT count(*)::int AS rows, max(id) AS last FROM acknowledged', 15_000)
  // The one that was under way at the kill may have been committed without our hearing of it.
  expect([acknowledged, acknowledged + 1]).toContain(row?.['rows'])
  expect(row?.['last']).toBe(row?.['rows'])
  await waitFor(async () => said.length > 1, 2_000)
  expect(said).toEqual(['The database ended unexpectedly (SIGKILL); starting it again.', 'The database is back.'])
})

test('a child of a killed server that does not notice its death is ended', async () => {
  const folder = await madeFolder()
  const { url } = await start(folder)
  const busy = new Client({ connectionString: url })
  busy.on('error', () => undefined)
  await busy.connect()
  const { rows } = await busy.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const child = rows[0]?.pid ?? 0
  const { pid } = await postmasterOf(folder)
  signalProcess(child, 'SIGSTOP')
  signalProcess(pid, 'SIGKILL')
  await askUntilAnswered(url, 'SELECT 1 AS one', 30_000)
  expect(await processesOn(join(folder, 'postgres', 'cluster'))).not.toContain(child)
})

test('a server whose parent was killed is found, ended and started anew, never two', async () => {
  const folder = await madeFolder()
  const cluster = join(folder, 'postgres', 'cluster')
  const parent = await startElsewhere(folder)
  await ask(parent.line, 'CREATE TABLE kept AS SELECT 42 AS answer')
  const orphan = await postmasterOf(folder)
  process.kill(parent.pid, 'SIGKILL')
  await parent.ended
  expect(await processesOn(cluster)).toContain(orphan.pid)

  const { url, said } = await start(folder)
  expect(url).toBe(parent.line)
  expect(said).toEqual(['The last run did not end properly: its database was shut down and starts anew.'])
  expect(await processesOn(cluster)).not.toContain(orphan.pid)
  expect(await ask(url, 'SELECT answer FROM kept')).toEqual({ answer: 42 })
})

test('a start beside remains of a killed server and a killed parent succeeds', async () => {
  const folder = await madeFolder()
  const parent = await startElsewhere(folder)
  const { pid } = await postmasterOf(folder)
  process.kill(parent.pid, 'SIGKILL')
  signalProcess(pid, 'SIGKILL')
  await parent.ended
  const { url } = await start(folder)
  expect(await ask(url, 'SELECT 1 AS one')).toEqual({ one: 1 })
})

test('a lock file that names a stranger does not stop the start', async () => {
  const folder = await madeFolder()
  const first = await start(folder)
  await first.stop()
  await writeFile(join(folder, 'postgres', 'cluster', 'postmaster.pid'), `${process.pid}\n${folder}\n1\n5432\n\n\n\nready\n`)
  await writeFile(join(folder, 'postgres', 'kaichang.lock'), JSON.stringify({ pid: process.pid, birth: 'another boot/1' }))
  const second = await start(folder)
  expect(await ask(second.url, 'SELECT 1 AS one')).toEqual({ one: 1 })
})

test.each([
  ['SIGINT', 'code 130'],
  ['SIGTERM', 'code 143'],
] as const)('%s stops everything in order, a second one changes nothing', async (signal, ending) => {
  const folder = await madeFolder()
  const parent = await startElsewhere(folder)
  process.kill(parent.pid, signal)
  process.kill(parent.pid, signal)
  expect(await parent.ended).toBe(ending)
  await expectNoServer(join(folder, 'postgres', 'cluster'))
  expect(await readPostmasterFile(join(folder, 'postgres', 'cluster'))).toBeUndefined()
})

test('a process that exits without stopping leaves no server', async () => {
  const folder = await madeFolder()
  const parent = await startElsewhere(folder, { last: 'process.exit(7)' })
  expect(parent.line).toMatch(/^postgres:/)
  expect(await parent.ended).toBe('code 7')
  await expectNoServer(join(folder, 'postgres', 'cluster'))
})

test('a process that is told to end while it starts leaves no server either', async () => {
  const folder = await madeFolder()
  const cluster = join(folder, 'postgres', 'cluster')
  // As soon as there is a server, and before it was found to answer.
  const watch = `const watching = setInterval(() => {
    if (!existsSync(${JSON.stringify(join(cluster, 'postmaster.pid'))})) return
    clearInterval(watching)
    process.kill(process.pid, 'SIGTERM')
  }, 1)`
  const parent = await startElsewhere(folder, { first: `import { existsSync } from 'node:fs'\n${watch}` })
  expect(await parent.ended).toBe('code 143')
  await expectNoServer(cluster)
  const { url } = await start(folder)
  expect(await ask(url, 'SELECT 1 AS one')).toEqual({ one: 1 })
})

test('stop answers once the server is gone, also when called twice or by abort', async () => {
  const folder = await madeFolder()
  const control = new AbortController()
  const { stop } = await start(folder, { signal: control.signal })
  control.abort()
  await Promise.all([stop(), stop()])
  expect(await processesOn(join(folder, 'postgres', 'cluster'))).toEqual([])
})

test('a full disk is named before the start, and outlived once space is back', async ({ skip }) => {
  const folder = await dataFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=450m,mode=711', 'tmpfs', folder]).status === 0
  if (!mounted) skip('mounting is not allowed here')
  afterwards(() => spawnSync('umount', ['-l', folder]))
  const ballast = join(folder, 'ballast')
  await writeFile(ballast, Buffer.alloc(250 * 1024 * 1024))
  expect(await refusal(startPostgres({ dataDirectory: folder, log: () => undefined }))).toMatchObject({ code: 'disk_full' })
  await rm(ballast)

  const { url, said } = await start(folder)
  await ask(url, 'CREATE TABLE acknowledged AS SELECT 1 AS id')
  const { bavail, bsize } = await statfs(folder)
  await writeFile(ballast, Buffer.alloc(bavail * bsize - 1024 * 1024))
  // Log segments alone: without room for the next one PostgreSQL gives up altogether.
  const filling = `SELECT count(pg_logical_emit_message(true, 'fill', repeat('y', 1000000))) FROM generate_series(1, 200)`
  await expect(ask(url, filling)).rejects.toThrow()
  await waitFor(async () => said.some((line) => line.startsWith('The disk is nearly full')), 20_000)
  await rm(ballast)
  expect(await askUntilAnswered(url, 'SELECT id FROM acknowledged', 30_000)).toEqual({ id: 1 })
  expect(said.slice(0, 3)).toEqual([
    'The database has been made.',
    'The database ended unexpectedly (code 1); starting it again.',
    expect.stringMatching(
      /^The disk is nearly full: .* MB left, the database needs at least 64 MB. Free some space and start again; the data is safe.$/,
    ),
  ])
})

async function postmasterOf(folder: string): Promise<{ pid: number }> {
  const state = await readPostmasterFile(join(folder, 'postgres', 'cluster'))
  expect(state).toBeDefined()
  return state ?? { pid: 0 }
}
