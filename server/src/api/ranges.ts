/** What of a file is sent: everything, the bytes from `first` to `last`, or nothing because the range lies outside. */
export type Wanted = 'all' | 'outside' | { first: number; last: number }

/** Reads a Range header (RFC 9110 §14.2). Several ranges, other units and nonsense count as no range, which is allowed. */
export function readRange(header: string | undefined, size: number): Wanted {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return 'all'
  const [, from = '', to = ''] = match
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? 'outside' : { first: size - length, last: size - 1 }
  }
  const first = Number(from)
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < first) return 'all'
  return first >= size ? 'outside' : { first, last }
}

/** True when a part may be sent: no If-Range, or one that names the file as it is now. */
export function rangeStillHolds(ifRange: string | undefined, etag: string, modified: Date): boolean {
  if (ifRange === undefined) return true
  if (ifRange.startsWith('"')) return ifRange === etag
  // Dates have seconds only; a weak tag (W/…) never holds.
  return Date.parse(ifRange) === Math.floor(modified.getTime() / 1000) * 1000
}

/** True when the reader's copy is the present one. */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  return (
    ifNoneMatch !== undefined &&
    (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  )
}
