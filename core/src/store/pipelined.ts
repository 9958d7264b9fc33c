import { DummyDriver, PostgresDialect, Transaction } from 'kysely'
import type { DB } from './database.ts'

/** A transaction has its connection already, and is never asked to open another. */
const dialect = new PostgresDialect({ pool: () => Promise.reject(new Error('a transaction opens no connection')) })

/**
 * The same transaction, whose statements go out as they are called, each behind the last, while their answers come back in
 * that order. The query builder's own transaction sends a statement only once the one before has been answered, and the
 * database stands still for every word between them. Ends with the transaction that it was made from.
 */
export async function pipelined(db: Transaction<DB>): Promise<Transaction<DB>> {
  const lent = db.getExecutor()
  const connection = await lent.provideConnection((one) => Promise.resolve(one))
  const executor = lent.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) })
  return new Transaction<DB>({ config: { dialect }, dialect, driver: new DummyDriver(), executor })
}
