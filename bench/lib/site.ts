import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const root = join(import.meta.dirname, '..', '..')

/** A data folder of its own; `remove` deletes it. */
export async function dataFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'kaichang-bench-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export interface RunningSite {
  url: string
  /** From the command to the first answer of the start page, in ms. */
  firstAnswer: number
  /** Resident memory of the server's own process, in MB. */
  memory: () => Promise<number>
  /** What it printed so far. */
  printed: () => string
  stop: () => Promise<void>
}

/** Starts Kaichang as `npm start` does, as a child process, and waits for its first answer (2 minutes at most). */
export async function startSite(folder: string, env: Record<string, string> = {}): Promise<RunningSite> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], {
    cwd: root,
    env: { ...process.env, KAICHANG_DATA: folder, PORT: String(port), HOST: '127.0.0.1', KAICHANG_LANG: 'en', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout.on('data', (data: Buffer) => (printed += data.toString()))
  child.stderr.on('data', (data: Buffer) => (printed += data.toString()))
  const url = `http://127.0.0.1:${port}`
  try {
    while (!(await answers(url))) {
      if (child.exitCode !== null || performance.now() - began > 120_000) throw new Error(`The server did not start:\n${printed}`)
      await sleep(10)
    }
  } catch (error) {
    await stop(child)
    throw error
  }
  return {
    url,
    firstAnswer: performance.now() - began,
    memory: () => residentMemory(child),
    printed: () => printed,
    stop: () => stop(child),
  }
}

/** How long something takes, in ms. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    async (answer) => (await answer.text()) !== '' && answer.ok,
    () => false,
  )
}

/** As Ctrl-C does; what has not ended after 20 seconds is killed. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await ended
  clearTimeout(late)
}

/** The start script waits for one child, and that is the server. */
async function residentMemory(child: ChildProcess): Promise<number> {
  const pid = child.pid ?? 0
  const [server = ''] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')
  const status = await readFile(`/proc/${server}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
