import { Client } from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from './database.ts'

test('a fresh database is migrated, empty, in UTF-8 and apart from others', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()])
  const client = new Client({ connectionString: one.url })
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ encoding: string; migrations: boolean }>(
    `SELECT current_setting('server_encoding') AS encoding, count(*) > 0 AS migrations FROM schema_migration`,
  )
  expect(rows).toEqual([{ encoding: 'UTF8', migrations: true }])
  expect(one.url).not.toBe(other.url)
  await Promise.all([one.drop(), other.drop()])
  await expect(client.query('SELECT 1')).rejects.toThrow()
})
