import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { liveAtSandbox } from '../sandbox/live.ts'
import { openSandbox } from '../sandbox/open.ts'
import { complain, say } from './say.ts'

/** Runs the payment sandbox by itself and prints the settings with which a Kaichang takes it for real; until Ctrl-C. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { port: { type: 'string', default: '3100' } }, strict: false })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    complain({ zh: '用法：kaichang sandbox [--port 端口]', en: 'Usage: kaichang sandbox [--port port]' })
    return 2
  }
  const { dataDirectory, publicUrl } = readSettings({ ...process.env, KAICHANG_PAYMENTS: undefined })
  const sandbox = await openSandbox({ dataDirectory, port, kaichang: publicUrl, keep: true })
  say({ zh: `支付沙盒（不是真的钱）：${sandbox.url}`, en: `Payment sandbox (no real money): ${sandbox.url}` })
  say({ zh: '用这些设置启动开场，就像接入真的支付平台：', en: 'Start Kaichang with these settings, as if they were the real providers:' })
  const settings = liveAtSandbox(join(dataDirectory, 'sandbox'), sandbox.keys, sandbox.url)
  for (const [name, value] of Object.entries(settings)) process.stdout.write(`${name}=${value}\n`)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  await sandbox.close()
  return 0
}
