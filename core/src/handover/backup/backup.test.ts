import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { create, extract } from 'tar'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeExample } from '#core/community/actions.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { freshDatabase, type FreshDatabase } from '../../../../tests/setup/database.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { NOT_KEPT } from './format.ts'
import { importCommunity, restoreBackup } from './read.ts'
import { quoted, tablesInOrder } from './tables.ts'
import { writeBackup } from './write.ts'

let app: TestApp
let folder: string
let community: { communityId: string; slug: string }
const opened: FreshDatabase[] = []
const recording = Buffer.from('not really sound')
const checksum = createHash('sha256').update(recording).digest('hex')

beforeAll(async () => {
  app = await testApp()
  folder = mkdtempSync(join(tmpdir(), 'kaichang-backup-test-'))
  const made = await makeEvent(app.ctx, { community: 'one', summary: { zh: '“引号”、\n换行、\\反斜线、👩‍💻' } })
  community = { communityId: made.communityId, slug: 'one' }
  await makeEvent(app.ctx, { community: 'two' })
  mkdirSync(join(app.settings.dataDirectory, 'files', made.communityId), { recursive: true })
  writeFileSync(join(app.settings.dataDirectory, 'files', made.communityId, checksum), recording)
})
afterAll(async () => {
  for (const database of opened) await database.drop()
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

const empty = async (source?: string): Promise<{ databaseUrl: string; dataDirectory: string }> => {
  const database = await freshDatabase(source)
  opened.push(database)
  return { databaseUrl: database.url, dataDirectory: mkdtempSync(join(folder, 'data-')) }
}

/** Every kept row of a database, as text. */
async function contents(databaseUrl: string): Promise<Record<string, string[]>> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const all: Record<string, string[]> = {}
  for (const { name } of await tablesInOrder(client)) {
    if (NOT_KEPT.has(name)) continue
    const { rows } = await client.query<{ line: string }>(`select to_jsonb(t)::text as line from ${quoted(name)} t order by 1`)
    all[name] = rows.map((row) => row.line)
  }
  await client.end()
  return all
}

const backup = async (name: string, options: { community?: typeof community } = {}): Promise<string> => {
  const file = join(folder, name)
  await writeBackup({
    databaseUrl: app.databaseUrl,
    dataDirectory: app.settings.dataDirectory,
    file,
    now: app.clock.now(),
    secret: app.secret,
    ...options,
  })
  return file
}

test('a backup restored elsewhere holds the same rows, files and secret, and goes on counting', async () => {
  const file = await backup('whole.tar.gz')
  const there = await empty()
  const manifest = await restoreBackup({ ...there, file })
  expect(manifest).toMatchObject({ community: null, files: 1 })
  const [before, after] = [await contents(app.databaseUrl), await contents(there.databaseUrl)]
  expect(before['event']).toHaveLength(2)
  expect(after).toEqual(before)
  expect(readFileSync(join(there.dataDirectory, 'files', community.communityId, checksum))).toEqual(recording)
  expect(readFileSync(join(there.dataDirectory, 'secret'), 'utf8')).toBe(app.secret)
  const client = new pg.Client({ connectionString: there.databaseUrl })
  await client.connect()
  const next = await client.query<{ no: string }>(
    `insert into community (community_id, slug, name, created_at) values (gen_random_uuid(), 'three', '{}', now()) returning no`,
  )
  await client.end()
  expect(Number(next.rows[0]?.no)).toBe(3)
})

test('rows that come long before those of their table that they hang on are restored, also from an older version', async () => {
  const from = await testApp({ seed: 3 })
  try {
    const { communityId, event } = await makeEvent(from.ctx, { community: 'hanging' })
    const insert = async (text: string, values: readonly string[]): Promise<void> => {
      await pool.query(text, [communityId, event.id, ...values])
    }
    const pool = new pg.Client({ connectionString: from.databaseUrl })
    await pool.connect()
    const order = '00000000-0000-4000-8000-00000000aaaa'
    const ticket = '00000000-0000-4000-8000-00000000bbbb'
    const parent = '00000000-0000-4000-8000-00000000cccc'
    await insert(
      `insert into ticket_order (community_id, event_id, id, code, state, created_at) values ($1, $2, $3, 'HANG', 'cancelled', now())`,
      [order],
    )
    await pool.query('begin')
    await pool.query('set constraints all deferred')
    // More children than two batches hold; what they hang on is written, and so read, last.
    await insert(
      `insert into order_line (community_id, event_id, id, order_id, for_line_id, position, state)
       select $1, $2, gen_random_uuid(), $3, $4, n, 'free' from generate_series(1, 1200) n`,
      [order, ticket],
    )
    await insert(`insert into order_line (community_id, event_id, id, order_id, position, state) values ($1, $2, $4, $3, 0, 'free')`, [
      order,
      ticket,
    ])
    await insert(
      `insert into ticket_type (community_id, event_id, id, name, kind, parent_id, position, created_at)
       select $1, $2, gen_random_uuid(), '{"zh":"M"}', 'addon', $3, n, now() from generate_series(1, 600) n`,
      [parent],
    )
    await insert(
      `insert into ticket_type (community_id, event_id, id, name, kind, position, created_at) values ($1, $2, $3, '{"zh":"T"}', 'addon', 0, now())`,
      [parent],
    )
    await pool.query('commit')
    await pool.end()
    const file = join(folder, 'hanging.tar.gz')
    await writeBackup({ databaseUrl: from.databaseUrl, dataDirectory: from.settings.dataDirectory, file, now: from.clock.now() })
    const there = await empty()
    await restoreBackup({ ...there, file })
    const [before, after] = [await contents(from.databaseUrl), await contents(there.databaseUrl)]
    expect(after['order_line']).toHaveLength(1201)
    expect(after['ticket_type']).toHaveLength(601)
    expect(after).toEqual(before)

    // The same backup as made before references within a table could wait.
    const old = mkdtempSync(join(folder, 'old-'))
    await extract({ file, cwd: old })
    const manifest: unknown = JSON.parse(readFileSync(join(old, 'kaichang.json'), 'utf8'))
    writeFileSync(join(old, 'kaichang.json'), JSON.stringify(Object.assign({}, manifest, { migration: '0015_channels' })))
    await create({ gzip: true, file: join(folder, 'older.tar.gz'), cwd: old, portable: true }, ['kaichang.json', 'tables'])
    const elsewhere = await empty('template0')
    await restoreBackup({ ...elsewhere, file: join(folder, 'older.tar.gz') })
    expect(await contents(elsewhere.databaseUrl)).toEqual(before)
  } finally {
    await from.close()
  }
})

test('nothing is restored over data that is there', async () => {
  const file = await backup('again.tar.gz')
  await expect(restoreBackup({ databaseUrl: app.databaseUrl, dataDirectory: folder, file })).rejects.toMatchObject({
    code: 'backup.not_empty',
  })
})

test('one community travels to another installation and gets its own number there', async () => {
  const file = await backup('one.tar.gz', { community })
  const there = await testApp({ seed: 2 })
  try {
    await makeEvent(there.ctx, { community: 'local' })
    const target = { databaseUrl: there.databaseUrl, dataDirectory: there.settings.dataDirectory, file }
    await importCommunity(target)
    const rows = await there.db.selectFrom('community').select(['slug', 'no']).orderBy('no').execute()
    expect(rows).toEqual([
      { slug: 'local', no: 1 },
      { slug: 'one', no: 2 },
    ])
    const events = await there.db.selectFrom('event').select(['slug', 'summary']).where('communityId', '=', community.communityId).execute()
    expect(events).toEqual([{ slug: 'nanning', summary: { zh: '“引号”、\n换行、\\反斜线、👩‍💻' } }])
    await expect(importCommunity(target)).rejects.toMatchObject({ code: 'community.slug_taken' })
    await expect(restoreBackup(target)).rejects.toMatchObject({ code: 'backup.is_export' })
    await expect(removeExample(there.ctx, community.communityId)).rejects.toMatchObject({ code: 'access.denied' })
  } finally {
    await there.close()
  }
})

test('an altered, cut or hostile archive is refused before anything is written', async () => {
  const file = await backup('good.tar.gz')
  const plain = gunzipSync(readFileSync(file))
  const altered = Buffer.from(plain)
  altered.set(Buffer.from('Nanninh'), altered.indexOf('Nanning'))
  const cases: Record<string, Buffer> = { altered: gzipSync(altered), cut: readFileSync(file).subarray(0, 900), empty: Buffer.alloc(0) }
  for (const [name, bytes] of Object.entries(cases)) {
    const there = await empty()
    writeFileSync(join(folder, name), bytes)
    await expect(restoreBackup({ ...there, file: join(folder, name) })).rejects.toMatchObject({ code: 'backup.broken' })
    expect((await contents(there.databaseUrl))['community']).toEqual([])
  }
  const there = await empty()
  writeFileSync(join(folder, 'passwd'), 'x')
  await create({ gzip: true, file: join(folder, 'hostile.tar.gz'), cwd: folder, preservePaths: true }, ['./passwd'])
  await expect(restoreBackup({ ...there, file: join(folder, 'hostile.tar.gz') })).rejects.toMatchObject({
    code: 'backup.broken',
    params: { reason: './passwd' },
  })
})
