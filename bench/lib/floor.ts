// The floor that the rush is compared with: a bare Hono endpoint, parsed JSON, one row, batches as soon as the last one
// has committed; no rules, no checks. Usage: node floor.ts <database url>, prints its port.
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.argv[2] ?? '', max: 2 })
await pool.query(
  'create table if not exists bench_floor (id bigint generated always as identity primary key, name text not null, email text not null)',
)

const waiting: { row: { name: string; email: string }; answer: () => void }[] = []
let working = false

async function work(): Promise<void> {
  working = true
  while (waiting.length > 0) {
    const batch = waiting.splice(0, 500)
    const rows = JSON.stringify(batch.map(({ row }) => row))
    await pool.query(
      'insert into bench_floor (name, email) select name, email from json_to_recordset($1::json) as r(name text, email text)',
      [rows],
    )
    for (const { answer } of batch) answer()
  }
  working = false
}

const floor = new Hono()
floor.post('*', async (request) => {
  const { name, email } = await request.req.json<{ name: string; email: string }>()
  await new Promise<void>((resolve) => {
    waiting.push({ row: { name, email }, answer: resolve })
    if (!working) void work()
  })
  return request.json({ ok: true }, 201)
})
const server = createServer({ noDelay: true }, getRequestListener(floor.fetch, { overrideGlobalObjects: false }))
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
