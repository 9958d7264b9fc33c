import type { Text } from '#core/kernel/text.ts'
import type { Limit, Lack, Stock, TypeStock, VoucherStock } from '../seats/model.ts'
import { lackOf, priceOf, saleOf, voucherFault, type VoucherFault } from '../seats/rules.ts'
import type { Opening } from '../rules.ts'

/** What is asked for, after the schema. */
export interface Chosen {
  typeId: string | null
  seats: number
  chosenFen: number | null
}

/** A line of an order as it would be made; `forLine`: the index of the ticket's line that an extra is added to. */
export interface PlannedLine {
  typeId: string | null
  forLine: number | null
  priceFen: number
  byVoucher: boolean
}

/** What was added to a ticket; of a size what it is a size of as well. */
export interface NamedExtra {
  name: Text
  of: Text | null
}

/** What an extra is called; none when its type is gone. */
export function extraOf(types: ReadonlyMap<string, Pick<TypeStock, 'name' | 'parentId'>>, typeId: string | null): NamedExtra[] {
  const type = types.get(typeId ?? '')
  return type ? [{ name: type.name, of: types.get(type.parentId ?? '')?.name ?? null }] : []
}

/** What becomes of a wish for seats. */
export type Plan =
  | { ok: true; lines: PlannedLine[]; totalFen: number; voucher: VoucherStock | null; review: boolean }
  | { ok: false; code: PlanFault; params?: Record<string, number | string> }
  | { ok: false; code: Lack['code']; params: Lack }

export type PlanFault =
  | VoucherFault
  | 'registration.closed'
  | 'registration.nothing_chosen'
  | 'registration.addon_alone'
  | 'registration.type_unknown'
  | 'registration.type_not_yet'
  | 'registration.type_over'
  | 'registration.too_many'
  | 'registration.too_little'

export interface PlanState {
  opening: Opening
  now: Date
  stock: Stock
  blocked: ReadonlySet<Limit>
  /** The entrance that it comes by. */
  channelId: string | null
  /** Staff: neither window nor review bind them, the limits do. */
  anyTime: boolean
}

/**
 * Plans an order: what is split over several lines of a form counts together, every limit and window holds, prices are
 * ours and never the form's. Changes nothing; whoever takes the plan counts it in.
 */
export function planOrder(state: PlanState, asked: readonly Chosen[], voucherCode: string): Plan {
  const { stock, now, anyTime } = state
  if (state.opening !== 'open' && !anyTime) return { ok: false, code: 'registration.closed' }
  const voucher = voucherCode === '' ? null : ([...stock.vouchers.values()].find((one) => one.code === voucherCode) ?? undefined)
  if (voucher === undefined) return { ok: false, code: 'registration.voucher_unknown' }
  const chosen = merge(asked)
  const typed = new Map<Chosen, TypeStock | null>()
  const anyTickets = [...stock.types.values()].some((type) => type.kind === 'ticket' && !type.retired)
  for (const one of chosen) {
    const type = one.typeId === null ? null : stock.types.get(one.typeId)
    if (type === undefined || (type === null && anyTickets)) return { ok: false, code: 'registration.type_unknown' }
    // Who wants a T-shirt says of which size.
    if (type && [...stock.types.values()].some((one) => one.parentId === type.id && !one.retired))
      return { ok: false, code: 'registration.type_unknown' }
    const fault = type && typeFault(type, one.seats, now, voucher, anyTime)
    if (fault) return { ok: false, ...fault }
    // Whoever named a price is not charged another one: they hear of it and decide anew.
    const least = type?.pricing === 'open' ? priceOf(type, now, { voucher: servedBy(voucher, type) ? voucher : undefined }) : 0
    if (one.chosenFen !== null && one.chosenFen < least)
      return { ok: false, code: 'registration.too_little', params: { least: (least / 100).toFixed(2) } }
    typed.set(one, type)
  }
  const lines: PlannedLine[] = []
  const used = { voucher: 0 }
  for (const one of chosen) {
    const type = typed.get(one) ?? null
    if (type?.kind === 'addon') continue
    for (let n = 0; n < one.seats; n += 1) lines.push(lineOf(one, type, n, voucher, used, now))
  }
  if (lines.length === 0) return { ok: false, code: chosen.length === 0 ? 'registration.nothing_chosen' : 'registration.addon_alone' }
  const tickets = lines.length
  const places = new Map<string, number>()
  for (const one of chosen) {
    const type = typed.get(one)
    if (type?.kind !== 'addon') continue
    // Sizes of one T-shirt share the tickets: each ticket has one of them at most.
    const group = type.parentId ?? type.id
    for (let n = 0; n < one.seats; n += 1) {
      const forLine = places.get(group) ?? 0
      if (forLine >= tickets) return { ok: false, code: 'registration.addon_alone' }
      places.set(group, forLine + 1)
      lines.push({ ...lineOf(one, type, n, voucher, used, now), forLine })
    }
  }
  if (voucher) {
    if (used.voucher === 0) return { ok: false, code: 'registration.voucher_other' }
    const fault = voucherFault(voucher, { typeId: voucher.typeId, seats: used.voucher }, now)
    if (fault) return { ok: false, code: fault, params: { left: voucher.maxUses - voucher.used } }
  }
  const review = !anyTime && [...typed.values()].some((type) => type?.review === true)
  if (!review) {
    const lack = lackOf(stock, wantsOf(lines, state.channelId, voucher?.id ?? null), anyTime ? new Set() : state.blocked)
    if (lack) return { ok: false, code: lack.code, params: lack }
  }
  return { ok: true, lines, totalFen: lines.reduce((sum, line) => sum + line.priceFen, 0), voucher, review }
}

