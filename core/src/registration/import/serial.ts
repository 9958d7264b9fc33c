import { momentAt } from '#core/community/rules.ts'

/** Excel's own numbers of date formats. */
const DATE_FORMATS = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const

/** True when a number with this format is shown as a date. */
export function isDateFormat(id: number, code?: string): boolean {
  if (code === undefined) return DATE_FORMATS.some(([from, to]) => id >= from && id <= to)
  const plain = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '')
  return /[ymdhs]/i.test(plain) && !/general/i.test(plain)
}

/** A spreadsheet's day number as `2026-11-02 20:15:00` (the wall clock that was written); null when it is none. */
export function serialMoment(serial: number, from1904 = false): string | null {
  if (!Number.isFinite(serial) || serial < 1 || serial > 110_000) return null
  const days = serial + (from1904 ? 1462 : 0)
  // Excel believes that 1900 was a leap year.
  const at = new Date(Math.round((days - (days < 60 ? 25_568 : 25_569)) * 86_400) * 1000)
  return at.toISOString().slice(0, 19).replace('T', ' ')
}

/** A moment as lists write it, on the event's wall clock: 2026-11-02 20:15, 2026/11/2, 2026年11月2日 20:15:30, 46328.84; null when it is none. */
export function readMoment(typed: string, timeZone: string): Date | null {
  const plain = typed.normalize('NFKC').trim()
  if (/^\d{4,6}(?:\.\d+)?$/.test(plain)) {
    const written = Number(plain) > 30_000 ? serialMoment(Number(plain)) : null
    return written === null ? null : readMoment(written, timeZone)
  }
  const parts = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]*(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2}))?)?/.exec(plain)
  if (!parts) return null
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((at) => (parts[at] ?? '0').padStart(2, '0'))
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(at) || new Date(at).getUTCDate() !== Number(day)) return null
  return momentAt(`${year}-${month}-${day}`, `${hour}:${minute}:${second}`, timeZone)
}
