import { KaichangError, type Issue } from '@kaichang/core/kernel/errors.ts'
import { parseYuan } from '@kaichang/core/kernel/money.ts'
import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import type { Choice } from '@kaichang/core/registration/orders/choices.ts'
import type { HoldInput } from '@kaichang/core/registration/orders/model.ts'
import type { ShownChoice } from '#lib/order.ts'

/** The name under which a form speaks of the seat of an event without types. */
const PLAIN = 'plain'

/** What can be chosen, as a page shows it; `seat` names the plain seat. */
export function presentChoice(choice: Choice, locale: Locale, seat: string): ShownChoice {
  const { id, name, about, pricing, lack, variants, ...same } = choice
  return {
    ...same,
    id: id === '' ? PLAIN : id,
    name: id === '' ? seat : pickText(name, locale),
    about: pickText(about, locale),
    open: pricing === 'open',
    lack: lack === null ? null : lack === 'registration.waited_for' ? 'waited' : 'full',
    variants: variants.map((variant) => presentChoice(variant, locale, seat)),
  }
}

/** The lines of a sent choice: `seats.{id}` how many, `amount.{id}` how many yuan each. Errors: input.invalid at `amount.{id}`. */
export function readChoice(data: Readonly<Record<string, unknown>>): HoldInput['lines'] {
  const amounts = new Map(pairs(data['amount']))
  const issues: Issue[] = []
  const lines = pairs(data['seats']).map(([id, seats]) => {
    const typed = amounts.get(id) ?? ''
    const chosenFen = typed === '' ? null : parseYuan(typed)
    if (typed !== '' && chosenFen === null && Number(seats) > 0) issues.push({ path: `amount.${id}`, code: 'field.number' })
    return { typeId: id === PLAIN ? '' : id, seats, chosenFen }
  })
  if (issues.length > 0) throw new KaichangError('input.invalid', {}, issues)
  return lines
}

/** How many of which a sent choice named, as typed. */
export function readSeats(data: Readonly<Record<string, unknown>>): { typeId: string; seats: string }[] {
  return pairs(data['seats']).map(([typeId, seats]) => ({ typeId, seats }))
}

/** What somebody would like to pay for which, as typed. */
export function readAmounts(data: Readonly<Record<string, unknown>>): [string, string][] {
  return pairs(data['amount'])
}

function pairs(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
}
