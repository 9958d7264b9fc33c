import { authorise } from '#core/community/permissions.ts'
import { KaichangError } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { inDraft, preview } from './draft.actions.ts'
import { listedTypes, ticketWords, type TicketWord } from './matching.ts'
import { LEAVE, matchesSchema, PLAIN } from './model.ts'
import { updateBatch, type Batch } from './store.ts'
import { wordKey, type ListedType } from './types.rules.ts'

/** What a list says of ticket types, and what each word means; no types: there is nothing to match. */
export interface TypeMatching {
  /** The heading of the column; null: the list has none. */
  heading: string | null
  types: ListedType[]
  /** `match`: a type's id, plain, leave, or '' for a word that is not matched. */
  words: (TicketWord & { match: string })[]
  /** Words beyond those that can be matched. */
  more: number
}

/** The list's words for ticket types with their counts and what each is matched to. Errors: access.*. */
export async function matchingOf(ctx: Context, batch: Batch): Promise<TypeMatching> {
  authorise(ctx.actor, 'registration.edit', { communityId: batch.communityId, eventId: batch.eventId })
  const types = await listedTypes(ctx.db, batch)
  const heading = batch.columns.find(({ target }) => target === 'ticket')?.heading ?? null
  if (types.length === 0) return { heading, types, words: [], more: 0 }
  const { words, more } = await ticketWords(ctx.db, batch)
  const known = new Set([PLAIN, LEAVE, ...types.map(({ id }) => id)])
  const matchOf = (key: string): string => {
    const match = batch.typeByWord[key] ?? ''
    return known.has(match) ? match : ''
  }
  return { heading, types, words: words.map((one) => ({ ...one, match: matchOf(one.key) })), more }
}

/**
 * Says which ticket type each of the list's words means, and works the preview out anew; the next list of the same source
 * begins with it. Errors: access.*, input.invalid (paths `type.{n}`), thing.not_found, registration.list_started.
 */
export async function matchTypes(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  input: readonly { word: string; match: string }[],
): Promise<void> {
  const given = parseInput(matchesSchema, input)
  await inDraft(ctx, communityId, eventId, id, async (tx, batch) => {
    const known = new Set(['', PLAIN, LEAVE, ...(await listedTypes(tx.db, batch)).map((type) => type.id)])
    const strange = given.findIndex(({ match }) => !known.has(match))
    if (strange !== -1) throw new KaichangError('input.invalid', {}, [{ path: `type.${strange}`, code: 'registration.type_unknown' }])
    const typeByWord = Object.fromEntries(given.flatMap(({ word, match }) => (match === '' ? [] : [[wordKey(word), match]])))
    await updateBatch(tx.db, communityId, id, { typeByWord: JSON.stringify(typeByWord) })
    await preview(ctx, tx, { ...batch, typeByWord })
  })
}
