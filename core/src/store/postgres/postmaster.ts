import { spawn, spawnSync } from 'node:child_process'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { childEnvironment, unusable } from './cluster.ts'
import { postgresFailure } from './failures.ts'
import type { PostgresFailure } from './failures.ts'
import { diskFull } from './place.ts'
import type { Place } from './place.ts'
import { isRunning, processesOn, readPostmasterFile, signalProcess, waitFor } from './processes.ts'
import type { Runtime } from './runtime.ts'

/** Fit for a small machine that also runs the application. */
const settings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '128MB',
  effective_cache_size: '512MB',
  max_wal_size: '512MB',
  wal_compression: 'on',
  random_page_cost: '1.1',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  idle_in_transaction_session_timeout: '5min',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/** A start that lost against a dead server's remains; it may succeed a moment later. */
export class StillBusy extends Error {}

export type Postmaster = {
  pid: number
  /** Resolves when the process is gone, with how it ended (`code 1`, `SIGKILL`). */
  ended: Promise<string>
}

/**
 * Starts PostgreSQL once and waits until it takes connections, however long its recovery lasts.
 * @param extra settings that come before ours, for tests
 * @throws StillBusy, PostgresFailure
 */
export async function launch(place: Place, runtime: Runtime, port: number, extra: Record<string, string>): Promise<Postmaster> {
  await rotate(place.log)
  const file = await open(place.log, 'a')
  const { size } = await file.stat()
  const all = { ...settings, port: String(port), ...extra }
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(runtime.postgres, ['-D', place.cluster, ...args], {
    ...place.identity,
    cwd: place.folder,
    env: childEnvironment,
    stdio: ['ignore', file.fd, file.fd],
    // In a group of its own: Ctrl-C in a terminal is ours to handle, the database goes last.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  let outcome: string | undefined
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve((outcome = signal ?? `code ${code ?? 0}`)))
  })
  const started = new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(unusable(error)))
  })
  try {
    await started
  } finally {
    await file.close()
  }
  const { pid = 0 } = child
  // Whoever ends this process without stopping the server first must not leave it behind.
  const atExit = () => signalProcess(pid, 'SIGINT')
  process.on('exit', atExit)
  void ended.then(() => process.off('exit', atExit))
  while (outcome === undefined) {
    const state = await readPostmasterFile(place.cluster)
    if (state?.pid === pid && state.status === 'ready') return { pid, ended }
    await sleep(10)
  }
  throw await readReason(await tail(place.log, size), place, port)
}

async function readReason(text: string, place: Place, port: number): Promise<PostgresFailure | StillBusy> {
  if (text.includes('No space left on device')) {
    return (await diskFull(place.folder, 64)).error
  }
  if (/could not bind|could not create any TCP\/IP sockets/.test(text)) {
    return postgresFailure('database_port_taken', { port })
  }
  if (/lock file ".*" already exists|still in use/.test(text)) return new StillBusy(text)
  const reason = /(?:FATAL|PANIC): +(.*)/.exec(text)?.[1] ?? text.trim().split('\n').at(-1) ?? ''
  return postgresFailure('database_start_failed', { reason, log: place.log })
}

async function tail(path: string, from: number): Promise<string> {
  return (await readFile(path)).subarray(from).toString()
}

async function rotate(log: string): Promise<void> {
  const size = await stat(log).then(
    ({ size }) => size,
    () => 0,
  )
  const limit = 5 * 1024 * 1024
  if (size > limit) await rename(log, `${log}.1`)
}

/** Fast shutdown: open transactions are rolled back, everything is written; the rest by force. */
export async function shutDown(pid: number, place: Place, runtime: Runtime): Promise<void> {
  const gone = async () => !(await isRunning(pid))
  if (process.platform === 'win32') {
    spawnSync(runtime.pgCtl, ['stop', '-D', place.cluster, '-m', 'fast', '-w'], { stdio: 'ignore' })
    return
  }
  for (const [signal, limit] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    signalProcess(pid, signal)
    if (await waitFor(gone, limit)) return
  }
  signalProcess(pid, 'SIGKILL')
  await waitFor(gone, 5_000)
}

/**
 * Clears what a former run of ours left: a server that still runs on this cluster is shut down
 * (there are never two), children of a dead one get a few seconds to notice, and a lock file that
 * points to a dead process or to a stranger is removed.
 * @returns whether a server was still running
 */
export async function clearRemains(place: Place, runtime: Runtime): Promise<boolean> {
  const state = await readPostmasterFile(place.cluster)
  if (state === undefined) return false
  const workers = await processesOn(place.cluster)
  const ours = process.platform === 'win32' ? await isRunning(state.pid) : workers.includes(state.pid)
  if (ours) {
    await shutDown(state.pid, place, runtime)
    return true
  }
  await clearChildren(place)
  // PostgreSQL itself refuses while the number in this file belongs to any process of its user.
  if (process.platform !== 'win32') await rm(join(place.cluster, 'postmaster.pid'), { force: true })
  return false
}

/** Children of a dead postmaster notice its death by themselves; one that does not is ended. */
export async function clearChildren(place: Place): Promise<void> {
  const alone = async () => (await processesOn(place.cluster)).length === 0
  if (await waitFor(alone, 3_000)) return
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const pid of await processesOn(place.cluster)) signalProcess(pid, signal)
    if (await waitFor(alone, 1_500)) return
  }
}
