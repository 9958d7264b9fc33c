import { requireEvent } from '#core/community/actions.ts'
import { authorise } from '#core/community/permissions.ts'
import { lockEvent } from '#core/community/store.ts'
import { fail, isKaichangError, type ErrorCode } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { cleanLine } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import { dropUnused, keepFile, type Incoming } from '#core/store/files.ts'
import { isRecordingType, mediaOfName } from '#core/store/media.ts'
import { transact } from '#core/store/transaction.ts'
import { archiveJournal } from './journal.ts'
import { rematch } from './matching.ts'
import type { Match } from './model.ts'
import { baseName } from './names.ts'
import { insertFile, insertRecording, listRecordings } from './store.ts'

/** What became of one file. */
export interface Received {
  recordingId: string
  name: string
  size: number
  /** True when the same file was here already. */
  already: boolean
  match: Match
}

/**
 * Takes in one recording as a stream and matches the event's recordings anew.
 * Errors: file.empty, file.type, file.too_large, machine.disk_full, recording.name_taken.
 */
export async function receiveRecording(ctx: Context, communityId: string, eventId: string, incoming: Incoming): Promise<Received> {
  authorise(ctx.actor, 'archive.edit', { communityId, eventId })
  await requireEvent(ctx, ctx.db, communityId, eventId)
  const name = cleanLine(baseName(incoming.name)).slice(-200)
  const media = mediaOfName(name)
  if (!media || !isRecordingType(media.type)) throw fail('file.type', { name, type: /\.([^.]{1,12})$/.exec(name)?.[1] ?? '?' })
  const { release, ...kept } = await keepFile(ctx.settings.dataDirectory, communityId, newId(ctx), { ...incoming, name })
  const ids = { file: newId(ctx), recording: newId(ctx) }
  try {
    const received = await transact(ctx, async (tx) => {
      const event = await lockEvent(tx.db, communityId, eventId)
      if (!event) throw fail('event.not_found')
      const existing = (await listRecordings(tx.db, communityId, eventId)).find((r) => r.name === name)
      if (existing && existing.sha256 !== kept.sha256) throw fail('recording.name_taken', { name })
      if (!existing) {
        await insertFile(tx.db, { communityId, id: ids.file, eventId, name, ...kept, createdAt: ctx.clock.now() })
        await insertRecording(tx.db, {
          communityId,
          id: ids.recording,
          eventId,
          fileId: ids.file,
          name,
          problems: [],
          createdAt: ctx.clock.now(),
        })
        tx.journal(archiveJournal.received, { communityId, eventId, kind: 'recording', id: ids.recording }, { name, size: kept.size })
      }
      const { recordings } = await rematch(tx, event)
      const found = recordings.find((r) => r.name === name)
      if (!found) throw fail('thing.not_found')
      return { recordingId: found.id, name, size: kept.size, already: existing !== undefined, match: found.match }
    })
    release()
    return received
  } catch (error) {
    release()
    await dropUnused(ctx, communityId, kept.sha256)
    throw error
  }
}

/** One file of many: its name and how to open it. */
export interface Source {
  name: string
  size?: number
  open(): AsyncIterable<Uint8Array>
}

export interface Imported {
  received: Received[]
  /** What was not taken, and why. */
  refused: { name: string; code: ErrorCode; params: Readonly<Record<string, unknown>> }[]
}

/** Takes in many recordings; one that cannot be taken does not stop the others. */
export async function importRecordings(ctx: Context, communityId: string, eventId: string, sources: Iterable<Source>): Promise<Imported> {
  const result: Imported = { received: [], refused: [] }
  for (const source of sources) {
    try {
      result.received.push(
        await receiveRecording(ctx, communityId, eventId, { name: source.name, content: source.open(), announced: source.size }),
      )
    } catch (error) {
      // A full disk or a missing right would refuse every other file as well.
      if (!isKaichangError(error) || !/^(file|recording)\./.test(error.code)) throw error
      result.refused.push({ name: source.name, code: error.code, params: error.params })
    }
  }
  return result
}
