import type { Transaction } from 'kysely'
import { fromKysely, PgBoss } from 'pg-boss'
import type { DB } from './database.ts'

/** Every job and what it is given: ids only, loaded again when it runs. */
export interface JobPayload {
  /** Send one mail of the outbox by SMTP. */
  'mail.deliver': { communityId: string; id: string }
  /** Anonymise attendees whose time of keeping has ended. Runs every night. */
  'people.retain': Record<string, never>
  /** Take in a list of people that came from elsewhere, to its end. */
  'registration.import': { communityId: string; eventId: string; id: string }
  /** Give back holds that have run out and call who waits. Runs every minute. */
  'seats.sweep': Record<string, never>
  /** Ask after open payments, close those whose order has ended, send what is owed. Runs every minute. */
  'payments.sweep': Record<string, never>
  /** Compare yesterday with the providers' statements. Runs every morning. */
  'payments.reconcile': Record<string, never>
  /** Send the messages to all that are due, deal with silent ones, wake mails after quiet hours. Runs every five minutes. */
  'messages.due': Record<string, never>
}
export type JobName = keyof JobPayload
export type JobHandler<N extends JobName> = (payload: JobPayload[N]) => Promise<void>

export interface Jobs {
  /** Queues inside the given transaction. */
  send<N extends JobName>(db: Transaction<DB>, name: N, payload: JobPayload[N]): Promise<void>
  /** Works on a queue in this process until stopped; a failed job is tried again with growing pauses. */
  work<N extends JobName>(name: N, handler: JobHandler<N>): Promise<void>
  /** Runs a job by the clock (cron, in the given time zone). */
  schedule(name: JobName, cron: string): Promise<void>
  stop(): Promise<void>
}

const NAMES: readonly JobName[] = [
  'seats.sweep',
  'payments.sweep',
  'payments.reconcile',
  'mail.deliver',
  'people.retain',
  'registration.import',
  'messages.due',
]

/** Starts the queue (pg-boss, in its own schema of the same database). */
export async function startJobs(options: { url: string; log: (message: string) => void }): Promise<Jobs> {
  const boss = new PgBoss({ connectionString: options.url, max: 3, application_name: 'kaichang-jobs' })
  boss.on('error', (error: Error) => options.log(`jobs: ${error.message}`))
  await boss.start()
  for (const name of NAMES) await boss.createQueue(name, { retryLimit: 8, retryDelay: 15, retryBackoff: true })
  return {
    send: async (db, name, payload) => void (await boss.send(name, payload, { db: fromKysely(db) })),
    work: async (name, handler) =>
      void (await boss.work<JobPayload[typeof name]>(name, { pollingIntervalSeconds: 2 }, async (jobs) => {
        for (const job of jobs) await handler(job.data)
      })),
    schedule: (name, cron) => boss.schedule(name, cron, {}, { tz: 'Asia/Shanghai' }),
    stop: () => boss.stop({ graceful: true, timeout: 5_000 }),
  }
}

/** Jobs for command-line work and tests that run none: what is queued stays queued in the database's own rows. */
export const noJobs: Jobs = {
  send: () => Promise.resolve(),
  work: () => Promise.resolve(),
  schedule: () => Promise.resolve(),
  stop: () => Promise.resolve(),
}
