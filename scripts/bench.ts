import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { meets, type Bench, type Goal } from '../bench/lib/bench.ts'

const folder = join(import.meta.dirname, '..', 'bench')
const wanted = process.argv.slice(2)
const names = (await readdir(folder)).filter((name) => name.endsWith('.bench.ts')).map((name) => name.slice(0, -'.bench.ts'.length))
const results: Record<string, Record<string, number>> = {}
const goals: Record<string, Record<string, Goal>> = {}
let missed = 0

for (const name of names.sort()) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const bench = (await import(join(folder, `${name}.bench.ts`))) as Bench
  const figures = await bench.run()
  results[name] = figures
  goals[name] = bench.goals ?? {}
  for (const [figure, value] of Object.entries(figures)) process.stdout.write(line(name, figure, value, goals[name][figure]))
}

const out = join(folder, 'out')
await mkdir(out, { recursive: true })
const machine = { node: process.version, platform: `${process.platform}-${process.arch}`, cores: cpus().length, cpu: cpus()[0]?.model }
const time = new Date().toISOString()
const file = join(out, `${time.replaceAll(/[:.]/g, '-')}.json`)
await writeFile(file, `${JSON.stringify({ time, machine, results, goals }, null, 2)}\n`)
process.stdout.write(missed === 0 ? `All goals are met.\n` : `${missed} ${missed === 1 ? 'goal is' : 'goals are'} missed.\n`)
process.stdout.write(`${file}\n`)
// Benchmarks may leave pools and workers open; they are done.
process.exit(missed === 0 ? 0 : 1)

/** One line of the table: what, how much, and whether that is enough. */
function line(name: string, figure: string, value: number, goal: Goal | undefined): string {
  const shown = value.toLocaleString('en', { maximumFractionDigits: 1 })
  if (goal && !meets(value, goal)) missed += 1
  const wish = goal === undefined ? '' : 'below' in goal ? `< ${goal.below.toLocaleString('en')}` : `≥ ${goal.atLeast.toLocaleString('en')}`
  const verdict = goal === undefined ? '' : meets(value, goal) ? '✓' : '✗'
  return `${name.padEnd(10)} ${figure.padEnd(36)} ${shown.padStart(10)} ${wish.padStart(10)} ${verdict}`.trimEnd() + '\n'
}
