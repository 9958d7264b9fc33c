import type pg from 'pg'
import type { PostgresPool } from 'kysely'
import { keepPlans } from './kept-plans.ts'

/** SQLSTATE classes and socket errors that mean: the database is away or starting, nothing was done. */
const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08001',
  '08003',
  '53300',
])

/** True when an error says that the database cannot be reached now. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (AWAY.has(code)) return true
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway)
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(error.message)
}

/** True when something could not be written because the disk is full: ours (ENOSPC) or the database's (53100). */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', '53100'].includes(String(error.code))
}

/** The code under which a fault of the machine is told, if it is one that we know. */
export function machineFault(error: unknown): 'machine.database_away' | 'machine.disk_full' | null {
  if (isDiskFull(error)) return 'machine.disk_full'
  return isDatabaseAway(error) ? 'machine.database_away' : null
}

/**
 * True when somebody asked for something by what can be no id (not a UUID) or no text (a NUL in an address):
 * nothing has such a name, which is no fault of the server's.
 */
export function namesNothing(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  // The routine, unlike the message, is the same in every language of the database.
  return error.code === '22021' || (error.code === '22P02' && 'routine' in error && error.routine === 'string_to_uuid')
}

/** True when a query failed because a unique index already has the value; `index` narrows it to one. */
export function isUniqueViolation(error: unknown, index?: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '23505') return false
  return index === undefined || ('constraint' in error && error.constraint === index)
}

/**
 * A pool whose `connect` waits for a database that is away, up to `patience` ms, instead of failing at once.
 * Only taking a connection is repeated: a statement is never sent twice.
 */
export function patientPool(pool: pg.Pool, patience: number): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const until = performance.now() + patience
      for (let pause = 50; ; pause = Math.min(pause * 2, 500)) {
        try {
          return keepPlans(await pool.connect())
        } catch (error) {
          if (!isDatabaseAway(error) || performance.now() + pause > until) throw error
          await new Promise((resolve) => setTimeout(resolve, pause))
        }
      }
    },
  }
}
