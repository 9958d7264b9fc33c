import { listTypes } from '../types/store.ts'
import type { Db } from '#core/store/database.ts'
import { LEAVE, MOST_WORDS, PLAIN, type TypeMatches } from './model.ts'
import { findMatchesOf, listWords, type Batch } from './store.ts'
import { guessMatch, wordKey, type ListedType } from './types.rules.ts'

/** A word of a list for a ticket type, as it was first written, with how many rows have it. */
export interface TicketWord {
  key: string
  word: string
  count: number
}

/** The event's ticket types that lists may be matched to, in their order. */
export async function listedTypes(db: Db, { communityId, eventId }: Pick<Batch, 'communityId' | 'eventId'>): Promise<ListedType[]> {
  const types = await listTypes(db, communityId, eventId)
  return types.filter((type) => type.kind === 'ticket' && type.retiredAt === null)
}

/** The list's words for ticket types, the commonest first, and how many more there are than can be matched. */
export async function ticketWords(
  db: Db,
  batch: Pick<Batch, 'communityId' | 'id' | 'columns'>,
): Promise<{ words: TicketWord[]; more: number }> {
  const at = batch.columns.findIndex(({ target }) => target === 'ticket')
  const words = new Map<string, TicketWord>()
  for (const { word, count } of await listWords(db, batch.communityId, batch.id, at === -1 ? null : at)) {
    const key = wordKey(word)
    const known = words.get(key)
    if (known) known.count += count
    else words.set(key, { key, word, count })
  }
  const all = [...words.values()].sort((a, b) => b.count - a.count)
  return { words: all.slice(0, MOST_WORDS), more: Math.max(all.length - MOST_WORDS, 0) }
}

/** What the list's words mean: as was said of it, as the last list of its source said, as the types' names say. */
export async function guessMatches(db: Db, batch: Batch): Promise<TypeMatches> {
  const types = await listedTypes(db, batch)
  if (types.length === 0) return {}
  const live = new Set(types.map(({ id }) => id))
  const before = await findMatchesOf(db, batch)
  const { words } = await ticketWords(db, batch)
  return Object.fromEntries(
    words.flatMap(({ key }) => {
      const said = [batch.typeByWord[key], before[key]].find(
        (one) => one !== undefined && (one === PLAIN || one === LEAVE || live.has(one)),
      )
      const match = said ?? guessMatch(key, types)
      return match === undefined ? [] : [[key, match]]
    }),
  )
}
