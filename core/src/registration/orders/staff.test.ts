import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import { listOutbox } from '#core/people/mail/store.ts'
import { transact } from '#core/store/transaction.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { addQuestion } from '../questions/actions.ts'
import { questionInput } from '../questions/questions.testing.ts'
import { checkCounters } from '../seats/recount.ts'
import { addType } from '../types/actions.ts'
import { openRegistration, seatsOf } from '../window.actions.ts'
import { fillOrder } from './fill.actions.ts'
import { holdSeats } from './hold.actions.ts'
import type { OpenOrder } from './open.ts'
import { approveOrders, declineOrders } from './review.actions.ts'
import { cancelOrderByStaff } from './cancel.actions.ts'
import { settleOrder } from './settle.ts'
import { listOrders, listRequests, readOrder } from './staff.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

async function open(community: string, cap = 20) {
  const { communityId, event } = await makeEvent(app.ctx, { community, cap })
  await openRegistration(app.ctx, communityId, event.id)
  const place = [communityId, event.id] as const
  const type = (zh: string, over: object = {}) =>
    addType(app.ctx, ...place, { name: { zh }, counts: true, perOrder: 5, perPerson: 5, ...over })
  const order = async (lines: { typeId: string; seats: number }[], who: string, answers: Record<string, unknown> = {}) => {
    app.clock.advance(1000)
    const held = await holdSeats(app.context(visitor), ...place, { lines })
    const seats = held.lines
      .filter((line) => line.forLineId === null)
      .map((line, n) => ({
        lineId: line.id,
        name: n === 0 ? who : `${who}的同伴`,
        phone: '',
        email: n === 0 ? `${who.length}-${community}@example.org` : '',
        answers,
      }))
    const email = seats[0]?.email ?? ''
    return fillOrder(app.context(visitor), held.path.slice(3), { name: who, phone: '', email, consents: { registration: true }, seats })
  }
  const taken = async () => (await seatsOf(app.ctx, event)).taken
  return { communityId, eventId: event.id, place, type, order, taken }
}
const stateOf = async (at: { place: readonly [string, string] }, { order }: OpenOrder) =>
  (await readOrder(app.ctx, ...at.place, order.id)).order.state

test('requests show what was answered, and each is decided with its own verdict', async () => {
  const at = await open('review', 3)
  await addQuestion(app.ctx, ...at.place, questionInput({ key: 'why', kind: 'short', label: { zh: '为什么来' }, options: [] }))
  const typeId = await at.type('闭门会', { review: true })
  const one = await at.order([{ typeId, seats: 2 }], '王', { why: '想听' })
  const two = await at.order([{ typeId, seats: 2 }], '王小')
  const three = await at.order([{ typeId, seats: 1 }], '王小明')
  const { requests, total } = await listRequests(app.ctx, ...at.place)
  expect(total).toBe(3)
  expect(requests.map(({ order, seats }) => [order.name, seats.length])).toEqual([
    ['王', 2],
    ['王小', 2],
    ['王小明', 1],
  ])
  expect(requests[0]?.seats[0]?.answers.map(({ question, value }) => [question.label.zh, value])).toEqual([['为什么来', '想听']])
  expect(requests[0]?.order.email).not.toContain('1-review@')
  const decided = await approveOrders(app.ctx, ...at.place, [one.order.id, two.order.id, three.order.id])
  expect(decided.map(({ verdict }) => verdict)).toEqual(['booked', 'full', 'booked'])
  expect((await declineOrders(app.ctx, ...at.place, [two.order.id, one.order.id], '这次坐满了')).map(({ verdict }) => verdict)).toEqual([
    'declined',
    'gone',
  ])
  expect(await at.taken()).toBe(3)
  expect(await checkCounters(app.ctx, ...at.place)).toEqual([])
})

test('the list finds by code, name, companion, address and last digits, masked; opened, an order is whole', async () => {
  const at = await open('list')
  const typeId = await at.type('标准票', { priceFen: 9900 })
  const mine = await at.order([{ typeId, seats: 2 }], '欧阳春')
  await at.order([{ typeId, seats: 1 }], '李')
  const found = async (query: string) => (await listOrders(app.ctx, ...at.place, { query })).rows.map(({ name }) => name)
  expect(await found('')).toHaveLength(2)
  expect(await found(mine.order.code.toLowerCase())).toEqual(['欧阳春'])
  expect(await found('欧阳春的同伴')).toEqual(['欧阳春'])
  expect(await found('3-list@')).toEqual(['欧阳春'])
  expect(await found('100%')).toEqual([])
  const [row] = (await listOrders(app.ctx, ...at.place, { query: '欧阳', state: 'placed' })).rows
  expect(row).toMatchObject({ seats: 2, live: 2, totalFen: 19_800, state: 'placed' })
  expect(row?.email).toContain('*')
  expect((await readOrder(app.ctx, ...at.place, mine.order.id)).order.email).toBe('3-list@example.org')
  expect((await listOrders(app.ctx, ...at.place)).states).toEqual(new Map([['placed', 2]]))
})

test('cancelling gives back what is held and tells why; tickets that came of it go with it', async () => {
  const at = await open('cancel')
  const typeId = await at.type('标准票', { priceFen: 9900 })
  const dinner = await at.type('晚宴', { kind: 'addon', priceFen: 5000 })
  const placed = await at.order([{ typeId, seats: 2 }], '王')
  await cancelOrderByStaff(app.ctx, ...at.place, placed.order.id, { reason: '名单重复' })
  await cancelOrderByStaff(app.ctx, ...at.place, placed.order.id, { reason: '名单重复' })
  expect([await stateOf(at, placed), await at.taken()]).toEqual(['cancelled', 0])
  const mails = (await listOutbox(app.db, { communityId: at.communityId })).filter(({ subject }) => subject.includes('订单已取消'))
  expect(mails.map(({ body }) => body.includes('名单重复'))).toEqual([true])
  const paid = await at.order(
    [
      { typeId, seats: 2 },
      { typeId: dinner, seats: 1 },
    ],
    '李',
  )
  await transact(app.ctx, (tx) => settleOrder(app.ctx, tx, { communityId: at.communityId, eventId: at.eventId, id: paid.order.id }))
  expect(await at.taken()).toBe(2)
  await cancelOrderByStaff(app.ctx, ...at.place, paid.order.id, {})
  const after = await readOrder(app.ctx, ...at.place, paid.order.id)
  expect([after.order.state, after.lines.map(({ state }) => state), await at.taken()]).toEqual(['done', ['free', 'free', 'free'], 0])
  expect(await checkCounters(app.ctx, ...at.place)).toEqual([])
})

test('only those who may see people see orders, of their own event', async () => {
  const at = await open('who')
  const other = await open('elsewhere')
  const mine = await at.order([{ typeId: await at.type('标准票', { priceFen: 9900 }), seats: 1 }], '王')
  await expect(readOrder(app.ctx, ...other.place, mine.order.id)).rejects.toMatchObject({ code: 'thing.not_found' })
  await expect(cancelOrderByStaff(app.ctx, ...other.place, mine.order.id, {})).rejects.toMatchObject({ code: 'thing.not_found' })
  for (const role of ['viewer', 'door', 'treasurer']) {
    const ctx = app.as(role, at.communityId)
    await expect(listOrders(ctx, ...at.place)).rejects.toMatchObject({ code: 'access.denied' })
    await expect(listRequests(ctx, ...at.place)).rejects.toMatchObject({ code: 'access.denied' })
    await expect(cancelOrderByStaff(ctx, ...at.place, mine.order.id, {})).rejects.toMatchObject({ code: 'access.denied' })
  }
})
