import type { ChannelStock, QuotaStock, Stock, TypeStock, VoucherStock } from './model.ts'

const byId = <T extends { id: string }>(list: readonly T[]): Map<string, T> => new Map(list.map((one) => [one.id, one]))

/** An event's counters for tests of the rules. */
export function stockOf({
  cap = null,
  taken = 0,
  types = [],
  quotas = [],
  channels = [],
  vouchers = [],
}: {
  cap?: number | null
  taken?: number
  types?: readonly TypeStock[]
  quotas?: readonly QuotaStock[]
  channels?: readonly ChannelStock[]
  vouchers?: readonly VoucherStock[]
} = {}): Stock {
  return { cap, taken, types: byId(types), quotas: byId(quotas), channels: byId(channels), vouchers: byId(vouchers) }
}

/** A free ticket that everybody may have, unless told otherwise. */
export function typeStock(over: Partial<TypeStock> & { id: string }): TypeStock {
  return {
    name: { zh: over.id },
    kind: 'ticket',
    parentId: null,
    counts: over.kind !== 'addon',
    pricing: 'fixed',
    priceFen: 0,
    earlyFen: null,
    earlyUntil: null,
    earlyCount: null,
    sellsFrom: null,
    sellsUntil: null,
    hidden: false,
    review: false,
    perOrder: 10,
    perPerson: 10,
    retired: false,
    taken: 0,
    quotaIds: [],
    ...over,
  }
}

/** A voucher that only opens what is hidden, once, unless told otherwise. */
export function voucherStock(over: Partial<VoucherStock> & { id: string }): VoucherStock {
  return {
    code: over.id.toUpperCase(),
    effect: 'none',
    value: 0,
    typeId: null,
    maxUses: 1,
    used: 0,
    reserves: false,
    kept: 0,
    validFrom: null,
    validUntil: null,
    retired: false,
    ...over,
  }
}
