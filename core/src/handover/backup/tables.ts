import type pg from 'pg'

export interface TableInfo {
  name: string
  /** Has a community_id, so that one community's rows can be told. */
  tenant: boolean
  columns: readonly string[]
  /** Columns that PostgreSQL numbers by itself. */
  identity: readonly string[]
}

/** The tables of the database, those that others point to first. */
export async function tablesInOrder(client: pg.ClientBase): Promise<TableInfo[]> {
  const columns = await client.query<{ table: string; column: string; identity: string }>(
    `select c.table_name as table, c.column_name as column, c.is_identity as identity
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by c.table_name, c.ordinal_position`,
  )
  const links = await client.query<{ child: string; parent: string }>(
    `select distinct c.relname as child, p.relname as parent from pg_constraint k
     join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid where k.contype = 'f' and k.conrelid <> k.confrelid`,
  )
  const tables = new Map<string, TableInfo>()
  for (const { table, column, identity } of columns.rows) {
    const known = tables.get(table) ?? { name: table, tenant: false, columns: [], identity: [] }
    tables.set(table, {
      name: table,
      tenant: known.tenant || column === 'community_id',
      columns: [...known.columns, column],
      identity: identity === 'YES' ? [...known.identity, column] : known.identity,
    })
  }
  const done: TableInfo[] = []
  const placed = new Set<string>()
  while (done.length < tables.size) {
    const ready = [...tables.values()].filter(
      (t) => !placed.has(t.name) && links.rows.every((l) => l.child !== t.name || placed.has(l.parent)),
    )
    if (ready.length === 0) throw new Error('tables point to each other in a circle')
    for (const table of ready) {
      placed.add(table.name)
      done.push(table)
    }
  }
  return done
}

/** A table or column name as SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
