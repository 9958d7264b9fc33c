import { isKaichangError } from '@kaichang/core/kernel/errors.ts'
import type { Opened } from '@kaichang/core/store/changes.ts'

/** What an editor is shown when an edit is refused because somebody else changed the same; a page sends it back with the own version. */
export async function seenOf(edit: Promise<unknown>): Promise<NonNullable<Opened['seen']>> {
  const refused = await edit.then(
    () => null,
    (error: unknown) => error,
  )
  if (!isKaichangError(refused) || refused.code !== 'thing.changed') throw new Error('Not refused as changed.', { cause: refused })
  const { revision, fields } = refused.params
  return { revision: Number(revision), fields: Array.isArray(fields) ? fields.map(String) : [] }
}
