import { errorText, isKaichangError, type ErrorCode } from '@kaichang/core/kernel/errors.ts'
import { catalogue } from '@kaichang/core/kernel/errors.catalogue.ts'
import { machineFault, namesNothing } from '@kaichang/core/store/patience.ts'
import type { Locale } from '@kaichang/core/kernel/text.ts'

/** What a page says about an error: status, stable code and the sentence in the reader's language. */
export interface Told {
  status: number
  code: ErrorCode
  message: string
}

/** Turns anything thrown into what may be shown; what is not ours on purpose is hidden behind `id`. */
export function tell(error: unknown, locale: Locale, id: string): Told {
  const code = codeOf(error)
  const params = isKaichangError(error) ? error.params : { id }
  return { status: catalogue[code].status, code, message: errorText(code, locale, params) }
}

/** The code for a status that the framework itself answers with. */
export function codeOfStatus(status: number): ErrorCode {
  if (status === 403) return 'access.origin'
  if (status === 413) return 'file.too_large'
  return status < 500 ? 'page.not_found' : 'machine.unknown'
}

function codeOf(error: unknown): ErrorCode {
  if (isKaichangError(error)) return error.code
  if (namesNothing(error)) return 'thing.not_found'
  return machineFault(error) ?? 'machine.unknown'
}
