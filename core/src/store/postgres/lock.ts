import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { folderFailure, postgresFailure, systemCode } from './failures.ts'
import { birthOf, isRunning } from './processes.ts'

const holderSchema = z.object({ pid: z.number().int().positive(), birth: z.string() })

type Holder = z.infer<typeof holderSchema>

const name = 'kaichang.lock'

/** Who holds the folder now; undefined when nobody does or its holder is dead. */
export async function lockHolder(home: string): Promise<Holder | undefined> {
  const text = await readFile(join(home, name), 'utf8').catch(() => '')
  const holder = parse(text)
  return holder !== undefined && (await lives(holder)) ? holder : undefined
}

/**
 * Takes the folder for this process, also from a holder that died. Resolves to the function that
 * gives it back.
 * @throws PostgresFailure `data_folder_in_use`
 */
export async function takeLock(home: string): Promise<() => Promise<void>> {
  const lock = join(home, name)
  const draft = `${lock}.${process.pid}`
  try {
    await writeFile(draft, JSON.stringify({ pid: process.pid, birth: await birthOf(process.pid) }))
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (await tryLink(draft, lock)) return () => rm(lock, { force: true })
      const text = await readFile(lock, 'utf8').catch(() => '')
      const holder = parse(text)
      if (holder !== undefined && (await lives(holder))) {
        throw postgresFailure('data_folder_in_use', { folder: home, pid: holder.pid })
      }
      await removeStale(lock, text, `${draft}.stale`)
    }
    throw postgresFailure('data_folder_in_use', { folder: home, pid: 0 })
  } catch (error) {
    throw folderFailure(error, home)
  } finally {
    await rm(draft, { force: true })
  }
}

/** Another process may have taken the lock since it was read: then its file goes back. */
async function removeStale(lock: string, text: string, aside: string): Promise<void> {
  await rename(lock, aside).catch(() => undefined)
  const removed = await readFile(aside, 'utf8').catch(() => '')
  if (removed !== text) await link(aside, lock).catch(() => undefined)
  await rm(aside, { force: true })
}

async function tryLink(draft: string, lock: string): Promise<boolean> {
  try {
    await link(draft, lock)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(systemCode(error))) throw error
  }
  // A file system without hard links.
  try {
    await writeFile(lock, await readFile(draft), { flag: 'wx' })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

async function lives(holder: Holder): Promise<boolean> {
  if (!(await isRunning(holder.pid))) return false
  return holder.birth === '' || holder.birth === (await birthOf(holder.pid))
}

function parse(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
