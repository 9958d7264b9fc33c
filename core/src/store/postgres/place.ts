import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, readFile, realpath, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { folderFailure, postgresFailure } from './failures.ts'
import type { PostgresFailure, Sentence } from './failures.ts'

/** The user a process runs as; undefined means: as ourselves. */
export type Identity = { uid: number; gid: number } | undefined

export type Place = {
  /** `<data>/postgres`: lock, password, port and log. */
  home: string
  /** Where cluster and binaries lie: `home`, or a folder that the database's user can reach. */
  folder: string
  cluster: string
  log: string
  identity: Identity
}

/**
 * Decides where the database of a data folder lies and as whom it runs.
 *
 * PostgreSQL refuses to run as root, so under root it runs as an ordinary user who owns the
 * cluster. Where that user cannot enter the data folder (a clone below `/root`), cluster and
 * binaries move to `elsewhere`, and `<data>/postgres/location` says so.
 * @throws PostgresFailure `data_folder_not_writable`, `no_user_for_database`, `disk_full`
 */
export async function preparePlace(dataDirectory: string, log: (message: Sentence) => void, elsewhere = '/var/lib'): Promise<Place> {
  const home = await makeHome(dataDirectory)
  const identity = process.getuid?.() === 0 ? await ordinaryUser(home) : undefined
  const folder = identity === undefined ? home : await reachable(home, identity, elsewhere, log)
  return { home, folder, cluster: join(folder, 'cluster'), log: join(home, 'server.log'), identity }
}

async function makeHome(dataDirectory: string): Promise<string> {
  const home = join(dataDirectory, 'postgres')
  try {
    await mkdir(home, { recursive: true })
    const probe = join(home, `.probe-${process.pid}`)
    await writeFile(probe, '')
    await rm(probe)
    return await realpath(home)
  } catch (error) {
    throw folderFailure(error, dataDirectory)
  }
}

/** Whoever owns the cluster already, else the first ordinary user this machine has. */
async function ordinaryUser(home: string): Promise<{ uid: number; gid: number }> {
  const location = await moved(home)
  const cluster = await stat(join(location ?? home, 'cluster')).catch(() => undefined)
  if (cluster !== undefined && cluster.uid !== 0) return { uid: cluster.uid, gid: cluster.gid }
  const accounts = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n')
  for (const name of ['kaichang', 'postgres', 'nobody', 'daemon']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (Number(uid) > 0 && Number(gid) >= 0) return { uid: Number(uid), gid: Number(gid) }
  }
  throw postgresFailure('no_user_for_database', { folder: home })
}

async function reachable(
  home: string,
  identity: { uid: number; gid: number },
  elsewhere: string,
  log: (message: Sentence) => void,
): Promise<string> {
  const known = await moved(home)
  if (known !== undefined) return known
  await chmod(home, 0o711)
  if (await canUse(home, identity)) return home
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 10)
  const folder = join(elsewhere, `kaichang-${hash}`)
  try {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o711)
  } catch {
    throw postgresFailure('no_user_for_database', { folder: home })
  }
  if (!(await canUse(folder, identity))) {
    throw postgresFailure('no_user_for_database', { folder: home })
  }
  await writeFile(join(home, 'location'), `${folder}\n`)
  log({
    zh: `以 root 启动，数据库的用户进不了 ${home}：数据库放在 ${folder}。`,
    en: `Started as root, and the database's user cannot enter ${home}: the database lies in ${folder}.`,
  })
  return folder
}

async function moved(home: string): Promise<string | undefined> {
  const location = await readFile(join(home, 'location'), 'utf8').catch(() => '')
  return location.trim() === '' ? undefined : location.trim()
}

/** Asks the system itself, by a process of that user, since modes alone do not tell (ACLs, mounts). */
async function canUse(folder: string, identity: { uid: number; gid: number }): Promise<boolean> {
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    await mkdir(probe)
    await chown(probe, identity.uid, identity.gid)
    const result = spawnSync('/bin/sh', ['-c', 'cd "$1" && : > written', 'sh', probe], {
      ...identity,
      cwd: '/',
      stdio: 'ignore',
    })
    return result.status === 0
  } catch {
    return false
  } finally {
    await rm(probe, { recursive: true, force: true })
  }
}

/**
 * Refuses to start on a disk that is about to be full: PostgreSQL dies when it cannot write a log
 * segment of 16 MB, and a first start needs room for a whole cluster.
 * @throws PostgresFailure `disk_full`
 */
export async function checkSpace(folder: string, neededMegabytes: number): Promise<void> {
  const failure = await diskFull(folder, neededMegabytes)
  if (failure.freeMegabytes < neededMegabytes) throw failure.error
}

/** The failure of a disk that PostgreSQL found full, with what is free at this moment. */
export async function diskFull(folder: string, neededMegabytes: number): Promise<{ freeMegabytes: number; error: PostgresFailure }> {
  const { bavail, bsize } = await statfs(folder)
  const freeMegabytes = Math.floor((bavail * bsize) / 1024 / 1024)
  return { freeMegabytes, error: postgresFailure('disk_full', { folder, freeMegabytes, neededMegabytes }) }
}
