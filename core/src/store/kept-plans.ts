import type { Compilable, CompiledQuery, PostgresCursor, PostgresPoolClient, PostgresQueryResult, QueryResult } from 'kysely'
import type pg from 'pg'

/** Begins a statement whose plan each connection keeps; such a statement has one text, whatever its values are. */
const KEPT = '/* kept */'
const names = new Map<string, string>()
const lent = new WeakMap<pg.PoolClient, KeepingClient>()

/** What runs queries: the pool or a transaction. */
interface Executing {
  executeQuery<R>(query: CompiledQuery<R>): Promise<QueryResult<R>>
}

/** Runs a query of one text, whatever its values are, as a statement whose plan is kept. */
export async function keptRows<R>(db: Executing, query: Compilable<R>): Promise<R[]> {
  const compiled = query.compile()
  return (await db.executeQuery<R>({ ...compiled, sql: `${KEPT} ${compiled.sql}` })).rows
}

/**
 * A connection that prepares statements which begin with the mark once, and from then on sends their values only: to plan
 * one that writes seven tables takes as long as running it for ten people.
 */
export function keepPlans(client: pg.PoolClient): PostgresPoolClient {
  let keeping = lent.get(client)
  if (!keeping) lent.set(client, (keeping = new KeepingClient(client)))
  return keeping
}

/** The driver's way to name a statement. */
interface Naming {
  query<R>(statement: { name: string; text: string; values: unknown[] }): Promise<PostgresQueryResult<R>>
}

class KeepingClient implements PostgresPoolClient {
  readonly #plain: PostgresPoolClient
  readonly #named: Naming

  constructor(client: pg.PoolClient) {
    this.#plain = client
    this.#named = client
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query<R>(what: string | PostgresCursor<R>, values: readonly unknown[] = []): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof what !== 'string') return this.#plain.query(what)
    if (!what.startsWith(KEPT)) return this.#plain.query(what, values)
    return this.#named.query({ name: nameOf(what), text: what, values: [...values] })
  }

  release(destroy?: boolean): void {
    this.#plain.release(destroy)
  }
}

function nameOf(text: string): string {
  let name = names.get(text)
  if (name === undefined) names.set(text, (name = `kept ${names.size}`))
  return name
}
