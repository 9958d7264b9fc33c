import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { execute, withDatabase } from './postgres.ts'

export type FreshDatabase = { url: string; drop: () => Promise<void> }

/**
 * A database of its own for a test: all migrations applied, nothing in it, or a copy of `source`.
 * Call `drop` at the end, also with connections open.
 */
export async function freshDatabase(source?: string): Promise<FreshDatabase> {
  const { url, template } = inject('testDatabase')
  const name = `${template}_${randomBytes(6).toString('hex')}`
  await execute(url, `CREATE DATABASE ${name} TEMPLATE ${source ?? template} STRATEGY FILE_COPY`)
  return {
    url: withDatabase(url, name),
    drop: () => execute(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}
