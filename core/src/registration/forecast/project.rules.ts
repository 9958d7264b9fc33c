/**
 * What the curve may reach by a day: from a quarter of the present pace (of the last three days) to a quarter above it, never
 * over the cap; with the days on which the slow and the fast one reach it. Empty where nothing is known or left.
 */
export function projectOf(
  curve: readonly { day: string; total: number }[],
  until: string,
  cap: number | null,
): { day: string; low: number; high: number }[] {
  const last = curve.at(-1)
  if (!last || until <= last.day) return []
  const begin = curve.at(-4) ?? { day: dayAfter(curve[0]?.day ?? last.day, -1), total: 0 }
  const pace = Math.max((last.total - begin.total) / daysFrom(begin.day, last.day), 0)
  const bound = (value: number): number => Math.round(cap === null ? value : Math.max(Math.min(value, cap), last.total))
  const end = daysFrom(last.day, until)
  const room = cap === null ? Infinity : cap - last.total
  const full = [SLOW, FAST].map((part) => Math.ceil(room / (pace * part))).filter((days) => days > 0 && days < end)
  return [0, ...new Set(full.toSorted((a, b) => a - b)), end].map((days) => ({
    day: dayAfter(last.day, days),
    low: bound(last.total + pace * days * SLOW),
    high: bound(last.total + pace * days * FAST),
  }))
}

const SLOW = 0.25
const FAST = 1.25

const dayAfter = (day: string, days: number): string => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
const daysFrom = (from: string, to: string): number => Math.max((Date.parse(to) - Date.parse(from)) / 86_400_000, 1)
