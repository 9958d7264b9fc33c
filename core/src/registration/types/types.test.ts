import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { seenOf } from '../../../../tests/setup/seen.ts'
import { fillOrder } from '../orders/fill.actions.ts'
import { holdSeats } from '../orders/hold.actions.ts'
import { registerAttendee } from '../register.actions.ts'
import { checkCounters } from '../seats/recount.ts'
import { openRegistration, seatsOf } from '../window.actions.ts'
import { addType, addUsualTypes, editType, moveType, openTypes, readVariants, removeType, restoreType } from './actions.ts'
import type { TypeInput } from './model.ts'
import { addQuota, editQuota, removeQuota } from './quota.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

async function open(community: string, cap: number | null = 50) {
  const { communityId, event } = await makeEvent(app.ctx, { community, cap })
  await openRegistration(app.ctx, communityId, event.id)
  return { communityId, eventId: event.id, event }
}
type Here = Awaited<ReturnType<typeof open>>

const ticket = (zh: string, over: Partial<TypeInput> = {}): TypeInput => ({
  name: { zh },
  counts: true,
  perOrder: 5,
  perPerson: 5,
  ...over,
})
const add = (here: Here, zh: string, over: Parameters<typeof addType>[3] | object = {}) =>
  addType(app.ctx, here.communityId, here.eventId, { ...ticket(zh), ...over })
const hold = (here: Here, typeId: string, seats = 1) => holdSeats(app.ctx, here.communityId, here.eventId, { lines: [{ typeId, seats }] })
const register = (here: Here, n: number, ticketType = '') =>
  registerAttendee(app.ctx, here.communityId, here.eventId, {
    name: `张${n}`,
    email: `p${n}@example.org`,
    ticketType,
    consents: { registration: true },
  })
const look = async (here: Here) => {
  const { types, quotas } = await openTypes(app.ctx, here.communityId, here.eventId)
  const { taken } = await seatsOf(app.ctx, here.event)
  return {
    taken,
    types: Object.fromEntries(types.map((type) => [type.name.zh, type.taken])),
    quotas: Object.fromEntries(quotas.map((quota) => [quota.name.zh, quota.taken])),
  }
}
const kinds = async ({ communityId, eventId }: Here) =>
  (await listEntries(app.db, { communityId, eventId, limit: 100 })).map(({ kind }) => kind.replace('registration.', ''))
/** Counters must tell what rows tell, after everything. */
const agrees = async ({ communityId, eventId }: Here) => expect(await checkCounters(app.ctx, communityId, eventId)).toEqual([])

