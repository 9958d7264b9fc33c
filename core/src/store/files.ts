import { createHash } from 'node:crypto'
import { open, mkdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { fail, type KaichangError } from '#core/kernel/errors.ts'
import type { Context } from './context.ts'
import type { Db } from './database.ts'
import { contentFits, HEAD_BYTES, mediaOfName } from './media.ts'
import { isDiskFull } from './patience.ts'

/** Where the files of a community lie, each under its checksum. */
export function communityFiles(dataDirectory: string, communityId: string): string {
  return join(dataDirectory, 'files', communityId)
}

/** Room that must stay free on the disk: the database needs it more than we do. */
const SPARE_BYTES = 256 * 1024 * 1024

/** What lies in the store after a file has come in. */
export interface Kept {
  sha256: string
  size: number
  mediaType: string
  /** To be called when the database knows the file, or never will: until then nobody drops the content. */
  release(): void
}

/** Contents that have come in and are not noted yet, with how many senders wait for it. */
const held = new Map<string, number>()

function hold(path: string): () => void {
  held.set(path, (held.get(path) ?? 0) + 1)
  return () => {
    const left = (held.get(path) ?? 1) - 1
    if (left > 0) held.set(path, left)
    else held.delete(path)
  }
}

export interface Incoming {
  name: string
  content: AsyncIterable<Uint8Array>
  /** Bytes announced by the sender, when known: a file that cannot fit is refused before it is sent. */
  announced?: number | undefined
  /** Lower than the limit of the file's kind. */
  limit?: number | undefined
}

/** Where the content with this checksum lies. Both parts are checked, so that no path can be smuggled in. */
export function filePath(dataDirectory: string, communityId: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256) || !/^[0-9a-f-]{36}$/.test(communityId)) throw fail('thing.not_found')
  return join(communityFiles(dataDirectory, communityId), sha256)
}

/**
 * Writes a stream to the store under its checksum, first beside it, renamed when whole. The same content twice is kept once.
 * Errors: file.empty, file.type (ending or content), file.too_large, machine.disk_full. Nothing is left behind by a failure.
 */
export async function keepFile(dataDirectory: string, communityId: string, id: string, incoming: Incoming): Promise<Kept> {
  const media = mediaOfName(incoming.name)
  if (!media) throw fail('file.type', { name: incoming.name, type: endingOf(incoming.name) })
  const limit = Math.min(media.limit, incoming.limit ?? media.limit)
  if ((incoming.announced ?? 0) > limit) throw tooLarge(incoming.name, limit)
  const folder = communityFiles(dataDirectory, communityId)
  const waiting = join(folder, 'incoming')
  await mkdir(waiting, { recursive: true })
  await requireRoom(folder, incoming.announced ?? 0)
  const temporary = join(waiting, id)
  try {
    const { sha256, size } = await write(temporary, incoming, limit)
    const path = filePath(dataDirectory, communityId, sha256)
    const release = hold(path)
    await rename(temporary, path).catch((error: unknown) => {
      release()
      throw error
    })
    return { sha256, size, mediaType: media.type, release }
  } catch (error) {
    await rm(temporary, { force: true })
    throw isDiskFull(error) ? fail('machine.disk_full') : error
  }
}

async function write(path: string, incoming: Incoming, limit: number): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256')
  const handle = await open(path, 'wx', 0o640)
  let size = 0
  let head = Buffer.alloc(0)
  let checked = false
  const check = (): void => {
    checked = true
    if (!contentFits(incoming.name, head)) throw fail('file.type', { name: incoming.name, type: describe(head) })
  }
  try {
    for await (const chunk of incoming.content) {
      size += chunk.length
      if (size > limit) throw tooLarge(incoming.name, limit)
      if (!checked) {
        head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES)
        if (head.length === HEAD_BYTES) check()
      }
      hash.update(chunk)
      await writeAll(handle, chunk)
    }
    if (size === 0) throw fail('file.empty', { name: incoming.name })
    if (!checked) check()
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { sha256: hash.digest('hex'), size }
}

async function writeAll(handle: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length;) done += (await handle.write(chunk, done)).bytesWritten
}

/** Removes a content that nothing refers to any more, unless the same is coming in again just now. */
export async function dropFile(dataDirectory: string, communityId: string, sha256: string): Promise<void> {
  const path = filePath(dataDirectory, communityId, sha256)
  if (!held.has(path)) await rm(path, { force: true })
}

/** Removes a content from the disk when nothing of the community refers to it any more; `but` a row that is about to go. */
export async function dropUnused(ctx: Pick<Context, 'db' | 'settings'>, communityId: string, sha256: string, but?: string): Promise<void> {
  if (!(await isContentUsed(ctx.db, communityId, sha256, but))) await dropFile(ctx.settings.dataDirectory, communityId, sha256)
}

/** True when something of the community still has this content: every table that keeps files by their checksum is asked. */
async function isContentUsed(db: Db, communityId: string, sha256: string, but: string | null = null): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`select
    exists (select from file where community_id = ${communityId}::uuid and sha256 = ${sha256})
    or exists (select from answer_file where community_id = ${communityId}::uuid and sha256 = ${sha256} and id is distinct from ${but}::uuid)
    or exists (select from payment where community_id = ${communityId}::uuid and proof_path = ${sha256})
    or exists (select from payment_setting where community_id = ${communityId}::uuid and code_path = ${sha256})
    or exists (select from fapiao where community_id = ${communityId}::uuid and file_path = ${sha256}) as used`.execute(db)
  return rows[0]?.used !== false
}

/** True when the content is on the disk with the size that was noted. */
export async function isKept(dataDirectory: string, communityId: string, sha256: string, size: number): Promise<boolean> {
  return stat(filePath(dataDirectory, communityId, sha256)).then(
    (s) => s.size === size,
    () => false,
  )
}

async function requireRoom(folder: string, announced: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < SPARE_BYTES + announced) throw fail('machine.disk_full')
}

function tooLarge(name: string, limit: number): KaichangError {
  const gb = limit / 1024 ** 3
  return fail('file.too_large', { name, limit: gb >= 1 ? `${gb} GB` : `${Math.round(limit / 1024 ** 2)} MB` })
}

const endingOf = (name: string): string => /\.([^.]{1,12})$/.exec(name)?.[1]?.toLowerCase() ?? '?'

/** What a content looks like when it is not what its name says. */
function describe(head: Uint8Array): string {
  const text = new TextDecoder().decode(head.subarray(0, 64))
  if (/^\s*(<!doctype|<html|<\?xml|<svg)/i.test(text)) return 'HTML / XML'
  if (text.startsWith('PK')) return 'zip'
  if (text.startsWith('%PDF')) return 'PDF'
  if (text.startsWith('MZ') || text.slice(1, 4) === 'ELF') return 'program'
  return 'application/octet-stream'
}
