import { importRecordings } from '@kaichang/core/archive/intake.actions.ts'
import { recordingsInFolder } from '@kaichang/core/archive/folder.ts'
import { openEvent } from '@kaichang/core/community/actions.ts'
import { system } from '@kaichang/core/kernel/actor.ts'
import { errorText } from '@kaichang/core/kernel/errors.ts'
import { openInstallation } from './installation.ts'
import { complain, say, terminalLocale } from './say.ts'

/** Takes in a folder of recordings for an event and says what became of each. Exit code 1 when one was refused. */
export async function importFolder(place: string, folder: string): Promise<number> {
  const [communitySlug = '', eventSlug = ''] = place.split('/')
  const { app, close } = await openInstallation({ jobs: false })
  try {
    const ctx = app.context(system('command line'))
    const { event } = await openEvent(ctx, communitySlug, eventSlug)
    const { received, refused } = await importRecordings(ctx, event.communityId, event.id, await recordingsInFolder(folder))
    for (const { name, match } of received)
      say({
        zh: `  ${name}：${match.sessionId === null ? '还没有对应的议程' : '已对上'}`,
        en: `  ${name}: ${match.sessionId === null ? 'no session yet' : 'matched'}`,
      })
    for (const { name, code, params } of refused) process.stderr.write(`  ${name}: ${errorText(code, terminalLocale, params)}\n`)
    say({
      zh: `收下 ${received.length} 个，拒收 ${refused.length} 个。请在控制台的「存档」里核对。`,
      en: `${received.length} taken, ${refused.length} refused. Please check them in the console’s Archive.`,
    })
    if (received.length + refused.length === 0) complain({ zh: '文件夹里没有录音或录像。', en: 'There are no recordings in this folder.' })
    return refused.length === 0 ? 0 : 1
  } finally {
    await close()
  }
}
