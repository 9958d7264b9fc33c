import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** A code: six digits, ten minutes, five guesses. */
export const CODE_DIGITS = 6
export const CODE_MINUTES = 10
export const CODE_TRIES = 5
/** A one-time link is valid for a day, a session for thirty. */
export const LINK_HOURS = 24
export const SESSION_DAYS = 30

/** At most `max` of a thing within `minutes`, counted per address or per client. */
export interface Limit {
  readonly name: string
  readonly max: number
  readonly minutes: number
}

/**
 * Per address a guesser has 30 tries a day at one in a million each, whatever number of codes is asked for.
 * The limits per client are wide: a whole university may sit behind one address.
 */
export const limits = {
  askPerClient: { name: 'ask-client', max: 30, minutes: 15 },
  askPerAddress: { name: 'ask-address', max: 5, minutes: 15 },
  tryPerClient: { name: 'try-client', max: 60, minutes: 15 },
  tryPerAddress: { name: 'try-address', max: 10, minutes: 60 },
  tryPerAddressDay: { name: 'try-address-day', max: 30, minutes: 24 * 60 },
  invitePerAccount: { name: 'invite-account', max: 40, minutes: 60 },
  invitePerAddress: { name: 'invite-address', max: 5, minutes: 24 * 60 },
} as const satisfies Record<string, Limit>

/** The digest under which a session or link is kept: 256 random bits need no salt. */
export function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** The digest of a code; keyed, because a million codes are soon tried out by whoever reads the table. */
export function codeDigest(secret: string, email: string, code: string): string {
  return createHmac('sha256', secret).update(`kaichang-sign-in-code:${email}:${code}`).digest('base64url')
}

/** The key of a limit; keyed, so that the table lists no addresses. */
export function limitKey(secret: string, limit: Limit, of: string): string {
  return createHmac('sha256', secret).update(`kaichang-limit:${limit.name}:${of}`).digest('base64url')
}

/** Compares two digests in the same time whether or not they agree. */
export function sameDigest(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** What is limited for a client: an IPv4 address, or the /64 of an IPv6 one, within which anybody picks addresses at will. */
export function clientOf(ip: string): string {
  const plain = ip
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .replace(/%.*$/, '')
    .toLowerCase()
  if (!plain.includes(':')) return plain
  const [head = '', tail = ''] = plain.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === '' ? [] : tail.split(':')
  const zeros = plain.includes('::') ? Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0') : []
  return [...front, ...zeros, ...back]
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':')
}

/** What somebody typed as a code: full-width digits, spaces and hyphens forgiven. */
export function normaliseSignInCode(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s-]/g, '')
}

/** The session's cookie. Behind https its name makes browsers refuse one that was set for a parent domain or without TLS. */
export function cookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-kc-session' : 'kc-session'
}

/** The value of a cookie of a request, or null. */
export function readCookie(header: string | null | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return null
}
