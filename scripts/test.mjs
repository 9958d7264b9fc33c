// npm test [-- arguments of vitest]: everything that a fresh clone needs, then all tests.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPages } from './lib/build.mjs'
import { become } from './lib/child.mjs'
import { installPackages } from './lib/install.mjs'
import { nodeEnvironment, projectNode } from './lib/node.mjs'
import { root } from './lib/paths.mjs'
import { summarise } from './lib/summary.mjs'

await installPackages()
await buildPages()
const folder = mkdtempSync(join(tmpdir(), 'kaichang-report-'))
const report = join(folder, 'report.json')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const code = await become(projectNode(), [vitest, 'run', ...reporters, ...process.argv.slice(2)], { env: nodeEnvironment() })
process.stdout.write(`${summarise(read(report), code)}\n`)
process.exitCode = code
rmSync(folder, { recursive: true, force: true })

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { testResults: [] }
  }
}
