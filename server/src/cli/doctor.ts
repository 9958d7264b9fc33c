import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { examine, type Finding } from '../doctor/examine.ts'
import { withDatabase } from './installation.ts'
import { say, terminalLocale } from './say.ts'

const marks = { good: '✓', advice: '•', trouble: '✗' } as const

/** `doctor`: what is missing, what is slow, what is unsafe, each with its remedy. Exit code 1 when something is wrong. */
export async function run(): Promise<number> {
  const settings = readSettings(process.env)
  const findings = await withDatabase(settings, (databaseUrl) => examine({ settings, databaseUrl, now: new Date() }))
  const order: Finding['state'][] = ['trouble', 'advice', 'good']
  for (const state of order) {
    for (const finding of findings.filter((f) => f.state === state)) {
      process.stdout.write(`${marks[state]} ${finding.what[terminalLocale]}\n`)
      if (finding.remedy) process.stdout.write(`    ${finding.remedy[terminalLocale]}\n`)
    }
  }
  const wrong = findings.filter((f) => f.state === 'trouble').length
  say(
    wrong === 0
      ? { zh: '没有发现必须马上处理的问题。', en: 'Nothing that must be mended now.' }
      : { zh: `有 ${wrong} 处要处理。`, en: `${wrong} ${wrong === 1 ? 'thing needs' : 'things need'} mending.` },
  )
  return wrong === 0 ? 0 : 1
}
