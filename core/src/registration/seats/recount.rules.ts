import type { Stock, VoucherStock } from './model.ts'
import { keepPlaces, take } from './rules.ts'

/** How many rows take one place of the same things: live registrations, held lines, booked lines of add-ons. */
export interface CountedRows {
  typeId: string | null
  channelId: string | null
  /** The voucher that each of them uses; never known of a seat itself. */
  voucherId: string | null
  count: number
}

/** Uses of vouchers by lines of tickets that are booked; their seats are counted as registrations. */
export interface BookedUses {
  voucherId: string
  count: number
}

/**
 * Reckons every counter of a stock anew from rows, in place. What a voucher keeps follows from its uses: all that are left
 * while it reserves and lives. `kept`: whether one that has just ended still keeps its places, because nobody has opened
 * the event's seats since.
 */
export function recountStock(
  stock: Stock,
  rows: readonly CountedRows[],
  booked: readonly BookedUses[],
  now: Date,
  ended: (voucher: VoucherStock) => boolean = () => false,
): void {
  const moments = new Map(
    [...stock.vouchers.values()].map((one) => [one.id, ended(one) && one.validUntil ? justBefore(one.validUntil) : now]),
  )
  stock.taken = 0
  for (const one of [...stock.types.values(), ...stock.quotas.values(), ...stock.channels.values()]) one.taken = 0
  for (const voucher of stock.vouchers.values()) voucher.used = voucher.kept = 0
  for (const { typeId, channelId, voucherId, count } of rows) take(stock, { typeId, channelId, voucherId, seats: count })
  for (const { voucherId, count } of booked) {
    const voucher = stock.vouchers.get(voucherId)
    if (voucher) voucher.used += count
  }
  for (const voucher of stock.vouchers.values()) keepPlaces(stock, voucher, moments.get(voucher.id) ?? now)
}

const justBefore = (at: Date): Date => new Date(at.getTime() - 1)

/** A counter that does not tell what the rows tell. */
export interface Difference {
  counter: 'event' | 'type' | 'quota' | 'channel' | 'voucher' | 'kept'
  id: string
  counted: number
  rows: number
}

/** Where two stocks of one event differ: what stands in the counters, and what the rows say. */
export function differencesOf(counted: Stock, rows: Stock): Difference[] {
  const found: Difference[] = []
  const compare = (counter: Difference['counter'], id: string, a: number, b: number): void => {
    if (a !== b) found.push({ counter, id, counted: a, rows: b })
  }
  compare('event', '', counted.taken, rows.taken)
  for (const [id, one] of counted.types) compare('type', id, one.taken, rows.types.get(id)?.taken ?? 0)
  for (const [id, one] of counted.quotas) compare('quota', id, one.taken, rows.quotas.get(id)?.taken ?? 0)
  for (const [id, one] of counted.channels) compare('channel', id, one.taken, rows.channels.get(id)?.taken ?? 0)
  for (const [id, one] of counted.vouchers) {
    compare('voucher', id, one.used, rows.vouchers.get(id)?.used ?? 0)
    compare('kept', id, one.kept, rows.vouchers.get(id)?.kept ?? 0)
  }
  return found
}
