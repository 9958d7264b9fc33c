import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { openRegistration, seatsOf } from '../actions.ts'
import { holdOrderAgain } from '../orders/again.actions.ts'
import { cancelOrder, fillOrder } from '../orders/fill.actions.ts'
import { holdSeats } from '../orders/hold.actions.ts'
import { approveOrders } from '../orders/review.actions.ts'
import { sweepSeats } from '../orders/sweep.ts'
import { checkCounters } from '../seats/recount.ts'
import { addType, openTypes, removeType } from '../types/actions.ts'
import { addQuota } from '../types/quota.actions.ts'
import { makeVouchers, openVouchers, stopVouchers } from './actions.ts'
import { editVoucher, openVoucher } from './edit.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

/** An event of ten with two types, of which the front rows have four places, and one voucher. */
async function open(community: string, terms: Partial<Parameters<typeof makeVouchers>[3]> = {}) {
  const { communityId, event } = await makeEvent(app.ctx, { community, cap: 10 })
  await openRegistration(app.ctx, communityId, event.id)
  const here = [communityId, event.id] as const
  const type = (zh: string) => addType(app.ctx, ...here, { name: { zh }, counts: true, perOrder: 5, perPerson: 5 })
  const [plain, front] = [await type('普通'), await type('前排')]
  await addQuota(app.ctx, ...here, { name: { zh: '前排' }, size: 4, typeIds: [front] })
  await makeVouchers(app.ctx, ...here, { code: 'GUEST', maxUses: 3, note: '给赞助商', ...terms })
  const id = (await openVouchers(app.ctx, ...here)).rows[0]?.id ?? ''
  const voucher = () => openVoucher(app.ctx, ...here, id)
  const edit = async (over: Partial<Parameters<typeof editVoucher>[4]> = {}, ctx = app.ctx) => {
    const { ticketTypeId, maxUses, reserves, validFrom, validUntil, note } = await voucher()
    await editVoucher(ctx, ...here, id, { ticketTypeId, maxUses, reserves, validFrom, validUntil, note, noteWas: note, ...over })
  }
  const hold = (typeId: string, seats = 1) => holdSeats(app.context(visitor), ...here, { lines: [{ typeId, seats }], voucher: 'GUEST' })
  const taken = async () => {
    expect(await checkCounters(app.ctx, ...here)).toEqual([])
    const { types, quotas } = await openTypes(app.ctx, ...here)
    const of = (typeId: string) => types.find((one) => one.id === typeId)?.taken
    return { event: (await seatsOf(app.ctx, event)).taken, plain: of(plain), front: of(front), quota: quotas[0]?.taken }
  }
  return { here, id, plain, front, voucher, edit, hold, taken }
}

test('limit, times and note change, the code does not; a limit below what is used is refused with the number', async () => {
  const { here, id, plain, voucher, edit, hold } = await open('edit-plain')
  await hold(plain, 2)
  await edit({ maxUses: 2, validUntil: '2026-12-01T00:00:00+08:00', note: '给志愿者' })
  expect(await voucher()).toMatchObject({
    code: 'GUEST',
    maxUses: 2,
    used: 2,
    note: '给志愿者',
    validUntil: new Date('2026-12-01T00:00:00+08:00'),
    revision: 2,
  })
  await expect(hold(plain)).rejects.toMatchObject({ code: 'registration.voucher_used' })
  await expect(edit({ maxUses: 1 })).rejects.toMatchObject({
    issues: [{ path: 'maxUses', code: 'registration.voucher_below_used', params: { used: 2 } }],
  })
  await expect(edit({ validFrom: '2026-12-02T00:00:00+08:00' })).rejects.toMatchObject({ issues: [{ path: 'validUntil' }] })
  await edit({ maxUses: 3 })
  await hold(plain)
  // What is saved as it was changes nothing and tells nothing.
  await edit()
  const entries = (await listEntries(app.db, { communityId: here[0], kinds: ['registration.voucher_changed'] })).map(({ facts }) => facts)
  expect(entries.map((facts) => facts['revision']).toSorted()).toEqual([2, 3])
  expect(JSON.stringify(entries)).not.toMatch(/GUEST|赞助商|志愿者/)
  const stranger = app.as('volunteer', here[0])
  await expect(editVoucher(stranger, ...here, id, {})).rejects.toMatchObject({ code: 'access.denied' })
  const other = await open('edit-other')
  await expect(openVoucher(app.ctx, ...other.here, id)).rejects.toMatchObject({ code: 'thing.not_found' })
  await expect(editVoucher(app.ctx, ...other.here, id, {})).rejects.toMatchObject({ code: 'thing.not_found' })
})

