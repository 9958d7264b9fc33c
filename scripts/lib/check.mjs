import { join } from 'node:path'
import { checkTypes } from './check-types.mjs'
import { capture } from './child.mjs'
import { nodeEnvironment, projectNode } from './node.mjs'
import { root } from './paths.mjs'

const bin = (name, ...file) => join(root, 'node_modules', name, ...file)

/** Runs every check, two at a time, and prints each one's verdict. Resolves to the exit code. */
export async function check() {
  const node = projectNode()
  const env = nodeEnvironment()
  const run = (args, cwd = root) => capture(node, args, { cwd, env })
  /** @type {[string, () => Promise<{ code: number, output: string, seconds: number }>][]} */
  const checks = [
    ['pages’ types', () => checkTypes('web', run)],
    ['core’s types', () => checkTypes('core', run)],
    ['server’s types', () => checkTypes('server', run)],
    ['tests’ types', () => run([bin('typescript', 'bin', 'tsc'), '-p', root])],
    ['floors', () => run([join(root, 'scripts', 'check-floors.mjs')])],
    ['lint', () => run([bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings'])],
    ['format', () => run([bin('oxfmt', 'bin', 'oxfmt'), '--list-different'])],
  ]
  let failed = 0
  const waiting = [...checks]
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, start] = next
      const { code, output, seconds } = await start()
      if (code !== 0) failed += 1
      process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)\n`)
      if (code !== 0) process.stdout.write(`${output.trimEnd()}\n`)
    }
  }
  await Promise.all([work(), work()])
  process.stdout.write(failed === 0 ? `All ${checks.length} checks passed.\n` : `${failed} of ${checks.length} checks failed.\n`)
  return failed === 0 ? 0 : 1
}
