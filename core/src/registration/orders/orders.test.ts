import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { editEvent } from '#core/community/actions.ts'
import { visitor } from '#core/kernel/actor.ts'
import { newId } from '#core/kernel/ids.ts'
import { transact } from '#core/store/transaction.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { eventInput, makeEvent } from '../../../../tests/setup/samples.ts'
import { registerAttendee } from '../register.actions.ts'
import { cancelByTicket } from '../ticket.actions.ts'
import { addChannel, openRegistration } from '../window.actions.ts'
import { countsOf, furnishTypes, rowsOf } from '../../../../tests/setup/seat-counts.ts'
import { cancelOrder, fillOrder } from './fill.actions.ts'
import { holdSeats } from './hold.actions.ts'
import type { HoldInput } from './model.ts'
import { openOrder, type OpenOrder } from './open.ts'
import { approveOrders, declineOrders } from './review.actions.ts'
import { settleOrder } from './settle.ts'
import { sweepSeats } from './sweep.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

let events = 0
async function open(cap: number | null = 10) {
  events += 1
  const { communityId, event } = await makeEvent(app.ctx, { community: `orders-${events}`, cap })
  await openRegistration(app.ctx, communityId, event.id)
  await addChannel(app.ctx, communityId, event.id, { slug: 'poster', name: { zh: '海报' }, share: null })
  const ids = await furnishTypes(app, communityId, event.id)
  const place = [communityId, event.id] as const
  const stranger = app.context(visitor)
  const hold = (lines: [string, number, number?][], over: Partial<HoldInput> = {}, key: string | null = null) =>
    holdSeats(
      stranger,
      ...place,
      { lines: lines.map(([typeId, seats, chosenFen = null]) => ({ typeId, seats, chosenFen })), channel: 'poster', ...over },
      { key },
    )
  return { communityId, eventId: event.id, place, ids, hold, stranger, counts: () => countsOf(app.db, communityId, event.id) }
}

const tokenOf = (opened: OpenOrder): string => opened.path.slice('/o/'.length)
let people = 0
/** A whole form: whoever orders is the first to sit, the others leave no contact. */
function form(opened: OpenOrder, over: Record<string, unknown> = {}) {
  people += 1
  const email = `order-${people}@example.org`
  const seats = opened.lines.filter((line) => line.forLineId === null)
  return {
    name: `张${people}`,
    phone: '',
    email,
    consents: { registration: true },
    seats: seats.map((line, n) => ({
      lineId: line.id,
      name: n === 0 ? `张${people}` : `同伴${n}`,
      phone: '',
      email: n === 0 ? email : '',
    })),
    ...over,
  }
}

/** Counters tell the same as the rows that they count. */
async function fits(at: Awaited<ReturnType<typeof open>>): Promise<void> {
  expect(await at.counts()).toEqual(await rowsOf(app.db, at.communityId, at.eventId))
}

