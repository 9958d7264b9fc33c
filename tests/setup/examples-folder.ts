import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { execute } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the loaded examples of this run lie, once a test has asked for them. */
    examplesFolder: string
  }
}

/** Makes room for one loaded copy of the examples, which tests copy in place of playing them anew. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'kaichang-examples-'))
  project.provide('examplesFolder', folder)
  return async () => {
    const { url, template } = project.getProvidedContext().testDatabase
    await execute(url, `DROP DATABASE IF EXISTS ${template}_examples WITH (FORCE)`)
    await rm(folder, { recursive: true, force: true })
  }
}
