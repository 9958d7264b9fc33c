import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { extract } from 'tar'
import { KaichangError } from '#core/kernel/errors.ts'
import { migrate } from '#core/store/migrate.ts'
import { manifestSchema, MEMBER, type Manifest } from './format.ts'
import { quoted, tablesInOrder, type TableInfo } from './tables.ts'

export interface ReadOptions {
  databaseUrl: string
  dataDirectory: string
  file: string
  progress?: (table: string, rows: number) => void
}

/** Rows written at once. */
const BATCH = 500

/**
 * Brings a backup of a whole installation into an empty one: rows, files and the secret.
 * Errors: backup.broken (with the reason), backup.not_empty, backup.is_export, backup.newer.
 */
export function restoreBackup(options: ReadOptions): Promise<Manifest> {
  return read(options, async (folder, manifest) => {
    if (manifest.community) throw new KaichangError('backup.is_export', { community: manifest.community.slug })
    await migrateTo(options.databaseUrl, manifest.migration)
    await load(folder, manifest, options, async (client) => {
      const { rows } = await client.query<{ count: number }>(
        'select (select count(*) from community) + (select count(*) from account) as count',
      )
      if (Number(rows[0]?.count) > 0) throw new KaichangError('backup.not_empty')
    })
    await migrate(options.databaseUrl)
    await placeFiles(folder, options.dataDirectory)
    const secret = join(folder, 'secret')
    if (existsSync(secret)) {
      await copyFile(secret, join(options.dataDirectory, 'secret'))
      await chmod(join(options.dataDirectory, 'secret'), 0o600)
    }
  })
}

/**
 * Adds a community that was exported from another installation. Ids stay, the community's number is given anew,
 * so personal links of the other installation do not work here. Errors as above, and community.slug_taken.
 */
export function importCommunity(options: ReadOptions): Promise<Manifest> {
  return read(options, async (folder, manifest) => {
    const { community } = manifest
    if (!community) throw new KaichangError('backup.is_whole')
    await migrate(options.databaseUrl)
    await load(folder, manifest, options, async (client) => {
      const taken = await client.query('select 1 from community where community_id = $1 or slug = $2', [
        community.communityId,
        community.slug,
      ])
      if (taken.rowCount) throw new KaichangError('community.slug_taken')
    })
    await placeFiles(folder, options.dataDirectory)
  })
}

async function read(options: ReadOptions, work: (folder: string, manifest: Manifest) => Promise<void>): Promise<Manifest> {
  const folder = await mkdtemp(join(tmpdir(), 'kaichang-restore-'))
  try {
    await unpack(options.file, folder)
    const manifest = await readManifest(folder, options.file)
    await checkTables(folder, manifest, options.file)
    await work(folder, manifest)
    return manifest
  } finally {
    // After a broken archive the unpacker may still be closing a file.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }
}

/** Takes out only plain files with names that a backup has; anything else in the archive is a reason to stop. */
async function unpack(file: string, folder: string): Promise<void> {
  const strange: string[] = []
  try {
    await extract({
      file,
      cwd: folder,
      strict: true,
      filter: (path, entry) => {
        const directory = 'type' in entry && entry.type === 'Directory'
        const plain = 'type' in entry && entry.type === 'File'
        if (directory && /^(?:tables|files|files\/[0-9a-f-]{36})\/?$/.test(path)) return true
        if (plain && MEMBER.test(path)) return true
        strange.push(path)
        return false
      },
    })
  } catch (error) {
    throw broken(file, error instanceof Error ? error.message : String(error))
  }
  if (strange[0] !== undefined) throw broken(file, strange[0])
}

async function readManifest(folder: string, file: string): Promise<Manifest> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, 'kaichang.json'), 'utf8')))
  } catch {
    throw broken(file, 'kaichang.json')
  }
}

