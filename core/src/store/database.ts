import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { DB } from './schema.ts'
import { patientPool } from './patience.ts'

export type { DB } from './schema.ts'
/** The pool, or the transaction that is under way: the first argument of every query function. */
export type Db = Kysely<DB> | Transaction<DB>

// int8 (counts, fen) fits a double up to 2^53; dates stay text so that no time zone shifts a day.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const n = Number(text)
  if (!Number.isSafeInteger(n)) throw new RangeError(`int8 out of range: ${text}`)
  return n
})
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)

export interface DatabaseOptions {
  url: string
  /** Connections at most. */
  pool: number
  /** How long a query waits for a database that is away before it fails, in milliseconds. */
  patience: number
  log: (message: string) => void
}

/** Opens the one connection pool of the process. Nothing connects before the first query. */
export function openDatabase(options: DatabaseOptions): Kysely<DB> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.pool,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // Statements that do not wait for one another's answers go out together; the server still runs them in their order.
    pipeline: true,
    application_name: 'kaichang',
    // A foreign key keeps the plan of its first check. Made while its table is empty, that would read the whole table
    // ever after; in a rush a table fills in seconds, long before it is analysed. All our queries have an index.
    // What still has to read a whole table looks dear to the planner then, which is no reason to compile it.
    options: '-c enable_seqscan=off -c jit=off',
    // A lost link to the database must not hang a request for ever.
    query_timeout: 60_000,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
  })
  // A link that breaks while it is lent out tells the statement under way, and itself, which would end the process.
  pool.on('connect', (client) => void client.on('error', (error) => options.log(`database connection lost: ${error.message}`)))
  pool.on('error', (error) => options.log(`database connection lost: ${error.message}`))
  return new Kysely<DB>({
    dialect: new PostgresDialect({ pool: patientPool(pool, options.patience) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
}
