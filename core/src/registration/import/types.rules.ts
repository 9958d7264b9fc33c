import { cleanLine, locales, type Text } from '#core/kernel/text.ts'
import type { TypeStock } from '../seats/model.ts'
import { LEAVE, PLAIN, type TypeMatches } from './model.ts'

/** A ticket type of the event as lists are matched to it. */
export type ListedType = Pick<TypeStock, 'id' | 'name' | 'hidden'>

/** A list's word for a ticket type as it is compared: width, case, blanks and hidden letters do not count, nor what stands behind 120 letters. */
export const wordKey = (word: string): string => cleanLine(cleanLine(word).normalize('NFKC').toLowerCase().slice(0, 120))

/** The ticket types that lists may be matched to. */
export const typesForLists = (types: Iterable<TypeStock>): TypeStock[] =>
  [...types].filter((type) => type.kind === 'ticket' && !type.retired)

/** What a word says without “ticket” behind it: 标准票 and 标准, Student ticket and student. */
const bare = (key: string): string => key.replace(/\s*(?:门票|票券|票|tickets?)$/, '')

/**
 * What a word most likely means, by the types' names in either language; undefined when that is not sure. Who said nothing
 * gets the one type that everybody sees, else none.
 */
export function guessMatch(key: string, types: readonly ListedType[]): string | undefined {
  if (key === '') {
    const [only, ...others] = types.filter((type) => !type.hidden)
    return only && others.length === 0 ? only.id : PLAIN
  }
  for (const compare of [(text: string) => text, bare]) {
    const named = types.filter(({ name }) => namesOf(name).some((one) => compare(one) === compare(key) && compare(one) !== ''))
    if (named.length === 1) return named[0]?.id
  }
  return undefined
}

const namesOf = (name: Text): string[] =>
  locales.flatMap((locale) => {
    const text = name[locale]
    return text ? [wordKey(text)] : []
  })

/** What becomes of a row by its word: a type (null: a seat without one), or why it gets none. */
export type Ticket = { ok: true; typeId: string | null } | { ok: false; reason: 'type_unmatched' | 'type_left' }

/** By what the organiser matched; a type that is no longer there counts as not matched. Without types every row is a plain seat. */
export function ticketOf(word: string, matches: TypeMatches, types: readonly ListedType[]): Ticket {
  if (types.length === 0) return { ok: true, typeId: null }
  const key = wordKey(word)
  const match = matches[key] ?? (key === '' ? guessMatch('', types) : undefined)
  if (match === LEAVE) return { ok: false, reason: 'type_left' }
  if (match === PLAIN) return { ok: true, typeId: null }
  return types.some(({ id }) => id === match) ? { ok: true, typeId: match ?? null } : { ok: false, reason: 'type_unmatched' }
}
