import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Source } from './intake.actions.ts'
import { isRecordingType, mediaOfName } from '#core/store/media.ts'

/** The recordings in a folder on this machine, in order of their names; links and hidden files are left out. */
export async function recordingsInFolder(folder: string): Promise<Source[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter((e) => e.isFile() && !e.name.startsWith('.') && isRecordingType(mediaOfName(e.name)?.type ?? ''))
  const sources = files.map(async (entry): Promise<Source> => {
    const path = join(entry.parentPath, entry.name)
    return { name: entry.name, size: (await stat(path)).size, open: () => createReadStream(path) }
  })
  return (await Promise.all(sources)).sort((a, b) => (a.name < b.name ? -1 : 1))
}
