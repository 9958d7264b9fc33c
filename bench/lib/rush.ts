import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { createCommunity, createEvent, setEventState } from '@kaichang/core/community/actions.ts'
import { openRegistration } from '@kaichang/core/registration/actions.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { memoryFlags } from '../../scripts/lib/memory.mjs'
import { beside } from './journal.ts'
import type { Orders, Seen } from './rush-client.ts'

const root = join(import.meta.dirname, '..', '..')

export interface Server {
  port: number
  process: ChildProcess
  /** Resident memory in MB, and the largest it has been. */
  memory: () => Promise<{ now: number; most: number }>
  stop: (signal?: 'SIGINT' | 'SIGKILL') => Promise<void>
}

/** Starts a server of Kaichang as `npm start` does, without examples, and waits until its database answers. */
export async function startServer(folder: string, port: number, env: Record<string, string> = {}): Promise<Server> {
  // The database's own user has to pass through it.
  await chmod(folder, 0o711)
  const child = spawn(process.execPath, [...memoryFlags, join(root, 'server', 'src', 'cli.ts'), 'start'], {
    cwd: root,
    env: {
      ...process.env,
      KAICHANG_DATA: folder,
      PORT: String(port),
      HOST: '127.0.0.1',
      KAICHANG_EXAMPLES: '0',
      KAICHANG_LANG: 'en',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  for (let waited = 0; ; waited += 50) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ready) break
    if (child.exitCode !== null || waited > 60_000) throw new Error('The server did not start.')
    await sleep(50)
  }
  return {
    port,
    process: child,
    memory: async () => {
      const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8')
      const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
      return { now: read('VmRSS'), most: read('VmHWM') }
    },
    stop: async (signal = 'SIGINT') => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
  }
}

/** Runs the load generator in a process of its own. */
export async function shoot(orders: Orders): Promise<Seen> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'rush-client.ts'), JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error('the load generator failed')
  return JSON.parse(output) as Seen
}

export interface Place {
  communityId: string
  eventId: string
  page: string
  path: string
}

/** A community with one event that takes registrations. */
export async function openPlace(ctx: Context, slug: string, cap: number): Promise<Place> {
  const name = { zh: slug, en: slug }
  const { communityId } = await createCommunity(ctx, { slug, name, about: {}, city: {}, site: '', contact: '', accent: '' })
  const startsAt = new Date(ctx.clock.now().getTime() + 10 * 86_400_000)
  const endsAt = new Date(startsAt.getTime() + 5 * 3_600_000)
  const event = await createEvent(ctx, communityId, {
    slug: 'rush',
    name,
    summary: {},
    purpose: {},
    audience: {},
    city: name,
    venue: name,
    address: {},
    venueNote: {},
    liveUrl: '',
    startsAt,
    endsAt,
    seats: cap,
    cap,
    expected: null,
  })
  await setEventState(ctx, communityId, event.id, 'published')
  await openRegistration(ctx, communityId, event.id)
  return { communityId, eventId: event.id, page: `/${slug}/rush`, path: `/api/v1/communities/${slug}/events/rush/registrations` }
}

/** An event's counter and its live bookings, counted by the database. */
export async function countOf(ctx: Context, { communityId, eventId }: Place): Promise<{ taken: number; rows: number }> {
  const { rows } = await sql<{ taken: number; rows: number }>`select taken, (select count(*) from registration r
      where r.community_id = c.community_id and r.event_id = c.event_id and r.state = 'registered') as rows
    from seat_counter c where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid`.execute(ctx.db)
  const [row] = rows
  if (!row) throw new Error('no counter')
  return row
}

/** What the database holds of an event: its counter, live bookings, different people among them, entries, mails. */
export async function holdings(ctx: Context, { communityId, eventId }: Place) {
  const counter = await ctx.db
    .selectFrom('seatCounter')
    .select('taken')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .executeTakeFirstOrThrow()
  const rows = await ctx.db
    .selectFrom('registration')
    .select(['id', 'email'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', 'registered')
    .execute()
  const entries = await ctx.db
    .selectFrom('journal')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('communityId', '=', communityId)
    .where('kind', '=', 'registration.registered')
    .executeTakeFirstOrThrow()
  const mails = await ctx.db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('communityId', '=', communityId)
    .executeTakeFirstOrThrow()
  return {
    taken: counter.taken,
    rows: rows.length,
    people: new Set(rows.map((row) => row.email)).size,
    ids: new Set(rows.map((row) => row.id)),
    entries: entries.n,
    mails: mails.n,
  }
}

/**
 * Kills the server (odd rounds) or the database (even ones) with -9 in the rush; clients send again with the same key.
 * `servers` holds the running one; those that take its place are added.
 */
export async function killInRush(
  folder: string,
  servers: Server[],
  { rounds, seats }: { rounds: number; seats: number },
): Promise<{ kills: number; killsAcknowledged: number; killsLost: number; killsDouble: number; killsUnequal: number }> {
  let server = servers[0]
  if (!server) throw new Error('no server runs')
  let [lost, double, unequal, acknowledged] = [0, 0, 0, 0]
  for (let round = 1; round <= rounds; round += 1) {
    const place = await beside(folder, (ctx) => openPlace(ctx, `kill-${round}`, seats))
    const notes = join(folder, `acknowledged-${round}`)
    const shooting = shoot({
      ports: [server.port],
      path: place.path,
      connections: 64,
      requests: seats + 200,
      series: `kill-${round}`,
      kind: 'register',
      acknowledged: notes,
      retry: true,
    })
    // Well into the rush: the first are acknowledged, most are not.
    while ((await readFile(notes, 'utf8').catch(() => '')) === '') await sleep(10)
    await sleep(round * 7)
    if (round % 2 === 1) {
      await server.stop('SIGKILL')
      server = await startServer(folder, server.port)
      servers.push(server)
    } else {
      const [pid] = (await readFile(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8')).split('\n')
      process.kill(Number(pid), 'SIGKILL')
    }
    const seen = await shooting
    const told = (await readFile(notes, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '')
    const held = await beside(folder, (ctx) => holdings(ctx, place))
    lost += told.filter((id) => !held.ids.has(id)).length
    double += held.rows - held.people
    unequal += held.taken === held.rows && held.rows === seats && held.entries === seats ? 0 : 1
    acknowledged += seen.accepted
    await rm(notes)
  }
  return { kills: rounds, killsAcknowledged: acknowledged, killsLost: lost, killsDouble: double, killsUnequal: unequal }
}