describe('a hold', () => {
  test('takes seats and extras while it is filled in, and becomes tickets that lead back to it', async () => {
    const at = await open()
    const held = await at.hold([
      [at.ids.free, 2],
      [at.ids.dinner, 1],
    ])
    expect(held.order).toMatchObject({ state: 'held', totalFen: 8000, expiresAt: new Date('2026-11-20T12:15:00+08:00') })
    expect(await at.counts()).toMatchObject({ taken: 2, [at.ids.free]: 2, [at.ids.dinner]: 1, hall: 2, kitchen: 1, poster: 2 })
    const free = await at.hold([[at.ids.free, 2]])
    const done = await fillOrder(at.stranger, tokenOf(free), form(free))
    expect(done.order.state).toBe('done')
    expect(done.tickets.map((ticket) => ticket.state)).toEqual(['registered', 'registered'])
    expect(done.lines.map((line) => [line.state, line.name])).toEqual([
      ['booked', `张${people}`],
      ['booked', '同伴1'],
    ])
    // Filled in twice it stays what it is.
    expect((await fillOrder(at.stranger, tokenOf(free), form(free))).tickets).toEqual(done.tickets)
    await fits(at)
  })

  test('case 2: it runs out and comes back exactly once; money that is late finds the seats again, or none', async () => {
    const at = await open(2)
    const [first, second] = [await at.hold([[at.ids.paid, 2]]), null]
    expect(second).toBeNull()
    await fillOrder(at.stranger, tokenOf(first), form(first))
    await expect(at.hold([[at.ids.free, 1]])).rejects.toMatchObject({ code: 'registration.full' })
    app.clock.advance(31 * 60_000)
    expect((await openOrder(at.stranger, tokenOf(first))).order.state).toBe('expired')
    await Promise.all([sweepSeats(app.ctx), sweepSeats(app.ctx), sweepSeats(app.ctx)])
    expect(await at.counts()).toMatchObject({ taken: 0, hall: 0, poster: 0 })
    const settle = (order: OpenOrder) => transact(app.ctx, (tx) => settleOrder(app.ctx, tx, { ...pick(at), id: order.order.id }))
    expect(await settle(first)).toBe('booked')
    expect(await settle(first)).toBe('already')
    expect(await at.counts()).toMatchObject({ taken: 2 })
    await fits(at)

    const other = await open(2)
    const late = await other.hold([[other.ids.paid, 2]])
    await fillOrder(other.stranger, tokenOf(late), form(late))
    app.clock.advance(31 * 60_000)
    const quick = await other.hold([[other.ids.free, 1]])
    await fillOrder(other.stranger, tokenOf(quick), form(quick))
    expect(await transact(app.ctx, (tx) => settleOrder(app.ctx, tx, { ...pick(other), id: late.order.id }))).toBe('seats_gone')
    expect(await other.counts()).toMatchObject({ taken: 1 })
    await fits(other)
  })

  test('the same form sent twice is one hold; after its time it is told plainly', async () => {
    const at = await open()
    const twice = await Promise.all([1, 2].map(() => at.hold([[at.ids.free, 2]], {}, 'form-1')))
    expect(new Set(twice.map((one) => one.order.id)).size).toBe(1)
    app.clock.advance(15 * 60_000)
    const [one] = twice
    if (!one) throw new Error('nothing was held')
    await expect(fillOrder(at.stranger, tokenOf(one), form(one))).rejects.toMatchObject({ code: 'registration.hold_over' })
    expect(await at.counts()).toMatchObject({ taken: 2 })
    await sweepSeats(app.ctx)
    expect(await at.counts()).toMatchObject({ taken: 0 })
    await fits(at)
  })

  test('case 3: one order completed twice at once is booked once', async () => {
    const at = await open()
    const held = await at.hold([[at.ids.free, 3]])
    const filled = form(held)
    const answers = await Promise.all(Array.from({ length: 8 }, () => fillOrder(at.stranger, tokenOf(held), filled)))
    expect(new Set(answers.flatMap((one) => one.tickets.map(({ id }) => id))).size).toBe(3)
    expect(await at.counts()).toMatchObject({ taken: 3 })
    const paid = await at.hold([[at.ids.paid, 1]])
    await fillOrder(at.stranger, tokenOf(paid), form(paid))
    const settled = await Promise.all(
      Array.from({ length: 6 }, () => transact(app.ctx, (tx) => settleOrder(app.ctx, tx, { ...pick(at), id: paid.order.id }))),
    )
    expect(settled.toSorted()).toEqual(['already', 'already', 'already', 'already', 'already', 'booked'])
    await fits(at)
  })

  test('case 5: a limit is not passed by split lines, nor at a closed tier, nor under a price of one’s own', async () => {
    const at = await open()
    await expect(
      at.hold([
        [at.ids.paid, 2],
        [at.ids.paid, 2],
      ]),
    ).rejects.toMatchObject({ code: 'registration.too_many', params: { maximum: 3 } })
    await expect(at.hold([[at.ids.past, 1]])).rejects.toMatchObject({ code: 'registration.type_over' })
    await expect(at.hold([[at.ids.hidden, 1]])).rejects.toMatchObject({ code: 'registration.type_unknown' })
    await expect(
      at.hold([
        [at.ids.free, 1],
        [at.ids.dinner, 2],
      ]),
    ).rejects.toMatchObject({ code: 'registration.addon_alone' })
    await expect(at.hold([[at.ids.dinner, 1]])).rejects.toMatchObject({ code: 'registration.addon_alone' })
    await expect(at.hold([[newId(app.ctx), 1]])).rejects.toMatchObject({ code: 'registration.type_unknown' })
    expect((await at.hold([[at.ids.paid, 1, 1]])).order.totalFen).toBe(9900)
    await expect(at.hold([[at.ids.open, 1, 999]])).rejects.toMatchObject({ code: 'registration.too_little', params: { least: '10.00' } })
    expect((await at.hold([[at.ids.open, 1, 1000]])).order.totalFen).toBe(1000)
    expect((await at.hold([[at.ids.open, 1]])).order.totalFen).toBe(1000)
    expect((await at.hold([[at.ids.open, 1, 6600]])).order.totalFen).toBe(6600)
    const first = await at.hold([[at.ids.free, 2]])
    const same = form(first)
    await fillOrder(at.stranger, tokenOf(first), same)
    const again = await at.hold([[at.ids.free, 2]])
    const seats = form(again).seats.map((seat) => ({ ...seat, email: '' }))
    await expect(fillOrder(at.stranger, tokenOf(again), { ...same, seats })).rejects.toMatchObject({ code: 'registration.person_limit' })
    await fits(at)
  })

  test('case 7: nothing becomes done without being filled in and paid', async () => {
    const at = await open()
    const held = await at.hold([[at.ids.paid, 1]])
    expect(await transact(app.ctx, (tx) => settleOrder(app.ctx, tx, { ...pick(at), id: held.order.id }))).toBe('seats_gone')
    expect((await fillOrder(at.stranger, tokenOf(held), form(held))).order.state).toBe('placed')
    expect((await fillOrder(at.stranger, tokenOf(held), form(held))).order.state).toBe('placed')
    expect((await openOrder(at.stranger, tokenOf(held))).tickets).toEqual([])
    const foreign = form(held)
    const other = await at.hold([[at.ids.free, 1]])
    await expect(fillOrder(at.stranger, tokenOf(other), foreign)).rejects.toMatchObject({ code: 'registration.order_seats' })
    await expect(openOrder(at.stranger, `${tokenOf(held).slice(0, -1)}x`)).rejects.toMatchObject({ code: 'access.link_invalid' })
  })

  test('a fault in the form keeps the hold; who has registered is told', async () => {
    const at = await open()
    const ticket = await registerAttendee(at.stranger, ...at.place, {
      name: '已报名',
      email: 'here@example.org',
      ticketType: at.ids.free,
      consents: { registration: true },
    })
    const held = await at.hold([[at.ids.free, 1]])
    await expect(fillOrder(at.stranger, tokenOf(held), form(held, { name: '' }))).rejects.toMatchObject({ code: 'input.invalid' })
    const seats = form(held).seats.map((seat) => ({ ...seat, email: 'here@example.org' }))
    await expect(fillOrder(at.stranger, tokenOf(held), { ...form(held), seats })).rejects.toMatchObject({ code: 'registration.twice' })
    expect((await openOrder(at.stranger, tokenOf(held))).order.state).toBe('held')
    expect(ticket.registration.ticketTypeId).toBe(at.ids.free)
    await cancelOrder(at.stranger, tokenOf(held))
    await cancelOrder(at.stranger, tokenOf(held))
    expect(await at.counts()).toMatchObject({ taken: 1, hall: 1 })
    await fits(at)
  })
})

