// A load generator of its own process: keep-alive connections that each send the next request when the last was answered.
// Every answer is read and checked. Usage: node rush-client.ts '{"ports":[…],…}', prints one line of JSON.
import { appendFileSync } from 'node:fs'
import { openWire, type Wire } from './wire.ts'

/** What the generator is told. */
export interface Orders {
  ports: number[]
  path: string
  connections: number
  requests: number
  /** Makes names, addresses and keys differ from those of other runs. */
  series: string
  /** `register` sends a registration, `floor` the same body to the bare endpoint. */
  kind: 'register' | 'floor'
  /** Where the key and the ticket of each accepted request are noted, for checks after a crash. */
  acknowledged?: string
  /** Goes on with the next request when a connection breaks, as a client that retries with the same key. */
  retry?: boolean
}

/** What it saw. */
export interface Seen {
  accepted: number
  refused: number
  wrong: number
  /** From the first request to the last accepted answer, and to the last answer, in seconds. */
  acceptedSeconds: number
  seconds: number
  p50Ms: number
  p99Ms: number
  codes: Record<string, number>
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders
const codes: Record<string, number> = {}
const times = new Float64Array(orders.requests)
let [next, done, accepted, refused, wrong] = [0, 0, 0, 0, 0]
let lastAccepted = 0
const started = performance.now()
const notes: string[] = []

for (let i = 0; i < orders.connections; i += 1) open(orders.ports[i % orders.ports.length] ?? 0)

function open(port: number, again?: number): void {
  let [current, sentAt, gone] = [-1, 0, false]
  const send = (): void => {
    if (gone) return
    if (again === undefined && next >= orders.requests) return wire.end()
    current = again ?? next++
    again = undefined
    sentAt ||= performance.now()
    wire.send(message(current))
  }
  const wire: Wire = openWire(port, {
    ready: send,
    told: ({ status, body }) => {
      if (orders.retry === true && status === '503') {
        ;[again, current] = [current, -1]
        setTimeout(send, 100)
        return
      }
      times[done] = performance.now() - sentAt
      sentAt = 0
      judge(current, status, body)
      current = -1
      done += 1
      if (done === orders.requests) finish()
      else send()
    },
    lost: () => {
      gone = true
      const unanswered = current >= 0 ? current : again
      if (unanswered === undefined && next >= orders.requests) return
      if (orders.retry !== true) throw new Error(`a connection broke in request ${unanswered ?? 'none yet'}`)
      setTimeout(() => open(port, unanswered), 50)
    },
  })
}

function message(n: number): string {
  const body = `{"name":"Li ${orders.series} ${n}","email":"${orders.series}-${n}@example.org","consents":{"registration":true}}`
  return `POST ${orders.path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nidempotency-key: ${orders.series}-order-${n}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

function judge(n: number, status: string, body: string): void {
  const told = JSON.parse(body) as { ticket?: { id: string }; links?: { ticket: string }; error?: { code: string } }
  const code = told.error?.code ?? status
  codes[code] = (codes[code] ?? 0) + 1
  if (status === '201' && (orders.kind === 'floor' || (told.ticket && told.links))) {
    accepted += 1
    lastAccepted = performance.now()
    if (orders.acknowledged !== undefined) appendFileSync(orders.acknowledged, `${orders.series}-order-${n} ${told.ticket?.id ?? ''}\n`)
  } else if (status === '409' && told.error?.code === 'registration.full') refused += 1
  else {
    wrong += 1
    if (notes.push(body) < 4) process.stderr.write(`${status} ${body}\n`)
  }
}

function finish(): void {
  const sorted = times.slice().sort()
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  const now = performance.now()
  const seen: Seen = {
    accepted,
    refused,
    wrong,
    acceptedSeconds: (lastAccepted - started) / 1000,
    seconds: (now - started) / 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    codes,
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`, () => process.exit(0))
}
