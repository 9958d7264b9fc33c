import { findCommunityBySlug } from '@kaichang/core/community/store.ts'
import { writeBackup } from '@kaichang/core/handover/backup/write.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { openInstallation } from './installation.ts'
import { complain, say } from './say.ts'

/** `export <community> [file]`: one community with everything that belongs to it. */
export async function run([slug, file]: string[]): Promise<number> {
  if (!slug) {
    complain({ zh: '用法：kaichang export <社区网址名> [文件]', en: 'Usage: kaichang export <community> [file]' })
    return 2
  }
  const { app, close } = await openInstallation({ jobs: false })
  try {
    const community = await findCommunityBySlug(app.db, slug)
    if (!community) throw fail('community.not_found')
    const target = file ?? `${slug}.kaichang.tar.gz`
    const manifest = await writeBackup({
      databaseUrl: app.databaseUrl,
      dataDirectory: app.settings.dataDirectory,
      file: target,
      now: app.clock.now(),
      community: { communityId: community.communityId, slug },
    })
    say({
      zh: `已导出到 ${target}（${manifest.files} 个文件）。里面有个人信息，请放在安全的地方。`,
      en: `Exported to ${target} (${manifest.files} files). It holds personal data; keep it safe.`,
    })
    return 0
  } finally {
    await close()
  }
}