/** Every table is there, with the rows and the checksum that the manifest names, before anything is written. */
async function checkTables(folder: string, manifest: Manifest, file: string): Promise<void> {
  for (const table of manifest.tables) {
    const hash = createHash('sha256')
    let rows = 0
    const path = join(folder, 'tables', `${table.name}.ndjson`)
    if (!existsSync(path)) throw broken(file, table.name)
    for await (const chunk of createReadStream(path)) {
      const bytes: Buffer = chunk
      hash.update(bytes)
      for (const byte of bytes) if (byte === 10) rows += 1
    }
    if (rows !== table.rows || hash.digest('hex') !== table.sha256) throw broken(file, table.name)
  }
}

async function migrateTo(databaseUrl: string, migration: string): Promise<void> {
  try {
    await migrate(databaseUrl, migration)
  } catch (error) {
    if (error instanceof Error && /not found/i.test(error.message)) throw new KaichangError('backup.newer', { migration })
    throw error
  }
}

/** Loads all tables in one transaction: everything or nothing. */
async function load(folder: string, manifest: Manifest, options: ReadOptions, guard: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: options.databaseUrl, application_name: 'kaichang-restore' })
  await client.connect()
  try {
    await client.query('begin')
    await guard(client)
    await deferSelfReferences(client)
    const counts = new Map(manifest.tables.map((t) => [t.name, t.rows]))
    for (const table of await tablesInOrder(client)) {
      if (!counts.has(table.name)) continue
      await loadTable(client, table, join(folder, 'tables', `${table.name}.ndjson`), manifest.community !== null)
      options.progress?.(table.name, counts.get(table.name) ?? 0)
    }
    await client.query('commit')
    // Until the planner knows how much there is, it joins as if every table were empty.
    await client.query('analyze')
  } finally {
    // Ends the transaction as well when it was not committed.
    await client.end()
  }
}

/**
 * A row may come before the row of its own table that it hangs on, in another batch: such references are looked at when
 * everything is in. In a backup that an older version made they may not be deferrable yet.
 */
async function deferSelfReferences(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; name: string }>(
    `select t.relname as table, k.conname as name from pg_constraint k join pg_class t on t.oid = k.conrelid
     where k.contype = 'f' and k.conrelid = k.confrelid and not k.condeferrable`,
  )
  for (const { table, name } of rows) await client.query(`alter table ${quoted(table)} alter constraint ${quoted(name)} deferrable`)
  await client.query('set constraints all deferred')
}

async function loadTable(client: pg.Client, table: TableInfo, path: string, renumber: boolean): Promise<void> {
  const columns = table.columns
    .filter((column) => !(renumber && table.identity.includes(column)))
    .map(quoted)
    .join(', ')
  const insert = `insert into ${quoted(table.name)} (${columns}) overriding system value
    select ${columns} from jsonb_populate_recordset(null::${quoted(table.name)}, $1::jsonb)`
  let lines: string[] = []
  const flush = async (): Promise<void> => {
    if (lines.length > 0) await client.query(insert, [`[${lines.join(',')}]`])
    lines = []
  }
  for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    lines.push(line)
    if (lines.length >= BATCH) await flush()
  }
  await flush()
  for (const column of table.identity) {
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), greatest((select max(${quoted(column)}) from ${quoted(table.name)}), 1))`,
      [table.name, column],
    )
  }
}

async function placeFiles(folder: string, dataDirectory: string): Promise<void> {
  const source = join(folder, 'files')
  if (!existsSync(source)) return
  for (const communityId of await readdir(source)) {
    const target = join(dataDirectory, 'files', communityId)
    await mkdir(target, { recursive: true })
    for (const name of await readdir(join(source, communityId))) {
      const hash = createHash('sha256')
      for await (const chunk of createReadStream(join(source, communityId, name))) hash.update(chunk)
      if (hash.digest('hex') !== name) throw broken(name, 'sha256')
      await copyFile(join(source, communityId, name), join(target, `${name}.part`))
      await rename(join(target, `${name}.part`), join(target, name))
    }
  }
}

function broken(file: string, reason: string): KaichangError {
  return new KaichangError('backup.broken', { file: basename(file), reason })
}