describe('types', () => {
  test('are added, changed, ordered, taken away; one with bookings is retired and can come back', async () => {
    const here = await open('types')
    const { communityId, eventId } = here
    const standard = await add(here, '标准票')
    const student = await add(here, '学生票', { category: 'student' })
    const spare = await add(here, '多余的')
    await moveType(app.ctx, communityId, eventId, student, -1)
    expect((await openTypes(app.ctx, communityId, eventId)).types.map(({ name }) => name.zh)).toEqual(['学生票', '标准票', '多余的'])
    await editType(app.ctx, communityId, eventId, standard, { ...ticket('普通票'), revision: 1 })
    expect(await removeType(app.ctx, communityId, eventId, spare)).toBe('removed')
    await register(here, 1, standard)
    expect(await removeType(app.ctx, communityId, eventId, standard)).toBe('retired')
    await expect(register(here, 2, standard)).rejects.toThrow(/ticket/)
    await restoreType(app.ctx, communityId, eventId, standard)
    await register(here, 2, standard)
    expect(await look(here)).toEqual({ taken: 2, types: { 普通票: 2, 学生票: 0 }, quotas: {} })
    expect((await kinds(here)).filter((kind) => kind.startsWith('type'))).toEqual([
      'type_added',
      'type_added',
      'type_added',
      'types_ordered',
      'type_changed',
      'type_removed',
      'type_retired',
      'type_restored',
    ])
    await agrees(here)
  })

  test('sizes come with their add-on and go with it', async () => {
    const here = await open('sizes')
    const shirt = await add(here, 'T 恤', { kind: 'addon', priceFen: 3000, variants: readVariants('S, M、L;M') })
    const { types } = await openTypes(app.ctx, here.communityId, here.eventId)
    expect(types.map(({ name, parentId, priceFen, counts }) => [name.zh, parentId === shirt, priceFen, counts])).toEqual([
      ['T 恤', false, 3000, false],
      ['S', true, 3000, false],
      ['M', true, 3000, false],
      ['L', true, 3000, false],
    ])
    // Whoever wants one says of which size.
    const lines = [
      { typeId: '', seats: 1 },
      { typeId: shirt, seats: 1 },
    ]
    await expect(holdSeats(app.ctx, here.communityId, here.eventId, { lines })).rejects.toMatchObject({ code: 'registration.type_unknown' })
    expect(await removeType(app.ctx, here.communityId, here.eventId, shirt)).toBe('removed')
    expect((await openTypes(app.ctx, here.communityId, here.eventId)).types).toEqual([])
  })

  test('the same form sent twice is one type; the usual set only where there is none', async () => {
    const here = await open('usual')
    const prices = { standardFen: 9900, studentFen: 4900, earlyFen: 6900 }
    await addUsualTypes(app.ctx, here.communityId, here.eventId, prices)
    await expect(addUsualTypes(app.ctx, here.communityId, here.eventId, prices)).rejects.toMatchObject({ code: 'registration.types_there' })
    const first = await add(here, '媒体票', { key: 'once-only-key' })
    expect(await add(here, '媒体票', { key: 'once-only-key' })).toBe(first)
    expect(Object.keys((await look(here)).types)).toEqual(['标准票', '学生票', '媒体票'])
  })

  test('a new price is for those who come after; what was ordered keeps its own', async () => {
    const here = await open('price')
    const typeId = await add(here, '标准票', { priceFen: 9900 })
    const before = await hold(here, typeId, 2)
    await editType(app.ctx, here.communityId, here.eventId, typeId, ticket('标准票', { priceFen: 19_900 }))
    const after = await hold(here, typeId)
    const rows = await app.db.selectFrom('ticketOrder').select(['id', 'totalFen']).where('eventId', '=', here.eventId).execute()
    expect(rows.find(({ id }) => id === before.order.id)?.totalFen).toBe(19_800)
    expect(after.order.totalFen).toBe(19_900)
    await agrees(here)
  })

  test('two who edit one type side by side lose nothing, and are asked where both changed the same', async () => {
    const here = await open('two')
    const id = await add(here, '标准票', { priceFen: 9900 })
    const edit = (input: Parameters<typeof editType>[4]) => editType(app.ctx, here.communityId, here.eventId, id, input)
    await edit({ ...ticket('标准票', { priceFen: 12_900 }), revision: 1 })
    await edit({ ...ticket('普通票', { priceFen: 9900 }), revision: 1 })
    const mine = { ...ticket('全票', { priceFen: 9900 }), revision: 1 }
    const seen = await seenOf(edit(mine))
    expect(seen).toEqual({ revision: 3, fields: ['name'] })
    await edit({ ...mine, seen })
    expect((await openTypes(app.ctx, here.communityId, here.eventId)).types).toMatchObject([{ name: { zh: '全票' }, priceFen: 12_900 }])
  })

  test('a type that takes no seat any more gives its seats back to the cap, and takes them again', async () => {
    const here = await open('counts', 2)
    const crew = await add(here, '志愿者')
    await register(here, 1, crew)
    await register(here, 2, crew)
    await expect(register(here, 3, crew)).rejects.toMatchObject({ code: 'registration.full' })
    await editType(app.ctx, here.communityId, here.eventId, crew, ticket('志愿者', { counts: false }))
    expect((await look(here)).taken).toBe(0)
    await register(here, 3, crew)
    await editType(app.ctx, here.communityId, here.eventId, crew, ticket('志愿者'))
    expect(await look(here)).toMatchObject({ taken: 3, types: { 志愿者: 3 } })
    await agrees(here)
  })
})

