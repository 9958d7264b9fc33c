import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import { listEntries } from '#core/store/journal.ts'
import { anotherProcess, testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { cancelOrder, fillOrder } from '../orders/fill.actions.ts'
import { holdSeats } from '../orders/hold.actions.ts'
import type { OpenOrder } from '../orders/open.ts'
import { checkCounters } from '../seats/recount.ts'
import { addType, openTypes, removeType } from '../types/actions.ts'
import { addQuota } from '../types/quota.actions.ts'
import { openRegistration, seatsOf } from '../window.actions.ts'
import { bringVouchers, exportVouchersCsv, makeVouchers, openVouchers, startVouchers, stopVouchers } from './actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

async function open(community: string, cap: number | null = 50) {
  const { communityId, event } = await makeEvent(app.ctx, { community, cap })
  await openRegistration(app.ctx, communityId, event.id)
  const eventId = event.id
  const type = (zh: string, over: object = {}) =>
    addType(app.ctx, communityId, eventId, { name: { zh }, counts: true, perOrder: 5, perPerson: 5, ...over })
  const make = (over: Parameters<typeof makeVouchers>[3]) => makeVouchers(app.ctx, communityId, eventId, over)
  const hold = (typeId: string, voucher = '', seats = 1, ctx = app.context(visitor)) =>
    holdSeats(ctx, communityId, eventId, { lines: [{ typeId, seats }], voucher })
  const used = async () => (await openVouchers(app.ctx, communityId, eventId)).rows.map(({ code, used: n, kept }) => [code, n, kept])
  const taken = async () => (await seatsOf(app.ctx, event)).taken
  const agrees = async () => expect(await checkCounters(app.ctx, communityId, eventId)).toEqual([])
  return { communityId, eventId, event, type, make, hold, used, taken, agrees }
}

const token = (order: OpenOrder): string => order.path.slice('/o/'.length)
const fill = (order: OpenOrder, email: string) => ({
  name: '李',
  phone: '',
  email,
  consents: { registration: true },
  seats: order.lines.map((line, n) => ({ lineId: line.id, name: `李${n}`, phone: '', email: n === 0 ? email : '' })),
})

/** What came of many at once: how many were done, and the codes of the others. */
async function race(works: readonly Promise<unknown>[]): Promise<{ done: number; codes: string[] }> {
  const ends = await Promise.allSettled(works)
  const codes = ends.flatMap((end) => {
    if (end.status === 'fulfilled') return []
    const reason: unknown = end.reason
    return [typeof reason === 'object' && reason !== null && 'code' in reason ? String(reason.code) : String(reason)]
  })
  return { done: ends.length - codes.length, codes: [...new Set(codes)] }
}

test('case 4: a voucher over its limit, raced and in sequence', async () => {
  const here = await open('case-4')
  const typeId = await here.type('标准票', { priceFen: 9900 })
  await here.make({ code: 'FRIENDS', effect: 'percent', value: 50, maxUses: 5 })
  // Two processes with a pool each, twenty holds of one seat, all at once.
  const other = await anotherProcess(app)
  try {
    const contexts = [app.context(visitor), other.context(visitor)]
    const raced = await race(Array.from({ length: 20 }, (_, n) => here.hold(typeId, 'friends', 1, contexts[n % 2])))
    expect(raced).toEqual({ done: 5, codes: ['registration.voucher_used'] })
    expect(await here.used()).toEqual([['FRIENDS', 5, 0]])
    // In sequence: none is left, one that is given back is there again, and two do not fit into it.
    await expect(here.hold(typeId, 'FRIENDS')).rejects.toMatchObject({ code: 'registration.voucher_used' })
    const { rows } = await openVouchers(app.ctx, here.communityId, here.eventId)
    expect(rows).toHaveLength(1)
    await here.make({ code: 'ONCE', effect: 'price', value: 0, maxUses: 1 })
    const held = await here.hold(typeId, 'ONCE')
    expect(held.order.totalFen).toBe(0)
    await expect(here.hold(typeId, 'ONCE')).rejects.toMatchObject({ code: 'registration.voucher_used' })
    await cancelOrder(app.context(visitor), token(held))
    await expect(here.hold(typeId, 'ONCE', 2)).rejects.toMatchObject({ code: 'registration.voucher_used' })
    const again = await here.hold(typeId, ' ｏｎｃｅ ')
    await fillOrder(app.context(visitor), token(again), fill(again, 'once@example.org'))
    await expect(here.hold(typeId, 'ONCE')).rejects.toMatchObject({ code: 'registration.voucher_used' })
    expect(await here.used()).toEqual(expect.arrayContaining([['ONCE', 1, 0]]))
    await here.agrees()
    // A hold that runs out gives its use back, once.
    app.clock.advance(16 * 60_000)
    const late = await race(Array.from({ length: 12 }, (_, n) => here.hold(typeId, 'FRIENDS', 1, contexts[n % 2])))
    expect(late).toEqual({ done: 5, codes: ['registration.voucher_used'] })
    await here.agrees()
  } finally {
    await other.close()
  }
})

test('case 5: limits by split lines, outside the sale window, at a closed tier', async () => {
  const here = await open('case-5')
  const { communityId, eventId } = here
  const typeId = await here.type('标准票', { priceFen: 9900, perOrder: 2, perPerson: 2 })
  const split = (...seats: number[]) =>
    holdSeats(app.context(visitor), communityId, eventId, { lines: seats.map((n) => ({ typeId, seats: n })) })
  // The same type on several lines counts together.
  await expect(split(1, 1, 1)).rejects.toMatchObject({ code: 'registration.too_many', params: { maximum: 2 } })
  await expect(split(2, 2)).rejects.toMatchObject({ code: 'registration.too_many' })
  const held = await split(1, 1)
  expect(held.lines).toHaveLength(2)
  // Split over several orders it counts together for the person.
  await fillOrder(app.context(visitor), token(held), fill(held, 'two@example.org'))
  const more = await split(1)
  await expect(fillOrder(app.context(visitor), token(more), fill(more, 'two@example.org'))).rejects.toMatchObject({
    code: 'registration.person_limit',
  })
  // Before and after the sale window.
  const soon = await here.type('晚鸟', { sellsFrom: '2026-11-25T00:00:00+08:00', sellsUntil: '2026-11-28T00:00:00+08:00' })
  await expect(here.hold(soon)).rejects.toMatchObject({ code: 'registration.type_not_yet' })
  const before = app.clock.now()
  app.clock.set(new Date('2026-11-28T00:00:00+08:00'))
  await expect(here.hold(soon)).rejects.toMatchObject({ code: 'registration.type_over' })
  app.clock.set(new Date('2026-11-27T23:59:59+08:00'))
  await here.hold(soon)
  app.clock.set(before)
  // An early tier that is used up costs the full price, also for the seats of one order that pass its end.
  const early = await here.type('早鸟', { priceFen: 9900, earlyFen: 6900, earlyCount: 3 })
  expect((await here.hold(early, '', 2)).order.totalFen).toBe(2 * 6900)
  expect((await here.hold(early, '', 2)).order.totalFen).toBe(6900 + 9900)
  expect((await here.hold(early)).order.totalFen).toBe(9900)
  // A type that is retired or hidden cannot be had, however the form names it.
  const secret = await here.type('内部票', { hidden: true })
  await expect(here.hold(secret)).rejects.toMatchObject({ code: 'registration.type_unknown' })
  await removeType(app.ctx, communityId, eventId, early)
  await expect(here.hold(early)).rejects.toMatchObject({ code: 'registration.type_unknown' })
  // A voucher before its time, after it, and for another type.
  await here.make({ code: 'LATER', validFrom: '2026-11-25T00:00:00+08:00' })
  await here.make({ code: 'ENDED', validUntil: '2026-11-01T00:00:00+08:00' })
  await here.make({ code: 'SECRET', ticketTypeId: secret })
  await expect(here.hold(typeId, 'LATER')).rejects.toMatchObject({ code: 'registration.voucher_early' })
  await expect(here.hold(typeId, 'ENDED')).rejects.toMatchObject({ code: 'registration.voucher_over' })
  await expect(here.hold(typeId, 'SECRET')).rejects.toMatchObject({ code: 'registration.voucher_other' })
  await here.hold(secret, 'SECRET')
  await here.agrees()
})

describe('vouchers that keep places', () => {
  test('take them out of the cap and the quotas until they are used, stopped or over; none is made without room', async () => {
    const here = await open('reserve', 5)
    const { communityId, eventId } = here
    const typeId = await here.type('嘉宾票')
    await addQuota(app.ctx, communityId, eventId, { name: { zh: '前排' }, size: 4, typeIds: [typeId] })
    const more = here.make({ count: 5, ticketTypeId: typeId, reserves: true })
    await expect(more).rejects.toMatchObject({ code: 'registration.voucher_no_room', params: { left: 4, wanted: 5 } })
    expect((await openVouchers(app.ctx, communityId, eventId)).total).toBe(0)
    const codes = await here.make({
      count: 3,
      prefix: 'vip',
      batch: '赞助商',
      ticketTypeId: typeId,
      reserves: true,
      validUntil: '2026-12-01T00:00:00+08:00',
    })
    expect(codes).toHaveLength(3)
    for (const code of codes) expect(code).toMatch(/^VIP-[2-9BCDFGHJKMNPQRSTVWXYZ]{10}$/)
    expect([await here.taken(), (await openTypes(app.ctx, communityId, eventId)).quotas[0]?.taken]).toEqual([3, 3])
    await here.hold(typeId)
    await expect(here.hold(typeId)).rejects.toMatchObject({ code: 'registration.type_full' })
    const [first = '', second = ''] = codes
    const held = await here.hold(typeId, first)
    expect(await here.taken()).toBe(4)
    await cancelOrder(app.context(visitor), token(held))
    expect(await here.taken()).toBe(4)
    await here.agrees()
    // One is stopped: its place comes free, and starting it again needs room.
    const { rows } = await openVouchers(app.ctx, communityId, eventId, { query: second })
    const id = rows[0]?.id ?? ''
    await stopVouchers(app.ctx, communityId, eventId, { id })
    expect(await here.taken()).toBe(3)
    await expect(here.hold(typeId, second)).rejects.toMatchObject({ code: 'registration.voucher_unknown' })
    await here.hold(typeId)
    await expect(startVouchers(app.ctx, communityId, eventId, { id })).rejects.toMatchObject({ code: 'registration.voucher_no_room' })
    expect(await stopVouchers(app.ctx, communityId, eventId, { batch: '赞助商' })).toBe(2)
    expect(await here.taken()).toBe(2)
    expect(await startVouchers(app.ctx, communityId, eventId, { id })).toBe(1)
    expect(await here.taken()).toBe(3)
    await here.agrees()
  })

  test('retiring a type retires the vouchers that are for it alone, and frees what they keep', async () => {
    const here = await open('gone', 5)
    const typeId = await here.type('嘉宾票')
    await here.make({ count: 2, ticketTypeId: typeId, reserves: true })
    expect(await removeType(app.ctx, here.communityId, here.eventId, typeId)).toBe('retired')
    expect(await here.taken()).toBe(0)
    expect((await openVouchers(app.ctx, here.communityId, here.eventId)).rows.every(({ retiredAt }) => retiredAt !== null)).toBe(true)
    await here.agrees()
  })
})

describe('codes', () => {
  test('one’s own are folded as they will be typed, and never there twice', async () => {
    const here = await open('codes')
    expect(await here.make({ code: ' 朋友 2026 ', effect: 'amount', value: 3000 })).toEqual(['朋友2026'])
    const again = here.make({ code: '朋友2026' })
    await expect(again).rejects.toMatchObject({ code: 'input.invalid', issues: [{ path: 'code', code: 'registration.voucher_taken' }] })
    await expect(here.make({ code: '=1+1' })).rejects.toMatchObject({ issues: [{ path: 'code', code: 'registration.voucher_code' }] })
    await expect(here.make({ effect: 'percent', value: 101 })).rejects.toMatchObject({ issues: [{ code: 'registration.voucher_percent' }] })
    await expect(here.make({ reserves: true })).rejects.toMatchObject({ issues: [{ code: 'registration.voucher_reserves_type' }] })
  })

  test('the same form sent twice makes one heap', async () => {
    const here = await open('twice')
    const first = await here.make({ count: 3, key: 'a-form-key' })
    expect(await here.make({ count: 3, key: 'a-form-key' })).toEqual(first)
    expect((await openVouchers(app.ctx, here.communityId, here.eventId)).total).toBe(3)
  })

  test('come out as a file that no spreadsheet reckons with, and that another event can take in', async () => {
    const here = await open('file')
    const there = await open('file-there')
    await here.make({ code: 'SPEAK', note: '=HYPERLINK("x")', effect: 'percent', value: 20, maxUses: 3 })
    const csv = await exportVouchersCsv(app.ctx, here.communityId, here.eventId, {
      locale: 'zh',
      page: 'https://kaichang.example/file/nanning/register',
      timeZone: 'Asia/Shanghai',
    })
    expect(csv.split('\r\n')[1]).toBe(
      `SPEAK,3,"'=HYPERLINK(""x"")",0,−20 %,,0,,,可用,,https://kaichang.example/file/nanning/register?v=SPEAK`,
    )
    expect(await bringVouchers(app.ctx, there.communityId, there.eventId, new TextEncoder().encode(csv), {})).toBe(1)
    expect((await openVouchers(app.ctx, there.communityId, there.eventId)).rows).toMatchObject([
      { code: 'SPEAK', maxUses: 3, note: '=HYPERLINK("x")' },
    ])
  })

  test('of a file are taken all or none, and each wrong line is told', async () => {
    const here = await open('lines')
    await here.make({ code: 'THERE' })
    const bring = (text: string) => bringVouchers(app.ctx, here.communityId, here.eventId, new TextEncoder().encode(text), { maxUses: 2 })
    await expect(bring('优惠码,次数\nGOOD-1,5\nx,1\nthere,1\ngood-1,1\nGOOD-2,many\n')).rejects.toMatchObject({
      code: 'registration.voucher_lines',
      params: { count: 4 },
      issues: [
        { path: 'line.3', code: 'registration.voucher_code' },
        { path: 'line.4', code: 'registration.voucher_taken' },
        { path: 'line.5', code: 'registration.voucher_line_twice', params: { line: 2 } },
        { path: 'line.6', code: 'field.number' },
      ],
    })
    expect((await openVouchers(app.ctx, here.communityId, here.eventId)).total).toBe(1)
    await expect(bring('\n\n')).rejects.toMatchObject({
      code: 'registration.voucher_lines',
      issues: [{ code: 'registration.voucher_none' }],
    })
    expect(await bring('GOOD-1,5\n\nGOOD-2\n')).toBe(2)
    const { rows } = await openVouchers(app.ctx, here.communityId, here.eventId, { query: 'good' })
    expect(rows.map(({ code, maxUses }) => [code, maxUses])).toEqual([
      ['GOOD-1', 5],
      ['GOOD-2', 2],
    ])
  })
})

test('the journal tells how many, never a code or whom it is for; and only organisers may', async () => {
  const here = await open('journal')
  await here.make({ code: 'WANGXIAOMING', note: '给王小明' })
  const entries = await listEntries(app.db, { communityId: here.communityId, eventId: here.eventId, limit: 100 })
  expect(entries.find(({ kind }) => kind === 'registration.vouchers_made')?.facts).toEqual({
    count: 1,
    effect: 'none',
    uses: 1,
    reserves: false,
  })
  expect(JSON.stringify(entries)).not.toMatch(/WANGXIAOMING|王小明/)
  for (const role of ['viewer', 'treasurer', 'door']) {
    const ctx = app.as(role, here.communityId)
    await expect(openVouchers(ctx, here.communityId, here.eventId)).rejects.toMatchObject({ code: 'access.denied' })
    await expect(makeVouchers(ctx, here.communityId, here.eventId, {})).rejects.toMatchObject({ code: 'access.denied' })
  }
})
