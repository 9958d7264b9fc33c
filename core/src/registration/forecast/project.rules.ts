/** What the curve may reach by a day: from a quarter of the present pace to a quarter above it, never over the cap. */
export function projectOf(
  curve: readonly { day: string; total: number }[],
  until: string,
  cap: number | null,
): { day: string; low: number; high: number }[] {
  const last = curve.at(-1)
  if (!last || until <= last.day) return []
  const begin = curve.at(-4) ?? { day: new Date(Date.parse(curve[0]?.day ?? last.day) - 86_400_000).toISOString().slice(0, 10), total: 0 }
  const pace = Math.max((last.total - begin.total) / daysFrom(begin.day, last.day), 0)
  const bound = (value: number): number => Math.round(cap === null ? value : Math.max(Math.min(value, cap), last.total))
  const ahead = daysFrom(last.day, until)
  return [
    { day: last.day, low: last.total, high: last.total },
    { day: until, low: bound(last.total + pace * ahead * 0.25), high: bound(last.total + pace * ahead * 1.25) },
  ]
}

const daysFrom = (from: string, to: string): number => Math.max((Date.parse(to) - Date.parse(from)) / 86_400_000, 1)
