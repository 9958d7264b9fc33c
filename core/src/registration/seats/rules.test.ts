import { describe, expect, test } from 'vitest'
import type { Limit, Waiter } from './model.ts'
import { callWaiting, giveBack, isEarly, keepPlaces, lackOf, priceOf, saleOf, take, voucherFault } from './rules.ts'
import { stockOf, typeStock, voucherStock } from './stock.testing.ts'

const now = new Date('2026-11-20T12:00:00+08:00')
const later = new Date(now.getTime() + 60_000)
const channel = { id: 'c', slug: 'poster', name: { zh: '海报' }, share: 2, taken: 0 }
const quota = (id: string, size: number | null, taken = 0) => ({ id, name: { zh: id }, size, taken })

describe('what is lacking', () => {
  const stock = () =>
    stockOf({
      cap: 10,
      taken: 6,
      types: [
        typeStock({ id: 'a', quotaIds: ['q1'] }),
        typeStock({ id: 'b', quotaIds: ['q1', 'q2'] }),
        typeStock({ id: 'crew', counts: false }),
        typeStock({ id: 'dinner', kind: 'addon', quotaIds: ['q3'] }),
      ],
      quotas: [quota('q1', 3), quota('q2', 1), quota('q3', 2)],
      channels: [channel],
    })

  test('one quota is shared by several types, and one type needs a place in each of its quotas', () => {
    expect(
      lackOf(stock(), [
        { typeId: 'a', seats: 2 },
        { typeId: 'b', seats: 1 },
      ]),
    ).toBeNull()
    expect(
      lackOf(stock(), [
        { typeId: 'a', seats: 3 },
        { typeId: 'b', seats: 1 },
      ]),
    ).toMatchObject({ code: 'registration.type_full', limit: 'quota:q1', left: 3 })
    expect(lackOf(stock(), [{ typeId: 'b', seats: 2 }])).toMatchObject({ limit: 'quota:q2', left: 1, type: 'b' })
  })

  test('what does not count stays beside the cap, an extra beside cap and share', () => {
    const full = { ...stock(), taken: 10 }
    expect(lackOf(full, [{ typeId: 'a', seats: 1 }])).toEqual({ code: 'registration.full', limit: 'cap', left: 0, cap: 10 })
    expect(lackOf(full, [{ typeId: 'crew', seats: 50 }])).toBeNull()
    expect(lackOf(full, [{ typeId: 'dinner', seats: 2, channelId: 'c' }])).toBeNull()
    expect(lackOf(full, [{ typeId: 'dinner', seats: 3, channelId: 'c' }])).toMatchObject({ limit: 'quota:q3', left: 2 })
  })

  test('a share limits its own entrance only', () => {
    expect(lackOf(stock(), [{ typeId: 'a', seats: 3, channelId: 'c' }])).toEqual({
      code: 'registration.channel_full',
      limit: 'channel:c',
      left: 2,
      share: 2,
    })
    expect(lackOf(stock(), [{ typeId: 'a', seats: 3 }])).toBeNull()
  })

  test('what somebody waits for is not given to whoever comes anew', () => {
    const blocked = new Set<Limit>(['quota:q2'])
    expect(lackOf(stock(), [{ typeId: 'b', seats: 1 }], blocked)).toEqual({ code: 'registration.waited_for', limit: 'quota:q2', left: 1 })
    expect(lackOf(stock(), [{ typeId: 'a', seats: 1 }], blocked)).toBeNull()
  })

  test('a lowered cap leaves nothing, not less than nothing', () => {
    expect(lackOf({ ...stock(), cap: 2 }, [{ typeId: null, seats: 1 }])).toEqual({
      code: 'registration.full',
      limit: 'cap',
      left: 0,
      cap: 2,
    })
  })
})

describe('vouchers', () => {
  test('one that reserves keeps places, its uses come out of them, and what is given back is kept again until it ends', () => {
    const voucher = voucherStock({ id: 'v', typeId: 'a', maxUses: 3, reserves: true, validUntil: later })
    const stock = stockOf({ cap: 3, types: [typeStock({ id: 'a', quotaIds: ['q'] })], quotas: [quota('q', 3)], vouchers: [voucher] })
    keepPlaces(stock, voucher, now)
    expect([stock.taken, stock.quotas.get('q')?.taken, voucher.kept]).toEqual([3, 3, 3])
    const use = { typeId: 'a', seats: 2, voucherId: 'v' }
    expect(lackOf(stock, [{ typeId: 'a', seats: 1 }])).toMatchObject({ code: 'registration.full' })
    expect(lackOf(stock, [use])).toBeNull()
    take(stock, use)
    expect([stock.taken, voucher.used, voucher.kept]).toEqual([3, 2, 1])
    giveBack(stock, { ...use, seats: 1 }, now)
    expect([stock.taken, voucher.used, voucher.kept]).toEqual([3, 1, 2])
    keepPlaces(stock, voucher, later)
    expect([stock.taken, voucher.used, voucher.kept]).toEqual([1, 1, 0])
    giveBack(stock, { ...use, seats: 1 }, later)
    expect([stock.taken, stock.quotas.get('q')?.taken, voucher.used, voucher.kept]).toEqual([0, 0, 0, 0])
  })

  test('what is wrong with one', () => {
    const fault = (over: Parameters<typeof voucherStock>[0], seats = 1, typeId = 'a') =>
      voucherFault(voucherStock(over), { typeId, seats }, now)
    expect(fault({ id: 'v' })).toBeNull()
    expect(fault({ id: 'v', typeId: 'b' })).toBe('registration.voucher_other')
    expect(fault({ id: 'v', maxUses: 3, used: 2 }, 2)).toBe('registration.voucher_used')
    expect(fault({ id: 'v', maxUses: 3, used: 2 }, 1)).toBeNull()
    expect(fault({ id: 'v', validFrom: later })).toBe('registration.voucher_early')
    expect(fault({ id: 'v', validUntil: now })).toBe('registration.voucher_over')
    expect(fault({ id: 'v', retired: true })).toBe('registration.voucher_unknown')
    expect(voucherFault(undefined, { typeId: 'a', seats: 1 }, now)).toBe('registration.voucher_unknown')
  })
})

