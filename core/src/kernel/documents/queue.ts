import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Job } from './typst.ts'
import type { Answer } from './worker.ts'

// A process, not a thread: fonts and layouts take hundreds of megabytes that a thread's end does not give back,
// and what people wrote is set by native code without the server's secrets at hand.

/** The process and its fonts are given back after this long without work. */
const IDLE_MS = 60_000
/** No document of ours takes this long; the process is then lost and a new one takes the next job. */
const STUCK_MS = 60_000
/** Above this a fresh process is cheaper than a grown one. */
const MEMORY_LIMIT = 600e6

interface Waiting {
  job: Job
  resolve: (bytes: Uint8Array<ArrayBuffer>) => void
  reject: (error: Error) => void
}

const waiting: Waiting[] = []
let current: (Waiting & { id: number }) | undefined
let worker: ChildProcess | undefined
let timer: NodeJS.Timeout | undefined
let lastId = 0

/** Puts a job in line for the one worker process, which is started when it is needed. */
export function enqueue(job: Job): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    waiting.push({ job, resolve, reject })
    next()
  })
}

/** Ends the worker at once; jobs that wait are refused. For a clean stop of the server and for tests. */
export async function stopDocuments(): Promise<void> {
  const stopped = new Error('the document renderer was stopped')
  for (const job of waiting.splice(0)) job.reject(stopped)
  const ending = worker
  drop(stopped)
  if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
  ending.ref()
  await new Promise((resolve) => ending.once('exit', resolve))
}

function next(): void {
  if (current) return
  clearTimeout(timer)
  const job = waiting.shift()
  if (!job) {
    if (!worker) return
    hold(false)
    timer = setTimeout(drop, IDLE_MS)
    timer.unref()
    return
  }
  current = { ...job, id: ++lastId }
  worker ??= start()
  hold(true)
  timer = setTimeout(() => drop(new Error(`rendering ${job.job.template} took over ${STUCK_MS / 1000} s`)), STUCK_MS)
  worker.send({ id: current.id, job: job.job })
}

/** An idle worker must not keep a command or a test from ending; a busy one must. */
function hold(busy: boolean): void {
  if (busy) worker?.ref()
  else worker?.unref()
  if (busy) worker?.channel?.ref()
  else worker?.channel?.unref()
}

function start(): ChildProcess {
  const file = fileURLToPath(new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url))
  const started = fork(file, {
    serialization: 'advanced',
    execArgv: [],
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const lost = (error: Error): void => {
    if (worker === started) drop(error)
  }
  started.on('message', (answer: Answer) => finish(answer))
  started.on('error', lost)
  started.on('exit', (code, signal) => lost(new Error(`the document renderer ended with ${code ?? signal}`)))
  return started
}

function finish(answer: Answer): void {
  const done = current
  if (!done || done.id !== answer.id) return
  current = undefined
  if ('bytes' in answer) done.resolve(new Uint8Array(answer.bytes))
  else done.reject(new Error(answer.error))
  if (answer.memory > MEMORY_LIMIT) drop()
  else next()
}

/** Lets go of the worker; a job that it had is refused with `error`, the line goes on with a new worker. */
function drop(error?: Error): void {
  const [lost, job] = [worker, current]
  worker = undefined
  current = undefined
  lost?.kill('SIGKILL')
  job?.reject(error ?? new Error('the document renderer was stopped'))
  next()
}
