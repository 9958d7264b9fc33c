import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Private headers that carry our own view of a request into the pages; whatever a client sends in them is overwritten. */
export const PROTOCOL_HEADER = 'x-kaichang-protocol'
export const HOST_HEADER = 'x-kaichang-host'
export const ADDRESS_HEADER = 'x-kaichang-address'

/** How the outside sees us: scheme and host of the public address, e.g. `https` and `events.example.org`. */
export interface PublicAddress {
  protocol: string
  host: string
  /** True when the address is the default one on this machine: then other names of this machine do as well. */
  local: boolean
}

/** Reads the configured public address. */
export function publicAddress(url: string): PublicAddress {
  const parsed = new URL(url)
  return { protocol: parsed.protocol.replace(':', ''), host: parsed.host, local: parsed.hostname === 'localhost' }
}

/**
 * The scheme and host that a request counts as sent to. Always the configured ones, so that a forged Host
 * header reaches no mail and no link; only while nothing is configured, loopback and private addresses are
 * accepted as they are, so that a phone in the same room can open the page.
 */
export function requestHost(request: IncomingMessage, address: PublicAddress): string {
  const asked = request.headers.host ?? ''
  return address.local && isNearby(asked) ? asked : address.host
}

const NEARBY =
  /^(localhost|127(\.\d{1,3}){3}|10(\.\d{1,3}){3}|192\.168(\.\d{1,3}){2}|172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2}|\[::1\])(:\d{1,5})?$/

function isNearby(host: string): boolean {
  return NEARBY.test(host)
}

/**
 * Who asks, as an IP address. We speak plain http, so a public https address means that a proxy stands in
 * front: then the last entry of X-Forwarded-For is the one that this proxy itself added. In all other cases
 * the header is ignored, or anybody could choose an address for himself.
 */
export function clientAddress(request: IncomingMessage, address: PublicAddress): string {
  const direct = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  if (address.protocol !== 'https' || !isLoopbackOrPrivate(direct)) return direct
  const forwarded =
    String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .at(-1)
      ?.trim() ?? ''
  return isIP(forwarded) ? forwarded : direct
}

function isLoopbackOrPrivate(ip: string): boolean {
  return isNearby(ip) || ip === '::1' || /^f[cd]/i.test(ip)
}

/** True when an unsafe request comes from a page of ours (or from a program that is no browser and sends no cookie). */
export function fromOurselves(request: IncomingMessage, origin: string): boolean {
  const sent = request.headers.origin
  if (sent !== undefined) return sent === origin
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const referer = request.headers.referer
  if (referer !== undefined) return referer === origin || referer.startsWith(`${origin}/`)
  return request.headers.cookie === undefined
}
