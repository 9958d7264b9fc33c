import { readdir, stat } from 'node:fs/promises'
import { importCommunity } from '@kaichang/core/handover/backup/read.ts'
import { openInstallation } from './installation.ts'
import { complain, say } from './say.ts'
import { importFolder } from './recordings.ts'

/** `import <file>`: a community exported elsewhere; `import recordings <community>/<event> <folder>`: a folder of recordings. */
export async function run(args: string[]): Promise<number> {
  const [first, second, third] = args
  if (first === 'recordings' && second && third) return importFolder(second, third)
  if (!first || second) {
    complain({
      zh: '用法：kaichang import <导出文件>\n      kaichang import recordings <社区>/<活动> <文件夹>',
      en: 'Usage: kaichang import <exported file>\n       kaichang import recordings <community>/<event> <folder>',
    })
    return 2
  }
  if ((await stat(first)).isDirectory()) {
    complain({
      zh: `${first} 是文件夹，里面有 ${(await readdir(first)).length} 个文件；要导入录音，请用 import recordings。`,
      en: `${first} is a folder; to import recordings use import recordings.`,
    })
    return 2
  }
  const { app, close } = await openInstallation({ jobs: false })
  try {
    const manifest = await importCommunity({ databaseUrl: app.databaseUrl, dataDirectory: app.settings.dataDirectory, file: first })
    say({
      zh: `社区「${manifest.community?.slug ?? ''}」已导入。请用 kaichang sign-in 登录后把成员加进来。`,
      en: `The community “${manifest.community?.slug ?? ''}” was imported. Sign in (kaichang sign-in) and add its members.`,
    })
    return 0
  } finally {
    await close()
  }
}
