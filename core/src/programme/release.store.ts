import type { Db } from '#core/store/database.ts'
import { releaseContentSchema, type Release, type ReleaseContent } from './release.model.ts'
import { namesOf } from './store.ts'

interface StoredRelease {
  version: number
  releasedAt: Date
  content: ReleaseContent
}

/** The latest release as it is kept; null before the first. */
export async function findStoredRelease(db: Db, communityId: string, eventId: string): Promise<StoredRelease | null> {
  const row = await db
    .selectFrom('scheduleRelease')
    .select(['version', 'releasedAt', 'content'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { version: row.version, releasedAt: row.releasedAt, content: releaseContentSchema.parse(row.content) } : null
}

/** The latest release with the names of its speakers: what public pages and feeds show. */
export async function latestRelease(db: Db, communityId: string, eventId: string): Promise<Release | null> {
  const stored = await findStoredRelease(db, communityId, eventId)
  if (!stored) return null
  const { version, releasedAt, content } = stored
  const names = await namesOf(
    db,
    communityId,
    content.sessions.flatMap((s) => s.speakers.map((one) => one.personId)),
  )
  const sessions = content.sessions.map((session) => ({
    ...session,
    revision: version,
    speakers: session.speakers.flatMap(({ personId, affiliation }) => {
      const name = names.get(personId)
      return name === undefined ? [] : [{ personId, name, affiliation }]
    }),
  }))
  return { version, releasedAt, halls: content.halls, sessions }
}

export async function insertRelease(
  db: Db,
  row: { communityId: string; eventId: string; version: number; releasedAt: Date; content: ReleaseContent },
): Promise<void> {
  await db
    .insertInto('scheduleRelease')
    .values({ ...row, content: JSON.stringify(row.content) })
    .execute()
}
