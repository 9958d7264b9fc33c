import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseInput } from '#core/kernel/validation.ts'
import { differencesOf, recountStock, type CountedRows } from '../seats/recount.rules.ts'
import { copyStock } from '../seats/book.ts'
import { keepPlaces, take } from '../seats/rules.ts'
import { stockOf, typeStock, voucherStock } from '../seats/stock.testing.ts'
import { typeSchema } from './model.ts'
import { findTypeFaults, MOST_TYPES, movedType, settle, usualSet } from './rules.ts'

const sibling = (id: string, over: { kind?: 'ticket' | 'addon'; parentId?: string | null; retiredAt?: Date | null } = {}) => ({
  id,
  kind: 'ticket' as const,
  parentId: null,
  retiredAt: null,
  ...over,
})

test('moving keeps every type once, moves among its mates only, and back again is where it was', () => {
  const one = fc.record({ kind: fc.constantFrom('ticket' as const, 'addon' as const), gone: fc.boolean() })
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 12 }), fc.nat(), fc.constantFrom(-1 as const, 1 as const), (list, pick, by) => {
      const types = list.map(({ kind, gone }, n) => sibling(`t${n}`, { kind, retiredAt: gone ? new Date(0) : null }))
      const id = `t${pick % types.length}`
      const moved = movedType(types, id, by)
      expect([...moved].sort()).toEqual(types.map((type) => type.id).sort())
      const mates = (ids: readonly string[], kind: string, gone: boolean) =>
        ids.filter((other) => types.some((type) => type.id === other && type.kind === kind && (type.retiredAt !== null) === gone))
      const moving = types.find((type) => type.id === id)
      for (const kind of ['ticket', 'addon'])
        if (kind !== moving?.kind)
          expect(mates(moved, kind, false)).toEqual(
            mates(
              types.map((type) => type.id),
              kind,
              false,
            ),
          )
      if (moved.some((other, n) => other !== types[n]?.id)) {
        const again = moved.flatMap((other) => types.find((type) => type.id === other) ?? [])
        expect(movedType(again, id, by === 1 ? -1 : 1)).toEqual(types.map((type) => type.id))
      }
    }),
  )
})

test('a variant stands under a live add-on that is none itself', () => {
  const others = [sibling('shirt', { kind: 'addon' }), sibling('size', { kind: 'addon', parentId: 'shirt' }), sibling('seat')]
  const faults = (kind: 'ticket' | 'addon', parentId: string | null, variants = 0) =>
    findTypeFaults({ kind, parentId, variants }, others).map(({ code }) => code)
  expect(faults('addon', 'shirt')).toEqual([])
  expect(faults('addon', null, 4)).toEqual([])
  for (const [kind, parent, variants] of [
    ['addon', 'size', 0],
    ['ticket', 'shirt', 0],
    ['addon', 'seat', 0],
    ['addon', 'nobody', 0],
    ['ticket', null, 2],
    ['addon', 'shirt', 2],
  ] as const)
    expect(faults(kind, parent, variants)).toEqual(['registration.variant_parent'])
  const many = Array.from({ length: MOST_TYPES }, (_, n) => sibling(`t${n}`))
  expect(findTypeFaults({ kind: 'ticket', parentId: null, variants: 0 }, many)).toMatchObject([{ code: 'registration.types_many' }])
})

test('an early price has an end and is lower than the price; windows end after they begin', () => {
  const faults = (over: object) => {
    try {
      parseInput(typeSchema, { name: { zh: '票' }, priceFen: 9900, ...over })
      return []
    } catch (error) {
      return error instanceof Error && 'issues' in error ? error.issues : error
    }
  }
  expect(faults({ earlyFen: 5000, earlyCount: 20 })).toEqual([])
  expect(faults({ earlyFen: 5000 })).toMatchObject([{ path: 'earlyUntil', code: 'registration.early_end' }])
  expect(faults({ earlyCount: '20' })).toMatchObject([{ path: 'earlyFen', code: 'field.required' }])
  expect(faults({ earlyFen: 9900, earlyCount: 20 })).toMatchObject([{ path: 'earlyFen', code: 'registration.early_price' }])
  expect(faults({ earlyFen: 5000, earlyCount: 20, pricing: 'open' })).toMatchObject([
    { path: 'earlyFen', code: 'registration.early_price' },
  ])
  const sellsFrom = '2026-11-01T00:00:00Z'
  expect(faults({ sellsFrom, sellsUntil: sellsFrom })).toMatchObject([{ path: 'sellsUntil' }])
})

