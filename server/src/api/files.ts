import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { Context as Request } from 'hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { App } from '@kaichang/core/app.ts'
import { openFile, type ServedFile } from '@kaichang/core/archive/serve.actions.ts'
import { openCommunity } from '@kaichang/core/community/actions.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { contextOf, answer, localeOf } from './answer.ts'
import { isUnchanged, rangeStillHolds, readRange } from './ranges.ts'

/** `/files/{community}/{recording}/{name}`: recordings and files, whole or in parts. The name is for people and players only. */
export function fileRoutes(app: App, api: OpenAPIHono): void {
  api.get('/files/:community/:id', (request) => serve(app, request))
  api.get('/files/:community/:id/:name', (request) => serve(app, request))
  api.all('/files/*', (request) => answer(request, 'page.not_found', localeOf(request), {}))
}

async function serve(app: App, request: Request): Promise<Response> {
  const ctx = await contextOf(app, request)
  const { communityId } = await openCommunity(ctx, request.req.param('community') ?? '')
  const file = await openFile(ctx, communityId, request.req.param('id') ?? '')
  const kept = await stat(file.path).catch(() => null)
  if (!kept?.isFile() || kept.size !== file.size) throw fail('thing.not_found')
  return send(request, file)
}

function send(request: Request, file: ServedFile): Response {
  const headers = headersOf(file)
  if (isUnchanged(request.req.header('if-none-match'), file.etag)) return new Response(null, { status: 304, headers })
  const wanted = rangeStillHolds(request.req.header('if-range'), file.etag, file.modified)
    ? readRange(request.req.header('range'), file.size)
    : 'all'
  if (wanted === 'outside') return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${file.size}` } })
  const { first, last } = wanted === 'all' ? { first: 0, last: file.size - 1 } : wanted
  const status = wanted === 'all' ? 200 : 206
  const all = {
    ...headers,
    'content-type': file.mediaType,
    'content-length': String(last - first + 1),
    ...(status === 206 ? { 'content-range': `bytes ${first}-${last}/${file.size}` } : {}),
  }
  const body = request.req.method === 'HEAD' ? null : Readable.toWeb(createReadStream(file.path, { start: first, end: last }))
  return new Response(body as WebStream<Uint8Array> & ReadableStream<Uint8Array>, { status, headers: all })
}

function headersOf(file: ServedFile): Record<string, string> {
  const ascii = file.name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  return {
    'accept-ranges': 'bytes',
    etag: file.etag,
    'last-modified': file.modified.toUTCString(),
    // Short, for a recording may be taken back.
    'cache-control': file.public ? 'public, max-age=300' : 'private, no-store',
    'content-disposition': `${file.inline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(file.name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`,
    'content-security-policy': "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
    'x-content-type-options': 'nosniff',
  }
}