test('a cancelled ticket gives seat and extras back once; its order’s others stay', async () => {
  const at = await open()
  const held = await at.hold([
    [at.ids.free, 2],
    [at.ids.freeDinner, 2],
  ])
  const done = await fillOrder(at.stranger, tokenOf(held), form(held))
  expect(await at.counts()).toMatchObject({ taken: 2, hall: 2, kitchen: 2, [at.ids.freeDinner]: 2 })
  const [first] = done.tickets
  if (!first) throw new Error('no ticket')
  await Promise.all([1, 2, 3].map(() => cancelByTicket(at.stranger, first.path.slice('/t/'.length))))
  expect(await at.counts()).toMatchObject({ taken: 1, hall: 1, kitchen: 1, poster: 1 })
  await fits(at)
})

describe('review first', () => {
  test('requests hold nothing; they are let in as far as there is room, each with its own verdict, and told why not', async () => {
    const at = await open(3)
    const asked: OpenOrder[] = []
    for (let n = 0; n < 4; n += 1) {
      const held = await at.hold([[at.ids.looked, 2]])
      asked.push(await fillOrder(at.stranger, tokenOf(held), form(held)))
      app.clock.advance(1000)
    }
    expect(asked.map(({ order }) => order.state)).toEqual(['review', 'review', 'review', 'review'])
    expect(await at.counts()).toMatchObject({ taken: 0 })
    const ids = asked.map(({ order }) => order.id)
    await expect(approveOrders(at.stranger, ...at.place, ids)).rejects.toMatchObject({ code: 'access.sign_in' })
    const organiser = app.as('organiser', at.communityId)
    expect((await approveOrders(organiser, ...at.place, ids.slice(0, 3))).map(({ verdict }) => verdict)).toEqual(['booked', 'full', 'full'])
    await editEvent(app.ctx, at.communityId, at.eventId, eventInput({ cap: 4 }))
    expect((await approveOrders(organiser, ...at.place, ids)).map(({ id, verdict }) => [ids.indexOf(id), verdict])).toEqual([
      [1, 'booked'],
      [2, 'full'],
      [3, 'full'],
      [0, 'gone'],
    ])
    expect((await declineOrders(organiser, ...at.place, ids.slice(2), '这次只招有经验的')).map(({ verdict }) => verdict)).toEqual([
      'declined',
      'declined',
    ])
    const last = asked[3]
    if (!last) throw new Error('nobody asked')
    expect((await openOrder(at.stranger, tokenOf(last))).order).toMatchObject({ state: 'declined', reason: '这次只招有经验的' })
    expect(await at.counts()).toMatchObject({ taken: 4 })
    await fits(at)
  })
})

const pick = ({ communityId, eventId }: { communityId: string; eventId: string }) => ({ communityId, eventId })
