import type { Locale } from '@kaichang/core/kernel/text.ts'

/** The names of the `{places}` of a sentence; `{n|seat|seats}` counts as the place `n`. */
type Places<S extends string> = S extends `${string}{${infer Place}}${infer Rest}`
  ? (Place extends `${infer Name}|${string}` ? Name : Place) | Places<Rest>
  : never

type Sentences = Readonly<Record<string, string>>

/** One area's sentences in both languages; the Chinese ones say which keys and places exist. */
export interface Words<Z extends Sentences> {
  readonly zh: Z
  readonly en: { readonly [K in keyof Z]: string }
}

/** Values for the places of one sentence; none when it has none. */
export type Params<S extends string> = [Places<S>] extends [never] ? [] : [params: Readonly<Record<Places<S>, string | number>>]

/** The keys of an area whose sentences have no places: for tables from a state to its word. */
export type PlainKey<W> =
  W extends Words<infer Z> ? { [K in keyof Z & string]: [Places<Z[K]>] extends [never] ? K : never }[keyof Z & string] : never

/** Looks up one area's sentences in one language. */
export type Translate<Z extends Sentences> = <K extends keyof Z & string>(key: K, ...params: Params<Z[K]>) => string

/** Declares an area's sentences; a key missing or left over in English is a type error. */
export function defineWords<const Z extends Sentences>(area: { zh: Z; en: { [K in keyof NoInfer<Z>]: string } }): Words<Z> {
  return area
}

/** The translate function of one area for one language. */
export function words<Z extends Sentences>(area: Words<Z>, locale: Locale): Translate<Z> {
  return (key, ...params) => fillWords(area[locale][key], locale, params[0])
}

/** Fills `{place}` by its value and `{place|one|other}` by the form that the number takes in the language. */
export function fillWords(sentence: string, locale: Locale, params: Readonly<Record<string, string | number>> = {}): string {
  return sentence.replace(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g, (place, name: string, one?: string, other?: string) => {
    const value = params[name]
    if (value === undefined) return place
    if (one === undefined || other === undefined) return String(value)
    return new Intl.PluralRules(locale).select(Number(value)) === 'one' ? one : other
  })
}

/** The names of the places of a sentence, sorted; a test compares both languages by it. */
export function placesOf(sentence: string): string[] {
  return [...new Set([...sentence.matchAll(/\{(\w+)(?:\|[^{}]*)?\}/g)].map((m) => m[1] ?? ''))].sort()
}
