import { can } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { filePath } from '#core/store/files.ts'
import { mayShowInline } from '#core/store/media.ts'
import { findFile, findRecording, isOpenToAll } from './store.ts'

/** A file as it may be handed out. */
export interface ServedFile {
  path: string
  name: string
  size: number
  mediaType: string
  etag: string
  modified: Date
  /** Shown by the browser itself, else a download. */
  inline: boolean
  /** Anyone may have it, shared caches too. */
  public: boolean
}

/**
 * A recording (or another file) by its id for whoever asks: published ones of a public event for all, others for those
 * who may see the archive. Everything else is not found; nobody learns what exists.
 */
export async function openFile(ctx: Context, communityId: string, id: string): Promise<ServedFile> {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw fail('thing.not_found')
  const recording = await findRecording(ctx.db, communityId, id)
  const file = recording ?? (await findFile(ctx.db, communityId, id))
  if (!file) throw fail('thing.not_found')
  const open = recording !== undefined && (await isOpenToAll(ctx.db, communityId, id))
  if (!open && !can(ctx.actor, 'archive.view', { communityId, eventId: file.eventId })) throw fail('thing.not_found')
  return {
    path: filePath(ctx.settings.dataDirectory, communityId, file.sha256),
    name: file.name,
    size: file.size,
    mediaType: file.mediaType,
    etag: `"${file.sha256.slice(0, 32)}"`,
    modified: createdAt(id),
    inline: mayShowInline(file.mediaType),
    public: open,
  }
}

/** Ids are version 7: their first 48 bits are the time of their making. */
const createdAt = (id: string): Date => new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16))
