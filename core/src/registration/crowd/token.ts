import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Random } from '#core/kernel/random.ts'
import type { Member } from './rules.ts'

/** What a token of the line says: a place (by the minute of arrival), or that somebody was let in until then (ms). */
export type CrowdToken = ({ kind: 'place' } & Member) | { kind: 'pass'; lot: number; until: number }

interface Place {
  communityId: string
  eventId: string
}

const MAC_BYTES = 12
const KINDS = ['place', 'pass'] as const

/** A new place in the line, for whoever arrives at this moment (ms). */
export function drawPlace(random: Random, now: number): Member {
  const bytes = random.bytes(6)
  const lot = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  return { minute: Math.floor(now / 60_000), lot }
}

/**
 * A token as it stands in a cookie or an address: kind, minute or second, lot and a signature by the installation's
 * secret, for this event alone. Nothing of it is stored, so it holds in every process and after a restart.
 */
export function signCrowd(secret: string, place: Place, token: CrowdToken): string {
  const body = Buffer.alloc(11)
  body[0] = KINDS.indexOf(token.kind)
  body.writeUInt32BE(token.kind === 'place' ? token.minute : Math.floor(token.until / 1_000), 1)
  body.writeUIntBE(token.lot, 5, 6)
  return Buffer.concat([body, mac(secret, place, body)]).toString('base64url')
}

/** What a token says, or null when it was altered, is of another event, or is none. */
export function readCrowd(secret: string, place: Place, token: string | null | undefined): CrowdToken | null {
  if (!token || !/^[\w-]{31}$/.test(token)) return null
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== 11 + MAC_BYTES) return null
  const body = bytes.subarray(0, 11)
  if (!timingSafeEqual(bytes.subarray(11), mac(secret, place, body))) return null
  const [at, lot] = [body.readUInt32BE(1), body.readUIntBE(5, 6)]
  return body[0] === 0 ? { kind: 'place', minute: at, lot } : { kind: 'pass', lot, until: at * 1_000 }
}

function mac(secret: string, { communityId, eventId }: Place, body: Buffer): Buffer {
  return createHmac('sha256', secret).update(`kaichang-crowd:${communityId}:${eventId}:`).update(body).digest().subarray(0, MAC_BYTES)
}
