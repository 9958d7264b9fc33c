import { hash, timingSafeEqual } from 'node:crypto'
import type { LinkPurpose } from './actor.ts'
import { formatUuid } from './ids.ts'

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
  const body = Buffer.allocUnsafe(BODY_BYTES + MAC_BYTES)
  body.write(claim.subjectId.replaceAll('-', ''), 0, 16, 'hex')
  body[BODY_BYTES - 1] = claim.version & 0xff
  body.write(mac(secret, claim, body.subarray(0, BODY_BYTES)), BODY_BYTES, MAC_BYTES, 'hex')
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
  return timingSafeEqual(bytes.subarray(BODY_BYTES), Buffer.from(mac(secret, claim, body), 'hex')) ? claim : null
}

/**
 * HMAC-SHA-256 (RFC 2104), its first bytes, by the one-shot hash: two links are signed for each booking of a rush, and an
 * Hmac object, or a buffer for each digest, costs several times as much.
 */
function mac(secret: string, claim: LinkClaim, body: Buffer): string {
  const { inner, outer } = padsOf(secret)
  const about = `kaichang-link:${claim.purpose}:${claim.communityNo}:`
  const text = Buffer.allocUnsafe(BLOCK + about.length + BODY_BYTES)
  text.set(inner)
  text.write(about, BLOCK, 'latin1')
  text.set(body, BLOCK + about.length)
  outer.write(hash('sha256', text, 'hex'), BLOCK, 'hex')
  return hash('sha256', outer, 'hex').slice(0, 2 * MAC_BYTES)
}

/** SHA-256 works on blocks of 64 bytes; a key is filled up to one. */
const BLOCK = 64
let pads: { secret: string; inner: Buffer; outer: Buffer } | undefined

/** The two blocks that a key gives, the outer one with room for the inner digest; an installation has one secret. */
function padsOf(secret: string): { inner: Buffer; outer: Buffer } {
  if (pads?.secret === secret) return pads
  const given = Buffer.from(secret)
  const key = Buffer.alloc(BLOCK)
  key.set(given.length > BLOCK ? hash('sha256', given, 'buffer') : given)
  pads = {
    secret,
    inner: Buffer.from(key.map((byte) => byte ^ 0x36)),
    outer: Buffer.concat([key.map((byte) => byte ^ 0x5c), Buffer.alloc(32)]),
  }
  return pads
}
