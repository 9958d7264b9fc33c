import { sql, type Transaction } from 'kysely'
import type { z } from 'zod'
import type { Actor } from '#core/kernel/actor.ts'
import type { Context } from './context.ts'
import type { DB } from './database.ts'
import type { JobName, JobPayload } from './jobs.ts'
import { insertEntries, makeEntry, type JournalKind, type NewEntry, type Subject } from './journal.ts'
import { pipelined } from './pipelined.ts'

/** An action's transaction: the database, and what will be written with it when it commits. */
export interface Tx {
  readonly db: Transaction<DB>
  /** Appends one entry to the journal, in this transaction; `at` for what happened earlier, `by` when others are served along. */
  journal<F extends z.ZodType>(kind: JournalKind<F>, subject: Subject, facts: z.input<F>, at?: Date, by?: Actor): void
  /** Queues a job, in this transaction: no commit, no job. */
  enqueue<N extends JobName>(name: N, payload: JobPayload[N]): void
  /**
   * A statement that is sent now, and whose answer nobody waits for: the next one goes out right behind it, so that the
   * database does not stand still between them. Its failure fails the transaction.
   */
  along(statement: Promise<unknown>): void
}

/** SQLSTATEs after which nothing was committed and the same transaction may be tried anew. */
const TRY_AGAIN = new Set(['40001', '40P01'])

/** The channel on which commits are announced; the announcement is a hint, readers poll the journal. */
export const JOURNAL_CHANNEL = 'kaichang_journal'

/**
 * Runs one action in one transaction with its journal entries and jobs; all of it or nothing.
 * Tried again up to five times after a deadlock or serialization failure, so `work` must not act outside `tx`.
 * `onCommit` is called when nothing but the commit is left to be done; what comes of it is not known then.
 */
export async function transact<T>(ctx: Context, work: (tx: Tx) => Promise<T>, onCommit?: () => void): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(ctx, work, onCommit)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (attempt >= 5 || typeof code !== 'string' || !TRY_AGAIN.has(code)) throw error
    }
  }
}

async function attemptOnce<T>(ctx: Context, work: (tx: Tx) => Promise<T>, onCommit?: () => void): Promise<T> {
  return ctx.db.transaction().execute(async (serial) => {
    const db = await pipelined(serial)
    const entries: NewEntry[] = []
    const jobs: { name: JobName; payload: JobPayload[JobName] }[] = []
    const sent: Promise<unknown>[] = []
    const failures: unknown[] = []
    const along = (statement: Promise<unknown>): void => void sent.push(statement.catch((error: unknown) => failures.push(error)))
    try {
      const result = await work({
        db,
        journal: (kind, subject, facts, at, by) => void entries.push(makeEntry(by ? { ...ctx, actor: by } : ctx, kind, subject, facts, at)),
        enqueue: (name, payload) => void jobs.push({ name, payload }),
        along,
      })
      if (entries.length > 0)
        for (const statement of [insertEntries(db, entries), raiseRevisions(db, entries), announce(db, entries)]) along(statement)
      for (const job of jobs) along(ctx.jobs.send(db, job.name, job.payload))
      await Promise.all(sent)
      if (failures.length > 0) throw failures[0]
      onCommit?.()
      return result
    } catch (error) {
      // Whatever follows a failed statement fails as well; the first one tells why.
      await Promise.all(sent)
      throw failures[0] ?? error
    }
  })
}

/** The revision of an event and community grows with each public entry: pages and caches compare it. */
async function raiseRevisions(
  db: Transaction<DB>,
  entries: readonly { communityId: string; eventId: string | null; public: boolean }[],
): Promise<void> {
  const open = entries.filter((entry) => entry.public)
  const events = new Map(open.flatMap((e) => (e.eventId ? [[`${e.communityId} ${e.eventId}`, e] as const] : [])))
  for (const { communityId, eventId } of events.values()) {
    await db
      .updateTable('event')
      .set((eb) => ({ revision: eb('revision', '+', 1) }))
      .where('communityId', '=', communityId)
      .where('id', '=', eventId)
      .execute()
  }
  const communities = new Set(open.filter((e) => e.eventId === null).map((e) => e.communityId))
  for (const communityId of communities) {
    await db
      .updateTable('community')
      .set((eb) => ({ revision: eb('revision', '+', 1) }))
      .where('communityId', '=', communityId)
      .execute()
  }
}

async function announce(
  db: Transaction<DB>,
  entries: readonly { communityId: string; eventId: string | null; public: boolean }[],
): Promise<void> {
  const things = new Map(entries.map((e) => [`${e.communityId} ${e.eventId ?? ''}`, e]))
  for (const { communityId, eventId } of things.values()) {
    const open = entries.some((e) => e.public && e.communityId === communityId && e.eventId === eventId)
    await sql`/* kept */ select pg_notify(${JOURNAL_CHANNEL}, ${JSON.stringify({ communityId, eventId, public: open })})`.execute(db)
  }
}
