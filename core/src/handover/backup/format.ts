import { z } from 'zod'

/** Raised when an older Kaichang could not read what a newer one writes. */
export const BACKUP_FORMAT = 1

const tableSchema = z.object({
  name: z.string().regex(/^[a-z_]{1,60}$/),
  rows: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** What lies in a backup: `kaichang.json` of the archive. */
export const manifestSchema = z.object({
  format: z.literal(BACKUP_FORMAT),
  madeAt: z.iso.datetime({ offset: true }),
  /** null: the whole installation; else one community. */
  community: z.object({ communityId: z.uuid(), slug: z.string() }).nullable(),
  /** The newest migration of the database it was made from. */
  migration: z.string().regex(/^[\w-]{1,80}$/),
  tables: z.array(tableSchema),
  files: z.int().min(0),
})
export type Manifest = z.infer<typeof manifestSchema>

/** Tables that are not kept: what signs somebody in now, what is counted for a while, and the migrations' own. */
export const NOT_KEPT: ReadonlySet<string> = new Set([
  'account_session',
  'sign_in_code',
  'sign_in_link',
  'sign_in_limit',
  'schema_migration',
  'schema_migration_lock',
])
/** Tables that do not travel with one community: its members' accounts belong to the installation. */
export const NOT_EXPORTED: ReadonlySet<string> = new Set([...NOT_KEPT, 'membership', 'outbox', 'mail_letter', 'request_key'])

/** The only names that are taken out of an archive. */
export const MEMBER = /^(?:kaichang\.json|secret|tables\/[a-z_]{1,60}\.ndjson|files\/[0-9a-f-]{36}\/[0-9a-f]{64})$/
