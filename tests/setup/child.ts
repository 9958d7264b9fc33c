import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './server.ts'

const root = join(import.meta.dirname, '..', '..')

/** The environment of a child: ours without settings of Kaichang, in English, and what the test adds. */
function environment(extra: Record<string, string>): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !/^(KAICHANG_|DATABASE_URL$|PORT$|HOST$|VITEST|NODE_ENV$)/.test(name))
  return { ...Object.fromEntries(own), KAICHANG_LANG: 'en', ...extra }
}

export interface Started {
  url: string
  printed: () => string
  /** As Ctrl-C does; the exit code, once the process has ended. */
  stop: () => Promise<number>
}

/** Starts Kaichang as `npm start` does, on a free port, and waits until it has printed all it has to say (a minute at most). */
export async function start(env: Record<string, string>): Promise<Started> {
  const port = await freePort()
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], {
    cwd: root,
    env: environment({ PORT: String(port), ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout.on('data', (data: Buffer) => (printed += data.toString()))
  child.stderr.on('data', (data: Buffer) => (printed += data.toString()))
  const ended = once(child, 'exit')
  for (const until = performance.now() + 60_000; !printed.includes('Ctrl-C'); await sleep(50)) {
    if (child.exitCode !== null || performance.now() > until) {
      child.kill('SIGTERM')
      throw new Error(`Kaichang did not start:\n${printed}`)
    }
  }
  return {
    url: `http://127.0.0.1:${port}`,
    printed: () => printed,
    stop: async () => {
      child.kill('SIGINT')
      const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
      const [code]: unknown[] = await ended
      clearTimeout(late)
      return typeof code === 'number' ? code : -1
    },
  }
}

/** Runs one command of the command line to its end. */
export async function kaichang(args: string[], env: Record<string, string>): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [join(root, 'server', 'src', 'cli.ts'), ...args], {
    cwd: root,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (output += data.toString()))
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const [code]: unknown[] = await once(child, 'close')
  clearTimeout(late)
  return { code: typeof code === 'number' ? code : -1, output }
}
