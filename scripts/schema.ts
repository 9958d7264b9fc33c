// Writes core/src/store/schema.ts from a migrated database: `node scripts/schema.ts postgres://…` (any empty database).
// Columns that hold a text in both languages, and those whose CHECK lists words, get their exact types.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '../core/src/store/migrate.ts'

const url = process.argv[2]
if (!url) throw new Error('give the URL of an empty database')
const root = join(import.meta.dirname, '..')
await migrate(url)

/** jsonb that is not a text in both languages. */
const OTHER_JSON = new Set([
  'journal.facts',
  'request_key.answer',
  'outbox.places',
  'registration.answers',
  'schedule_release.content',
  'recording.problems',
  'copy.counts',
  'import_batch.columns',
  'import_batch.type_by_word',
  'import_row.cells',
  'order_line.answers',
  'question.options',
  'answer.value',
  'payment.started',
  'planned_message.facts',
  'reconciliation.differences',
])

const client = new pg.Client({ connectionString: url })
await client.connect()
const columns: Record<string, string> = {}
const json = await client.query<{ column: string }>(
  `select table_name || '.' || column_name as column from information_schema.columns where table_schema = 'public' and data_type = 'jsonb'`,
)
for (const { column } of json.rows) columns[column] = OTHER_JSON.has(column) ? 'unknown' : 'Text'
const checks = await client.query<{ table: string; definition: string }>(
  `select c.relname as table, pg_get_constraintdef(k.oid) as definition
   from pg_constraint k join pg_class c on c.oid = k.conrelid where k.contype = 'c'`,
)
for (const { table, definition } of checks.rows) {
  const match = /^CHECK \(\((\w+) = ANY \(ARRAY\[(.+)\]\)\)\)$/.exec(definition)
  if (match?.[1] && match[2]) columns[`${table}.${match[1]}`] = match[2].replaceAll('::text', '').split(', ').join(' | ')
}
// A column with a default may be left out of an insert.
const defaults = await client.query<{ column: string }>(
  `select table_name || '.' || column_name as column from information_schema.columns where table_schema = 'public' and column_default is not null`,
)
for (const { column } of defaults.rows) {
  if (columns[column]) columns[column] = `Generated<${columns[column]}>`
}
await client.end()

execFileSync(
  process.execPath,
  [
    join(root, 'node_modules/kysely-codegen/dist/cli/bin.js'),
    ...['--dialect', 'postgres', '--url', url, '--camel-case', '--date-parser', 'string', '--log-level', 'error'],
    ...['--out-file', join(root, 'core/src/store/schema.ts'), '--exclude-pattern', 'schema_migration*'],
    ...['--type-mapping', JSON.stringify({ int8: 'number' })],
    ...['--custom-imports', JSON.stringify({ Text: '#core/kernel/text.ts' })],
    ...['--overrides', JSON.stringify({ columns })],
  ],
  { stdio: 'inherit' },
)
