import type { PlanState } from '../orders/rules.ts'
import { planOrder, wantsOf } from '../orders/rules.ts'
import type { Limit, Stock, Waiter, Want } from './model.ts'
import { callWaiting, dropPlaces, giveBack, keepPlaces, lackOf, take, voucherFault } from './rules.ts'
import { stockOf, typeStock, voucherStock } from './stock.testing.ts'

/** Whole numbers from 0 up to, without, `below`. */
export type Draw = (below: number) => number

/** A small fast generator with a seed (mulberry32): the same seed, the same run. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

interface Held {
  wants: Want[]
  state: 'held' | 'done' | 'out'
  expiresAt: number
  totalFen: number
  /** Money that is here and not given back. */
  paidFen: number
  voucherId: string | null
}

/** An event whose seats are asked for, held, paid, given back and waited for, by the same rules as the real one. */
export class World {
  readonly stock: Stock
  readonly orders: Held[] = []
  waiters: Waiter[] = []
  blocked: ReadonlySet<Limit> = new Set()
  minute = 0
  /** All that came in and went out. */
  inFen = 0
  outFen = 0
  private next = 0
  private readonly draw: Draw

  constructor(draw: Draw) {
    this.draw = draw
    const quota = (id: string, size: number | null) => ({ id, name: {}, size, taken: 0 })
    this.stock = stockOf({
      cap: draw(4) === 0 ? null : draw(13),
      types: [
        typeStock({ id: 'a', quotaIds: ['q1'] }),
        typeStock({ id: 'b', quotaIds: ['q1', 'q2'], priceFen: 9900, earlyFen: 5000, earlyCount: 2 }),
        typeStock({ id: 'x', kind: 'addon', quotaIds: ['q2'], priceFen: 3000 }),
        typeStock({ id: 'crew', counts: false }),
      ],
      quotas: [quota('q1', draw(8)), quota('q2', draw(3) === 0 ? null : draw(6))],
      channels: [{ id: 'c', slug: 'c', name: {}, share: draw(2) === 0 ? null : draw(5), taken: 0 }],
      vouchers: [
        voucherStock({ id: 'keep', code: 'KEEP', typeId: 'a', maxUses: 1 + draw(3), validUntil: this.at(20 + draw(40)) }),
        voucherStock({ id: 'half', code: 'HALF', effect: 'percent', value: 50, maxUses: 1 + draw(4) }),
      ],
    })
  }

  at(minute: number): Date {
    return new Date(minute * 60_000)
  }

  get now(): Date {
    return this.at(this.minute)
  }

  /** Time passes, what has run out is given back and who waits is called, as the real door does before anything else. */
  open(): void {
    this.minute += this.draw(4)
    this.settle()
  }

  /** One thing happens, and who waits is called with what came free. */
  act(): void {
    const kind = this.draw(12)
    if (kind <= 3) this.hold()
    else if (kind === 4) this.pay()
    else if (kind === 5) this.payLate()
    else if (kind === 6) this.cancel()
    else if (kind === 7) this.wait()
    else if (kind === 8) this.minute += this.draw(30)
    else if (kind === 9) this.changeLimit()
    else if (kind === 10) this.bring()
    else this.keep()
    this.settle()
  }

  private settle(): void {
    for (const order of this.orders) {
      if (order.state !== 'held' || order.expiresAt > this.minute) continue
      this.release(order)
    }
    for (const voucher of this.stock.vouchers.values()) dropPlaces(this.stock, voucher, this.now)
    const calling = callWaiting(this.stock, this.waiters)
    this.blocked = calling.blocked
    for (const { waiter, seats } of calling.offers) {
      const wants = Array.from({ length: seats }, (): Want => ({ typeId: waiter.typeId, seats: 1, channelId: waiter.channelId }))
      this.orders.push({ wants, state: 'held', expiresAt: this.minute + 30, totalFen: 0, paidFen: 0, voucherId: null })
      const rest = waiter.seats - seats
      this.waiters = this.waiters.flatMap((one) => (one.id === waiter.id ? (rest > 0 ? [{ ...one, seats: rest }] : []) : [one]))
    }
  }

  private hold(): void {
    const { draw, stock } = this
    const state: PlanState = {
      opening: 'open',
      now: this.now,
      stock,
      blocked: this.blocked,
      anyTime: false,
      channelId: draw(2) ? 'c' : null,
    }
    const lines = [
      { typeId: ['a', 'b', 'crew'][draw(3)] ?? 'a', seats: 1 + draw(3), chosenFen: null },
      { typeId: 'x', seats: draw(2), chosenFen: null },
    ]
    const plan = planOrder(state, lines, ['', '', 'KEEP', 'HALF'][draw(4)] ?? '')
    if (!plan.ok) return
    const wants = wantsOf(plan.lines, state.channelId, plan.voucher?.id ?? null)
    for (const want of wants) take(stock, want)
    this.orders.push({
      wants,
      state: 'held',
      expiresAt: this.minute + 15,
      totalFen: plan.totalFen,
      paidFen: 0,
      voucherId: plan.voucher?.id ?? null,
    })
  }

  private one(state: Held['state']): Held | undefined {
    const all = this.orders.filter((order) => order.state === state)
    return all.length === 0 ? undefined : all[this.draw(all.length)]
  }

  private receive(order: Held): void {
    order.paidFen += order.totalFen
    this.inFen += order.totalFen
  }

