import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { copyFile, link, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { once } from 'node:events'
import pg from 'pg'
import { create } from 'tar'
import { BACKUP_FORMAT, NOT_EXPORTED, NOT_KEPT, type Manifest } from './format.ts'
import { quoted, tablesInOrder, type TableInfo } from './tables.ts'

export interface WriteOptions {
  databaseUrl: string
  dataDirectory: string
  /** Where the archive is put; it appears there only when it is complete. */
  file: string
  now: Date
  /** One community instead of the whole installation. */
  community?: { communityId: string; slug: string } | undefined
  /** The secret that signs links; belongs to a backup of the whole installation. */
  secret?: string | undefined
  progress?: (table: string, rows: number) => void
}

/** Rows fetched at once. */
const BATCH = 1000

/**
 * Writes a backup (or the export of one community): every table as lines of JSON, all seen at one moment, and all files.
 * The archive is made beside its final name and renamed when it is whole.
 */
export async function writeBackup(options: WriteOptions): Promise<Manifest> {
  const folder = await mkdtemp(join(tmpdir(), 'kaichang-backup-'))
  try {
    await mkdir(join(folder, 'tables'))
    const { tables, migration } = await writeTables(folder, options)
    const files = await gatherFiles(folder, options)
    if (options.secret !== undefined && !options.community) await writeFile(join(folder, 'secret'), options.secret, { mode: 0o600 })
    const manifest: Manifest = {
      format: BACKUP_FORMAT,
      madeAt: options.now.toISOString(),
      community: options.community ?? null,
      migration,
      tables,
      files,
    }
    await writeFile(join(folder, 'kaichang.json'), JSON.stringify(manifest, null, 2))
    const target = resolve(options.file)
    await mkdir(dirname(target), { recursive: true })
    const draft = `${target}.part`
    await create({ gzip: true, file: draft, cwd: folder, portable: true, mode: 0o600 }, await readdir(folder))
    await rename(draft, target)
    return manifest
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeTables(folder: string, options: WriteOptions): Promise<{ tables: Manifest['tables']; migration: string }> {
  const client = new pg.Client({ connectionString: options.databaseUrl, application_name: 'kaichang-backup' })
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const left = options.community ? NOT_EXPORTED : NOT_KEPT
    const tables = (await tablesInOrder(client)).filter((t) => !left.has(t.name) && (t.tenant || !options.community))
    const written: Manifest['tables'] = []
    for (const table of tables) {
      const { rows, sha256 } = await writeTable(
        client,
        table,
        join(folder, 'tables', `${table.name}.ndjson`),
        options.community?.communityId,
      )
      options.progress?.(table.name, rows)
      written.push({ name: table.name, rows, sha256 })
    }
    const newest = await client.query<{ name: string }>('select name from schema_migration order by name desc limit 1')
    await client.query('commit')
    return { tables: written, migration: newest.rows[0]?.name ?? '' }
  } finally {
    await client.end()
  }
}

async function writeTable(
  client: pg.Client,
  table: TableInfo,
  path: string,
  communityId: string | undefined,
): Promise<{ rows: number; sha256: string }> {
  const out = createWriteStream(path, { mode: 0o600 })
  const hash = createHash('sha256')
  let rows = 0
  const filter = communityId ? `where t.community_id = '${uuid(communityId)}'` : ''
  await client.query(`declare rows no scroll cursor for select to_jsonb(t)::text as line from ${quoted(table.name)} t ${filter}`)
  for (;;) {
    const batch = await client.query<{ line: string }>(`fetch ${BATCH} from rows`)
    if (batch.rows.length === 0) break
    const text = batch.rows.map((row) => `${row.line}\n`).join('')
    hash.update(text)
    rows += batch.rows.length
    if (!out.write(text)) await once(out, 'drain')
  }
  await client.query('close rows')
  out.end()
  await once(out, 'close')
  return { rows, sha256: hash.digest('hex') }
}

function uuid(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new TypeError('not a UUID')
  return id
}

/** Links (or copies) the kept files below `folder`; they never change, as their names are their checksums. */
async function gatherFiles(folder: string, { dataDirectory, community }: WriteOptions): Promise<number> {
  const source = join(dataDirectory, 'files')
  if (!existsSync(source)) return 0
  let count = 0
  for (const communityId of await readdir(source)) {
    if (!/^[0-9a-f-]{36}$/.test(communityId) || (community && community.communityId !== communityId)) continue
    await mkdir(join(folder, 'files', communityId), { recursive: true })
    for (const name of await readdir(join(source, communityId))) {
      if (!/^[0-9a-f]{64}$/.test(name)) continue
      const [from, to] = [join(source, communityId, name), join(folder, 'files', communityId, name)]
      await link(from, to).catch(() => copyFile(from, to))
      count += 1
    }
  }
  return count
}
