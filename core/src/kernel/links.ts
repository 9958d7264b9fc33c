import { createHmac, timingSafeEqual } from 'node:crypto'
import type { LinkPurpose } from './actor.ts'
import { formatUuid, uuidBytes } from './ids.ts'

/** What a personal link says: in which community, of which thing, in which version (raised to revoke). */
export interface LinkClaim {
  purpose: LinkPurpose
  communityNo: number
  subjectId: string
  version: number
}

const MAC_BYTES = 12

/**
 * The token of a personal link: `{community number}.{subject}{version}{mac}` in base64url.
 * Derived from the installation's secret, so nothing need be stored and it can be sent again;
 * the community's number in front keeps every look-up inside one tenant.
 */
export function signLink(secret: string, claim: LinkClaim): string {
  const body = Buffer.concat([uuidBytes(claim.subjectId), Buffer.from([claim.version & 0xff])])
  return `${claim.communityNo.toString(36)}.${Buffer.concat([body, mac(secret, claim, body)]).toString('base64url')}`
}

/** The claim of a token, or null when it was altered, cut or made for another purpose. */
export function readLink(secret: string, purpose: LinkPurpose, token: string): LinkClaim | null {
  const match = /^([0-9a-z]{1,10})\.([\w-]{39})$/.exec(token)
  if (!match?.[1] || !match[2]) return null
  const bytes = Buffer.from(match[2], 'base64url')
  if (bytes.length !== 17 + MAC_BYTES || bytes.toString('base64url') !== match[2]) return null
  const body = bytes.subarray(0, 17)
  const claim: LinkClaim = {
    purpose,
    communityNo: Number.parseInt(match[1], 36),
    subjectId: formatUuid(body.subarray(0, 16)),
    version: body[16] ?? 0,
  }
  if (claim.communityNo.toString(36) !== match[1]) return null
  return timingSafeEqual(bytes.subarray(17), mac(secret, claim, body)) ? claim : null
}

function mac(secret: string, claim: LinkClaim, body: Buffer): Buffer {
  return createHmac('sha256', secret)
    .update(`kaichang-link:${claim.purpose}:${claim.communityNo}:`)
    .update(body)
    .digest()
    .subarray(0, MAC_BYTES)
}
