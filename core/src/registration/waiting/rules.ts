import type { Opening } from '../rules.ts'
import type { Limit, Stock, TypeStock, Want } from '../seats/model.ts'
import { lackOf, largestParty, saleOf, sharesLimit } from '../seats/rules.ts'
import { LARGEST_PARTY, PARTY } from './model.ts'
import type { Waiting } from './store.ts'

/** Why somebody cannot wait for something. */
export type JoinFault =
  | { code: 'registration.waiting_closed' | 'registration.closed' | 'registration.seats_left' | 'registration.waiting_review' }
  | { code: 'registration.type_unknown' | 'registration.type_not_yet' | 'registration.type_over' }
  | { code: 'registration.party_large'; maximum: number }

export interface JoinState {
  event: { state: string; startsAt: Date }
  waitingOpen: boolean
  opening: Opening
  now: Date
  stock: Stock
  blocked: ReadonlySet<Limit>
}

/** How many may wait together for a type at most; the plain seat has no type, an extra is one person's. */
export function partyLimit(type: Pick<TypeStock, 'kind' | 'perOrder'> | null): number {
  if (type === null) return PARTY
  return type.kind === 'addon' ? 1 : Math.min(type.perOrder, LARGEST_PARTY)
}

/** Whether the list takes anybody at all now: it is open, the event takes place and has not begun. */
export function isTaking({ event, waitingOpen, now }: Pick<JoinState, 'event' | 'waitingOpen' | 'now'>): boolean {
  return waitingOpen && event.state === 'published' && now < event.startsAt
}

/**
 * What forbids waiting for this, or null. Nobody waits for what they can have; and nobody waits for what is looked at
 * first, since an offer would pass the looking by.
 */
export function joinFault(state: JoinState, want: Want & { together: boolean }): JoinFault | null {
  const { stock, now } = state
  const type = want.typeId === null ? null : stock.types.get(want.typeId)
  if (!isTaking(state)) return { code: 'registration.waiting_closed' }
  const tickets = [...stock.types.values()].some((one) => one.kind === 'ticket' && !one.retired)
  if (type === undefined || (type === null && tickets)) return { code: 'registration.type_unknown' }
  const sale = type === null ? 'now' : saleOf(type, now)
  if (sale !== 'now') return { code: sale === 'absent' ? 'registration.type_unknown' : `registration.type_${sale}` }
  if (type?.review === true) return { code: 'registration.waiting_review' }
  const maximum = Math.min(partyLimit(type), want.together ? (largestParty(stock, want) ?? LARGEST_PARTY) : LARGEST_PARTY)
  if (want.seats > maximum) return { code: 'registration.party_large', maximum }
  if (lackOf(stock, [want], state.blocked) !== null) return null
  return { code: state.opening === 'open' ? 'registration.seats_left' : 'registration.closed' }
}

/** How many groups and people come first who wait for some same thing. */
export function aheadOf(
  stock: Stock,
  want: Want,
  before: readonly { typeId: string | null; channelId: string | null; groups: number; people: number }[],
): { groups: number; people: number } {
  const same = before.filter(({ typeId, channelId, people }) => sharesLimit(stock, want, { typeId, channelId, seats: people }))
  return {
    groups: same.reduce((sum, { groups }) => sum + groups, 0),
    people: same.reduce((sum, { people }) => sum + people, 0),
  }
}

type Placed = Pick<Waiting, 'id' | 'priority' | 'joinedAt'>

/** True when the list calls one before the other by time alone. */
const isEarlier = (one: Placed, other: Placed): boolean =>
  one.joinedAt < other.joinedAt || (one.joinedAt.getTime() === other.joinedAt.getTime() && one.id < other.id)

/**
 * The priorities that put a list into the given order; only those that differ from what they were. Who joins later has
 * priority 0 and comes after everybody who has at least that.
 */
export function prioritiesFor(order: readonly Placed[]): { id: string; priority: number }[] {
  const changed: { id: string; priority: number }[] = []
  let next: Placed | undefined
  for (const one of order.toReversed()) {
    const needed = next === undefined ? one.priority : isEarlier(one, next) ? next.priority : next.priority + 1
    const priority: number = Math.max(one.priority, needed)
    if (priority !== one.priority) changed.push({ id: one.id, priority })
    next = { ...one, priority }
  }
  return changed
}

/** The order with one put a step earlier or later; null when it stands at that end already. */
export function stepped<T extends { id: string }>(order: readonly T[], id: string, by: -1 | 1): T[] | null {
  const at = order.findIndex((one) => one.id === id)
  const [one, other] = [order[at], order[at + by]]
  if (!one || !other) return null
  return order.map((each, n) => (n === at ? other : n === at + by ? one : each))
}
