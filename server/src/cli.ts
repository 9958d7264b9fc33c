#!/usr/bin/env node
import { errorText, KaichangError } from '@kaichang/core/kernel/errors.ts'
import { SettingsError } from '@kaichang/core/kernel/settings.ts'
import { explainPostgresFailure } from '@kaichang/core/store/postgres/failures.ts'
import { complain, say, terminalLocale, type Sentence } from './cli/say.ts'

interface Command {
  usage: string
  about: Sentence
  run: () => Promise<{ run: (args: string[]) => Promise<number> }>
}

/** Every command; its module is loaded only when it is called, so that each starts quickly. */
const commands: Record<string, Command> = {
  start: { usage: 'start', about: { zh: '启动网站', en: 'start the site' }, run: () => import('./cli/start.ts') },
  'sign-in': {
    usage: 'sign-in [email]',
    about: { zh: '要一个一次性登录链接', en: 'get a one-time sign-in link' },
    run: () => import('./cli/sign-in.ts'),
  },
  sandbox: {
    usage: 'sandbox [--port <port>]',
    about: { zh: '单独启动支付沙盒（不是真的钱）', en: 'start the payment sandbox alone (no real money)' },
    run: () => import('./cli/sandbox.ts'),
  },
  migrate: { usage: 'migrate', about: { zh: '更新数据库表', en: 'bring the tables up to date' }, run: () => import('./cli/migrate.ts') },
  examples: {
    usage: 'examples',
    about: { zh: '装入两场示例活动', en: 'load the two example events' },
    run: () => import('./cli/examples.ts'),
  },
  import: {
    usage: 'import <file> | recordings <c>/<e> <folder>',
    about: { zh: '导入社区，或一个文件夹的录音', en: 'import a community, or a folder of recordings' },
    run: () => import('./cli/import.ts'),
  },
  export: {
    usage: 'export <community> [file]',
    about: { zh: '导出一个社区', en: 'export a community' },
    run: () => import('./cli/export.ts'),
  },
  backup: { usage: 'backup [file]', about: { zh: '备份全部数据', en: 'back everything up' }, run: () => import('./cli/backup.ts') },
  restore: {
    usage: 'restore <file>',
    about: { zh: '把备份恢复到空的数据目录', en: 'restore a backup into an empty data folder' },
    run: () => import('./cli/restore.ts'),
  },
  doctor: {
    usage: 'doctor',
    about: { zh: '看缺什么、慢在哪、哪里不安全', en: 'tell what is missing, slow or unsafe' },
    run: () => import('./cli/doctor.ts'),
  },
}

async function main(): Promise<number> {
  const [name = 'help', ...args] = process.argv.slice(2)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    help()
    return name === 'help' || name === '--help' ? 0 : 2
  }
  const { run } = await command.run()
  return run(args)
}

function help(): void {
  say({ zh: '用法：kaichang <命令>', en: 'Usage: kaichang <command>' })
  for (const { usage, about } of Object.values(commands)) process.stdout.write(`  ${usage.padEnd(44)} ${about[terminalLocale]}\n`)
}

/** One clear sentence for what we know; the whole error for what we do not. */
function report(error: unknown): number {
  const sentence = explainPostgresFailure(error)
  if (sentence) complain(sentence)
  else if (error instanceof SettingsError)
    complain({ zh: `设置有误：\n${error.problems.map((p) => `  - ${p}`).join('\n')}`, en: error.message })
  else if (error instanceof KaichangError) process.stderr.write(`${errorText(error.code, terminalLocale, error.params)}\n`)
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return error instanceof SettingsError ? 2 : 1
}

process.exitCode = await main().catch(report)
