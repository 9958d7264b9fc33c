// Readers of one page at a fixed rate, whether answers come or not: a slow answer does not slow the next request.
// Usage: node readers.ts <url> <requests a second> <seconds>, prints one line of JSON.
import { openWire, type Wire } from './wire.ts'

const [url = '', rate = '1', seconds = '1'] = process.argv.slice(2)
const { port, pathname } = new URL(url)
const message = `GET ${pathname} HTTP/1.1\r\nhost: localhost:${port}\r\naccept: text/html\r\naccept-encoding: br\r\n\r\n`
/** As many as wait at the same time at most; whoever finds none free waits for one, and that time counts. */
const CONNECTIONS = 128
const times: number[] = []
const total = Number(rate) * Number(seconds)
/** Who has no connection yet: since when each of them waits. */
const waiting: number[] = []
const free: ((due: number) => void)[] = []
let [sent, failed] = [0, 0]

for (let i = 0; i < CONNECTIONS; i += 1) open()

function open(): void {
  let due = -1
  const use = (since: number): void => {
    due = since
    wire.send(message)
  }
  const idle = (): void => {
    due = -1
    const next = waiting.shift()
    if (next === undefined) free.push(use)
    else use(next)
  }
  const done = (good: boolean): void => {
    times.push(performance.now() - due)
    if (!good) failed += 1
    if (times.length === total) end()
  }
  const wire: Wire = openWire(Number(port), {
    ready: idle,
    told: ({ status }) => {
      done(status === '200')
      idle()
    },
    lost: () => {
      if (due >= 0) done(false)
      else if (free.includes(use)) free.splice(free.indexOf(use), 1)
      open()
    },
  })
}

const began = performance.now()
const timer = setInterval(() => {
  const now = Math.min(total, Math.floor(((performance.now() - began) / 1000) * Number(rate)))
  for (; sent < now; sent += 1) {
    // When it should have been sent: the time counts from then.
    const due = began + (sent / Number(rate)) * 1000
    const use = free.pop()
    if (use) use(due)
    else waiting.push(due)
  }
}, 2)

function end(): void {
  clearInterval(timer)
  times.sort((a, b) => a - b)
  const p99 = times[Math.floor(times.length * 0.99)] ?? 0
  process.stdout.write(
    `${JSON.stringify({ requests: sent, failed, p99Ms: p99, perSecond: sent / ((performance.now() - began) / 1000) })}\n`,
    () => process.exit(0),
  )
}
