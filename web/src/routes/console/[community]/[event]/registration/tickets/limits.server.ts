import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import type { Quota, TicketType } from '@kaichang/core/registration/types/model.ts'

/** One number of places and what takes them, for the picture. */
export interface Limit {
  id: string
  name: string
  /** Null: no limit. */
  size: number | null
  taken: number
  /** What draws on it, in the types' order; `shade` is the type's place in the legend. */
  parts: { id: string; name: string; taken: number; shade: number }[]
}

interface Given {
  types: readonly TicketType[]
  quotas: readonly Quota[]
  taken: number
  cap: number | null
  locale: Locale
}

/** The cap and every quota with the types that draw on them; seats without a type are the rest of the cap. */
export function showLimits({ types, quotas, taken, cap, locale }: Given): Limit[] {
  const live = types.filter((type) => type.retiredAt === null || type.taken > 0)
  const part = (type: TicketType) => ({
    id: type.id,
    name: nameOf(type, types, locale),
    taken: type.taken,
    shade: types.indexOf(type),
  })
  const counting = live.filter((type) => type.counts && type.kind === 'ticket')
  const plain = taken - counting.reduce((sum, type) => sum + type.taken, 0)
  const rest = plain > 0 ? [{ id: 'plain', name: '', taken: plain, shade: -1 }] : []
  return [
    { id: 'cap', name: '', size: cap, taken, parts: [...counting.map(part), ...rest] },
    ...quotas.map(({ id, name, size, taken: held, typeIds }) => ({
      id,
      name: pickText(name, locale),
      size,
      taken: held,
      parts: live.filter((type) => typeIds.includes(type.id)).map(part),
    })),
  ]
}

/** A size is named with what it is a size of. */
function nameOf(type: TicketType, types: readonly TicketType[], locale: Locale): string {
  const parent = types.find((one) => one.id === type.parentId)
  return parent ? `${pickText(parent.name, locale)} ${pickText(type.name, locale)}` : pickText(type.name, locale)
}
