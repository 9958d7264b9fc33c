import type { Text } from '#core/kernel/text.ts'

/** A type as far as seats and prices are concerned. */
export interface TypeStock {
  id: string
  name: Text
  kind: 'ticket' | 'addon'
  /** The add-on that this is a variant of. */
  parentId: string | null
  /** Whether it takes a seat under the event's cap; never true of an add-on. */
  counts: boolean
  pricing: 'fixed' | 'open'
  priceFen: number
  earlyFen: number | null
  earlyUntil: Date | null
  earlyCount: number | null
  sellsFrom: Date | null
  sellsUntil: Date | null
  hidden: boolean
  review: boolean
  perOrder: number
  perPerson: number
  retired: boolean
  /** Held, registered, and kept for vouchers. */
  taken: number
  quotaIds: readonly string[]
}

export interface QuotaStock {
  id: string
  name: Text
  /** Null: counted, not limited. */
  size: number | null
  taken: number
}

export interface ChannelStock {
  id: string
  slug: string
  name: Text
  share: number | null
  taken: number
}

export interface VoucherStock {
  id: string
  code: string
  effect: 'none' | 'percent' | 'amount' | 'price'
  value: number
  /** The one type it is for; null: every type. */
  typeId: string | null
  maxUses: number
  used: number
  reserves: boolean
  /** Places that it keeps for its unused uses; they are in `taken` of its type, the type's quotas and the cap. */
  kept: number
  validFrom: Date | null
  validUntil: Date | null
  retired: boolean
}

/** All counters of one event, read under the lock of its seat_counter. Changed in place by `take` and `giveBack`, then written. */
export interface Stock {
  /** Registrations accepted at most; null: no cap. */
  cap: number | null
  taken: number
  types: Map<string, TypeStock>
  quotas: Map<string, QuotaStock>
  channels: Map<string, ChannelStock>
  vouchers: Map<string, VoucherStock>
}

/** Seats of one type that are wanted or given back together. */
export interface Want {
  /** Null: the plain seat of an event without types. */
  typeId: string | null
  seats: number
  channelId?: string | null
  /** Each seat uses this voucher once. */
  voucherId?: string | null
}

/** What limits a want: `cap`, `quota:{id}`, `channel:{id}`. */
export type Limit = 'cap' | `quota:${string}` | `channel:${string}`

/** Why seats cannot be had. */
export type Lack =
  | { code: 'registration.full'; limit: Limit; left: number; cap: number }
  | { code: 'registration.type_full'; limit: Limit; left: number; type: string }
  | { code: 'registration.channel_full'; limit: Limit; left: number; share: number }
  /** There are some, but others have waited for them. */
  | { code: 'registration.waited_for'; limit: Limit; left: number }

/** Somebody in the waiting list, as far as the order of offers is concerned. */
export interface Waiter {
  id: string
  typeId: string | null
  channelId: string | null
  seats: number
  /** All together or none. */
  together: boolean
}

/**
 * Why somebody still waits: nothing is free; too little for the whole party; somebody before them waits for the same; the
 * party is larger than there are places at all.
 */
export type WaitReason = { why: 'full' | 'party' | 'behind' | 'never'; limit: Limit; left: number }
