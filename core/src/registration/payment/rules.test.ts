import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { orderStates } from '../orders/model.ts'
import { paymentStates } from './model.ts'
import type { BillRow } from './providers/provider.ts'
import { compare } from './reconcile.rules.ts'
import { refundable, refundPolicy, spread } from './refund.rules.ts'
import { communityNoOf, isToBeAsked, isToBeClosed, judgePaid, judgePayable, paymentEnd, tradeNo } from './rules.ts'

const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 20, 4) + minutes * 60_000)
const ours = { app: 'wx1', merchant: '19' }
const payment = { outTradeNo: '1-ABCDEFGH', amountFen: 12_800, state: 'open' as const, providerNo: '' }
const facts = { ...ours, outTradeNo: payment.outTradeNo, providerNo: '42', amountFen: 12_800, currency: 'CNY', paidAt: at(0) }
const order = { state: 'placed' as const, totalFen: 12_800 }

describe('judgePaid', () => {
  test('books what awaits money, also when its time has run out', () => {
    for (const state of ['placed', 'held', 'expired'] as const)
      expect(judgePaid(payment, { ...order, state }, facts, ours)).toEqual({ verdict: 'book' })
  })

  test('sends money back that no seat can stand for', () => {
    expect(judgePaid(payment, { ...order, state: 'done' }, facts, ours)).toEqual({ verdict: 'back', cause: 'twice' })
    for (const state of ['cancelled', 'declined', 'review'] as const) {
      expect(judgePaid(payment, { ...order, state }, facts, ours)).toEqual({ verdict: 'back', cause: 'late' })
    }
    // The order has changed since: what was paid is not its price any more.
    expect(judgePaid(payment, { ...order, totalFen: 20_000 }, facts, ours)).toEqual({ verdict: 'back', cause: 'late' })
  })

  test.each([
    ['app', { app: 'wx2' }],
    ['merchant', { merchant: '20' }],
    ['order', { outTradeNo: '1-ABCDEFGI' }],
    ['currency', { currency: 'USD' }],
    ['amount', { amountFen: 12_799 }],
    ['amount', { amountFen: 12_801 }],
    ['unreadable', { providerNo: '' }],
    ['unreadable', { paidAt: new Date(Number.NaN) }],
  ])('refuses another %s', (reason, change) => {
    expect(judgePaid(payment, order, { ...facts, ...change }, ours)).toEqual({ verdict: 'refused', reason })
  })

  test('what was taken is told again without effect, and another number under it is refused, whatever the order is by now', () => {
    const paid = { ...payment, state: 'paid' as const, providerNo: '42' }
    for (const state of orderStates) {
      expect(judgePaid(paid, { ...order, state }, facts, ours)).toEqual({ verdict: 'again' })
      expect(judgePaid(paid, { ...order, state }, { ...facts, providerNo: '43' }, ours)).toEqual({
        verdict: 'refused',
        reason: 'other_number',
      })
    }
  })

  test('nothing is ever booked but the exact price, for us, once', () => {
    fc.assert(
      fc.property(
        fc.record({
          state: fc.constantFrom(...paymentStates),
          amountFen: fc.integer({ min: 1, max: 3 }),
          providerNo: fc.constantFrom('', '42'),
        }),
        fc.record({ state: fc.constantFrom(...orderStates), totalFen: fc.integer({ min: 0, max: 3 }) }),
        fc.record({
          app: fc.constantFrom('wx1', 'wx2'),
          merchant: fc.constantFrom('19', '20'),
          amountFen: fc.integer({ min: 0, max: 3 }),
          currency: fc.constantFrom('CNY', 'USD'),
        }),
        (p, o, f) => {
          const judged = judgePaid({ ...payment, ...p }, o, { ...facts, ...f }, ours)
          if (judged.verdict !== 'book') return
          expect([f.app, f.merchant, f.currency]).toEqual(['wx1', '19', 'CNY'])
          expect([f.amountFen, p.amountFen]).toEqual([o.totalFen, o.totalFen])
          expect(p.state).not.toBe('paid')
          expect(['placed', 'held', 'expired']).toContain(o.state)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

test('an order is payable while it awaits money in time', () => {
  const open = { ...order, expiresAt: at(30) }
  expect(judgePayable(open, at(0))).toBe('payable')
  expect(judgePayable(open, at(30))).toBe('payment.order_over')
  expect(judgePayable({ ...open, totalFen: 0 }, at(0))).toBe('payment.nothing_to_pay')
  expect(orderStates.map((state) => judgePayable({ ...open, state }, at(0)))).toEqual([
    'payment.nothing_to_pay',
    'payment.nothing_to_pay',
    'payable',
    'payment.paid_already',
    'payment.order_over',
    'payment.order_over',
    'payment.order_over',
  ])
})

test('open payments are asked after at 1, 5, 15, 30 minutes and ever more seldom, once each', () => {
  let askedAt: Date | null = null
  const asked: number[] = []
  for (let minute = 0; minute <= 1000; minute += 1) {
    if (!isToBeAsked({ createdAt: at(0), askedAt }, at(minute))) continue
    asked.push(minute)
    askedAt = at(minute)
  }
  expect(asked).toEqual([1, 5, 15, 30, 60, 120, 240, 480, 960])
  expect(isToBeClosed({ expiresAt: at(30) }, { ...order, expiresAt: at(30) }, at(30))).toBe(false)
  expect(isToBeClosed({ expiresAt: at(30) }, { ...order, expiresAt: at(30) }, at(31))).toBe(true)
  expect(isToBeClosed({ expiresAt: at(30) }, { state: 'cancelled', expiresAt: null }, at(1))).toBe(true)
  expect(paymentEnd({ expiresAt: at(1) }, at(0))).toEqual(at(2))
})

test('our numbers lead to their community, and others to none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (no) => {
      expect(communityNoOf(tradeNo(no, '23456789BCDFGHJK'))).toBe(no)
    }),
  )
  expect(tradeNo(10 ** 9, '23456789BCDFGHJK').length).toBeLessThanOrEqual(32)
  expect(['', 'x', '1-', '-ABCDEFGH', '1-short', 'a b-ABCDEFGH', "1-ABCDEFGH'"].map(communityNoOf)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
    null,
  ])
})

describe('refunds', () => {
  test('never more than was paid, whatever is asked in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 3 }),
        fc.array(
          fc.record({ fen: fc.integer({ min: 1, max: 900 }), fate: fc.constantFrom('asked', 'due', 'sent', 'done', 'failed', 'refused') }),
          { maxLength: 8 },
        ),
        (amounts, asks) => {
          const payments = amounts.map((amountFen, n) => ({ id: String(n), state: 'paid' as const, outcome: 'booked' as const, amountFen }))
          const refunds: { paymentId: string; state: 'asked' | 'due' | 'sent' | 'done' | 'failed' | 'refused'; amountFen: number }[] = []
          for (const { fen, fate } of asks) {
            const left = payments.reduce((sum, one) => sum + refundable(one, refunds), 0)
            const parts = spread(payments, refunds, fen)
            expect(parts === null).toBe(fen > left)
            for (const part of parts ?? []) refunds.push({ ...part, state: fate })
            if (parts) expect(parts.reduce((sum, part) => sum + part.amountFen, 0)).toBe(fen)
          }
          for (const { id, amountFen } of payments) {
            const gone = refunds.filter((r) => r.paymentId === id && r.state !== 'refused').reduce((sum, r) => sum + r.amountFen, 0)
            expect(gone).toBeLessThanOrEqual(amountFen)
          }
        },
      ),
    )
    expect(refundable({ id: '1', state: 'open', amountFen: 5 }, [])).toBe(0)
  })

  test('by oneself until the day that organisers set, never after the beginning', () => {
    const event = { startsAt: at(100) }
    expect(refundPolicy({ refunds: 'self', refundUntil: null }, event, at(99))).toEqual({ policy: 'self', until: at(100) })
    expect(refundPolicy({ refunds: 'self', refundUntil: at(200) }, event, at(100))).toEqual({ policy: 'none', until: at(100) })
    expect(refundPolicy({ refunds: 'ask', refundUntil: at(50) }, event, at(50))).toEqual({ policy: 'none', until: at(50) })
  })
})

