const BOUNDS = [0.005, 0.025, 0.1, 0.25, 1, 5] as const

/** Counts requests by kind and status class and their times; prints them in Prometheus' text format. */
export interface Figures {
  count: (kind: string, status: number, seconds: number) => void
  /** A value that is read when asked for. */
  gauge: (name: string, help: string, read: () => number) => void
  print: () => string
}

interface Series {
  buckets: number[]
  sum: number
  total: number
}

/** An empty set of figures, with those of the process itself. */
export function makeFigures(): Figures {
  const requests = new Map<string, number>()
  const times = new Map<string, Series>()
  const gauges: { name: string; help: string; read: () => number }[] = [
    { name: 'process_resident_memory_bytes', help: 'Resident memory.', read: () => process.memoryUsage.rss() },
    { name: 'process_uptime_seconds', help: 'Seconds since the start.', read: () => process.uptime() },
  ]
  return {
    count: (kind, status, seconds) => {
      const label = `kind="${kind}",status="${Math.floor(status / 100)}xx"`
      requests.set(label, (requests.get(label) ?? 0) + 1)
      const series = times.get(kind) ?? { buckets: BOUNDS.map(() => 0), sum: 0, total: 0 }
      times.set(kind, series)
      series.sum += seconds
      series.total += 1
      BOUNDS.forEach((bound, i) => {
        if (seconds <= bound) series.buckets[i] = (series.buckets[i] ?? 0) + 1
      })
    },
    gauge: (name, help, read) => void gauges.push({ name, help, read }),
    print: () => {
      const lines = ['# HELP kaichang_requests_total Requests by kind and status.', '# TYPE kaichang_requests_total counter']
      for (const [label, n] of requests) lines.push(`kaichang_requests_total{${label}} ${n}`)
      lines.push('# HELP kaichang_request_seconds Time to the end of the answer.', '# TYPE kaichang_request_seconds histogram')
      for (const [kind, { buckets, sum, total }] of times) {
        BOUNDS.forEach((bound, i) => lines.push(`kaichang_request_seconds_bucket{kind="${kind}",le="${bound}"} ${buckets[i] ?? 0}`))
        lines.push(`kaichang_request_seconds_bucket{kind="${kind}",le="+Inf"} ${total}`)
        lines.push(`kaichang_request_seconds_sum{kind="${kind}"} ${sum}`, `kaichang_request_seconds_count{kind="${kind}"} ${total}`)
      }
      for (const { name, help, read } of gauges) lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${read()}`)
      return `${lines.join('\n')}\n`
    },
  }
}
