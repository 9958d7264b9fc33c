import type { Lack, Limit, Stock, TypeStock, VoucherStock, Waiter, WaitReason, Want } from './model.ts'

interface Bound {
  limit: Limit
  size: number
  taken: number
}

/** Every limit that a want touches and that has a size. */
function boundsOf(stock: Stock, want: Want): Bound[] {
  const type = want.typeId === null ? undefined : stock.types.get(want.typeId)
  const bounds: Bound[] = []
  if ((type?.counts ?? want.typeId === null) && stock.cap !== null) bounds.push({ limit: 'cap', size: stock.cap, taken: stock.taken })
  for (const id of type?.quotaIds ?? []) {
    const quota = stock.quotas.get(id)
    if (quota && quota.size !== null) bounds.push({ limit: `quota:${id}`, size: quota.size, taken: quota.taken })
  }
  const channel = want.channelId ? stock.channels.get(want.channelId) : undefined
  if (channel && channel.share !== null && isTicket(type))
    bounds.push({ limit: `channel:${channel.id}`, size: channel.share, taken: channel.taken })
  return bounds
}

/** A channel's share counts people, not dinners. */
const isTicket = (type: TypeStock | undefined): boolean => type?.kind !== 'addon'

/**
 * What is lacking to give all wants together, or null. `blocked`: limits that somebody who waits is before; whoever comes
 * anew gets nothing of these, however much is left.
 */
export function lackOf(stock: Stock, wants: readonly Want[], blocked: ReadonlySet<Limit> = new Set()): Lack | null {
  const needs = new Map<Limit, number>()
  const kept = new Map<string, number>()
  for (const want of wants) {
    const voucher = want.voucherId ? stock.vouchers.get(want.voucherId) : undefined
    const already = voucher ? (kept.get(voucher.id) ?? 0) : 0
    const fromKept = voucher ? Math.min(want.seats, voucher.kept - already) : 0
    if (voucher) kept.set(voucher.id, already + fromKept)
    for (const { limit, size, taken } of boundsOf(stock, want)) {
      // A channel counts who came through it, also with a place that was kept.
      const count = limit.startsWith('channel:') ? want.seats : want.seats - fromKept
      if (count === 0) continue
      const need = (needs.get(limit) ?? 0) + count
      needs.set(limit, need)
      const left = Math.max(size - taken, 0)
      if (need > left) return lackBy(stock, want, limit, left)
      if (blocked.has(limit)) return { code: 'registration.waited_for', limit, left }
    }
  }
  return null
}

function lackBy(stock: Stock, want: Want, limit: Limit, left: number): Lack {
  if (limit === 'cap') return { code: 'registration.full', limit, left, cap: stock.cap ?? 0 }
  if (limit.startsWith('channel:')) {
    const share = stock.channels.get(limit.slice('channel:'.length))?.share ?? 0
    return { code: 'registration.channel_full', limit, left, share }
  }
  return { code: 'registration.type_full', limit, left, type: want.typeId ?? '' }
}

/** Counts a want in; whether there is room was asked before. */
export function take(stock: Stock, want: Want): void {
  const voucher = want.voucherId ? stock.vouchers.get(want.voucherId) : undefined
  let fresh = want.seats
  if (voucher) {
    const fromKept = Math.min(voucher.kept, want.seats)
    voucher.kept -= fromKept
    voucher.used += want.seats
    fresh -= fromKept
  }
  count(stock, want.typeId, fresh)
  moveChannel(stock, want, want.seats)
}

/** Counts a want out again. A use of a voucher that still keeps places becomes one of its places. */
export function giveBack(stock: Stock, want: Want, now: Date): void {
  const voucher = want.voucherId ? stock.vouchers.get(want.voucherId) : undefined
  let free = want.seats
  if (voucher) {
    voucher.used -= want.seats
    if (voucher.reserves && isLive(voucher, now)) {
      voucher.kept += want.seats
      free = 0
    }
  }
  count(stock, want.typeId, -free)
  moveChannel(stock, want, -want.seats)
}

function count(stock: Stock, typeId: string | null, by: number): void {
  const type = typeId === null ? undefined : stock.types.get(typeId)
  if (type?.counts ?? typeId === null) stock.taken += by
  if (!type) return
  type.taken += by
  for (const id of type.quotaIds) {
    const quota = stock.quotas.get(id)
    if (quota) quota.taken += by
  }
}

function moveChannel(stock: Stock, want: Want, by: number): void {
  const channel = want.channelId ? stock.channels.get(want.channelId) : undefined
  if (channel && isTicket(want.typeId === null ? undefined : stock.types.get(want.typeId))) channel.taken += by
}

/** Lets a voucher keep as many places as it should now: its unused uses while it reserves and lives, else none. */
export function keepPlaces(stock: Stock, voucher: VoucherStock, now: Date): void {
  const wanted = voucher.reserves && isLive(voucher, now) ? voucher.maxUses - voucher.used : 0
  count(stock, voucher.typeId, wanted - voucher.kept)
  voucher.kept = wanted
}

/** Gives back what a voucher keeps that has ended. */
export function dropPlaces(stock: Stock, voucher: VoucherStock, now: Date): void {
  if (voucher.kept > 0 && !isLive(voucher, now)) keepPlaces(stock, voucher, now)
}

const isLive = (voucher: VoucherStock, now: Date): boolean => !voucher.retired && (voucher.validUntil === null || now < voucher.validUntil)

/** Why a voucher does not serve here. */
export type VoucherFault =
  | 'registration.voucher_unknown'
  | 'registration.voucher_over'
  | 'registration.voucher_early'
  | 'registration.voucher_used'
  | 'registration.voucher_other'

