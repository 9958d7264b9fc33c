import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import pg from 'pg'

const FOLDER = join(import.meta.dirname, 'migrations')

/**
 * Brings a database to the newest schema, or forward to the named migration; returns the names of what was applied.
 * Safe when several start at once.
 */
export async function migrate(databaseUrl: string, upTo?: string): Promise<string[]> {
  return withMigrator(databaseUrl, async (migrator) => {
    const { error, results } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo))
    const failed = results?.find((r) => r.status === 'Error')
    if (error)
      throw new Error(`migration ${failed?.migrationName ?? ''} failed: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    return (results ?? []).map((r) => r.migrationName)
  })
}

/** The names of the migrations that the database has not had yet. */
export function pendingMigrations(databaseUrl: string): Promise<string[]> {
  return withMigrator(databaseUrl, async (migrator) =>
    (await migrator.getMigrations()).filter((m) => m.executedAt === undefined).map((m) => m.name),
  )
}

async function withMigrator<T>(databaseUrl: string, work: (migrator: Migrator) => Promise<T>): Promise<T> {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: databaseUrl, max: 2 }) }) })
  try {
    return await work(
      new Migrator({
        db,
        provider: { getMigrations: readMigrations },
        migrationTableName: 'schema_migration',
        migrationLockTableName: 'schema_migration_lock',
      }),
    )
  } finally {
    await db.destroy()
  }
}

/** The migrations in order: every .sql file of the folder, run whole. */
async function readMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort()
  const pairs = names.map(async (name): Promise<[string, Migration]> => {
    const text = await readFile(join(FOLDER, name), 'utf8')
    return [name.replace(/\.sql$/, ''), { up: async (db) => void (await sql.raw(text).execute(db)) }]
  })
  return Object.fromEntries(await Promise.all(pairs))
}