  private giveMoneyBack(order: Held): void {
    this.outFen += order.paidFen
    order.paidFen = 0
  }

  private pay(): void {
    const order = this.one('held')
    if (!order) return
    this.receive(order)
    order.state = 'done'
  }

  /** Money for a hold that has run out: the seats again, all or none, else the money back. */
  private payLate(): void {
    const order = this.one('out')
    if (!order || order.paidFen > 0) return
    this.receive(order)
    const uses = order.wants.filter((want) => want.voucherId).length
    const voucher = this.stock.vouchers.get(order.voucherId ?? '')
    const fault = uses > 0 ? voucherFault(voucher, { typeId: voucher?.typeId ?? null, seats: uses }, this.now) : null
    if (fault || lackOf(this.stock, order.wants, this.blocked)) return this.giveMoneyBack(order)
    for (const want of order.wants) take(this.stock, want)
    order.state = 'done'
  }

  private cancel(): void {
    const order = this.one(this.draw(2) ? 'held' : 'done')
    if (!order) return
    this.release(order)
    this.giveMoneyBack(order)
  }

  private release(order: Held): void {
    for (const want of order.wants) giveBack(this.stock, want, this.now)
    order.state = 'out'
  }

  private wait(): void {
    const { draw } = this
    const typeId = ['a', 'b', 'x', 'crew'][draw(4)] ?? 'a'
    this.next += 1
    this.waiters.push({ id: `w${this.next}`, typeId, channelId: draw(3) ? null : 'c', seats: 1 + draw(3), together: draw(2) === 0 })
  }

  private changeLimit(): void {
    const { draw, stock } = this
    if (draw(2)) stock.cap = draw(5) === 0 ? null : draw(16)
    else {
      const quota = stock.quotas.get(draw(2) ? 'q1' : 'q2')
      if (quota) quota.size = draw(5) === 0 ? null : draw(10)
    }
  }

  /** A list from elsewhere, cut to what there is room for, as the import does. */
  private bring(): void {
    const seats = this.draw(4)
    const want: Want = { typeId: null, seats, channelId: this.draw(2) ? 'c' : null }
    if (seats === 0 || lackOf(this.stock, [want])) return
    take(this.stock, want)
    this.orders.push({ wants: [want], state: 'done', expiresAt: 0, totalFen: 0, paidFen: 0, voucherId: null })
  }

  /** The voucher that reserves begins to, if there is room for all its places. */
  private keep(): void {
    const voucher = this.stock.vouchers.get('keep')
    if (!voucher || voucher.reserves || voucher.validUntil === null || voucher.validUntil <= this.now) return
    const wanted = voucher.maxUses - voucher.used
    if (wanted === 0 || lackOf(this.stock, [{ typeId: voucher.typeId, seats: wanted }], this.blocked)) return
    voucher.reserves = true
    keepPlaces(this.stock, voucher, this.now)
  }

  /** Every counter, reckoned anew from what is held and booked. */
  recount(): Record<string, number> {
    const counts: Record<string, number> = {
      cap: 0,
      'type:a': 0,
      'type:b': 0,
      'type:x': 0,
      'type:crew': 0,
      'quota:q1': 0,
      'quota:q2': 0,
      'channel:c': 0,
      keep: 0,
      half: 0,
    }
    const add = (key: string, by: number): void => void (counts[key] = (counts[key] ?? 0) + by)
    const count = (typeId: string | null, by: number): void => {
      const type = typeId === null ? undefined : this.stock.types.get(typeId)
      if (type?.counts ?? true) add('cap', by)
      if (!type) return
      add(`type:${type.id}`, by)
      for (const id of type.quotaIds) add(`quota:${id}`, by)
    }
    for (const order of this.orders) {
      if (order.state === 'out') continue
      for (const want of order.wants) {
        count(want.typeId, want.seats)
        if (want.channelId && want.typeId !== 'x') add('channel:c', want.seats)
        if (want.voucherId) add(want.voucherId, want.seats)
      }
    }
    for (const voucher of this.stock.vouchers.values()) count(voucher.typeId ?? 'crew', voucher.kept)
    return counts
  }

  /** The same as they are counted. */
  counted(): Record<string, number> {
    const { stock } = this
    const of = (map: ReadonlyMap<string, { taken: number }>, id: string): number => map.get(id)?.taken ?? -1
    return {
      cap: stock.taken,
      'type:a': of(stock.types, 'a'),
      'type:b': of(stock.types, 'b'),
      'type:x': of(stock.types, 'x'),
      'type:crew': of(stock.types, 'crew'),
      'quota:q1': of(stock.quotas, 'q1'),
      'quota:q2': of(stock.quotas, 'q2'),
      'channel:c': of(stock.channels, 'c'),
      keep: stock.vouchers.get('keep')?.used ?? -1,
      half: stock.vouchers.get('half')?.used ?? -1,
    }
  }

  /** Each limit with its size. */
  sizes(): Record<string, number | null> {
    const { stock } = this
    return {
      cap: stock.cap,
      'quota:q1': stock.quotas.get('q1')?.size ?? null,
      'quota:q2': stock.quotas.get('q2')?.size ?? null,
      'channel:c': stock.channels.get('c')?.share ?? null,
      keep: stock.vouchers.get('keep')?.maxUses ?? null,
      half: stock.vouchers.get('half')?.maxUses ?? null,
    }
  }
}
