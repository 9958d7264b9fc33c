import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findRunningPostgres } from '@kaichang/core/store/postgres/start.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import type { Goal } from './lib/bench.ts'
import { fill } from './lib/grown.ts'
import { beside } from './lib/journal.ts'
import { countOf, holdings, killInRush, openPlace, shoot, startServer, type Place, type Server } from './lib/rush.ts'
import { dataFolder } from './lib/site.ts'

// Each request has a name, an e-mail address, its consent and an Idempotency-Key; each accepted one writes person, contact,
// booking, request key, journal entry and mail in a commit that waits for the disk. All runs on the cores of one machine.

const SEATS = Number(process.env['RUSH_SEATS'] ?? 20_000)
const REQUESTS = SEATS * 3
const CONNECTIONS = 256
/** The rush and its floor are run so many times in turn; the best of each counts, since others may use the machine. */
const ROUNDS = Number(process.env['RUSH_ROUNDS'] ?? 3)
/** Registrations that an event has already, for what it costs as it grows. */
const GROWN = Number(process.env['RUSH_GROWN'] ?? 1_000_000)
/** How often server and database are killed in the rush, in turn. */
const KILLS = Number(process.env['RUSH_KILLS'] ?? 20)
const PORTS = [4_881, 4_882]

export const goals: Record<string, Goal> = {
  acceptedPerSecond: { atLeast: 8_000 },
  ratioToFloor: { atLeast: 0.4 },
  p99Ms: { below: 200 },
  sold: { atLeast: SEATS },
  oversold: { below: 1 },
  wrongAnswers: { below: 1 },
  rssMb: { below: 400 },
  readersP99Ms: { below: 100 },
  twoProcessesOversold: { below: 1 },
  growthRatio: { atLeast: 0.8 },
  killsLost: { below: 1 },
  killsDouble: { below: 1 },
}

/** The rush: 60,000 requests for 20,000 seats; the floor beside it; two processes; readers; a grown event; kills. */
export async function run(): Promise<Record<string, number>> {
  const { folder, remove } = await dataFolder()
  const second = await dataFolder()
  const servers: Server[] = []
  try {
    const server = await startServer(folder, PORTS[0] ?? 0)
    servers.push(server)
    const url = (await findRunningPostgres(folder)) ?? ''
    const figures = await beside(folder, async (ctx) => {
      await rush(await openPlace(ctx, 'warm', SEATS), 'warm', [server], SEATS / 4)
      const rounds = []
      // The floor in turn with the rush, so that both have the same share of the machine.
      for (let round = 1; round <= ROUNDS; round += 1) {
        const floorPerSecond = await floor(url)
        const place = await openPlace(ctx, `main-${round}`, SEATS)
        const seen = await rush(place, `main-${round}`, [server], REQUESTS)
        rounds.push({ floorPerSecond, seen, held: await holdings(ctx, place), acceptedPerSecond: seen.accepted / seen.acceptedSeconds })
      }
      const [best] = rounds.toSorted((a, b) => b.acceptedPerSecond - a.acceptedPerSecond)
      if (!best) throw new Error('no round was run')
      const { seen, held, acceptedPerSecond } = best
      const floorPerSecond = Math.max(...rounds.map((one) => one.floorPerSecond))
      const memory = await server.memory()
      // As the rush and its floor, readers come to a server that has warmed up: making pages is slow the first times.
      const { readersP99Ms: readersColdP99Ms = 0 } = await withReaders(ctx, server, 'read-cold', SEATS / 4)
      const readers = { ...(await withReaders(ctx, server, 'read', SEATS)), readersColdP99Ms }
      const secret = await readFile(join(folder, 'secret'), 'utf8').catch(() => '')
      const other = await startServer(second.folder, PORTS[1] ?? 0, {
        DATABASE_URL: url,
        ...(secret.trim().length >= 32 ? { KAICHANG_SECRET: secret.trim() } : {}),
      })
      servers.push(other)
      const two = await twoProcesses(ctx, [server, other])
      await other.stop()
      const growth = GROWN > 0 ? await growthOf(ctx, server) : {}
      return {
        acceptedPerSecond,
        slowestPerSecond: Math.min(...rounds.map((one) => one.acceptedPerSecond)),
        floorPerSecond,
        ratioToFloor: acceptedPerSecond / floorPerSecond,
        p50Ms: seen.p50Ms,
        p99Ms: seen.p99Ms,
        seats: SEATS,
        requests: REQUESTS,
        sold: Math.min(...rounds.map((one) => one.held.rows)),
        oversold: Math.max(...rounds.map((one) => overOf(one.held, one.seen.accepted))),
        toldFull: seen.refused,
        wrongAnswers: rounds.reduce((sum, one) => sum + one.seen.wrong, 0),
        journalEntries: held.entries,
        mails: held.mails,
        rssMb: memory.most,
        ...readers,
        ...two,
        ...growth,
      }
    })
    const all = { ...figures, ...(KILLS > 0 ? await killInRush(folder, servers, { rounds: KILLS, seats: 2_000 }) : {}) }
    const out = join(import.meta.dirname, 'out')
    await mkdir(out, { recursive: true })
    await writeFile(join(out, 'rush.json'), `${JSON.stringify(all, null, 2)}\n`)
    return all
  } finally {
    for (const server of servers.toReversed()) await server.stop()
    await remove()
    await second.remove()
  }
}

