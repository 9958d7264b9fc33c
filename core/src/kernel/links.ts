import { hash, timingSafeEqual } from 'node:crypto'
import type { LinkPurpose } from './actor.ts'
import { formatUuid, uuidBytes } from './ids.ts'

/** What a personal link says: in which community, of which thing, in which version (raised to revoke). */
export interface LinkClaim {
  purpose: LinkPurpose
  communityNo: number
  subjectId: string
  version: number
}

const BODY_BYTES = 17
const MAC_BYTES = 12

/**
 * The token of a personal link: `{community number}.{subject}{version}{mac}` in base64url.
 * Derived from the installation's secret, so nothing need be stored and it can be sent again;
 * the community's number in front keeps every look-up inside one tenant.
 */
export function signLink(secret: string, claim: LinkClaim): string {
  const body = Buffer.alloc(BODY_BYTES + MAC_BYTES)
  body.set(uuidBytes(claim.subjectId))
  body[BODY_BYTES - 1] = claim.version & 0xff
  body.set(mac(secret, claim, body.subarray(0, BODY_BYTES)), BODY_BYTES)
  return `${claim.communityNo.toString(36)}.${body.toString('base64url')}`
}

/** The claim of a token, or null when it was altered, cut or made for another purpose. */
export function readLink(secret: string, purpose: LinkPurpose, token: string): LinkClaim | null {
  const match = /^([0-9a-z]{1,10})\.([\w-]{39})$/.exec(token)
  if (!match?.[1] || !match[2]) return null
  const bytes = Buffer.from(match[2], 'base64url')
  if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== match[2]) return null
  const body = bytes.subarray(0, BODY_BYTES)
  const claim: LinkClaim = {
    purpose,
    communityNo: Number.parseInt(match[1], 36),
    subjectId: formatUuid(body.subarray(0, 16)),
    version: body[16] ?? 0,
  }
  if (claim.communityNo.toString(36) !== match[1]) return null
  return timingSafeEqual(bytes.subarray(BODY_BYTES), mac(secret, claim, body)) ? claim : null
}

/** HMAC-SHA-256 (RFC 2104) by the one-shot hash: two links are signed for each booking of a rush, and an Hmac object costs twice as much. */
function mac(secret: string, claim: LinkClaim, body: Buffer): Buffer {
  const { inner, outer } = padsOf(secret)
  const text = Buffer.concat([inner, Buffer.from(`kaichang-link:${claim.purpose}:${claim.communityNo}:`), body])
  return hash('sha256', Buffer.concat([outer, hash('sha256', text, 'buffer')]), 'buffer').subarray(0, MAC_BYTES)
}

/** SHA-256 works on blocks of 64 bytes; a key is filled up to one. */
const BLOCK = 64
let pads: { secret: string; inner: Buffer; outer: Buffer } | undefined

/** The two blocks that a key gives; an installation has one secret. */
function padsOf(secret: string): { inner: Buffer; outer: Buffer } {
  if (pads?.secret === secret) return pads
  const given = Buffer.from(secret)
  const key = Buffer.alloc(BLOCK)
  key.set(given.length > BLOCK ? hash('sha256', given, 'buffer') : given)
  pads = { secret, inner: Buffer.from(key.map((byte) => byte ^ 0x36)), outer: Buffer.from(key.map((byte) => byte ^ 0x5c)) }
  return pads
}
