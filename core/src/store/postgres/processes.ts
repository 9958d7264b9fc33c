import { spawnSync } from 'node:child_process'
import { readFile, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode } from './failures.ts'

/** When a process began, so that a process id used again is not taken for the former process. */
export async function birthOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return ''
  const [boot, status] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
  ])
  // The command's name, in parentheses, may hold blanks; counting starts behind it.
  const ticks = status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return ticks === '' ? '' : `${boot.trim()}/${ticks}`
}

/** Whether a process runs; one that is dead but not yet reaped by its parent does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return status.slice(status.lastIndexOf(')') + 2, status.lastIndexOf(')') + 3) !== 'Z'
}

/** What `postmaster.pid` of a cluster says; undefined when there is none. */
export async function readPostmasterFile(cluster: string): Promise<{ pid: number; port: number; status: string } | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() }
}

/** Processes that work in a cluster's folder: its postmaster and the children of a dead one. */
export async function processesOn(cluster: string): Promise<number[]> {
  if (process.platform === 'win32') return []
  if (process.platform !== 'linux') return commandsNaming(cluster)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found: number[] = []
  for (const pid of pids) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
    if (cwd === cluster && (await isRunning(pid))) found.push(pid)
  }
  return found
}

/** Without /proc only the postmaster is found, by the folder among its arguments. */
function commandsNaming(cluster: string): number[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' })
  const lines = stdout.split('\n').filter((line) => line.includes(`-D ${cluster} `))
  return lines.map((line) => Number.parseInt(line, 10))
}

/** Sends a signal; a process that is gone already is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error
  }
}

/** Waits until `done` answers true, asking every few milliseconds; false after `limit` ms. */
export async function waitFor(done: () => Promise<boolean>, limit: number): Promise<boolean> {
  const step = 20
  for (let waited = 0; ; waited += step) {
    if (await done()) return true
    if (waited >= limit) return false
    await sleep(step)
  }
}