describe('sale and price', () => {
  test('hidden is absent without a voucher for exactly this type', () => {
    const hidden = typeStock({ id: 'a', hidden: true })
    expect(saleOf(hidden, now)).toBe('absent')
    expect(saleOf(hidden, now, { typeId: null })).toBe('absent')
    expect(saleOf(hidden, now, { typeId: 'a' })).toBe('now')
    expect(saleOf({ ...hidden, retired: true }, now, { typeId: 'a' })).toBe('absent')
    expect(saleOf(typeStock({ id: 'a', sellsFrom: later }), now)).toBe('not_yet')
    expect(saleOf(typeStock({ id: 'a', sellsUntil: now }), now)).toBe('over')
  })

  test('early bird by date, by count, or by whichever ends first; also within one order', () => {
    const early = typeStock({ id: 'a', priceFen: 9900, earlyFen: 4900, earlyCount: 3, taken: 2 })
    expect(isEarly(early, now)).toBe(true)
    expect([0, 1, 2].map((before) => priceOf(early, now, { before }))).toEqual([4900, 9900, 9900])
    expect(isEarly({ ...early, earlyUntil: now }, now)).toBe(false)
    expect(isEarly({ ...early, earlyUntil: later, taken: 3 }, now)).toBe(false)
    expect(isEarly({ ...early, earlyUntil: null, earlyCount: null }, now)).toBe(false)
  })

  test('an open price is what one says, at least the least; vouchers take percent, an amount, or set the price', () => {
    const open = typeStock({ id: 'a', pricing: 'open', priceFen: 1000 })
    expect([null, 500, 5000].map((chosen) => priceOf(open, now, { chosen }))).toEqual([1000, 1000, 5000])
    const paid = typeStock({ id: 'a', priceFen: 9999 })
    const with_ = (effect: 'percent' | 'amount' | 'price' | 'none', value: number) => priceOf(paid, now, { voucher: { effect, value } })
    expect([with_('percent', 50), with_('percent', 100), with_('percent', 900), with_('amount', 999), with_('amount', 20_000)]).toEqual([
      5000, 0, 0, 9000, 0,
    ])
    expect([with_('price', 0), with_('price', 5000), with_('price', 20_000), with_('none', 77)]).toEqual([0, 5000, 9999, 9999])
    expect(priceOf(paid, now, { chosen: 1 })).toBe(9999)
  })
})

describe('who waits', () => {
  const waiter = (id: string, seats: number, over: Partial<Waiter> = {}): Waiter => ({
    id,
    typeId: null,
    channelId: null,
    seats,
    together: true,
    ...over,
  })
  const called = (left: number, waiters: readonly Waiter[]) => {
    const calling = callWaiting(stockOf({ cap: left + 10, taken: 10 }), waiters)
    return [
      calling.offers.map(({ waiter: one, seats }) => `${one.id}:${seats}`).join(' '),
      [...calling.reasons].map(([id, { why }]) => `${id}:${why}`).join(' '),
    ]
  }

  test('in order; a party that has to stay together holds its place until all its seats are there', () => {
    expect(called(3, [waiter('a', 2), waiter('b', 1), waiter('c', 1)])).toEqual(['a:2 b:1', 'c:full'])
    expect(called(3, [waiter('a', 4), waiter('b', 1)])).toEqual(['', 'a:party b:behind'])
    expect(called(3, [waiter('a', 4, { together: false }), waiter('b', 1)])).toEqual(['a:3', 'a:full b:behind'])
    expect(called(0, [waiter('a', 1)])).toEqual(['', 'a:full'])
    // Larger than there are places at all: it would hold up everybody for ever.
    expect(called(1, [waiter('a', 12), waiter('b', 1)])).toEqual(['b:1', 'a:never'])
  })

  test('who waits for something else is called past them', () => {
    const stock = stockOf({
      types: [typeStock({ id: 'w1', kind: 'addon', quotaIds: ['q1'] }), typeStock({ id: 'w2', kind: 'addon', quotaIds: ['q2'] })],
      quotas: [quota('q1', 0), quota('q2', 1)],
    })
    const calling = callWaiting(stock, [
      waiter('a', 1, { typeId: 'w1' }),
      waiter('b', 1, { typeId: 'w2' }),
      waiter('c', 1, { typeId: 'w1' }),
    ])
    expect(calling.offers.map(({ waiter: { id } }) => id)).toEqual(['b'])
    expect([...calling.blocked]).toEqual(['quota:q1'])
    expect(calling.reasons.get('c')).toEqual({ why: 'behind', limit: 'quota:q1', left: 0 })
    expect(stock.quotas.get('q2')?.taken).toBe(1)
  })
})
