import type { Text } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'

/** Somebody who gets a badge, with all their hats. */
export interface BadgeHolder {
  personId: string
  name: string
  displayName: string
  affiliation: Text
  speaks: boolean
  duties: string[]
  registration: { id: string; linkVersion: number; code: string } | null
}

/** Speakers, volunteers and attendees of an event, each person once, in order of their names; erased people are left out. */
export async function listBadgeHolders(db: Db, communityId: string, eventId: string): Promise<BadgeHolder[]> {
  const registrations = await db
    .selectFrom('registration')
    .select(['personId', 'id', 'linkVersion', 'code'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', 'registered')
    .execute()
  const speakers = await db
    .selectFrom('sessionSpeaker as k')
    .innerJoin('session as s', (join) => join.onRef('s.communityId', '=', 'k.communityId').onRef('s.id', '=', 'k.sessionId'))
    .select(['k.personId', 'k.affiliation'])
    .where('k.communityId', '=', communityId)
    .where('s.eventId', '=', eventId)
    .where('s.state', '=', 'confirmed')
    .execute()
  const volunteers = await db
    .selectFrom('volunteer')
    .select(['personId', 'duty'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', 'active')
    .execute()
  const ids = new Set([...registrations, ...speakers, ...volunteers].map((row) => row.personId))
  if (ids.size === 0) return []
  const people = await db
    .selectFrom('person')
    .select(['id', 'name', 'displayName', 'affiliation'])
    .where('communityId', '=', communityId)
    .where('id', 'in', [...ids])
    .where('erasedAt', 'is', null)
    .orderBy('pinyin')
    .orderBy('name')
    .orderBy('id')
    .execute()
  const booked = new Map(registrations.map((r) => [r.personId, { id: r.id, linkVersion: r.linkVersion, code: r.code }]))
  return people.map((p) => {
    const talks = speakers.filter((s) => s.personId === p.id)
    return {
      personId: p.id,
      name: p.name,
      displayName: p.displayName,
      affiliation: talks[0]?.affiliation ?? p.affiliation,
      speaks: talks.length > 0,
      duties: volunteers.filter((v) => v.personId === p.id).map((v) => v.duty),
      registration: booked.get(p.id) ?? null,
    }
  })
}
