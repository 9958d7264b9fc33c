import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findRunningPostgres, startPostgres } from './start.ts'
import { findBinaries } from './runtime.ts'
import { afterwards, ask, dataFolder, expectNoServer, madeFolder, refusal, start, startElsewhere } from './testing.ts'

const isRoot = process.getuid?.() === 0
const quiet = () => undefined

test('the first start makes a safe database, the second one takes less than 1.5 s', async () => {
  const folder = await dataFolder()
  const first = await start(folder)
  expect(first.said).toEqual(['The database has been made.'])
  expect(
    await ask(
      first.url,
      `SELECT current_database() AS name, current_setting('server_encoding') AS encoding, datlocprovider AS provider, datlocale AS locale,
              current_setting('data_checksums') AS checksums, current_setting('fsync') AS fsync, current_setting('TimeZone') AS zone,
              upper('été 开场') AS upper
       FROM pg_database WHERE datname = current_database()`,
    ),
  ).toEqual({
    name: 'kaichang',
    encoding: 'UTF8',
    provider: 'b',
    locale: 'C.UTF-8',
    checksums: 'on',
    fsync: 'on',
    zone: 'UTC',
    upper: 'ÉTÉ 开场',
  })
  expect((await stat(join(folder, 'postgres', 'password'))).mode & 0o777).toBe(0o600)
  await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await first.stop()
  await expectNoServer(join(folder, 'postgres', 'cluster'))

  const before = performance.now()
  const second = await start(folder)
  expect(performance.now() - before).toBeLessThan(1_500)
  expect(second).toMatchObject({ url: first.url, said: [] })
  expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual({ answer: 42 })
})

test('only those who know the password come in, and only from this machine', async () => {
  const { url, port } = await start(await madeFolder())
  await expect(ask(`postgres://kaichang:wrong@127.0.0.1:${port}/kaichang`, 'SELECT 1')).rejects.toThrow('password authentication failed')
  expect(await ask(url, `SELECT current_setting('listen_addresses') AS tcp, current_setting('unix_socket_directories') AS socket`)).toEqual(
    {
      tcp: '127.0.0.1',
      socket: '',
    },
  )
})

test('a lost password file is made anew without losing data', async () => {
  const folder = await madeFolder()
  const first = await start(folder)
  await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await first.stop()
  await rm(join(folder, 'postgres', 'password'))
  const second = await start(folder)
  expect(second.url).not.toBe(first.url)
  expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual({ answer: 42 })
})

test('a folder that is in use is refused, and a command finds the server that runs there', async () => {
  const folder = await madeFolder()
  expect(await findRunningPostgres(folder)).toBeUndefined()
  const { url, stop } = await start(folder)
  expect(await refusal(startPostgres({ dataDirectory: folder, log: quiet }))).toMatchObject({
    code: 'data_folder_in_use',
    en: `The data folder ${folder}/postgres is in use by another Kaichang (process ${process.pid}): stop it first, or name another folder with KAICHANG_DATA.`,
  })
  expect(await findRunningPostgres(folder)).toBe(url)
  await stop()
  expect(await findRunningPostgres(folder)).toBeUndefined()
})

test('data of another PostgreSQL version is left alone', async () => {
  const folder = await madeFolder()
  await (await start(folder)).stop()
  const version = join(folder, 'postgres', 'cluster', 'PG_VERSION')
  await writeFile(version, '17\n')
  expect(await refusal(startPostgres({ dataDirectory: folder, log: quiet }))).toMatchObject({
    code: 'database_version_differs',
    zh: `${folder}/postgres/cluster 是 PostgreSQL 17 的数据，这里带的是 PostgreSQL 18：用原来的版本备份（kaichang backup），再恢复到新的目录。`,
  })
  await writeFile(version, '18\n')
  await start(folder)
})

test('a port that was asked for and is taken is refused', async () => {
  const folder = await madeFolder()
  const port = await occupy(0)
  expect(await refusal(startPostgres({ dataDirectory: folder, port, log: quiet }))).toMatchObject({ code: 'database_port_taken' })
  await expectNoServer(join(folder, 'postgres', 'cluster'))
})

test('a remembered port that somebody else took is left to them', async () => {
  const folder = await madeFolder()
  const first = await start(folder)
  await first.stop()
  await occupy(first.port)
  const second = await start(folder)
  expect(second.port).not.toBe(first.port)
  expect(second.said).toEqual([`Port ${first.port} is used by another program; the database moved to ${second.port}.`])
  expect(await ask(second.url, 'SELECT 1 AS one')).toEqual({ one: 1 })
})

test('a folder that cannot be written is named with the reason', async () => {
  const folder = await dataFolder()
  await writeFile(join(folder, 'file'), '')
  expect(await refusal(startPostgres({ dataDirectory: join(folder, 'file'), log: quiet }))).toMatchObject({
    code: 'data_folder_not_writable',
    en: `The data folder ${folder}/file cannot be written (ENOTDIR): change its permissions, or name another with KAICHANG_DATA.`,
  })
  const closed = join(folder, 'closed')
  await mkdir(closed, { mode: 0o555 })
  const { line, ended } = await startElsewhere(closed, { first: isRoot ? 'process.setgid(65534); process.setuid(65534)' : '' })
  expect(line).toBe('data_folder_not_writable')
  expect(await ended).toBe('code 1')
})

test.runIf(isRoot)('under root, a data folder that others cannot enter gets its cluster elsewhere', async () => {
  const folder = await dataFolder()
  const elsewhere = await dataFolder()
  await chmod(folder, 0o700)
  const first = await start(folder, { elsewhere })
  const location = (await readFile(join(folder, 'postgres', 'location'), 'utf8')).trim()
  expect(location.startsWith(`${elsewhere}/kaichang-`)).toBe(true)
  expect(first.said).toEqual([
    `Started as root, and the database's user cannot enter ${folder}/postgres: the database lies in ${location}.`,
    'The database has been made.',
  ])
  expect((await stat(join(location, 'cluster'))).uid).toBeGreaterThan(0)
  await first.stop()
  const second = await start(folder, { elsewhere })
  expect(second).toMatchObject({ url: first.url, said: [] })
})

test('a platform without binaries is told what to do', async () => {
  expect(await refusal(findBinaries('plan9-mips'))).toEqual({
    code: 'platform_without_database',
    zh: '没有适合 plan9-mips 的自带 PostgreSQL：请用 DATABASE_URL 指定一个 PostgreSQL 15 或更新的数据库。',
    en: 'There is no bundled PostgreSQL for plan9-mips: name a PostgreSQL 15 or later with DATABASE_URL.',
  })
})

/** Listens on a port until the end of the test; 0 takes any. */
async function occupy(port: number): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve))
  afterwards(() => new Promise((resolve) => void server.close(resolve)))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