describe('places that it keeps', () => {
  test('move with its limit, its type and its end, all of them or none', async () => {
    const { plain, front, voucher, edit, hold, taken } = await open('edit-kept')
    await edit({ ticketTypeId: front, reserves: true })
    expect(await taken()).toEqual({ event: 3, plain: 0, front: 3, quota: 3 })
    await edit({ maxUses: 4 })
    expect(await taken()).toEqual({ event: 4, plain: 0, front: 4, quota: 4 })
    // The front rows have four places: nothing changes.
    await expect(edit({ maxUses: 5, note: '太多' })).rejects.toMatchObject({
      code: 'registration.voucher_no_room',
      params: { left: 4, wanted: 5 },
    })
    expect(await voucher()).toMatchObject({ maxUses: 4, note: '给赞助商', revision: 3 })
    await edit({ ticketTypeId: plain, maxUses: 6 })
    expect(await taken()).toEqual({ event: 6, plain: 6, front: 0, quota: 0 })
    await hold(plain, 2)
    await edit({ maxUses: 3 })
    expect([await taken(), (await voucher()).kept]).toEqual([{ event: 3, plain: 3, front: 0, quota: 0 }, 1])
    await edit({ validUntil: '2026-11-19T00:00:00+08:00' })
    expect([await taken(), (await voucher()).kept]).toEqual([{ event: 2, plain: 2, front: 0, quota: 0 }, 0])
    await edit({ validUntil: null })
    expect((await taken()).event).toBe(3)
    await edit({ reserves: false })
    expect((await taken()).event).toBe(2)
  })

  test('are only of the type that it was used for, so that a use that comes back is one of them', async () => {
    const { plain, front, edit, hold, taken } = await open('edit-uses')
    const held = await hold(plain)
    await expect(edit({ ticketTypeId: front, reserves: true })).rejects.toMatchObject({
      issues: [{ path: 'ticketTypeId', code: 'registration.voucher_used_otherwise', params: { count: 1 } }],
    })
    await edit({ ticketTypeId: plain, reserves: true })
    expect(await taken()).toEqual({ event: 3, plain: 3, front: 0, quota: 0 })
    await cancelOrder(app.context(visitor), held.path.slice('/o/'.length))
    expect(await taken()).toEqual({ event: 3, plain: 3, front: 0, quota: 0 })
    await edit({ ticketTypeId: front })
    expect(await taken()).toEqual({ event: 3, plain: 0, front: 3, quota: 3 })
  })

  test('a retired one keeps none, however it is changed; a type that is gone is not chosen', async () => {
    const { here, id, plain, front, edit, taken } = await open('edit-retired')
    await stopVouchers(app.ctx, ...here, { id })
    await edit({ ticketTypeId: front, reserves: true, maxUses: 9 })
    expect((await taken()).event).toBe(0)
    await removeType(app.ctx, ...here, plain)
    await expect(edit({ ticketTypeId: plain })).rejects.toMatchObject({
      issues: [{ path: 'ticketTypeId', code: 'registration.type_unknown' }],
    })
    await expect(edit({ ticketTypeId: '' })).rejects.toMatchObject({
      issues: [{ path: 'ticketTypeId', code: 'registration.voucher_reserves_type' }],
    })
  })
})

describe('an order that began before it was for another type', () => {
  test('takes none of the places that it keeps now, when it is let in', async () => {
    const { here, front, edit, hold, taken } = await open('edit-review')
    const looked = await addType(app.ctx, ...here, { name: { zh: '审核' }, counts: true, review: true })
    await edit({ ticketTypeId: looked })
    const { order, lines, path } = await hold(looked)
    const own = { name: '张三', phone: '', email: 'zhang@example.org' }
    const seats = lines.map(({ id: lineId }) => ({ lineId, ...own }))
    await fillOrder(app.context(visitor), path.slice('/o/'.length), { ...own, consents: { registration: true }, seats })
    await edit({ ticketTypeId: front, reserves: true })
    expect(await approveOrders(app.ctx, ...here, [order.id])).toMatchObject([{ verdict: 'full', lack: 'registration.voucher_other' }])
    expect(await taken()).toEqual({ event: 3, plain: 0, front: 3, quota: 3 })
  })

  test('uses it for what it is for now, when it is held again', async () => {
    const { here, plain, front, voucher, edit, taken } = await open('edit-again')
    await edit({ ticketTypeId: plain })
    const lines = [
      { typeId: plain, seats: 2 },
      { typeId: front, seats: 1 },
    ]
    const { path } = await holdSeats(app.context(visitor), ...here, { lines, voucher: 'GUEST' })
    app.clock.advance(16 * 60_000)
    await sweepSeats(app.ctx)
    await edit({ ticketTypeId: front })
    const held = await holdOrderAgain(app.context(visitor), path.slice('/o/'.length))
    expect(held.lines.map(({ ticketTypeId, byVoucher }) => [ticketTypeId, byVoucher])).toEqual([
      [plain, false],
      [plain, false],
      [front, true],
    ])
    expect([await taken(), (await voucher()).used]).toEqual([{ event: 3, plain: 2, front: 1, quota: 1 }, 1])
  })
})

test('two who change it at once: other fields are merged, the same field is shown to both, each note stays', async () => {
  const { here, id, voucher, edit } = await open('edit-two')
  const opened = {
    ticketTypeId: null,
    maxUses: 3,
    reserves: false,
    validFrom: null,
    validUntil: null,
    note: '给赞助商',
    noteWas: '给赞助商',
  }
  await edit({ maxUses: 5, note: '给社区' })
  await editVoucher(app.ctx, ...here, id, { ...opened, validUntil: '2026-12-01T00:00:00+08:00', revision: 1 })
  expect(await voucher()).toMatchObject({ maxUses: 5, note: '给社区', validUntil: new Date('2026-12-01T00:00:00+08:00') })
  await expect(editVoucher(app.ctx, ...here, id, { ...opened, maxUses: 7, revision: 1 })).rejects.toMatchObject({
    code: 'thing.changed',
    params: { fields: ['maxUses'], theirs: { maxUses: 5 }, revision: 3 },
  })
  await editVoucher(app.ctx, ...here, id, { ...opened, maxUses: 7, revision: 1, seen: { revision: 3, fields: ['maxUses'] } })
  expect(await voucher()).toMatchObject({ maxUses: 7, note: '给社区', validUntil: new Date('2026-12-01T00:00:00+08:00') })
})
