import type { Limit, Lack, Stock, VoucherStock } from '../seats/model.ts'
import { lackOf, priceOf, saleOf } from '../seats/rules.ts'

/** A seat that is to become one of another type. Prices are fen. */
export interface TypeChange {
  fromId: string | null
  toId: string
  channelId: string | null
  /** The voucher that the seat used, if any. */
  voucher: VoucherStock | null
  paidFen: number
  /** How many of the other type whoever ordered it has already. */
  had: number
}

/** Why a seat cannot become one of the other type. */
export type ChangeFault =
  | { code: 'registration.type_unknown' | 'registration.type_not_yet' | 'registration.type_over' | 'registration.type_price' }
  | { code: 'registration.person_limit'; maximum: number }
  | Lack

/**
 * What keeps a seat from becoming one of another type, or null: the other has to be on sale, without review, at just the
 * price that was paid, for no more than one person may have, and to have room. The seat that is given back has been counted out already.
 */
export function changeFault(state: { stock: Stock; blocked: ReadonlySet<Limit>; now: Date }, change: TypeChange): ChangeFault | null {
  const { stock, blocked, now } = state
  const { toId, channelId, voucher, paidFen, had } = change
  const to = stock.types.get(toId)
  const sale = to?.kind === 'ticket' ? saleOf(to, now, voucher ?? undefined) : 'absent'
  if (!to || sale === 'absent') return { code: 'registration.type_unknown' }
  if (sale !== 'now') return { code: `registration.type_${sale}` }
  const served = voucher === null || voucher.typeId === null || voucher.typeId === toId
  const price = priceOf(to, now, { chosen: to.pricing === 'open' ? paidFen : null, voucher: voucher ?? undefined })
  if (!served || to.review || price !== paidFen) return { code: 'registration.type_price' }
  if (had >= to.perPerson) return { code: 'registration.person_limit', maximum: to.perPerson }
  return lackOf(stock, [{ typeId: toId, seats: 1, channelId, voucherId: voucher?.id ?? null }], blocked)
}
