import { fail } from '#core/kernel/errors.ts'
import { mergeThreeWay, valuesBefore } from '#core/kernel/merge.ts'
import type { Db } from './database.ts'

/** A thing that people edit side by side: where its changes stand in the journal, and how it stands now. */
export interface Edited<T extends object> {
  communityId: string
  id: string
  /** The fields that can be edited, as they are saved now; the row is locked. */
  now: T
  revision: number
}

/** What a form knows of the thing that it edits. */
export interface Opened {
  /** The revision that it was first opened with; none: the newest. */
  revision?: number | null
  /** What its editor was shown of the others before saving the own version all the same: the `revision` and `fields` of `thing.changed`. */
  seen?: { revision: number; fields: readonly string[] } | null
}

/**
 * Merges what a form says into what is saved. In fields that the editor has seen contested the own values win unless
 * somebody changed them once more; what the others changed elsewhere stays. Returns the values to save and the old
 * values of what changes ({} when nothing does).
 * Throws `thing.changed` when both changed one field to different values, with `who`, the contested `fields`,
 * `theirs` and the `revision`, so that a page can show both sides and send the last two back as `seen`.
 */
export async function mergeEdit<T extends object>(
  db: Db,
  thing: Edited<T>,
  mine: T,
  { revision: opened = null, seen = null }: Opened,
): Promise<{ values: T; before: Partial<T> }> {
  const { now, revision } = thing
  if (opened === null || opened >= revision) return { values: mine, before: valuesBefore(now, mine) }
  const { base, who } = await versionAt(db, thing, opened)
  const contested = mergeThreeWay(base, mine, now).conflicts
  const shown = seen && contested.length > 0 ? (await versionAt(db, thing, seen.revision)).base : base
  // What was shown of a field is from then on what both sides have in common.
  for (const field of contested) if (seen?.fields.includes(field)) base[field] = shown[field]
  const { values, conflicts } = mergeThreeWay(base, mine, now)
  if (conflicts.length > 0) throw fail('thing.changed', { who: who || '—', fields: contested, theirs: now, revision })
  return { values, before: valuesBefore(now, values) }
}

/** The thing as it was at an earlier revision, told from the entries whose facts hold `revision` and `before`; and who changed it since. */
export async function versionAt<T extends object>(db: Db, thing: Edited<T>, revision: number): Promise<{ base: T; who: string }> {
  const rows = await db
    .selectFrom('journal')
    .select(['facts', 'actorName'])
    .where('communityId', '=', thing.communityId)
    .where('subjectId', '=', thing.id)
    .orderBy('seq', 'desc')
    .execute()
  let base = { ...thing.now }
  let who = ''
  for (const { facts, actorName } of rows) {
    if (!isChange(facts) || facts.revision <= revision) continue
    base = { ...base, ...facts.before }
    who ||= actorName
  }
  return { base, who }
}

function isChange(facts: unknown): facts is { revision: number; before: object } {
  return typeof facts === 'object' && facts !== null && 'revision' in facts && typeof facts.revision === 'number' && 'before' in facts
}