const rush = (place: Place, series: string, servers: readonly Server[], requests: number) =>
  shoot({ ports: servers.map(({ port }) => port), path: place.path, connections: CONNECTIONS, requests, series, kind: 'register' })

/** How many more than there are seats were booked, counted or acknowledged. */
const overOf = (held: Awaited<ReturnType<typeof holdings>>, acknowledged: number): number =>
  Math.max(held.rows, held.taken, held.people, acknowledged) - SEATS

/** What a bare endpoint on the same database takes, after it has warmed up. */
async function floor(url: string): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'lib', 'floor.ts'), url], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const orders = { ports: [Number(line.toString())], path: '/', connections: CONNECTIONS, kind: 'floor' as const }
    await shoot({ ...orders, requests: SEATS / 4, series: 'floor-warm' })
    const seen = await shoot({ ...orders, requests: SEATS, series: 'floor' })
    return seen.accepted / seen.acceptedSeconds
  } finally {
    child.kill()
  }
}

/** 2,000 readers a second of the event's page while its seats go. */
async function withReaders(ctx: Context, server: Server, name: string, requests: number): Promise<Record<string, number>> {
  const place = await openPlace(ctx, name, SEATS)
  const args = [join(import.meta.dirname, 'lib', 'readers.ts'), `http://127.0.0.1:${server.port}${place.page}`, '2000', '8']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  const closed = once(child, 'close')
  await sleep(500)
  const seen = await rush(place, name, [server], requests)
  await closed
  const told = JSON.parse(output) as { p99Ms: number; failed: number; perSecond: number }
  return {
    readersP99Ms: told.p99Ms,
    readersFailed: told.failed,
    readersPerSecond: told.perSecond,
    acceptedBesideReaders: seen.accepted / seen.acceptedSeconds,
  }
}

/** Two processes on one database. */
async function twoProcesses(ctx: Context, servers: readonly Server[]): Promise<Record<string, number>> {
  const place = await openPlace(ctx, 'two', SEATS)
  const seen = await rush(place, 'two', servers, REQUESTS)
  const held = await holdings(ctx, place)
  return {
    twoProcesses: seen.accepted / seen.acceptedSeconds,
    twoProcessesSold: held.rows,
    twoProcessesOversold: overOf(held, seen.accepted),
    twoProcessesP99Ms: seen.p99Ms,
  }
}

/** The rate of an event that has a million registrations, against that of a new one right before. */
async function growthOf(ctx: Context, server: Server): Promise<Record<string, number>> {
  const grown = await openPlace(ctx, 'grown', SEATS)
  // Beyond what a form allows.
  await ctx.db
    .updateTable('event')
    .set({ cap: GROWN + SEATS })
    .where('communityId', '=', grown.communityId)
    .where('id', '=', grown.eventId)
    .execute()
  await fill(ctx, grown, GROWN)
  const held = await countOf(ctx, grown)
  if (held.rows !== GROWN || held.taken !== GROWN) throw new Error(`the grown event has ${held.rows} of ${GROWN}, counted ${held.taken}`)
  await rush(await openPlace(ctx, 'grown-warm', SEATS), 'grown-warm', [server], SEATS / 4)
  const fresh = await rush(await openPlace(ctx, 'small', SEATS), 'small', [server], SEATS)
  const seen = await rush(grown, 'grown', [server], SEATS)
  const [small, large] = [fresh.accepted / fresh.acceptedSeconds, seen.accepted / seen.acceptedSeconds]
  return { growthRatio: large / small, acceptedNew: small, acceptedGrown: large }
}
