import { expect, test } from 'vitest'
import { beside } from '../bench/lib/journal.ts'
import { holdings, killInRush, openPlace, shoot, startServer, type Server } from '../bench/lib/rush.ts'
import { dataFolder } from '../bench/lib/site.ts'

test(
  'case 36: kill -9 of the server and of PostgreSQL in the rush: no acknowledged booking is missing, none double, counters equal rows',
  { timeout: 180_000 },
  async () => {
    const { folder, remove } = await dataFolder()
    const servers: Server[] = []
    try {
      servers.push(await startServer(folder, 4_891))
      const told = await killInRush(folder, servers, { rounds: 4, seats: 500 })
      expect(told).toMatchObject({ kills: 4, killsAcknowledged: 2_000, killsLost: 0, killsDouble: 0, killsUnequal: 0 })
    } finally {
      for (const server of servers.toReversed()) await server.stop()
      await remove()
    }
  },
)

test(
  'case 1 over HTTP: 900 requests for 300 seats at 64 connections: 300 tickets, 600 are told that all are taken',
  { timeout: 120_000 },
  async () => {
    const { folder, remove } = await dataFolder()
    const server = await startServer(folder, 4_892)
    try {
      const place = await beside(folder, (ctx) => openPlace(ctx, 'over-http', 300))
      const seen = await shoot({ ports: [server.port], path: place.path, connections: 64, requests: 900, series: 'http', kind: 'register' })
      expect(seen).toMatchObject({ accepted: 300, refused: 600, wrong: 0 })
      const held = await beside(folder, (ctx) => holdings(ctx, place))
      expect({ ...held, ids: held.ids.size }).toEqual({ taken: 300, rows: 300, people: 300, ids: 300, entries: 300, mails: 300 })
    } finally {
      await server.stop()
      await remove()
    }
  },
)
