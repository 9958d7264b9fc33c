import { join } from 'node:path'

/** Where the files of a community lie, each under its checksum. */
export function communityFiles(dataDirectory: string, communityId: string): string {
  return join(dataDirectory, 'files', communityId)
}
