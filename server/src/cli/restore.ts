import { mkdir } from 'node:fs/promises'
import { restoreBackup } from '@kaichang/core/handover/backup/read.ts'
import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { withDatabase } from './installation.ts'
import { complain, say } from './say.ts'

/** `restore <file>`: into an empty installation. */
export async function run([file]: string[]): Promise<number> {
  if (!file) {
    complain({ zh: '用法：kaichang restore <备份文件>', en: 'Usage: kaichang restore <backup file>' })
    return 2
  }
  const settings = readSettings(process.env)
  await mkdir(settings.dataDirectory, { recursive: true })
  const manifest = await withDatabase(settings, (databaseUrl) =>
    restoreBackup({
      databaseUrl,
      dataDirectory: settings.dataDirectory,
      file,
      progress: (table, rows) => rows > 0 && say({ zh: `  ${table} ${rows} 行`, en: `  ${table} ${rows} rows` }),
    }),
  )
  say({ zh: `已恢复 ${manifest.madeAt} 的备份。`, en: `Restored the backup of ${manifest.madeAt}.` })
  return 0
}
