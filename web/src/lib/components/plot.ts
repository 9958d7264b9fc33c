/** A point of a curve: days (or any whole steps) from the left, and a value. */
export interface PlotPoint {
  x: number
  y: number
}

/** A point of the forecast: between low and high. */
export interface PlotBand {
  x: number
  low: number
  high: number
}

export interface PlotInput {
  points: readonly PlotPoint[]
  band?: readonly PlotBand[]
  cap?: number | null
  /** What it is held against, such as last time: it only widens the field. */
  before?: readonly PlotPoint[]
}

/** Everything in percent of the drawing's width and height, so that it scales while text and lines do not. */
export interface PlotShape {
  line: string
  area: string
  band: string
  /** The last known point. */
  tip: { left: number; top: number } | null
  cap: number | null
  ticks: { value: number; top: number }[]
  left: (x: number) => number
  top: (y: number) => number
}

/** Lays a curve out on a field of 100 × 100 from zero to a round number above all values. */
export function layoutPlot({ points, band = [], cap = null, before = [] }: PlotInput): PlotShape {
  const xs = [...points, ...band, ...before].map((p) => p.x)
  const first = Math.min(...xs, Infinity)
  const last = Math.max(...xs, -Infinity)
  const highest = Math.max(1, cap ?? 0, ...[...points, ...before].map((p) => p.y), ...band.map((p) => p.high))
  const step = niceStep(highest / 3)
  const top = Math.ceil(highest / step) * step
  const left = (x: number): number => (last > first ? round(((x - first) / (last - first)) * 100) : 50)
  const down = (y: number): number => round(100 - (Math.max(0, y) / top) * 100)
  const path = (list: readonly PlotPoint[]): string => list.map((p, i) => `${i === 0 ? 'M' : 'L'}${left(p.x)} ${down(p.y)}`).join('')
  const end = points.at(-1)
  const start = points[0]
  return {
    line: path(points),
    area: start && end ? `${path(points)}L${left(end.x)} 100L${left(start.x)} 100Z` : '',
    band:
      band.length > 1
        ? `${path(band.map((b) => ({ x: b.x, y: b.high })))}${path([...band].reverse().map((b) => ({ x: b.x, y: b.low }))).replace('M', 'L')}Z`
        : '',
    tip: end ? { left: left(end.x), top: down(end.y) } : null,
    cap: cap === null ? null : down(cap),
    ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => ({ value: i * step, top: down(i * step) })),
    left,
    top: down,
  }
}

/** 1, 2 or 5 times a power of ten, at least as large as asked. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, atLeast)))
  return [1, 2, 5, 10].map((f) => f * power).find((s) => s >= atLeast) ?? 10 * power
}

const round = (n: number): number => Math.round(n * 100) / 100
