import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { cleanLine } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import { dropUnused, filePath, keepFile } from '#core/store/files.ts'
import { HEAD_BYTES, sniffDocument } from '#core/store/media.ts'

/** A photographed receipt or an invoice, with room to spare. */
const LIMIT = 8 * 1024 * 1024

/** A file as a form hands it in. */
export interface Handed {
  name: string
  bytes: Uint8Array
}

/** A file as it may be handed out: always a download, so that nothing of it runs on our pages. */
export interface Download {
  path: string
  name: string
  mediaType: string
}

/**
 * Keeps a document (pdf, png, jpg, webp by its first bytes, whatever its name says). `release` is to be called once the
 * row that names it is written, or never will be. Errors: file.empty, file.type, file.too_large, machine.disk_full.
 */
export async function keepDocument(
  ctx: Context,
  communityId: string,
  { name: typed, bytes }: Handed,
  types?: readonly string[],
): Promise<{ sha256: string; name: string; mediaType: string; release(): void }> {
  const plain = cleanLine(typed.split(/[/\\]/).at(-1) ?? '')
  if (bytes.length === 0) throw fail('file.empty', { name: plain })
  if (bytes.length > LIMIT) throw fail('file.too_large', { name: plain, limit: `${LIMIT / 1024 ** 2} MB` })
  const media = sniffDocument(bytes.subarray(0, HEAD_BYTES))
  if (!media || (types && !types.includes(media.type))) {
    throw fail('file.type', { name: plain, type: media?.type ?? /\.([^.]{1,12})$/.exec(plain)?.[1] ?? '?' })
  }
  const base = plain
    .replace(/\.[^.]{0,12}$/, '')
    .replace(/[<>:"|?*;%]/g, '_')
    .replace(/^[.\s]+/, '')
  const name = `${[...base].slice(0, 80).join('') || 'file'}.${media.ending}`
  const { sha256, release } = await keepFile(ctx.settings.dataDirectory, communityId, newId(ctx), {
    name,
    content: once(bytes),
    limit: LIMIT,
  })
  return { sha256, name, mediaType: media.type, release }
}

/** Does what notes a kept document; when that fails, nothing of the document stays. */
export async function noting<T>(
  ctx: Context,
  communityId: string,
  kept: { sha256: string; release(): void },
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await work()
    kept.release()
    return result
  } catch (error) {
    kept.release()
    await dropUnused(ctx, communityId, kept.sha256)
    throw error
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** A kept document for whoever was let in. Errors: thing.not_found. */
export function downloadOf(ctx: Context, communityId: string, file: { sha256: string | null; name: string; mediaType: string }): Download {
  if (file.sha256 === null) throw fail('thing.not_found')
  return { path: filePath(ctx.settings.dataDirectory, communityId, file.sha256), name: file.name, mediaType: file.mediaType }
}
