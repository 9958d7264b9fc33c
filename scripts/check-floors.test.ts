import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const made: string[] = []

afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))))

test('a sound tree passes', async () => {
  expect(
    await check({
      'core/src/kernel/text.ts': `import { z } from 'zod'\nexport const text = z.string()`,
      'core/src/store/database.ts': `import { text } from '#core/kernel/text.ts'`,
      'core/src/door/actions.ts': `import type { Ticket } from '#core/registration/model.ts'\nimport { query } from '../store/database.ts'`,
      'core/src/registration/model.ts': `export type Ticket = string`,
      'core/src/registration/model.test.ts': `import { scan } from '#core/door/actions.ts'`,
      'core/src/app.ts': `export { scan } from './door/actions.ts'`,
      'server/src/cli.ts': `import { handler } from '@kaichang/web/handler.js'\nconst app = await import('@kaichang/core/app.ts')`,
      'web/src/routes/+page.svelte': `<script lang="ts">\n  import type { PageProps } from './$types'\n  import Rail from '#lib/Rail.svelte'\n</script>`,
      'web/src/routes/+page.server.ts': `import { scan } from '@kaichang/core/door/actions.ts'`,
    }),
  ).toEqual({ code: 0, lines: ['11 imports, 0 findings'] })
})

test.each([
  ['an import upwards', 'core/src/people/actions.ts', '#core/door/actions.ts', 'goes up from people to door'],
  ['a type taken from above', 'core/src/people/model.ts', '../door/model.ts', 'goes up from people to door', 'import type { A }'],
  ['a neighbour on the same floor', 'core/src/plan/actions.ts', '#core/team/model.ts', 'goes from plan to team, on the same floor'],
  ['the kernel using the store', 'core/src/kernel/clock.ts', '#core/store/database.ts', 'goes from kernel to store, on the same floor'],
  ['a room importing the roof', 'core/src/story/actions.ts', '#core/app.ts', 'goes up from story to the roof'],
  [
    'a room without a floor',
    'core/src/cellar/actions.ts',
    '#core/kernel/text.ts',
    'touches cellar, which has no floor in scripts/check-floors.mjs',
  ],
  ['the core knowing HTTP', 'core/src/people/actions.ts', 'hono', 'is not for the core'],
  ['the core knowing the server', 'core/src/people/actions.ts', '@kaichang/server/http/server.ts', 'is not for the core'],
  ['the core leaving by a path', 'core/src/people/actions.ts', '../../../web/src/lib/format.ts', 'leaves the core'],
  ['a page using a store', 'web/src/routes/+page.server.ts', '@kaichang/core/people/store.ts', 'is a store; pages call actions'],
  ['a page writing SQL', 'web/src/lib/server/query.ts', 'kysely', 'is for the core’s stores'],
  ['a page importing the server', 'web/src/hooks.server.ts', '@kaichang/server/cli.ts', 'reaches up into the server'],
  ['the server reaching into pages', 'server/src/cli.ts', '../../web/src/lib/format.ts', 'reaches into the pages'],
  ['a missing extension', 'core/src/door/actions.ts', '#core/people/model', 'lacks the file’s extension'],
  [
    'an import over several lines',
    'core/src/people/actions.ts',
    '../door/actions.ts',
    'goes up from people to door',
    'import {\n  a,\n  b,\n}',
  ],
  ['a re-export', 'core/src/people/actions.ts', '../door/actions.ts', 'goes up from people to door', 'export *'],
])('%s is found', async (_, file, specifier, reason, statement = 'import { a }') => {
  expect(await check({ [file]: `${statement} from '${specifier}'\n` })).toEqual({
    code: 1,
    lines: [`${file}: “${specifier}” ${reason}`, '1 imports, 1 findings'],
  })
})

test('a circle among files of one room is found', async () => {
  expect(
    await check({
      'core/src/door/a.ts': `import { b } from './b.ts'`,
      'core/src/door/b.ts': `import { c } from './c.ts'`,
      'core/src/door/c.ts': `const a = () => import('./a.ts')`,
    }),
  ).toEqual({
    code: 1,
    lines: ['a circle: core/src/door/a.ts → core/src/door/b.ts → core/src/door/c.ts → core/src/door/a.ts', '3 imports, 1 findings'],
  })
})

test('what is only written in a comment is no import', async () => {
  expect(
    await check({
      'core/src/kernel/a.ts': `// import { a } from '#core/door/a.ts'\n/* import { a } from '#core/door/a.ts' */\nexport const a = 1`,
    }),
  ).toEqual({ code: 0, lines: ['0 imports, 0 findings'] })
})

async function check(files: Record<string, string>): Promise<{ code: number | null; lines: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'kaichang-floors-'))
  made.push(folder)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, 'check-floors.mjs'), folder], { encoding: 'utf8' })
  return { code: status, lines: stdout.trimEnd().split('\n') }
}
