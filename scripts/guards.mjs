// Removes each guard of the rush and of money once, in a copy of the last commit, and expects the named test to fail.
// Usage: node scripts/guards.mjs [part of a guard's name]. Not part of the checks: it takes some minutes.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listGuards } from './lib/guards-of-lists.mjs'
import { moneyGuards } from './lib/guards-of-money.mjs'
import { nodeEnvironment, projectNode } from './lib/node.mjs'
import { root } from './lib/paths.mjs'

const room = 'core/src/registration'
const rush = `${room}/rush.test.ts`
const holds = `${room}/orders/hold.test.ts`

/** Which line guards what: it is replaced by `by`, then the test (part of its name) has to fail. */
const guards = [
  {
    name: 'the cap',
    file: `${room}/seats/rules.ts`,
    line: 'if (need > left) return lackBy',
    by: 'if (need > left + 1) return lackBy',
    in: rush,
    test: 'case 1',
  },
  { name: 'the seats counted within a batch', file: `${room}/rules.ts`, line: '    take(stock, want)\n', by: '', in: rush, test: 'case 1' },
  {
    name: 'one booking per contact within a batch',
    file: `${room}/rules.ts`,
    line: 'for (const key of keys) contacts.add(key)',
    by: '',
    in: rush,
    test: 'case 1: rules',
  },
  {
    name: 'the share of a channel',
    file: `${room}/seats/rules.ts`,
    line: 'const left = Math.max(size - taken, 0)\n      if (need',
    by: "const left = Math.max(size - taken, 0) + (limit.startsWith('channel:') ? 1 : 0)\n      if (need",
    in: rush,
    test: 'case 1: rules',
  },
  {
    name: 'the closed window',
    file: `${room}/rules.ts`,
    line: "state.opening !== 'open' && request.anyTime !== true",
    by: 'false',
    in: rush,
    test: 'case 1: rules',
  },
  {
    name: 'the lock of the counter',
    file: `${room}/store.ts`,
    line: '    .forUpdate()\n    .executeTakeFirst()\n}\n\n/** Makes',
    by: '    .executeTakeFirst()\n}\n\n/** Makes',
    in: rush,
    test: 'case 1: two processes',
  },
  {
    name: 'the counter written with the bookings',
    file: `${room}/seats/store.ts`,
    line: 'update seat_counter set taken = ${after.taken}',
    by: 'update seat_counter set taken = taken',
    in: rush,
    test: 'case 1: two processes',
  },
  {
    name: 'the look-up of a key',
    file: `${room}/batch.store.ts`,
    line: 'where g.key is not null',
    by: 'where false',
    in: rush,
    test: 'case 3',
  },
  {
    name: 'equal keys within a batch',
    file: `${room}/batch.repeated.ts`,
    line: 'if (before === undefined) first.set(key, n)',
    by: 'if (true) first.set(key, n)',
    in: rush,
    test: 'case 10',
  },
  {
    name: 'another body under a known key',
    file: `${room}/batch.repeated.ts`,
    line: 'if (before && before.bodyHash !== bodyHash)',
    by: 'if (false)',
    in: rush,
    test: 'case 10',
  },
  {
    name: 'another body within a batch',
    file: `${room}/batch.ts`,
    line: 'request.bodyHash === requests[first]?.bodyHash',
    by: 'true',
    in: rush,
    test: 'case 10',
  },
  {
    name: 'a cancellation frees one seat once',
    file: `${room}/ticket.actions.ts`,
    line: "if (!booking || booking.state === 'cancelled') return null",
    by: 'if (!booking) return false',
    in: rush,
    test: 'case 6',
  },
  {
    name: 'a person who is booked by another contact',
    file: `${room}/batch.ts`,
    line: '...booked.map((id) => `person:${id}`)',
    by: '',
    in: rush,
    test: 'booked by phone',
  },
  {
    name: 'the search for the one at fault',
    file: `${room}/together.ts`,
    line: 'batch.length === 1 || !isAboutOne(error)',
    by: 'true',
    in: rush,
    test: 'fails alone',
  },
  {
    name: 'the room of the queue',
    file: `${room}/crowd/gate.ts`,
    line: 'if (load.waiting < load.room && (!crowd || isEmpty(crowd.line))) return null',
    by: 'return null',
    in: rush,
    test: 'more than may wait',
  },
  {
    name: 'the next try after a broken link',
    file: `${room}/together.ts`,
    line: 'if (attempt >= 3 || ',
    by: 'if (attempt >= 1 || ',
    in: rush,
    test: 'case 38',
  },
  {
    name: 'no waiting between the statements of a transaction',
    file: 'core/src/store/transaction.ts',
    line: 'const db = await pipelined(serial)',
    by: 'const db = serial',
    in: 'core/src/store/transaction.test.ts',
    test: 'statements go out one behind the other',
  },
  {
    name: 'the next batch behind the commit',
    file: `${room}/together.ts`,
    line: 'transact(ctx, decide, onCommit)',
    by: 'transact(ctx, decide)',
    in: `${room}/together.test.ts`,
    test: 'goes out while',
  },
  {
    name: 'the look at what an unheard commit wrote',
    file: `${room}/together.ts`,
    line: 'again: decided',
    by: 'again: false',
    in: rush,
    test: 'without a key',
  },
  {
    name: 'the look at holds that an unheard commit wrote',
    file: `${room}/orders/hold.ts`,
    line: 'new Set(again ?',
    by: 'new Set(false ?',
    in: holds,
    test: 'case 38',
  },
  {
    name: 'the same form is the same hold',
    file: `${room}/orders/hold.ts`,
    line: 'if (before) return { ok: true, orderId: before.answer }',
    by: '',
    in: holds,
    test: 'decided together',
  },
  {
    name: 'the seats that each hold takes from those behind it',
    file: `${room}/orders/hold.ts`,
    line: 'if (!plan.review) for',
    by: 'if (plan.review) for',
    in: holds,
    test: 'decided together',
  },
  {
    name: 'the failure of a statement that was sent along',
    file: 'core/src/store/transaction.ts',
    line: '      if (failures.length > 0) throw failures[0]\n',
    by: '',
    in: 'core/src/store/transaction.test.ts',
    test: 'sent along',
  },
  {
    name: 'the first failure as the one that is told',
    file: 'core/src/store/transaction.ts',
    line: 'throw failures[0] ?? error',
    by: 'throw error',
    in: 'core/src/store/transaction.test.ts',
    test: 'sent along',
  },
  {
    name: 'a broken link does not end the process',
    file: 'core/src/store/database.ts',
    line: "pool.on('connect'",
    by: "pool.on('remove'",
    in: rush,
    test: 'case 38',
  },
  ...listGuards,
  ...moneyGuards,
]

