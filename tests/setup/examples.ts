import { existsSync } from 'node:fs'
import { cp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inject } from 'vitest'
import { openApp } from '@kaichang/core/app.ts'
import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { loadExamples } from '@kaichang/server/examples/load.ts'
import { freshDatabase } from './database.ts'
// Its declaration of what is provided.
import './examples-folder.ts'
import { execute, withDatabase } from './postgres.ts'

/** A database with both example events, and their files in `folder`. */
export async function freshExamples(folder: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const kept = inject('examplesFolder')
  const { url, template } = inject('testDatabase')
  if (!existsSync(join(kept, 'ready'))) await loadOnce(join(kept, 'data'), url, `${template}_examples`, join(kept, 'ready'))
  await cp(join(kept, 'data'), folder, { recursive: true })
  return freshDatabase(`${template}_examples`)
}

async function loadOnce(data: string, server: string, name: string, ready: string): Promise<void> {
  const draft = `${data}.draft`
  await rm(draft, { recursive: true, force: true })
  await execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await execute(server, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
  const settings = readSettings({ KAICHANG_DATA: draft })
  const app = await openApp({ settings, databaseUrl: withDatabase(server, name), jobs: false, log: () => undefined })
  try {
    await loadExamples(app)
  } finally {
    await app.close()
  }
  await rename(draft, data)
  await writeFile(ready, '')
}
