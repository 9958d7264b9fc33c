import { closeSync, openSync, readSync } from 'node:fs'

/**
 * Marks in `covered` (one bit per code point) every character for which the TrueType file has a glyph.
 * Reads the `cmap` table alone, and of it the segment formats 4 and 12, which every such font carries.
 * Throws when the file is no TrueType font or has neither.
 */
export function markCoverage(file: string, covered: Uint8Array): void {
  const cmap = readTable(file, 'cmap')
  let understood = 0
  for (let record = 4, left = cmap.getUint16(2); left > 0; record += 8, left--) {
    const at = cmap.getUint32(record + 4)
    const format = cmap.getUint16(at)
    if (format === 12) markGroups(cmap, at, covered)
    else if (format === 4) markSegments(cmap, at, covered)
    else continue
    understood++
  }
  if (understood === 0) throw new Error(`${file}: no character map of format 4 or 12`)
}

function readTable(file: string, name: string): DataView {
  const handle = openSync(file, 'r')
  try {
    const read = (position: number, length: number): DataView => {
      const bytes = new Uint8Array(length)
      if (readSync(handle, bytes, 0, length, position) !== length) throw new Error(`${file}: ends too early`)
      return new DataView(bytes.buffer)
    }
    const count = read(4, 2).getUint16(0)
    const directory = read(12, count * 16)
    for (let entry = 0; entry < count * 16; entry += 16) {
      const tag = String.fromCharCode(...[0, 1, 2, 3].map((i) => directory.getUint8(entry + i)))
      if (tag === name) return read(directory.getUint32(entry + 8), directory.getUint32(entry + 12))
    }
    throw new Error(`${file}: has no ${name} table`)
  } finally {
    closeSync(handle)
  }
}

function mark(covered: Uint8Array, point: number): void {
  const byte = covered[point >> 3]
  if (byte !== undefined) covered[point >> 3] = byte | (1 << (point & 7))
}

function markGroups(cmap: DataView, at: number, covered: Uint8Array): void {
  const groups = cmap.getUint32(at + 12)
  for (let i = 0, group = at + 16; i < groups; i++, group += 12) {
    const glyph = cmap.getUint32(group + 8)
    const first = cmap.getUint32(group)
    // Glyph 0 is the box itself.
    for (let point = first, last = cmap.getUint32(group + 4); point <= last; point++) if (glyph + point - first !== 0) mark(covered, point)
  }
}

function markSegments(cmap: DataView, at: number, covered: Uint8Array): void {
  const twice = cmap.getUint16(at + 6)
  const [ends, starts, deltas, ranges] = [at + 14, at + 16 + twice, at + 16 + 2 * twice, at + 16 + 3 * twice]
  for (let i = 0; i < twice; i += 2) {
    const range = cmap.getUint16(ranges + i)
    const first = cmap.getUint16(starts + i)
    for (let point = first, last = cmap.getUint16(ends + i); point <= last && point < 0xffff; point++) {
      const stored = range === 0 ? point : cmap.getUint16(ranges + i + range + 2 * (point - first))
      if (stored !== 0 && ((stored + cmap.getUint16(deltas + i)) & 0xffff) !== 0) mark(covered, point)
    }
  }
}
