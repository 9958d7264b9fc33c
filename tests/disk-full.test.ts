import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { beside } from '../bench/lib/journal.ts'
import { holdings, openPlace, startServer } from '../bench/lib/rush.ts'
import { freePort } from './setup/server.ts'

const MEGABYTE = 1024 * 1024

/** A disk of its own, made of memory; null where this user may not make one. */
function smallDisk(megabytes: number): { folder: string; remove: () => void } | null {
  const folder = mkdtempSync(join(tmpdir(), 'kaichang-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=711`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
  return {
    folder,
    remove: () => {
      execFileSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true })
    },
  }
}

const disk = smallDisk(420)

test.skipIf(disk === null)(
  'case 37: the disk runs full in the rush: pages are still read, nobody is told yes who was not kept, and it goes on when there is space',
  { timeout: 120_000 },
  async () => {
    const { folder, remove } = disk ?? { folder: '', remove: () => undefined }
    const server = await startServer(folder, await freePort())
    const url = `http://127.0.0.1:${server.port}`
    try {
      const place = await beside(folder, (ctx) => openPlace(ctx, 'full', 100_000))
      let asked = 0
      const acknowledged: string[] = []
      const told = new Set<number>()
      const ask = async (): Promise<number> => {
        asked += 1
        const answer = await fetch(url + place.path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': `disk-full-${asked}` },
          body: JSON.stringify({ name: `张${asked}`, email: `disk-${asked}@example.org`, consents: { registration: true } }),
          signal: AbortSignal.timeout(60_000),
        })
        const body: { ticket?: { id: string } } = await answer.json()
        if (answer.status === 201) acknowledged.push(body.ticket?.id ?? '')
        told.add(answer.status)
        return answer.status
      }
      const read = async (): Promise<number> => (await fetch(url + place.page)).status
      expect([await ask(), await read()]).toEqual([201, 200])

      const filler = join(folder, 'filler')
      const { bavail, bsize } = statfsSync(folder)
      await writeFile(filler, Buffer.alloc(bavail * bsize - 3 * MEGABYTE))
      // Until the log needs a segment that there is no room for.
      const until = performance.now() + 40_000
      while (![...told].some((status) => status >= 500) && performance.now() < until) await Promise.all(Array.from({ length: 200 }, ask))
      expect([...told].toSorted()).toEqual([201, expect.toSatisfy((status: number) => status === 503 || status === 507)])
      expect(await read()).toBe(200)

      await rm(filler)
      let back = 0
      for (let waited = 0; waited < 60_000 && back !== 201; waited += 500) {
        back = await ask()
        if (back !== 201) await sleep(500)
      }
      expect(back).toBe(201)
      const held = await beside(folder, (ctx) => holdings(ctx, place))
      expect(acknowledged.filter((id) => !held.ids.has(id))).toEqual([])
      expect(held).toMatchObject({ taken: held.rows, people: held.rows, entries: held.rows, mails: held.rows })
    } finally {
      await server.stop()
      remove()
    }
  },
)
