import type { Event } from '#core/community/model.ts'
import type { Text } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import { openingOf, type Opening } from '../rules.ts'
import { asStock, copyStock } from '../seats/book.ts'
import { isOffering } from '../seats/door.ts'
import type { Lack, Limit, Stock, TypeStock, VoucherStock } from '../seats/model.ts'
import { callWaiting, isEarly, lackOf, priceOf, saleOf, voucherFault, type VoucherFault } from '../seats/rules.ts'
import { listWaiters, readCounters } from '../seats/store.ts'
import { findCounter } from '../store.ts'
import { normaliseVoucher } from './model.ts'
import { listTypeTexts } from './store.ts'

/** One thing that can be chosen, as it stands now. Amounts are fen. */
export interface Choice {
  /** '' for the plain seat of an event without types. */
  id: string
  name: Text
  about: Text
  pricing: 'fixed' | 'open'
  /** What one costs now, with the voucher that was named; where the price is open, the least. */
  priceFen: number
  /** Without early bird and voucher, when that is another price; else null. */
  usualFen: number | null
  /** Until when, and for how many more, the early price holds. */
  early: { until: Date | null; left: number | null } | null
  sale: 'now' | 'not_yet' | 'over'
  sellsFrom: Date | null
  sellsUntil: Date | null
  review: boolean
  /** As many as one order can have now. */
  room: number
  /** How many there are at all, when that is known to be few; null: enough. */
  left: number | null
  /** Why it is none: full, or others have waited for it. */
  lack: Lack['code'] | null
  /** Sizes and the like: then these are chosen, not the thing itself. */
  variants: Choice[]
}

/** What whoever registers can choose from. */
export interface Choices {
  opening: Opening
  tickets: Choice[]
  extras: Choice[]
  /** A single free ticket, or none at all: one short form is enough. */
  simple: boolean
  voucher: { code: string; fault: VoucherFault | null } | null
  waitingOpen: boolean
}

/** Seats in one order of an event without types at most. */
export const PLAIN_MOST = 20

/**
 * Everything that can be chosen at an event now, with prices, windows and room, also for the entrance and the voucher that
 * somebody came with. Shown without a lock: what really is to be had is decided when seats are held.
 */
export async function choicesOf(
  ctx: Pick<Context, 'db' | 'clock'>,
  event: Event,
  asked: { voucher?: string; channel?: string } = {},
): Promise<Choices> {
  const { communityId, id: eventId } = event
  const now = ctx.clock.now()
  const code = normaliseVoucher(asked.voucher ?? '')
  const [counter, counters, texts] = await Promise.all([
    findCounter(ctx.db, communityId, eventId),
    readCounters(ctx.db, communityId, eventId, now, { codes: code === '' ? [] : [code] }),
    listTypeTexts(ctx.db, communityId, eventId),
  ])
  const { types, channels, vouchers, waiting } = counters
  const stock = asStock(event, counter, counters)
  const calling =
    waiting && isOffering({ event, now }) ? callWaiting(copyStock(stock), await listWaiters(ctx.db, communityId, eventId)) : null
  const voucher = [...vouchers.values()].find((one) => one.code === code)
  const fault = code === '' ? null : voucherFault(voucher, { typeId: voucher?.typeId ?? null, seats: 1 }, now)
  const at: At = {
    stock,
    now,
    blocked: calling?.blocked ?? new Set(),
    voucher: fault === null ? voucher : undefined,
    channelId: [...channels.values()].find((one) => one.slug === asked.channel)?.id ?? null,
  }
  const shown = [...types.values()].filter((type) => saleOf(type, now, at.voucher) !== 'absent')
  const choiceOf = (type: TypeStock): Choice => ({
    ...describe(at, type, texts.get(type.id)),
    variants: shown.filter((one) => one.parentId === type.id).map(choiceOf),
  })
  const top = shown.filter((type) => type.parentId === null).map((type) => ({ type, choice: choiceOf(type) }))
  const anyTickets = [...types.values()].some((type) => type.kind === 'ticket' && !type.retired)
  const tickets = anyTickets ? top.filter(({ type }) => type.kind === 'ticket').map(({ choice }) => choice) : [plainSeat(at)]
  const extras = top.filter(({ type }) => type.kind === 'addon').map(({ choice }) => choice)
  return {
    tickets,
    extras,
    opening: openingOf(event, counter, now),
    simple: extras.length === 0 && code === '' && tickets.length === 1 && tickets.every(isShort),
    voucher: code === '' ? null : { code, fault },
    waitingOpen: counter?.waitingOpen ?? true,
  }
}

interface At {
  stock: Stock
  now: Date
  blocked: ReadonlySet<Limit>
  voucher: VoucherStock | undefined
  channelId: string | null
}

/** Free whenever one comes, without review: a registration of its own, no order. */
const isShort = (one: Choice): boolean =>
  one.pricing === 'fixed' && one.priceFen === 0 && one.usualFen === null && one.early === null && !one.review && one.variants.length === 0

function describe(at: At, type: TypeStock, text: { about: Text } | undefined): Omit<Choice, 'variants'> {
  const { now, stock } = at
  const voucher =
    at.voucher && (at.voucher.typeId === null ? type.kind === 'ticket' : at.voucher.typeId === type.id) ? at.voucher : undefined
  const priceFen = priceOf(type, now, { voucher })
  const early = isEarly(type, now)
  const sale = saleOf(type, now, at.voucher)
  const most = Math.min(type.perOrder, type.perPerson)
  const { room, left, lack } = roomFor(at, type.id, most, voucher)
  const earlyLeft = type.earlyCount === null ? null : Math.max(type.earlyCount - (stock.types.get(type.id)?.taken ?? 0), 0)
  return {
    id: type.id,
    name: type.name,
    about: text?.about ?? {},
    pricing: type.pricing,
    priceFen,
    usualFen: priceFen === type.priceFen ? null : type.priceFen,
    early: early ? { until: type.earlyUntil, left: earlyLeft } : null,
    sale: sale === 'absent' ? 'over' : sale,
    sellsFrom: type.sellsFrom,
    sellsUntil: type.sellsUntil,
    review: type.review,
    // What is looked at first holds nothing yet, so that nobody is turned away beforehand.
    room: type.review ? most : room,
    left: type.review ? null : left,
    lack: type.review ? null : lack,
  }
}

function plainSeat(at: At): Choice {
  return {
    id: '',
    name: {},
    about: {},
    pricing: 'fixed',
    priceFen: 0,
    usualFen: null,
    early: null,
    sale: 'now',
    sellsFrom: null,
    sellsUntil: null,
    review: false,
    ...roomFor(at, null, PLAIN_MOST, undefined),
    variants: [],
  }
}

/** So few are worth telling. */
const FEW = 10

/** As many of a type as can be had together now, and how many there are when they are few. */
function roomFor(at: At, typeId: string | null, most: number, voucher: VoucherStock | undefined): Pick<Choice, 'room' | 'left' | 'lack'> {
  const lackAt = (seats: number): Lack | null =>
    lackOf(at.stock, [{ typeId, seats, channelId: at.channelId, voucherId: voucher?.id ?? null }], at.blocked)
  const lack = lackAt(1)
  if (lack) return { room: 0, left: 0, lack: lack.code }
  const allowed = voucher ? Math.min(most, voucher.maxUses - voucher.used) : most
  let seats = Math.max(allowed, FEW + 1)
  while (seats > 1 && lackAt(seats)) seats -= 1
  return { room: Math.min(seats, allowed), left: seats > FEW ? null : seats, lack: null }
}