describe('compare', () => {
  const row = (change: Partial<BillRow> = {}): BillRow => ({
    kind: 'payment',
    outTradeNo: '1-A',
    outRefundNo: '',
    providerNo: '42',
    amountFen: 100,
    feeFen: 1,
    at: at(0),
    ...change,
  })
  const paid = { outTradeNo: '1-A', providerNo: '42', amountFen: 100, state: 'paid' as const }
  const refund = { outTradeNo: '1-A', outRefundNo: '1-R', providerNo: '50', amountFen: 40, state: 'done' as const }
  const kinds = (bill: BillRow[], side: Partial<Parameters<typeof compare>[1]> = {}): string[] =>
    compare(bill, { payments: [], refunds: [], ofDay: new Set(), ...side }).differences.map((d) => `${d.kind} ${d.theirFen} ${d.ourFen}`)

  test('what agrees is counted, money back below nothing', () => {
    const back = row({ kind: 'refund', outRefundNo: '1-R', amountFen: -40, feeFen: 0 })
    expect(compare([row(), back], { payments: [paid], refunds: [refund], ofDay: new Set(['1-A', '1-R']) })).toEqual({
      matched: 2,
      matchedFen: 60,
      feeFen: 1,
      differences: [],
      fees: [
        { outTradeNo: '1-A', outRefundNo: '', feeFen: 1 },
        { outTradeNo: '1-A', outRefundNo: '1-R', feeFen: 0 },
      ],
    })
  })

  test('each way to differ has its name', () => {
    expect(kinds([row()])).toEqual(['unknown_here 100 null'])
    expect(kinds([row()], { payments: [{ ...paid, state: 'open' }] })).toEqual(['not_paid_here 100 100'])
    expect(kinds([row({ amountFen: 90 })], { payments: [paid] })).toEqual(['amount 90 100'])
    expect(kinds([row({ kind: 'refund', outRefundNo: '1-R', amountFen: -40 })], { refunds: [{ ...refund, state: 'sent' }] })).toEqual([
      'not_refunded_here -40 -40',
    ])
    expect(kinds([row({ kind: 'refund', outRefundNo: '1-R', amountFen: -41 })], { refunds: [refund] })).toEqual(['amount -41 -40'])
    expect(kinds([], { payments: [paid], refunds: [refund], ofDay: new Set(['1-A', '1-R']) })).toEqual([
      'missing_there null 100',
      'missing_there null -40',
    ])
    // Of another day: their statement of that day has it.
    expect(kinds([], { payments: [paid] })).toEqual([])
  })
})
