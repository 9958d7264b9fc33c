import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from './child.mjs'
import { root } from './paths.mjs'
import { giveUp, say } from './say.mjs'

/** Installs the packages when they are missing or others than the lockfile names. */
export async function installPackages() {
  if (isInstalled(root)) return
  say({
    zh: '正在安装依赖包（第一次约一分钟）…',
    en: 'Installing packages (about a minute the first time) …',
  })
  const [program, args] = npm()
  const { code, output, seconds } = await capture(program, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    shell: process.platform === 'win32' && program === 'npm.cmd',
  })
  if (code !== 0) {
    process.stderr.write(output)
    giveUp({
      zh: '依赖包没有装好：原因见上。检查网络后再来一次；已经下载的会留着。',
      en: 'The packages could not be installed, for the reason above. Check the network and try again; what was downloaded is kept.',
    })
  }
  say({ zh: `依赖包已装好（${Math.round(seconds)} 秒）。`, en: `Packages installed (${Math.round(seconds)} s).` })
}

/**
 * npm writes `node_modules/.package-lock.json` as the last step of an install, so it tells both
 * whether one was finished and which versions it brought.
 */
export function isInstalled(folder) {
  const hidden = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  const { packages: wanted } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  const { packages: found } = JSON.parse(readFileSync(hidden, 'utf8'))
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.link) return true
    const other = found[path]
    if (other === undefined) return entry.optional === true || entry.devOptional === true || entry.peer === true
    return other.version === entry.version && other.integrity === entry.integrity
  })
}

/** The npm that runs us, else the one on the path. */
function npm() {
  const own = process.env.npm_execpath
  if (own?.endsWith('.js') && own.includes('npm')) return [process.execPath, [own]]
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []]
}
