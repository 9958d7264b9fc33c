import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settableClock } from '@kaichang/core/kernel/clock.ts'
import { liveAtSandbox } from '@kaichang/server/sandbox/live.ts'
import { openSandbox, type OpenSandbox } from '@kaichang/server/sandbox/open.ts'
import { freePort, openSite, type Site } from './server.ts'

/** A site whose payments are live at a sandbox of its own: every request between the two goes over real HTTP. */
export interface PaidSite extends Site {
  sandbox: OpenSandbox
}

/** Opens both, on one settable clock. */
export async function openPaidSite(options: { now?: string; pages?: boolean } = {}): Promise<PaidSite> {
  const folder = mkdtempSync(join(tmpdir(), 'kaichang-sandbox-'))
  const clock = settableClock(new Date(options.now ?? '2026-11-20T12:00:00+08:00'))
  const port = await freePort()
  const sandbox = await openSandbox({ dataDirectory: folder, clock, kaichang: `http://127.0.0.1:${port}` })
  const site = await openSite({ port, clock, pages: options.pages ?? false, env: liveAtSandbox(folder, sandbox.keys, sandbox.url) })
  return {
    ...site,
    sandbox,
    close: async () => {
      await sandbox.close()
      await site.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
