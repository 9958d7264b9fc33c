import type { Clock } from './clock.ts'
import { pickNumber, type Random } from './random.ts'

/** No 0/O, 1/I/L, no vowels that could spell something: codes are read aloud at a door. */
const CODE_ALPHABET = '23456789BCDFGHJKMNPQRSTVWXYZ'

/** A UUID version 7 (RFC 9562 §5.7): sortable by the time of the clock, 74 random bits. */
export function newId({ clock, random }: { clock: Clock; random: Random }): string {
  const bytes = new Uint8Array(16)
  bytes.set(random.bytes(10), 6)
  const ms = clock.now().getTime()
  new DataView(bytes.buffer).setUint16(0, Math.floor(ms / 2 ** 32))
  new DataView(bytes.buffer).setUint32(2, ms >>> 0)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return formatUuid(bytes)
}

/** Sixteen bytes as a UUID in lower case. */
export function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The sixteen bytes of a UUID. */
export function uuidBytes(id: string): Uint8Array {
  return Buffer.from(id.replaceAll('-', ''), 'hex')
}

/** A short code that people read aloud and type, by default six characters (28^6 = 481 million). */
export function shortCode(random: Random, length = 6): string {
  let code = ''
  for (let i = 0; i < length; i += 1) code += CODE_ALPHABET[pickNumber(random, CODE_ALPHABET.length)] ?? ''
  return code
}

/** What somebody typed, as a short code: full-width letters, spaces and hyphens forgiven. */
export function normaliseCode(typed: string): string {
  return typed.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '')
}
