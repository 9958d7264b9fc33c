import type { Insertable } from 'kysely'
import { asLocale, type Locale } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import type { MessageTemplate } from '#core/store/schema.ts'

/** The changed words of one kind in one language, for one event or (null) for the whole community. */
export interface SavedWords {
  id: string
  eventId: string | null
  kind: string
  locale: Locale
  subject: string
  body: string
  revision: number
}

/** What a community changed for all its events, and what this event has of its own. */
export async function listWords(db: Db, communityId: string, eventId: string, kind?: string): Promise<SavedWords[]> {
  let query = db
    .selectFrom('messageTemplate')
    .select(['id', 'eventId', 'kind', 'locale', 'subject', 'body', 'revision'])
    .where('communityId', '=', communityId)
    .where((eb) => eb.or([eb('eventId', 'is', null), eb('eventId', '=', eventId)]))
  if (kind !== undefined) query = query.where('kind', '=', kind)
  const rows = await query.orderBy('kind').orderBy('locale').execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

/** The words with their row locked; null: of the whole community. */
export async function lockWords(
  db: Db,
  communityId: string,
  eventId: string | null,
  kind: string,
  locale: Locale,
): Promise<SavedWords | undefined> {
  const row = await db
    .selectFrom('messageTemplate')
    .select(['id', 'eventId', 'kind', 'locale', 'subject', 'body', 'revision'])
    .where('communityId', '=', communityId)
    .where('kind', '=', kind)
    .where('locale', '=', locale)
    .where((eb) => (eventId === null ? eb('eventId', 'is', null) : eb('eventId', '=', eventId)))
    .forUpdate()
    .executeTakeFirst()
  return row && { ...row, locale: asLocale(row.locale) }
}

/** False when somebody else was first. */
export async function insertWords(db: Db, row: Insertable<MessageTemplate>): Promise<boolean> {
  const added = await db
    .insertInto('messageTemplate')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .executeTakeFirst()
  return Number(added.numInsertedOrUpdatedRows ?? 0) > 0
}

export async function updateWords(
  db: Db,
  communityId: string,
  id: string,
  values: { subject: string; body: string; revision: number; changedAt: Date },
): Promise<void> {
  await db.updateTable('messageTemplate').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

/** Takes changed words away: the built-in (or the community's) ones are in force again. How many there were. */
export async function deleteWords(db: Db, communityId: string, eventId: string | null, kind: string, locale?: Locale): Promise<number> {
  let query = db
    .deleteFrom('messageTemplate')
    .where('communityId', '=', communityId)
    .where('kind', '=', kind)
    .where((eb) => (eventId === null ? eb('eventId', 'is', null) : eb('eventId', '=', eventId)))
  if (locale !== undefined) query = query.where('locale', '=', locale)
  return Number((await query.executeTakeFirst()).numDeletedRows)
}

/** How many tests went to an address since then. */
export async function countTests(
  db: Db,
  communityId: string,
  eventId: string,
  address: string,
  template: string,
  since: Date,
): Promise<number> {
  const row = await db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('createdAt', '>', since)
    .where('template', '=', template)
    .where('toAddress', '=', address)
    .executeTakeFirstOrThrow()
  return row.count
}
