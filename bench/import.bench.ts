import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openApp } from '@kaichang/core/app.ts'
import { createCommunity, createEvent } from '@kaichang/core/community/actions.ts'
import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { beginImport, countsOf, openImport, runImport, setMapping, startImport } from '@kaichang/core/registration/import/actions.ts'
import { makeXlsx } from '@kaichang/core/registration/import/xlsx.testing.ts'
import { migrate } from '@kaichang/core/store/migrate.ts'
import { startPostgres } from '@kaichang/core/store/postgres/start.ts'
import { eventInput } from '../tests/setup/samples.ts'
import type { Goal } from './lib/bench.ts'

const ROWS = 20_000

export const goals: Record<string, Goal> = {
  '20,000 rows of CSV, file to seats (ms)': { below: 10_000 },
  '20,000 rows of XLSX, file to seats (ms)': { below: 10_000 },
  'the same list again (ms)': { below: 10_000 },
  registered: { atLeast: ROWS },
}

const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'
const people = Array.from({ length: ROWS }, (_, n) => [
  `${SURNAMES[n % 20]}${String.fromCodePoint(0x4e00 + ((n * 7) % 5000))}${String.fromCodePoint(0x4e00 + ((n * 13) % 4999))}`,
  `139${String(n).padStart(8, '0')}`,
  `p${n}@example.org`,
  `公司${n % 501}`,
  '已通过',
  '2026-11-02 20:15',
  `想听第 ${n % 40} 个话题`,
])
const head = ['姓名', '手机号', '邮箱', '公司', '审核状态', '报名时间', '想听什么']

/** Lists of 20,000 people from the uploaded file to their seats, on the embedded database with fsync on; in ms. */
export async function run(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'kaichang-bench-import-'))
  const settings = readSettings({ KAICHANG_DATA: folder, PORT: '0' })
  const postgres = await startPostgres({ dataDirectory: join(folder, 'database'), log: () => undefined })
  await migrate(postgres.url)
  const app = await openApp({ settings, databaseUrl: postgres.url, jobs: false, log: () => undefined })
  const ctx = app.context({ kind: 'system', name: 'bench' })
  const { communityId } = await createCommunity(ctx, { slug: 'bench', name: { zh: '测速' } })
  const makeEvent = async (slug: string): Promise<string> =>
    (await createEvent(ctx, communityId, eventInput({ slug, cap: null, seats: null }))).id
  let registered = 0
  let longestPause = 0
  const take = async (eventId: string, name: string, bytes: Uint8Array): Promise<number> => {
    let last = performance.now()
    const watch = setInterval(() => {
      longestPause = Math.max(longestPause, performance.now() - last)
      last = performance.now()
    }, 5)
    const start = performance.now()
    const id = await startImport(ctx, communityId, eventId, { name, bytes }, { source: '测速', basis: 'ours' })
    const { columns } = await openImport(ctx, communityId, eventId, id)
    await setMapping(
      ctx,
      communityId,
      eventId,
      id,
      columns.map((column) => column.target),
    )
    await beginImport(ctx, communityId, eventId, id)
    await runImport(ctx, communityId, eventId, id)
    const took = performance.now() - start
    clearInterval(watch)
    registered = (await countsOf(ctx, await openImport(ctx, communityId, eventId, id))).outcome.taken || registered
    return took
  }
  try {
    const csv = new TextEncoder().encode([head, ...people].map((row) => row.join(',')).join('\n'))
    const xlsx = makeXlsx([[head, ...people]])
    const first = await makeEvent('csv')
    const figures = {
      '20,000 rows of CSV, file to seats (ms)': await take(first, 'a.csv', csv),
      'the same list again (ms)': await take(first, 'a.csv', csv),
      '20,000 rows of XLSX, file to seats (ms)': await take(await makeEvent('xlsx'), 'a.xlsx', xlsx),
    }
    return { ...figures, 'longest pause of the process (ms)': longestPause, registered }
  } finally {
    await app.close()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