describe('quotas', () => {
  test('count at once what their types hold already, are shared, and let nobody in who finds no place', async () => {
    const here = await open('quotas')
    const { communityId, eventId } = here
    const [a, b] = [await add(here, '上午'), await add(here, '下午')]
    await register(here, 1, a)
    await hold(here, b, 2)
    const hall = await addQuota(app.ctx, communityId, eventId, { name: { zh: '小厅' }, size: 4, typeIds: [a, b] })
    await addQuota(app.ctx, communityId, eventId, { name: { zh: '上午场' }, size: null, typeIds: [a] })
    expect(await look(here)).toEqual({ taken: 3, types: { 上午: 1, 下午: 2 }, quotas: { 小厅: 3, 上午场: 1 } })
    await register(here, 2, a)
    await expect(register(here, 3, a)).rejects.toMatchObject({ code: 'registration.type_full' })
    await editQuota(app.ctx, communityId, eventId, hall, { name: { zh: '小厅' }, size: 2, typeIds: [b] })
    expect((await look(here)).quotas).toEqual({ 小厅: 2, 上午场: 2 })
    await register(here, 3, a)
    await expect(hold(here, b)).rejects.toMatchObject({ code: 'registration.type_full' })
    await removeQuota(app.ctx, communityId, eventId, hall)
    await hold(here, b)
    expect(await look(here)).toEqual({ taken: 6, types: { 上午: 3, 下午: 3 }, quotas: { 上午场: 3 } })
    await agrees(here)
  })

  test('made smaller than what is taken keep who is in', async () => {
    const here = await open('smaller')
    const a = await add(here, '标准票')
    const quota = await addQuota(app.ctx, here.communityId, here.eventId, { name: { zh: '厅' }, size: 3, typeIds: [a] })
    for (const n of [1, 2, 3]) await register(here, n, a)
    await editQuota(app.ctx, here.communityId, here.eventId, quota, { name: { zh: '厅' }, size: 1, typeIds: [a], revision: 1 })
    expect(await look(here)).toMatchObject({ taken: 3, quotas: { 厅: 3 } })
    await expect(register(here, 4, a)).rejects.toMatchObject({ code: 'registration.type_full' })
    await agrees(here)
  })

  test('take types of their own event only, and edits of two people come together', async () => {
    const [here, other] = [await open('own'), await open('other')]
    const [mine, theirs] = [await add(here, '标准票'), await add(other, '标准票')]
    const wrong = addQuota(app.ctx, here.communityId, here.eventId, { name: { zh: '厅' }, size: 3, typeIds: [theirs] })
    await expect(wrong).rejects.toMatchObject({ code: 'input.invalid', issues: [{ path: 'typeIds' }] })
    const id = await addQuota(app.ctx, here.communityId, here.eventId, { name: { zh: '厅' }, size: 3, typeIds: [] })
    const edit = (input: Parameters<typeof editQuota>[4]) => editQuota(app.ctx, here.communityId, here.eventId, id, input)
    await edit({ name: { zh: '厅' }, size: 9, typeIds: [], revision: 1 })
    await edit({ name: { zh: '厅' }, size: 3, typeIds: [mine], revision: 1 })
    expect((await openTypes(app.ctx, here.communityId, here.eventId)).quotas).toMatchObject([{ size: 9, typeIds: [mine] }])
  })
})

test('a counter that was moved by hand is told', async () => {
  const here = await open('astray')
  const a = await add(here, '标准票')
  const order = await hold(here, a, 2)
  const seats = order.lines.map((line, n) => ({ lineId: line.id, name: `李${n}`, phone: '', email: n === 0 ? 'li@example.org' : '' }))
  const token = order.path.slice('/o/'.length)
  await fillOrder(app.ctx, token, { name: '李', phone: '', email: 'li@example.org', consents: { registration: true }, seats })
  await agrees(here)
  await app.db.updateTable('ticketType').set({ taken: 7 }).where('id', '=', a).execute()
  expect(await checkCounters(app.ctx, here.communityId, here.eventId)).toEqual([{ counter: 'type', id: a, counted: 7, rows: 2 }])
})

test('only who may edit registration changes types', async () => {
  const here = await open('who')
  const id = await add(here, '标准票')
  for (const role of ['viewer', 'treasurer', 'door', 'programme']) {
    const ctx = app.as(role, here.communityId)
    await expect(addType(ctx, here.communityId, here.eventId, ticket('票'))).rejects.toMatchObject({ code: 'access.denied' })
    await expect(removeType(ctx, here.communityId, here.eventId, id)).rejects.toMatchObject({ code: 'access.denied' })
  }
})
