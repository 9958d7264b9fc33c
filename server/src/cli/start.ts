import { setTimeout as sleep } from 'node:timers/promises'
import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { firstAdministratorLink, createSignInLink } from '@kaichang/core/people/sign-in.ts'
import { stopDocuments } from '@kaichang/core/kernel/documents/queue.ts'
import { isFree } from '@kaichang/core/store/postgres/port.ts'
import { postgresFailure } from '@kaichang/core/store/postgres/failures.ts'
import { createApi } from '../api/index.ts'
import { createHttpServer } from '../http/server.ts'
import { startWorking } from '../work.ts'
import { openInstallation } from './installation.ts'
import { say, step } from './say.ts'

/** Starts database, jobs and socket; returns when told to stop (Ctrl-C, SIGTERM). */
export async function run(): Promise<number> {
  const settings = readSettings(process.env)
  // Before the database is touched, so that a second start says the one useful thing at once.
  if (settings.port !== 0 && !(await isFree(settings.port))) throw postgresFailure('port_taken', { port: settings.port })
  const stopped = untilStopped()
  const { app, close } = await openInstallation({ jobs: true, exclusive: true })
  try {
    if (settings.examples) {
      const { loadExamplesOnce } = await import('../examples/load.ts')
      await step({ zh: '正在装入两场示例活动', en: 'Loading the two example events' }, () => loadExamplesOnce(app))
    }
    await startWorking(app)
    const server = await createHttpServer(app, { port: settings.port, host: settings.host, routes: createApi(app) })
    say({ zh: `\n开场了：${settings.publicUrl}`, en: `\nKaichang is open: ${settings.publicUrl}` })
    const path =
      (await firstAdministratorLink(app)) ?? (process.stdout.isTTY ? await createSignInLink(app, { email: settings.admin }) : null)
    if (path)
      say({
        zh: `登录链接（24 小时内用一次）：${settings.publicUrl}${path}`,
        en: `Sign-in link (once, within 24 hours): ${settings.publicUrl}${path}`,
      })
    if (settings.payments.mode === 'sandbox') {
      say({
        zh: '付款走沙盒，不是真的钱；真实收款见 KAICHANG_WECHATPAY_…、KAICHANG_ALIPAY_…、KAICHANG_STRIPE_…，不收款设 KAICHANG_PAYMENTS=off。',
        en: 'Payments go to the sandbox, no real money. For real ones set KAICHANG_WECHATPAY_…, KAICHANG_ALIPAY_… or KAICHANG_STRIPE_…; for none KAICHANG_PAYMENTS=off.',
      })
    }
    say({ zh: '按 Ctrl-C 停止。', en: 'Press Ctrl-C to stop.' })
    await stopped
    say({ zh: '正在收场 …', en: 'Closing …' })
    await Promise.race([server.close(), sleep(5_000, undefined, { ref: false })])
    await stopDocuments()
  } finally {
    await Promise.race([close(), sleep(20_000, undefined, { ref: false })])
  }
  return 0
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    // Kept for good: the database's own handlers stand back only while somebody else listens.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}
