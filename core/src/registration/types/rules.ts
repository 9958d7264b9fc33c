import type { Issue } from '#core/kernel/errors.ts'
import type { TicketType, TypeValues, UsualInput } from './model.ts'

/** Types of one event at most: each booking reads all of them. */
export const MOST_TYPES = 100

type Sibling = Pick<TicketType, 'id' | 'kind' | 'parentId' | 'retiredAt'>

/** What is wrong with a new type beside those that are there. A variant stands under an add-on that is none itself. */
export function findTypeFaults(
  made: { kind: 'ticket' | 'addon'; parentId: string | null; variants: number },
  others: readonly Sibling[],
): Issue[] {
  if (others.length + 1 + made.variants > MOST_TYPES)
    return [{ path: 'name.zh', code: 'registration.types_many', params: { maximum: MOST_TYPES } }]
  if (made.variants > 0 && (made.kind !== 'addon' || made.parentId !== null))
    return [{ path: 'variants', code: 'registration.variant_parent' }]
  if (made.parentId === null) return []
  const parent = others.find((one) => one.id === made.parentId)
  const fits = parent?.kind === 'addon' && made.kind === 'addon' && parent.parentId === null && parent.retiredAt === null
  return fits ? [] : [{ path: 'parentId', code: 'registration.variant_parent' }]
}

/** What a type is in fact: an add-on takes no seat and is of no group of people. */
export function settle(values: TypeValues, kind: 'ticket' | 'addon'): TypeValues {
  return kind === 'addon' ? { ...values, counts: false, category: 'standard' } : values
}

/** Whether a change can move counters: a type that begins or ceases to take a seat. */
export const movesCounters = (before: Partial<TypeValues>): boolean => before.counts !== undefined

/** Ids of all types in their order after one has moved up (-1) or down (1) among those it stands with. */
export function movedType(types: readonly Sibling[], id: string, by: -1 | 1): string[] {
  const order = types.map((type) => type.id)
  const moving = types.find((type) => type.id === id)
  if (!moving) return order
  const mates = types.filter((one) => one.kind === moving.kind && one.parentId === moving.parentId && one.retiredAt === null)
  const at = mates.findIndex((one) => one.id === id)
  const other = at === -1 ? undefined : mates[at + by]
  if (!other) return order
  const [from, to] = [order.indexOf(id), order.indexOf(other.id)]
  order[from] = other.id
  order[to] = id
  return order
}

/** How long before the event the early price of the usual set ends, in days. */
export const EARLY_DAYS = 14

/** The usual set: a standard ticket, cheaper early, and one for students. */
export function usualSet(
  { standardFen, studentFen, earlyFen, earlyUntil }: Required<Omit<UsualInput, 'earlyUntil'>> & { earlyUntil: Date | null },
  event: { startsAt: Date },
): TypeValues[] {
  const plain: TypeValues = {
    name: {},
    about: {},
    category: 'standard',
    counts: true,
    pricing: 'fixed',
    priceFen: standardFen,
    earlyFen: null,
    earlyUntil: null,
    earlyCount: null,
    sellsFrom: null,
    sellsUntil: null,
    hidden: false,
    review: false,
    perOrder: 5,
    perPerson: 5,
  }
  const until = earlyUntil ?? new Date(event.startsAt.getTime() - EARLY_DAYS * 86_400_000)
  const early = earlyFen !== null && earlyFen < standardFen ? { earlyFen, earlyUntil: until } : {}
  return [
    { ...plain, ...early, name: { zh: '标准票', en: 'Standard' } },
    { ...plain, name: { zh: '学生票', en: 'Student' }, category: 'student', priceFen: studentFen, perOrder: 1, perPerson: 1 },
  ]
}
