import { catalogue, type ErrorCode } from './errors.catalogue.ts'
import { fill, type Locale } from './text.ts'

export type { ErrorCode } from './errors.catalogue.ts'

/** One thing that is wrong with one field of an input. */
export interface Issue {
  /** The field's path, joined by dots: `name.zh`, `items.3.title`. */
  path: string
  code: ErrorCode
  params?: Readonly<Record<string, unknown>>
}

/** The one kind of error that our code throws on purpose; `code` is stable, the sentence is in the catalogue. */
export class KaichangError extends Error {
  readonly code: ErrorCode
  readonly params: Readonly<Record<string, unknown>>
  readonly issues: readonly Issue[]

  constructor(code: ErrorCode, params: Readonly<Record<string, unknown>> = {}, issues: readonly Issue[] = []) {
    super(fill(catalogue[code].en, params))
    this.name = 'KaichangError'
    this.code = code
    this.params = params
    this.issues = issues
  }

  /** The HTTP status that the edges answer with. */
  get status(): number {
    return catalogue[this.code].status
  }
}

/** Shorthand: throw fail('event.not_found'). */
export function fail(code: ErrorCode, params?: Readonly<Record<string, unknown>>): KaichangError {
  return new KaichangError(code, params)
}

/** The sentence of a code in the reader's language. */
export function errorText(code: ErrorCode, locale: Locale, params: Readonly<Record<string, unknown>> = {}): string {
  return fill(catalogue[code][locale], params)
}

/** True for an error of ours, optionally with the given code. */
export function isKaichangError(error: unknown, code?: ErrorCode): error is KaichangError {
  return error instanceof KaichangError && (code === undefined || error.code === code)
}
