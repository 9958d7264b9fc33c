import { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { parseYuan } from '@kaichang/core/kernel/money.ts'
import type { Opened } from '@kaichang/core/store/changes.ts'
import type { Sent } from './form.ts'

/** A text in both languages out of a sent form: fields `name.zh` and `name.en`. */
export function readText(sent: Sent, name: string): { zh: string; en: string } {
  return { zh: sent.text(`${name}.zh`), en: sent.text(`${name}.en`) }
}

/** Money typed as yuan, in fen; `whenEmpty` for an empty field. Throws field.money at the field. */
export function readYuan<T>(sent: Sent, name: string, whenEmpty: T): number | T {
  const typed = sent.text(name).trim()
  if (typed === '') return whenEmpty
  const fen = parseYuan(typed)
  if (fen === null || fen < 0) throw new KaichangError('input.invalid', {}, [{ path: name, code: 'field.money' }])
  return fen
}

/** Fen as it is typed into a field: 1280 or 99.50. */
export function asYuan(fen: number | null): string {
  if (fen === null) return ''
  return fen % 100 === 0 ? String(fen / 100) : (fen / 100).toFixed(2)
}

/** What an edit form knows of the thing, as Conflict.svelte sends it along; nulls when it carried none. */
export function readOpened(sent: Sent): Required<Opened> {
  const [shown = '', ...fields] = sent.text('seen').split(' ')
  const revision = readRevision(shown)
  return { revision: readRevision(sent.text('revision')), seen: revision === null ? null : { revision, fields } }
}

function readRevision(typed: string): number | null {
  const n = Number(typed)
  return Number.isInteger(n) && n > 0 ? n : null
}
