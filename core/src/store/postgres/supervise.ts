import { setTimeout as sleep } from 'node:timers/promises'
import type { Sentence } from './failures.ts'
import { explainPostgresFailure } from './failures.ts'
import type { Postmaster } from './postmaster.ts'

export type Supervised = {
  first: Postmaster
  launchAgain: () => Promise<Postmaster>
  shutDown: (pid: number) => Promise<void>
  /** Runs once the server is gone for good. */
  afterwards: () => Promise<void>
  log: (message: Sentence) => void
}

export type Supervisor = {
  stop: () => Promise<void>
  /** Resolves when supervision has ended. */
  ended: Promise<void>
}

const firstPause = 100
const longestPause = 30_000
const steadyAfter = 60_000

/**
 * Keeps a server running: when its process ends by itself another is launched, after a pause that
 * doubles while it keeps ending, for as long as it takes (a full disk may be cleared hours later).
 */
export function supervise({ first, launchAgain, shutDown, afterwards, log }: Supervised): Supervisor {
  let current: Postmaster | undefined = first
  const stopping = new AbortController()
  let stopped: Promise<void> | undefined
  const watching = watch()

  async function watch(): Promise<void> {
    let pause = firstPause
    while (current !== undefined) {
      const since = performance.now()
      const outcome = await current.ended
      current = undefined
      if (stopping.signal.aborted) return
      if (performance.now() - since > steadyAfter) pause = firstPause
      log({
        zh: `数据库意外停了（${outcome}），正在重新启动。`,
        en: `The database ended unexpectedly (${outcome}); starting it again.`,
      })
      while (current === undefined && !stopping.signal.aborted) {
        await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
        pause = Math.min(pause * 2, longestPause)
        if (!stopping.signal.aborted) current = await attempt()
      }
      if (current !== undefined) log({ zh: '数据库已恢复。', en: 'The database is back.' })
    }
  }

  async function attempt(): Promise<Postmaster | undefined> {
    try {
      return await launchAgain()
    } catch (error) {
      log(
        explainPostgresFailure(error) ?? {
          zh: `数据库没有启动：${String(error)}`,
          en: `The database did not start: ${String(error)}`,
        },
      )
      return undefined
    }
  }

  async function stopOnce(): Promise<void> {
    stopping.abort()
    // A launch under way is awaited first, so that no server is left behind.
    while (current === undefined && !(await isOver(watching))) await sleep(20)
    if (current !== undefined) await shutDown(current.pid)
    await watching
    await afterwards()
  }

  return {
    stop: () => (stopped ??= stopOnce()),
    ended: watching,
  }
}

async function isOver(work: Promise<void>): Promise<boolean> {
  return Promise.race([work.then(() => true), sleep(0, false)])
}

/**
 * Until the returned function is called, SIGINT, SIGTERM and SIGHUP first stop the server and then
 * end the process, where nobody else handles them; further ones do nothing.
 */
export function stopOnSignals(stop: () => Promise<void>): () => void {
  const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const
  const names = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const
  const handlers = names.map((name) => {
    const handler = () => {
      if (process.listenerCount(name) > 1) return
      void stop().finally(() => process.exit(128 + numbers[name]))
    }
    process.on(name, handler)
    return () => process.off(name, handler)
  })
  return () => {
    for (const remove of handlers) remove()
  }
}
