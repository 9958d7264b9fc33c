import { createHash } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { chooseLocale, LOCALE_COOKIE } from '@kaichang/core/kernel/locale.ts'
import { PUBLIC_HEADER, type Whole } from './captured-response.ts'

const MINUTE = 60_000
const LARGEST = 2_000_000

/** A public page with its compressed copies. */
export interface KeptPage {
  communityId: string
  eventId: string
  /** Until the end of the minute, because a page may say what is on now; 0 when something may have been missed. */
  freshUntil: number
  /** When something changed in it; null: nothing is known to have. */
  outdatedAt: number | null
  madeAt: number
  /** The last change that was known when its making began. */
  since: number
  /** When something changed in it, the last few times, those before it was made among them. */
  changes: number[]
  /** It is being made anew while this copy is shown. */
  making: boolean
  etag: string
  br: Variant
  gzip: Variant
  identity: Variant
  size: number
}

interface Variant {
  headers: OutgoingHttpHeaders
  body: Buffer
}

/** Parameters that chat programs and advertisers add to addresses; no page of ours reads them. */
const NOISE = /^(utm_\w+|from|isappinstalled|scene|nsukey|wx_\w+|weixin_\w+|fbclid|gclid|spm)$/

/** Personal links (ticket, order, place in the waiting list, volunteer, partner, speaker) are one reader's, by their language and browser. */
const PERSONAL = /^\/[opstvw]\//

/**
 * What a request asks for when a shared copy could answer it: the key, and address and language in the one
 * form that everybody's request is brought to. Null when it could not: other methods, any cookie but the
 * language's, an authorization, part of a file, too long an address.
 */
export function askedPage(request: IncomingMessage): { key: string; url: string; language: string } | null {
  const { method, headers, url = '/' } = request
  if (method !== 'GET' && method !== 'HEAD') return null
  if (headers.authorization !== undefined || headers.range !== undefined || url.length > 400) return null
  let chosen: string | undefined
  if (headers.cookie !== undefined) {
    for (const pair of headers.cookie.split(';')) {
      const at = pair.indexOf('=')
      if (pair.slice(0, at).trim() !== LOCALE_COOKIE) return null
      chosen = pair.slice(at + 1).trim()
    }
  }
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  if (path.startsWith('/_app/') || path.startsWith('/console') || path.endsWith('__data.json') || PERSONAL.test(path)) return null
  const all = mark < 0 ? [] : [...new URLSearchParams(url.slice(mark + 1))]
  const asked = all.find(([name]) => name === 'lang')?.[1] ?? null
  const locale = chooseLocale(asked, chosen, headers['accept-language'] ?? null)
  const rest = all.filter(([name]) => name !== 'lang' && !NOISE.test(name)).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const query = new URLSearchParams(rest).toString()
  const clean = query === '' ? path : `${path}?${query}`
  const html = headers.accept === undefined || /text\/html|\*\/\*/.test(headers.accept)
  return { key: `${locale}${html ? 'h' : 'o'}${clean}`, url: `${clean}${query === '' ? '?' : '&'}lang=${locale}`, language: locale }
}

/** True when an answer says that it may be shared, and nothing in its headers speaks against it. */
export function mayKeep(status: number, headers: OutgoingHttpHeaders): boolean {
  return (
    status === 200 &&
    headers[PUBLIC_HEADER] !== undefined &&
    headers['set-cookie'] === undefined &&
    headers['content-encoding'] === undefined &&
    !(headers['content-security-policy'] ?? '').includes("'nonce-") &&
    Number(headers['content-length'] ?? 0) <= LARGEST
  )
}

/** The page of a whole answer; null when its body speaks against sharing: a form's key belongs to one reader. */
export function makePage(whole: Whole, now: number, since: number): KeptPage | null {
  const { body } = whole
  if (body.length > LARGEST || body.includes('name="_key"')) return null
  const [communityId = '', eventId = ''] = String(whole.headers[PUBLIC_HEADER]).split('/')
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const headers: OutgoingHttpHeaders = { ...whole.headers, etag, vary: 'accept-encoding, accept-language, cookie' }
  delete headers[PUBLIC_HEADER]
  const text = /^(text\/|application\/(json|xml|\w+\+xml|\w+\+json)|image\/svg)/.test(headers['content-type'] ?? '') && body.length > 800
  const variant = (encoding: string | null, bytes: Buffer): Variant => ({
    headers: { ...headers, 'content-length': bytes.length, ...(encoding ? { 'content-encoding': encoding } : {}) },
    body: bytes,
  })
  const identity = variant(null, body)
  const br = text
    ? variant(
        'br',
        brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }),
      )
    : identity
  const gzip = text ? variant('gzip', gzipSync(body, { level: 6 })) : identity
  return {
    communityId,
    eventId,
    madeAt: now,
    since,
    changes: [],
    making: false,
    outdatedAt: null,
    freshUntil: Math.floor(now / MINUTE) * MINUTE + MINUTE,
    etag,
    br,
    gzip,
    identity,
    size: body.length + (text ? br.body.length + gzip.body.length : 0) + 4_000,
  }
}

/** Sends a kept page in the encoding that the reader takes, or 304 when he has it. */
export function sendPage(request: IncomingMessage, response: ServerResponse, page: KeptPage, now: number): void {
  const known = request.headers['if-none-match']
  if (known !== undefined && (known === page.etag || known.includes(page.etag.slice(2)))) {
    response.writeHead(304, {
      etag: page.etag,
      vary: page.identity.headers.vary,
      'cache-control': page.identity.headers['cache-control'] ?? 'private, no-cache',
    })
    response.end()
    return
  }
  const accepted = request.headers['accept-encoding'] ?? ''
  const variant = /\bbr\b/.test(accepted) ? page.br : /\bgzip\b/.test(accepted) ? page.gzip : page.identity
  const age = Math.floor((now - page.madeAt) / 1000)
  if (age > 0) response.setHeader('age', age)
  response.writeHead(200, variant.headers)
  response.end(request.method === 'HEAD' ? undefined : variant.body)
}

/** Sends a whole answer that was collected, but may not be kept after all. */
export function sendWhole(response: ServerResponse, whole: Whole): void {
  const headers = { ...whole.headers }
  delete headers[PUBLIC_HEADER]
  response.writeHead(whole.status, headers)
  response.end(whole.body)
}
