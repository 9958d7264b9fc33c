import { join } from 'node:path'
import { installationSecret } from '@kaichang/core/kernel/secret.ts'
import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { writeBackup } from '@kaichang/core/handover/backup/write.ts'
import { migrate } from '@kaichang/core/store/migrate.ts'
import { withDatabase } from './installation.ts'
import { say } from './say.ts'

/** `backup [file]`: everything, also while Kaichang is running. */
export async function run([file]: string[]): Promise<number> {
  const settings = readSettings(process.env)
  const now = new Date()
  const target = file ?? join(settings.dataDirectory, 'backups', `kaichang-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.tar.gz`)
  const manifest = await withDatabase(settings, async (databaseUrl) => {
    await migrate(databaseUrl)
    return writeBackup({
      databaseUrl,
      dataDirectory: settings.dataDirectory,
      file: target,
      now,
      secret: installationSecret(settings.dataDirectory, settings.secret),
    })
  })
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  say({
    zh: `备份已写好：${target}（${rows} 行，${manifest.files} 个文件）。里面有个人信息和密钥，请放在安全的地方。`,
    en: `Backup written: ${target} (${rows} rows, ${manifest.files} files). It holds personal data and the secret; keep it safe.`,
  })
  return 0
}
