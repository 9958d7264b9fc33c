import type { Clock } from './clock.ts'
import { pickNumber, type Random } from './random.ts'

/** No 0/O, 1/I/L, no vowels that could spell something: codes are read aloud at a door. */
const CODE_ALPHABET = '23456789BCDFGHJKMNPQRSTVWXYZ'

/** A UUID version 7 (RFC 9562 §5.7): sortable by the time of the clock, 74 random bits. */
export function newId({ clock, random }: { clock: Clock; random: Random }): string {
  const time = clock.now().getTime().toString(16).padStart(12, '0')
  const bytes = random.bytes(10)
  const at = (n: number): number => bytes[n] ?? 0
  const version = HEX[(at(0) & 0x0f) | 0x70] ?? ''
  const variant = HEX[(at(2) & 0x3f) | 0x80] ?? ''
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${HEX[at(1)] ?? ''}-${variant}${HEX[at(3)] ?? ''}-${HEX[at(4)] ?? ''}${HEX[at(5)] ?? ''}${HEX[at(6)] ?? ''}${HEX[at(7)] ?? ''}${HEX[at(8)] ?? ''}${HEX[at(9)] ?? ''}`
}

/** Each byte as two digits: a table is what a rush makes ten thousands of ids a second by. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Sixteen bytes as a UUID in lower case. */
export function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
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
