import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkTypes } from './check-types.mjs'
import { isInstalled } from './install.mjs'
import { summarise } from './summary.mjs'

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((each) => ({ status: each })) })

test.each([
  ['all passed', [file('passed', 'passed', 'passed')], 0, '2 passed, 0 failed'],
  ['one failed', [file('failed', 'passed', 'failed'), file('passed', 'passed')], 1, '2 passed, 1 failed'],
  ['some skipped', [file('passed', 'passed', 'skipped', 'todo', 'pending')], 0, '1 passed, 0 failed, 3 skipped'],
  ['a file that does not load', [file('failed'), file('passed', 'passed')], 1, '1 passed, 1 failed'],
  ['an error outside of tests', [file('passed', 'passed')], 1, '1 passed, 1 failed'],
  ['no report at all', [], 1, '0 passed, 1 failed'],
])('the summary of a run: %s', (_, testResults, code, line) => {
  expect(summarise({ testResults }, code)).toBe(line)
})

test('packages count as installed when the last install ended and brought what the lockfile names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kaichang-install-'))
  const one = { version: '1.0.0', integrity: 'sha512-a' }
  const lock = (packages: object) => JSON.stringify({ packages })
  const hidden = join(folder, 'node_modules', '.package-lock.json')
  await mkdir(join(folder, 'node_modules'))
  await writeFile(
    join(folder, 'package-lock.json'),
    lock({
      '': {},
      core: {},
      'node_modules/@kaichang/core': { link: true },
      'node_modules/one': one,
      'node_modules/other-system': { optional: true },
    }),
  )
  const outcomes: boolean[] = [isInstalled(folder)]
  for (const found of [{}, { 'node_modules/one': { ...one, version: '1.0.1' } }, { 'node_modules/one': one }]) {
    await writeFile(hidden, lock(found))
    outcomes.push(isInstalled(folder))
  }
  expect(outcomes).toEqual([false, false, false, true])
  await rm(folder, { recursive: true })
})

const canary = 'canary.ts(1,7): error TS2322: Type string is not assignable to type number.'

test.each([
  ['only the deliberate error: types are sound', canary, 0],
  ['no error at all: the checker has fallen silent', '', 1],
  ['another error beside it', `${canary}\ncore/src/a.ts(1,1): error TS2304: Cannot find name 'a'.`, 1],
  ['a crash', 'Error: out of memory', 1],
])('the check of types, when the checker reports %s', async (_, output, code) => {
  expect(await checkTypes('core', async () => ({ code: 1, output, seconds: 0 }))).toMatchObject({ code })
})

test('the type checker does report the deliberate error', async () => {
  const { output } = await checkTypes('server', async ([tsc = '', ...args]) => {
    const { stdout } = spawnSync(process.execPath, [tsc, ...args], { encoding: 'utf8' })
    expect(stdout).toContain('canary.ts(1,7): error TS2322')
    return { code: 1, output: stdout, seconds: 0 }
  })
  expect(output).not.toContain('canary.ts')
})
