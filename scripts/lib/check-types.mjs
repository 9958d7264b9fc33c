import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root } from './paths.mjs'

/**
 * Checks the types of one workspace together with a file that has one type error on purpose. A
 * type checker can fall silent (TypeScript checks nothing once generated files grow past a limit,
 * and reports no error), so the check passes only if exactly that one error is reported.
 */
export async function checkTypes(workspace, run) {
  const { config, canary } = writeCanary(workspace)
  const result =
    workspace === 'web' ? await checkPages(config, run) : await run([join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config])
  const lines = result.output.split('\n').filter((line) => /\berror TS\d+|\b(ERROR|WARNING)\b/.test(line))
  const others = lines.filter((line) => !line.includes(canary))
  const silent = lines.length === others.length
  return {
    ...result,
    code: silent || others.length > 0 ? 1 : 0,
    output: silent
      ? `${result.output}\nThe deliberate type error in ${canary} was not reported: types are not being checked.`
      : result.output
          .split('\n')
          .filter((line) => !line.includes(canary))
          .join('\n'),
  }
}

async function checkPages(config, run) {
  const web = join(root, 'web')
  const sync = await run([join(root, 'node_modules', '@sveltejs', 'kit', 'svelte-kit.js'), 'sync'], web)
  if (sync.code !== 0) return sync
  const checker = join(root, 'node_modules', 'svelte-check', 'bin', 'svelte-check')
  return run([checker, '--workspace', web, '--tsconfig', config, '--output', 'machine', '--fail-on-warnings'], web)
}

function writeCanary(workspace) {
  const folder = workspace === 'web' ? join(root, 'web', '.svelte-kit', 'canary') : join(cache, `canary-${workspace}`)
  mkdirSync(folder, { recursive: true })
  const name = workspace === 'web' ? 'canary.svelte' : 'canary.ts'
  const error = 'const wrong: number = "a text"\nexport const shown = wrong\n'
  writeFileSync(
    join(folder, name),
    workspace === 'web' ? '<script lang="ts">\n  const wrong: number = "a text"\n</script>\n\n{wrong}\n' : error,
  )
  const config = join(folder, 'tsconfig.json')
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, workspace, 'tsconfig.json'), include: [join(root, workspace, 'src')], files: [name] }),
  )
  return { config, canary: name }
}
