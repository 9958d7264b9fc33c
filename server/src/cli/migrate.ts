import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { migrate } from '@kaichang/core/store/migrate.ts'
import { withDatabase } from './installation.ts'
import { say } from './say.ts'

/** Brings the database to this version's schema. */
export async function run(): Promise<number> {
  const done = await withDatabase(readSettings(process.env), migrate)
  if (done.length === 0) say({ zh: '数据库表已经是最新的。', en: 'The tables are up to date.' })
  for (const name of done) say({ zh: `已应用 ${name}`, en: `Applied ${name}` })
  return 0
}