/** What planned lines take of the counters. */
export function wantsOf(lines: readonly Pick<PlannedLine, 'typeId' | 'byVoucher'>[], channelId: string | null, voucherId: string | null) {
  return lines.map(({ typeId, byVoucher }) => ({ typeId, seats: 1, channelId, voucherId: byVoucher ? voucherId : null }))
}

/** The same type on several lines is one wish. */
function merge(asked: readonly Chosen[]): Chosen[] {
  const byType = new Map<string | null, Chosen>()
  for (const { typeId, seats, chosenFen } of asked) {
    if (seats < 1) continue
    const before = byType.get(typeId)
    byType.set(typeId, { typeId, seats: seats + (before?.seats ?? 0), chosenFen: chosenFen ?? before?.chosenFen ?? null })
  }
  return [...byType.values()]
}

function typeFault(
  type: TypeStock,
  seats: number,
  now: Date,
  voucher: VoucherStock | null,
  anyTime: boolean,
): { code: PlanFault; params?: Record<string, number> } | null {
  if (type.retired) return { code: 'registration.type_unknown' }
  const sale = saleOf(type, now, voucher ?? undefined)
  if (!anyTime && sale !== 'now') return { code: sale === 'absent' ? 'registration.type_unknown' : `registration.type_${sale}` }
  const most = Math.min(type.perOrder, type.perPerson)
  return seats > most ? { code: 'registration.too_many', params: { maximum: most } } : null
}

/** A voucher for every type serves tickets; one for an extra serves that extra. */
function servedBy(voucher: VoucherStock | null, type: TypeStock | null): voucher is VoucherStock {
  return voucher !== null && (voucher.typeId === null ? type?.kind !== 'addon' : voucher.typeId === (type?.id ?? null))
}

function lineOf(
  { typeId, chosenFen }: Chosen,
  type: TypeStock | null,
  before: number,
  voucher: VoucherStock | null,
  used: { voucher: number },
  now: Date,
): PlannedLine {
  const byVoucher = servedBy(voucher, type)
  if (byVoucher) used.voucher += 1
  const priceFen = type ? priceOf(type, now, { before, chosen: chosenFen, voucher: byVoucher ? voucher : undefined }) : 0
  return { typeId, forLine: null, priceFen, byVoucher }
}

/** Where an order stands at a moment: a hold whose time is up is over, also before that was written. */
export function stateOf<S extends string>(order: { state: S; expiresAt: Date | null }, now: Date): S | 'expired' {
  const runs = order.state === 'held' || order.state === 'placed'
  return runs && order.expiresAt !== null && order.expiresAt <= now ? 'expired' : order.state
}