test('one person may have as many as one order, unless more is said', () => {
  const read = (over: object) => parseInput(typeSchema, { name: { zh: '票' }, ...over })
  expect(read({})).toMatchObject({ perOrder: 1, perPerson: 1 })
  expect(read({ perOrder: '5' })).toMatchObject({ perOrder: 5, perPerson: 5 })
  expect(read({ perOrder: '5', perPerson: '8' })).toMatchObject({ perOrder: 5, perPerson: 8 })
  expect(() => read({ perOrder: '5', perPerson: '4' })).toThrow(
    expect.objectContaining({ issues: [expect.objectContaining({ path: 'perPerson', code: 'registration.person_under_order' })] }),
  )
  expect(() => read({ perOrder: '101' })).toThrow(
    expect.objectContaining({ issues: [{ path: 'perOrder', code: 'field.too_big', params: { maximum: 100 } }] }),
  )
  expect(() => read({ perOrder: 'five' })).toThrow(expect.objectContaining({ issues: [{ path: 'perOrder', code: 'field.number' }] }))
})

test('an add-on takes no seat, whatever its form says', () => {
  const values = parseInput(typeSchema, { name: { zh: '晚宴' }, counts: true, category: 'speaker' })
  expect(settle(values, 'addon')).toMatchObject({ counts: false, category: 'standard' })
  expect(settle(values, 'ticket')).toMatchObject({ counts: true, category: 'speaker' })
})

test('the usual set: cheaper early until two weeks before, and nothing early where all is free', () => {
  const event = { startsAt: new Date('2026-12-05T05:30:00Z') }
  const [standard, student] = usualSet({ standardFen: 9900, studentFen: 4900, earlyFen: 6900, earlyUntil: null }, event)
  expect(standard).toMatchObject({ priceFen: 9900, earlyFen: 6900, earlyUntil: new Date('2026-11-21T05:30:00Z'), counts: true })
  expect(student).toMatchObject({ priceFen: 4900, earlyFen: null, category: 'student' })
  const [free] = usualSet({ standardFen: 0, studentFen: 0, earlyFen: 0, earlyUntil: null }, event)
  expect(free).toMatchObject({ priceFen: 0, earlyFen: null, earlyUntil: null })
})

test('counting rows anew tells what counting one by one told', () => {
  const now = new Date('2026-11-20T04:00:00Z')
  const rows = fc.record({
    typeId: fc.constantFrom(null, 'a', 'b', 'x', 'crew'),
    channelId: fc.constantFrom(null, 'c'),
    count: fc.integer({ min: 1, max: 5 }),
    voucher: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(rows, { maxLength: 12 }), fc.integer({ min: 0, max: 30 }), (list, spare) => {
      const uses = list.filter((row) => row.voucher).reduce((sum, row) => sum + row.count, 0)
      const stock = stockOf({
        types: [
          typeStock({ id: 'a', quotaIds: ['q1'] }),
          typeStock({ id: 'b', quotaIds: ['q1', 'q2'] }),
          typeStock({ id: 'x', kind: 'addon', quotaIds: ['q2'] }),
          typeStock({ id: 'crew', counts: false }),
        ],
        quotas: ['q1', 'q2'].map((id) => ({ id, name: {}, size: null, taken: 0 })),
        channels: [{ id: 'c', slug: 'c', name: {}, share: null, taken: 0 }],
        vouchers: [voucherStock({ id: 'v', typeId: 'a', reserves: true, maxUses: Math.max(uses + spare, 1) })],
      })
      const voucher = stock.vouchers.get('v')
      if (voucher) keepPlaces(stock, voucher, now)
      const counted: CountedRows[] = list.map(({ typeId, channelId, count, voucher: by }) => ({
        typeId: by ? 'a' : typeId,
        channelId,
        count,
        voucherId: by ? 'v' : null,
      }))
      for (const { count, ...want } of counted) take(stock, { ...want, seats: count })
      const anew = copyStock(stock)
      for (const type of anew.types.values()) type.taken = 99
      recountStock(anew, counted, [], now)
      expect(differencesOf(stock, anew)).toEqual([])
    }),
  )
})
