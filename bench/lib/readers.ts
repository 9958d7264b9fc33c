// Readers of one page at a fixed rate, whether answers come or not: a slow answer does not slow the next request.
// Usage: node readers.ts <url> <requests a second> <seconds>, prints one line of JSON.
import { Agent, get } from 'node:http'

const [url = '', rate = '1', seconds = '1'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: 128 })
const times: number[] = []
let [sent, failed, open] = [0, 0, 0]
const began = performance.now()
const total = Number(rate) * Number(seconds)

const timer = setInterval(() => {
  const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * Number(rate)))
  for (; sent < due; sent += 1) ask(began + (sent / Number(rate)) * 1000)
  if (sent >= total && open === 0) end()
}, 2)

/** `due`: when it should have been sent; the time counts from then. */
function ask(due: number): void {
  open += 1
  const done = (good: boolean): void => {
    open -= 1
    times.push(performance.now() - due)
    if (!good) failed += 1
  }
  get(url, { agent, headers: { 'accept-encoding': 'br' } }, (answer) => {
    answer.resume()
    answer.on('end', () => done(answer.statusCode === 200))
  }).on('error', () => done(false))
}

function end(): void {
  clearInterval(timer)
  times.sort((a, b) => a - b)
  const p99 = times[Math.floor(times.length * 0.99)] ?? 0
  process.stdout.write(
    `${JSON.stringify({ requests: sent, failed, p99Ms: p99, perSecond: sent / ((performance.now() - began) / 1000) })}\n`,
    () => process.exit(0),
  )
}
