import { randomBytes } from 'node:crypto'

/** Where randomness comes from. Passed in everywhere, so that a seed repeats a run. */
export interface Random {
  bytes(count: number): Uint8Array
}

/** Random bytes fit for secrets. */
export const secureRandom: Random = { bytes: pooledBytes }

const POOL = 4096
let pool = Buffer.alloc(0)
let used = 0

/** Asking the system for a few bytes costs as much as for many; none is handed out twice. */
function pooledBytes(count: number): Uint8Array {
  if (count > 64) return randomBytes(count)
  if (pool.length - used < count) {
    pool = randomBytes(POOL)
    used = 0
  }
  used += count
  // Nobody else gets this piece of the pool, so it need not be copied.
  return pool.subarray(used - count, used)
}

/**
 * Repeatable bytes from a 32-bit seed, for examples and simulations; never for secrets.
 * Generator: mulberry32 (Tommy Ettinger, public domain).
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  return {
    bytes: (count) => {
      const out = new Uint8Array(count)
      for (let i = 0; i < count; i += 4) {
        const word = next()
        for (let j = 0; j < 4 && i + j < count; j += 1) out[i + j] = (word >>> (8 * j)) & 0xff
      }
      return out
    },
  }
}

/** A whole number in [0, below), without bias. */
export function pickNumber(random: Random, below: number): number {
  if (!Number.isInteger(below) || below < 1 || below > 2 ** 32) throw new RangeError(`pickNumber: ${below}`)
  const limit = Math.floor(2 ** 32 / below) * below
  for (;;) {
    const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
    const value = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
    if (value < limit) return value % below
  }
}

/** One item of a list that is not empty. */
export function pickOne<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[pickNumber(random, items.length)] ?? items[0]
}
