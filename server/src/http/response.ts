import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { createGzip, constants } from 'node:zlib'
import { isOurLocale, LOCALE_COOKIE } from '@kaichang/core/kernel/locale.ts'
import type { PublicAddress } from './address.ts'
import { PUBLIC_HEADER } from './captured-response.ts'

/** Headers that every answer carries; pages add their Content-Security-Policy themselves. */
export const securityHeaders = (protocol: string): readonly (readonly [name: string, value: string])[] => [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'same-origin'],
  ['x-frame-options', 'DENY'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['permissions-policy', 'camera=(self), microphone=(), geolocation=(), payment=()'],
  ...(protocol === 'https' ? [['strict-transport-security', 'max-age=31536000'] as const] : []),
]

/**
 * Completes the headers of a page's answer at the moment they are sent: our private marker goes, the language
 * that the address asks for is remembered, and an answer that the database is away says when to come back.
 */
export function finishHeaders(request: IncomingMessage, response: ServerResponse, address: PublicAddress, asked: string): void {
  const language = /[?&]lang=(\w+)/.exec(asked)?.[1]
  const remember = language !== undefined && isOurLocale(language) && !request.headers.cookie?.includes(`${LOCALE_COOKIE}=${language}`)
  const writeHead = response.writeHead.bind(response)
  const finish = (status: number, ...rest: (string | OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined)[]): ServerResponse => {
    const headers = rest.find((r): r is OutgoingHttpHeaders => typeof r === 'object' && !Array.isArray(r))
    for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) response.setHeader(name, value)
    response.removeHeader(PUBLIC_HEADER)
    if (remember) {
      const before = response.getHeader('set-cookie')
      const cookie = `${LOCALE_COOKIE}=${language}; Path=/; Max-Age=31536000; SameSite=Lax${address.protocol === 'https' ? '; Secure' : ''}`
      response.setHeader('set-cookie', [...(Array.isArray(before) ? before : before === undefined ? [] : [String(before)]), cookie])
    }
    if (status === 503) response.setHeader('retry-after', '8')
    return writeHead(status)
  }
  response.writeHead = finish
  compress(request, response)
}

/** Compresses text that is made for one reader alone; shared pages bring their compressed copies along. */
function compress(request: IncomingMessage, response: ServerResponse): void {
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '') || request.method === 'HEAD') return
  const writeHead = response.writeHead.bind(response)
  const write = response.write.bind(response)
  const end = response.end.bind(response)
  const begin = (status: number, headers?: OutgoingHttpHeaders): ServerResponse => {
    for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) response.setHeader(name, value)
    const type = String(response.getHeader('content-type') ?? '')
    const worth =
      status !== 304 &&
      status !== 204 &&
      /^(text\/(html|css|plain|xml|calendar|javascript)|application\/(json|xml)|image\/svg)/.test(type) &&
      response.getHeader('content-encoding') === undefined &&
      Number(response.getHeader('content-length') ?? 2_000) > 1_400
    if (worth) {
      response.setHeader('content-encoding', 'gzip')
      response.removeHeader('content-length')
      const vary = response.getHeader('vary')
      response.setHeader('vary', vary === undefined ? 'accept-encoding' : `${String(vary)}, accept-encoding`)
      const gzip = createGzip({ level: 5, flush: constants.Z_SYNC_FLUSH })
      gzip.on('data', (chunk: Buffer) => {
        if (!write(chunk)) gzip.pause()
      })
      gzip.on('end', () => end())
      response.on('drain', () => gzip.resume())
      response.once('close', () => gzip.destroy())
      response.write = (chunk: unknown, ...rest: unknown[]): boolean => {
        gzip.write(chunk, () => rest.find((r) => typeof r === 'function')?.())
        return true
      }
      response.end = (...args: unknown[]): ServerResponse => {
        const chunk = args[0]
        gzip.end(typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : undefined)
        return response
      }
    }
    return writeHead(status)
  }
  response.writeHead = (status: number, ...rest: (string | OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined)[]): ServerResponse =>
    begin(
      status,
      rest.find((r): r is OutgoingHttpHeaders => typeof r === 'object' && !Array.isArray(r)),
    )
}

/** A path fit for the log: personal links and one-time tokens are secrets, queries may hold them. */
export function maskPath(path: string): string {
  return path
    .replace(/\?.*$/, '?…')
    .replace(/^\/([tsvpdow])\/[^/]+/, '/$1/…')
    .replace(/[\w-]{30,}/g, '…')
}
