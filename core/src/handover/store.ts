import type { Db } from '#core/store/database.ts'
import type { Text } from '#core/kernel/text.ts'
import type { CopyCounts, CopyPart, Origin } from './model.ts'

/** Every name by which the community knows somebody: people, contacts, partners. */
export async function listNames(db: Db, communityId: string): Promise<string[]> {
  const [people, contacts, pledges] = await Promise.all([
    db.selectFrom('person').select(['name', 'displayName']).where('communityId', '=', communityId).execute(),
    db.selectFrom('contact').select('name').where('communityId', '=', communityId).execute(),
    db.selectFrom('pledge').select('name').distinct().where('communityId', '=', communityId).execute(),
  ])
  return [...people.flatMap((p) => [p.name, p.displayName]), ...contacts.map((c) => c.name), ...pledges.map((p) => p.name)]
}

/** Ways to reach the community's people, in normal form. */
export async function listContactValues(db: Db, communityId: string): Promise<string[]> {
  const rows = await db.selectFrom('contactPoint').select('value').where('communityId', '=', communityId).execute()
  return rows.map((row) => row.value)
}

export async function insertCopy(
  db: Db,
  row: {
    communityId: string
    id: string
    eventId: string
    fromCommunityId: string
    fromEventId: string
    fromName: Text
    counts: CopyCounts
    copiedAt: Date
  },
): Promise<void> {
  await db
    .insertInto('copy')
    .values({ ...row, counts: JSON.stringify(row.counts) })
    .execute()
}

/** From where an event was copied; undefined when it was begun from nothing. */
export async function findOrigin(db: Db, communityId: string, eventId: string): Promise<Origin | undefined> {
  const row = await db
    .selectFrom('copy')
    .select(['fromName', 'counts', 'copiedAt'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .executeTakeFirst()
  return row && { ...row, counts: asCounts(row.counts) }
}

function asCounts(value: unknown): CopyCounts {
  const known = typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : new Map<string, unknown>()
  // A copy of an earlier version knew fewer parts.
  const count = (part: CopyPart): number => Number(known.get(part) ?? 0)
  return {
    tasks: count('tasks'),
    partners: count('partners'),
    programme: count('programme'),
    texts: count('texts'),
    budget: count('budget'),
    tickets: count('tickets'),
    questions: count('questions'),
    messages: count('messages'),
  }
}
