import type { Event } from '#core/community/model.ts'
import type { RegistrationValues, SeatCounter } from './model.ts'
import type { Lack, Limit, Stock, TypeStock } from './seats/model.ts'
import { lackOf, saleOf, take } from './seats/rules.ts'

/** Whether people may register now, and if not, why. */
export type Opening = 'open' | 'not_open' | 'not_yet' | 'closed' | 'over'

/** By the switch, the window and the event's own state; registration ends with the event at the latest. */
export function openingOf(event: Pick<Event, 'state' | 'endsAt'>, counter: SeatCounter | undefined, now: Date): Opening {
  if (event.state === 'over' || now > event.endsAt) return 'over'
  if (event.state === 'cancelled' || event.state === 'postponed') return 'closed'
  if (!counter) return 'not_open'
  if (!counter.open) return counter.taken > 0 ? 'closed' : 'not_open'
  if (counter.opensAt !== null && now < counter.opensAt) return 'not_yet'
  if (counter.closesAt !== null && now >= counter.closesAt) return 'closed'
  return 'open'
}

/** What is known when requests are decided together, under the lock of the event's counter. */
export interface SeatState {
  opening: Opening
  now: Date
  stock: Stock
  /** Limits that somebody who waits is before. */
  blocked: ReadonlySet<Limit>
  /** Who holds this event's live bookings: `phone:+86…`, `email:…`, `person:…`. */
  contacts: ReadonlySet<string>
}

/** What becomes of one request. */
export type Verdict =
  | { ok: true; typeId: string | null; channelId: string | null }
  | { ok: false; code: 'registration.closed' | 'registration.twice' | TypeFault }
  | ({ ok: false } & Lack)

/** Why a type cannot be had in this way; order_first: it costs something, is looked at first, or comes with a voucher. */
export type TypeFault =
  | 'registration.type_missing'
  | 'registration.type_unknown'
  | 'registration.type_not_yet'
  | 'registration.type_over'
  | 'registration.order_first'

/** The names under which a request's contacts are looked up. */
export function contactKeys(request: Pick<RegistrationValues, 'phone' | 'email'> & { personId?: string | undefined }): string[] {
  const { phone, email, personId } = request
  return [phone && `phone:${phone}`, email && `email:${email}`, personId ? `person:${personId}` : ''].filter((key) => key !== '')
}

/** A request to be decided; `anyTime` for staff: the window does not bind them, the cap does. `personId` of who is known already. */
export type Request = Pick<RegistrationValues, 'phone' | 'email' | 'channel' | 'ticketType'> & {
  anyTime?: boolean
  personId?: string | undefined
}

/**
 * Decides requests for one free seat each that wait together, in their order, each with its own verdict; what is accepted
 * is counted into the stock.
 */
export function decideTogether(state: SeatState, requests: readonly Request[]): Verdict[] {
  const { stock } = state
  const contacts = new Set(state.contacts)
  const channels = new Map([...stock.channels.values()].map((one) => [one.slug, one.id]))
  return requests.map((request) => {
    if (state.opening !== 'open' && request.anyTime !== true) return { ok: false, code: 'registration.closed' }
    const keys = contactKeys(request)
    if (keys.some((key) => contacts.has(key))) return { ok: false, code: 'registration.twice' }
    const type = typeOf(state, request)
    if (typeof type === 'string') return { ok: false, code: type }
    const want = { typeId: type?.id ?? null, seats: 1, channelId: channels.get(request.channel) ?? null }
    const lack = lackOf(stock, [want], request.anyTime === true ? new Set() : state.blocked)
    if (lack) return { ok: false, ...lack }
    take(stock, want)
    for (const key of keys) contacts.add(key)
    return { ok: true, typeId: want.typeId, channelId: want.channelId }
  })
}

/** The type of a request for one free seat; null where the event has none. */
function typeOf({ stock, now }: SeatState, request: Request): TypeStock | null | TypeFault {
  const tickets = [...stock.types.values()].filter((type) => type.kind === 'ticket' && !type.retired)
  if (tickets.length === 0) return request.ticketType === '' ? null : 'registration.type_unknown'
  const shown = tickets.filter((type) => !type.hidden)
  const type = request.ticketType === '' ? (shown.length === 1 ? shown[0] : undefined) : stock.types.get(request.ticketType)
  if (!type) return request.ticketType === '' ? 'registration.type_missing' : 'registration.type_unknown'
  if (type.kind !== 'ticket' || type.retired) return 'registration.type_unknown'
  const sale = saleOf(type, now)
  if (request.anyTime !== true && sale !== 'now') return sale === 'absent' ? 'registration.type_unknown' : `registration.type_${sale}`
  return isFree(type) && (!type.review || request.anyTime === true) ? type : 'registration.order_first'
}

/** True when nobody ever pays for it, whenever they come. */
function isFree(type: TypeStock): boolean {
  return type.pricing === 'fixed' && type.priceFen === 0 && (type.earlyFen ?? 0) === 0
}