/** What is wrong with using a voucher for so many seats of a type; null: nothing. A retired one is not admitted to exist. */
export function voucherFault(
  voucher: VoucherStock | undefined,
  want: { typeId: string | null; seats: number },
  now: Date,
): VoucherFault | null {
  if (!voucher || voucher.retired) return 'registration.voucher_unknown'
  if (voucher.validFrom !== null && now < voucher.validFrom) return 'registration.voucher_early'
  if (!isLive(voucher, now)) return 'registration.voucher_over'
  if (voucher.used + want.seats > voucher.maxUses) return 'registration.voucher_used'
  return voucher.typeId === null || voucher.typeId === want.typeId ? null : 'registration.voucher_other'
}

/** Whether a type is sold now. */
export type Sale = 'now' | 'not_yet' | 'over' | 'absent'

/** By its own window; what is hidden is absent for whoever has no voucher for exactly this type. */
export function saleOf(
  type: Pick<TypeStock, 'id' | 'retired' | 'hidden' | 'sellsFrom' | 'sellsUntil'>,
  now: Date,
  voucher?: Pick<VoucherStock, 'typeId'>,
): Sale {
  if (type.retired || (type.hidden && voucher?.typeId !== type.id)) return 'absent'
  if (type.sellsFrom !== null && now < type.sellsFrom) return 'not_yet'
  return type.sellsUntil !== null && now >= type.sellsUntil ? 'over' : 'now'
}

/** True while the early price holds for the next seat; by date, by count, or both, whichever ends first. */
export function isEarly(type: Pick<TypeStock, 'earlyFen' | 'earlyUntil' | 'earlyCount' | 'taken'>, now: Date, before = 0): boolean {
  if (type.earlyFen === null || (type.earlyUntil === null && type.earlyCount === null)) return false
  return (type.earlyUntil === null || now < type.earlyUntil) && (type.earlyCount === null || type.taken + before < type.earlyCount)
}

/**
 * What one seat costs, in fen. `before`: seats of the same type that come before it in the same order. `chosen`: what
 * somebody wants to pay where the price is open, at least the type's own.
 */
export function priceOf(
  type: Pick<TypeStock, 'pricing' | 'priceFen' | 'earlyFen' | 'earlyUntil' | 'earlyCount' | 'taken'>,
  now: Date,
  options: { before?: number; chosen?: number | null; voucher?: Pick<VoucherStock, 'effect' | 'value'> | undefined } = {},
): number {
  const { before = 0, chosen = null, voucher } = options
  const listed = isEarly(type, now, before) ? (type.earlyFen ?? type.priceFen) : type.priceFen
  const full = type.pricing === 'open' ? Math.max(listed, chosen ?? 0) : listed
  switch (voucher?.effect) {
    case 'percent':
      return full - Math.floor((full * Math.min(voucher.value, 100)) / 100)
    case 'amount':
      return Math.max(full - voucher.value, 0)
    case 'price':
      return Math.min(full, voucher.value)
    default:
      return full
  }
}

/** What becomes of a waiting list when it is looked through. */
export interface Calling {
  offers: { waiter: Waiter; seats: number }[]
  /** Limits that somebody who still waits is before. */
  blocked: Set<Limit>
  /** By id: why somebody still waits. */
  reasons: Map<string, WaitReason>
}

/**
 * Who is called now, in the list's order, counted into the stock. Whoever does not get all seats holds every limit that
 * lacked: those behind who need the same wait on, others are called past them. A party that may be split takes what is
 * there. A party that is larger than a limit itself holds up nobody: what it waits for never comes.
 */
export function callWaiting(stock: Stock, waiters: readonly Waiter[]): Calling {
  const calling: Calling = { offers: [], blocked: new Set(), reasons: new Map() }
  for (const waiter of waiters) {
    const want = { typeId: waiter.typeId, channelId: waiter.channelId, seats: waiter.seats }
    const bounds = boundsOf(stock, want).map(({ limit, size, taken }) => ({ limit, size, left: Math.max(size - taken, 0) }))
    const small = waiter.together ? bounds.find(({ size }) => size > 0 && size < waiter.seats) : undefined
    const held = bounds.find(({ limit }) => calling.blocked.has(limit))
    const stuck = small ?? held
    if (stuck) {
      calling.reasons.set(waiter.id, { why: small ? 'never' : 'behind', limit: stuck.limit, left: stuck.left })
      continue
    }
    const [tightest] = bounds.toSorted((a, b) => a.left - b.left)
    const left = tightest?.left ?? waiter.seats
    const seats = left >= waiter.seats ? waiter.seats : waiter.together ? 0 : left
    if (seats > 0) {
      take(stock, { ...want, seats })
      calling.offers.push({ waiter, seats })
    }
    if (seats < waiter.seats && tightest) {
      for (const bound of bounds) if (bound.left < waiter.seats) calling.blocked.add(bound.limit)
      calling.reasons.set(waiter.id, { why: left > seats ? 'party' : 'full', limit: tightest.limit, left: left - seats })
    }
  }
  return calling
}

/** The size of the smallest limit that a want touches and that is not closed; null: none. A larger party can never be together. */
export function largestParty(stock: Stock, want: Want): number | null {
  const sizes = boundsOf(stock, want).flatMap(({ size }) => (size > 0 ? [size] : []))
  return sizes.length === 0 ? null : Math.min(...sizes)
}

/** Whether two wants wait for some same thing. */
export function sharesLimit(stock: Stock, one: Want, other: Want): boolean {
  const limits = new Set(boundsOf(stock, one).map(({ limit }) => limit))
  return boundsOf(stock, other).some(({ limit }) => limits.has(limit))
}
