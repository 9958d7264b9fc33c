import { renderNow, type Job } from './typst.ts'

/** What the worker process says of a job; `id` is the job's, `memory` its own resident memory in bytes. */
export type Answer = { id: number; memory: number; bytes: Uint8Array } | { id: number; memory: number; error: string }

const answer = (words: Answer): void => {
  process.send?.(words)
}

process.on('message', ({ id, job }: { id: number; job: Job }) => {
  try {
    const bytes = renderNow(job)
    answer({ id, memory: process.memoryUsage.rss(), bytes })
  } catch (error) {
    answer({ id, memory: process.memoryUsage.rss(), error: error instanceof Error ? error.message : String(error) })
  }
})
// The server is gone: nobody waits for documents.
process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole group; the server decides when this process ends.
process.on('SIGINT', () => {})
