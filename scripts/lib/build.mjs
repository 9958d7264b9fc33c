import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { capture } from './child.mjs'
import { nodeEnvironment, projectNode } from './node.mjs'
import { cache, root } from './paths.mjs'
import { giveUp, say } from './say.mjs'

const web = join(root, 'web')
const stamp = join(web, 'build', '.inputs')

/** Builds the pages when what they are made from has changed since the last build. */
export async function buildPages() {
  if (isBuilt()) return
  const release = await takeTurn()
  try {
    // Another command may have built them while this one waited.
    if (!isBuilt()) await build()
  } finally {
    release()
  }
}

async function build() {
  say({ zh: '正在构建页面…', en: 'Building the pages …' })
  const inputs = hashInputs()
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const { code, output, seconds } = await capture(projectNode(), [vite, 'build'], { cwd: web, env: nodeEnvironment() })
  if (code !== 0) {
    // The list of built files stands before the error.
    process.stderr.write(`${output.trimEnd().split('\n').slice(-40).join('\n')}\n`)
    giveUp({ zh: '页面没有构建成功：原因见上。', en: 'The pages could not be built, for the reason above.' })
  }
  writeFileSync(stamp, inputs)
  say({ zh: `页面已构建（${Math.round(seconds)} 秒）。`, en: `Pages built (${Math.round(seconds)} s).` })
}

function isBuilt() {
  return existsSync(stamp) && existsSync(join(web, 'build', 'handler.js')) && readFileSync(stamp, 'utf8') === hashInputs()
}

/** Pages may bundle code of the core for the browser, so that its files count as well. */
function hashInputs() {
  const hash = createHash('sha256')
  const files = [
    join(root, 'package-lock.json'),
    ...['package.json', 'vite.config.ts', 'tsconfig.json'].map((name) => join(web, name)),
    ...filesBelow(join(web, 'src')),
    ...filesBelow(join(web, 'static')),
    ...filesBelow(join(root, 'core', 'src')).filter((file) => file.endsWith('.ts')),
  ]
  for (const file of files) {
    if (file.endsWith('.test.ts')) continue
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

/** One build at a time in a checkout; a lock whose process is gone does not count. */
async function takeTurn() {
  mkdirSync(cache, { recursive: true })
  const lock = join(cache, 'build.lock')
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return () => rmSync(lock, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (!isAlive(Number(readFileSync(lock, 'utf8')))) rmSync(lock, { force: true })
      await sleep(200)
    }
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
