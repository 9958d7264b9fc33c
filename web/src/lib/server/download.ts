import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { fail } from '@kaichang/core/kernel/errors.ts'

/** A file that people handed in: always a download, never shown from our own origin, kept by no cache. Errors: thing.not_found. */
export async function download(file: { path: string; name: string; size?: number; mediaType: string }): Promise<Response> {
  const kept = await stat(file.path).catch(() => null)
  if (!kept?.isFile() || (file.size !== undefined && kept.size !== file.size)) throw fail('thing.not_found')
  const ascii = file.name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(file.name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  const body = Readable.toWeb(createReadStream(file.path)) as WebStream<Uint8Array> & ReadableStream<Uint8Array>
  return new Response(body, {
    headers: {
      'content-type': file.mediaType,
      'content-length': String(kept.size),
      'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
      'cache-control': 'private, no-store',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    },
  })
}
