import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../../tests/setup/database.ts'

// The rules that keep one schema valid on a single PostgreSQL and on a cluster sharded by community.

/** Global tables: accounts and their sessions (one person signs in to many communities), and the migrations' own. */
const GLOBAL = /^(account|sign_in_|schema_migration)/

let database: FreshDatabase
let client: pg.Client
beforeAll(async () => {
  database = await freshDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

const names = async (sql: string): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(sql)
  return rows
    .map((row) => row.name)
    .filter((name) => !GLOBAL.test(name))
    .sort()
}

/** What breaks each rule, as `table.thing`; the same questions are asked of a schema that breaks them all. */
const rules = {
  'every table has community_id uuid not null': `
    select t.table_name as name from information_schema.tables t
    left join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name
      and c.column_name = 'community_id' and c.data_type = 'uuid' and c.is_nullable = 'NO'
    where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name is null`,
  'every primary key begins with community_id': `
    select t.relname as name from pg_class t join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = 'public' and t.relkind in ('r', 'p') and not exists (
      select 1 from pg_index i join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
      where i.indrelid = t.oid and i.indisprimary and a.attname = 'community_id')`,
  'every unique index begins with community_id, but for the address and number of a community': `
    select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = t.relnamespace left join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
    where n.nspname = 'public' and i.indisunique and not i.indisprimary and a.attname is distinct from 'community_id'
      and c.relname not in ('community_slug_key', 'community_no_key')`,
  'every foreign key carries community_id on both sides': `
    select t.relname || '.' || k.conname as name from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = 'public' and k.contype = 'f' and not exists (
      select 1 from generate_subscripts(k.conkey, 1) s
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[s]
      join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[s]
      where a.attname = 'community_id' and b.attname = 'community_id')`,
  'references within a table can wait for the end of a transaction, so that a backup may bring the rows in any order': `
    select t.relname || '.' || k.conname as name from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = 'public' and k.contype = 'f' and k.conrelid = k.confrelid and not k.condeferrable`,
  'ids are uuid, text or bigint': `
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and (column_name = 'id' or column_name like '%\\_id') and data_type not in ('uuid', 'text', 'bigint')`,
  'no triggers': `select tgname as name from pg_trigger where not tgisinternal`,
  'no rules but those of views': `select rulename as name from pg_rules where schemaname = 'public'`,
  'no exclusion constraints': `select conname as name from pg_constraint where contype = 'x'`,
  'moments carry their zone': `
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and data_type = 'timestamp without time zone'`,
}

test.each(Object.entries(rules))('%s', async (_rule, sql) => {
  expect(await names(sql)).toEqual([])
})

test('each rule is seen to fail on a schema that breaks it', async () => {
  await client.query(`
    create table bad (id integer primary key, note text unique, made timestamp,
      community_id uuid references community (community_id), exclude using btree (note with =));
    create table bad_target (id uuid primary key, parent_id uuid references bad_target (id));
    create table bad_key (community_id uuid not null, event_id uuid references bad_target (id))`)
  await client.query(`create function nothing() returns trigger language plpgsql as 'begin return new; end'`)
  await client.query(`create trigger bad_trigger before insert on bad for each row execute function nothing()`)
  await client.query(`create rule bad_rule as on delete to bad do instead nothing`)
  for (const sql of Object.values(rules)) expect(await names(sql)).not.toEqual([])
  await client.query('drop table bad_key, bad, bad_target')
})