const copy = mkdtempSync(join(tmpdir(), 'kaichang-guards-'))
let missed = 0
try {
  makeCopy()
  const chosen = guards.filter(({ name }) => name.includes(process.argv[2] ?? ''))
  // With all guards in place the tests pass, or a failure would say nothing.
  for (const file of new Set(chosen.map((guard) => guard.in))) {
    if (runTest({ in: file, test: '' }) !== 0) throw new Error(`${file} fails before anything was removed`)
  }
  for (const guard of chosen) {
    const file = join(copy, guard.file)
    const before = readFileSync(file, 'utf8')
    if (before.split(guard.line).length !== 2) throw new Error(`${guard.name}: its line does not stand once in ${guard.file}`)
    writeFileSync(
      file,
      before.replace(guard.line, () => guard.by),
    )
    const failed = runTest(guard) !== 0
    writeFileSync(file, before)
    if (!failed) missed += 1
    process.stdout.write(`${failed ? 'noticed' : 'NOT NOTICED'}  ${guard.name}\n`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
process.stdout.write(missed === 0 ? 'Each guard that was removed made its test fail.\n' : `${missed} removals were not noticed.\n`)
process.exitCode = missed === 0 ? 0 : 1

function runTest({ in: file, test }) {
  const args = [join(copy, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', file.split('/')[0], file, '-t', test]
  return spawnSync(projectNode(), args, { cwd: copy, env: { ...process.env, ...nodeEnvironment() }, stdio: 'ignore', timeout: 180_000 })
    .status
}

/** The last commit with the packages beside it; the workspaces point into the copy. */
function makeCopy() {
  execFileSync('sh', ['-c', `git archive HEAD | tar -x -C ${JSON.stringify(copy)}`], { cwd: root })
  const packages = join(copy, 'node_modules')
  mkdirSync(join(packages, '@kaichang'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@kaichang') symlinkSync(join(root, 'node_modules', name), join(packages, name))
  }
  for (const name of ['core', 'server', 'web']) {
    symlinkSync(join(copy, name), join(packages, '@kaichang', name))
    const own = join(root, name, 'node_modules')
    if (existsSync(own)) symlinkSync(own, join(copy, name, 'node_modules'))
  }
}
