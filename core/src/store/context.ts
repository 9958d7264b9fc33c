import type { Kysely } from 'kysely'
import type { Actor } from '#core/kernel/actor.ts'
import type { Clock } from '#core/kernel/clock.ts'
import type { Random } from '#core/kernel/random.ts'
import type { Settings } from '#core/kernel/settings.ts'
import type { DB } from './database.ts'
import type { Jobs } from './jobs.ts'

/** What an action is given: the pool, time, randomness, who acts, and the installation's settings. */
export interface Context {
  readonly db: Kysely<DB>
  readonly clock: Clock
  readonly random: Random
  readonly actor: Actor
  readonly settings: Settings
  /** Signs personal links and door codes. */
  readonly secret: string
  readonly jobs: Jobs
}
