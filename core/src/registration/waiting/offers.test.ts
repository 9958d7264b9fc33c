import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { editEvent } from '#core/community/actions.ts'
import { visitor } from '#core/kernel/actor.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { anotherProcess, testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { eventInput } from '../../../../tests/setup/samples.ts'
import { furnishTypes } from '../../../../tests/setup/seat-counts.ts'
import { cancelOrder, fillOrder } from '../orders/fill.actions.ts'
import { holdSeats } from '../orders/hold.actions.ts'
import { openOrder, type OpenOrder } from '../orders/open.ts'
import { settleOrder } from '../orders/settle.ts'
import { sweepSeats } from '../orders/sweep.ts'
import { cancelByTicket } from '../ticket.actions.ts'
import { exportWaiting } from './forget.ts'
import { joinAgain, joinWaiting, joinWaitingFor } from './join.actions.ts'
import { leaveWaiting } from './own.actions.ts'
import { readWaitingList } from './staff.actions.ts'
import { NOON, tokenOf, waitingIn } from '../../../../tests/setup/waiting-line.ts'

let app: TestApp
let w: ReturnType<typeof waitingIn>
beforeAll(async () => {
  app = await testApp()
  w = waitingIn(app)
})
afterAll(() => app.close())

describe('an offer', () => {
  test('goes to the first at once when a seat is given back, is mailed with its end, and becomes a ticket', async () => {
    const at = await w.full()
    const first = await w.join(at)
    const second = await w.join(at)
    app.clock.set(NOON)
    await w.free(at.tickets[0])
    const offered = await w.again(first)
    expect(offered.waiting.state).toBe('offered')
    expect(offered.offers).toMatchObject([{ seats: 1, state: 'held' }])
    // Twelve hours from noon end at midnight, when nobody reads mail; they are not made longer, the night is no reason to.
    expect(offered.offers[0]?.until).toEqual(new Date('2026-11-21T00:00:00+08:00'))
    const [mail] = await w.mailsOf(at, 'registration.offer')
    expect(mail?.toAddress).toBe(first.waiting.email)
    expect(mail?.body).toContain(`${app.settings.publicUrl}${offered.offers[0]?.path}`)
    expect(mail?.subject).toBe('轮到您了，位置留到 11月21日 00:00：南宁场')
    expect((await w.again(second)).ahead).toEqual({ groups: 0, people: 0 })
    expect((await w.take(offered.offers[0])).order.state).toBe('done')
    expect((await w.again(first)).waiting.state).toBe('taken')
    expect(await w.fits(at)).toBe(3)
    await expect(at.book()).rejects.toMatchObject({ code: 'registration.full' })
  })

  test('made at night, its hours begin in the morning; it never outlasts the event’s beginning', async () => {
    const at = await w.full()
    const [first, second] = [await w.join(at), await w.join(at)]
    app.clock.set(new Date('2026-11-20T23:30:00+08:00'))
    await w.free(at.tickets[0])
    expect((await w.again(first)).offers[0]?.until).toEqual(new Date('2026-11-21T20:00:00+08:00'))
    app.clock.set(new Date('2026-12-05T10:00:00+08:00'))
    await sweepSeats(app.ctx)
    expect((await w.again(second)).offers[0]?.until).toEqual(at.event.startsAt)
  })

  test('that is missed goes to the next; who missed it may join again at the end', async () => {
    const at = await w.full()
    const [first, second, third] = [await w.join(at), await w.join(at), await w.join(at)]
    await w.free(at.tickets[0])
    app.clock.set(new Date('2026-11-21T00:00:03+08:00'))
    await sweepSeats(app.ctx)
    expect((await w.again(first)).waiting.state).toBe('missed')
    expect((await w.again(second)).waiting.state).toBe('offered')
    const rejoined = await joinAgain(w.stranger, tokenOf(first))
    expect(rejoined.ahead).toEqual({ groups: 1, people: 1 })
    expect((await w.again(third)).ahead.groups).toBe(0)
    expect((await joinAgain(w.stranger, tokenOf(first))).path).toBe(rejoined.path)
    expect((await readWaitingList(app.ctx, ...at.place)).figures).toEqual({
      joined: 4,
      waiting: 2,
      offered: 2,
      taken: 0,
      missed: 1,
      left: 0,
    })
    expect(await w.fits(at)).toBe(3)
  })

  test('to a party that may be split is for what is there; the rest keep their place and link', async () => {
    const at = await w.full()
    const party = await w.join(at, { seats: 3, together: false })
    const later = await w.join(at)
    await w.free(at.tickets[0])
    const [one] = (await w.again(party)).offers
    expect(one).toMatchObject({ seats: 1, state: 'held' })
    expect((await w.again(party)).waiting).toMatchObject({ state: 'waiting', seats: 2 })
    expect((await w.again(later)).ahead).toEqual({ groups: 1, people: 2 })
    await Promise.all([w.free(at.tickets[1]), w.free(at.tickets[2])])
    const offers = (await w.again(party)).offers
    expect(offers.reduce((sum, { seats }) => sum + seats, 0)).toBe(3)
    for (const offer of offers) await w.take(offer)
    expect(await w.fits(at)).toBe(3)
    expect((await w.again(later)).waiting.state).toBe('waiting')
  })

  test('to a party that stays together waits for all its seats, which nobody else gets meanwhile', async () => {
    const at = await w.full()
    const party = await w.join(at, { seats: 2 })
    await w.free(at.tickets[0])
    await expect(at.book()).rejects.toMatchObject({ code: 'registration.waited_for' })
    const { waiting, offered } = await readWaitingList(app.ctx, ...at.place)
    expect([waiting.length, offered.length]).toEqual([1, 0])
    expect(waiting[0]).toMatchObject({ seats: 2, reason: { why: 'party', limit: 'cap', left: 1, limitName: null, behind: 0 } })
    await w.free(at.tickets[1])
    expect((await w.again(party)).offers).toMatchObject([{ seats: 2, state: 'held' }])
    expect(await w.fits(at)).toBe(3)
  })

  test('declined or left goes on at once', async () => {
    const at = await w.full()
    const [first, second, third] = [await w.join(at), await w.join(at), await w.join(at)]
    await w.free(at.tickets[0])
    const [offer] = (await w.again(first)).offers
    await cancelOrder(w.stranger, offer?.path.slice(3) ?? '')
    expect([(await w.again(first)).waiting.state, (await w.again(second)).waiting.state]).toEqual(['left', 'offered'])
    await leaveWaiting(w.stranger, tokenOf(second))
    await leaveWaiting(w.stranger, tokenOf(second))
    expect([(await w.again(second)).waiting.state, (await w.again(third)).waiting.state]).toEqual(['left', 'offered'])
    expect(await w.fits(at)).toBe(3)
  })
})

test('for an extra by the ticket’s own link: the one mechanism, beside the cap', async () => {
  const at = await w.full(10)
  for (const ticket of at.tickets.slice(3)) await w.free(ticket)
  const ids = await furnishTypes(app, at.communityId, at.eventId)
  const dinner = await holdSeats(w.stranger, ...at.place, {
    lines: [
      { typeId: ids.free, seats: 3 },
      { typeId: ids.freeDinner, seats: 3 },
    ],
  })
  const eaters = await fillOrder(w.stranger, dinner.path.slice(3), {
    name: '王',
    email: 'wang@example.org',
    consents: { registration: true },
    seats: dinner.lines
      .filter((line) => line.forLineId === null)
      .map(({ id }, n) => ({ lineId: id, name: `王${n}`, phone: '', email: n === 0 ? 'wang@example.org' : '' })),
  })
  const ticket = at.tickets[0]?.links.token ?? ''
  await expect(joinWaiting(w.stranger, ...at.place, w.wish({ ticketType: ids.freeDinner }))).rejects.toMatchObject({
    code: 'registration.type_unknown',
  })
  await expect(joinWaitingFor(w.stranger, ticket, ids.free)).rejects.toMatchObject({ code: 'registration.type_unknown' })
  const first = await joinWaitingFor(w.stranger, ticket, ids.freeDinner)
  app.clock.advance(1_000)
  const gone = await joinWaitingFor(w.stranger, at.tickets[1]?.links.token ?? '', ids.freeDinner)
  const third = await joinWaitingFor(w.stranger, at.tickets[2]?.links.token ?? '', ids.freeDinner)
  // Whoever gives the ticket back waits for its dinner no more.
  await w.free(at.tickets[1])
  expect((await w.again(gone)).waiting.state).toBe('left')
  for (const { path } of eaters.tickets.slice(0, 2)) await cancelByTicket(w.stranger, path.slice(3))
  const offered = await w.again(first)
  expect([offered.waiting.state, (await w.again(third)).waiting.state]).toEqual(['offered', 'offered'])
  await w.take(offered.offers[0])
  await expect(joinWaitingFor(w.stranger, ticket, ids.freeDinner)).rejects.toMatchObject({ code: 'registration.addon_alone' })
  const lines = await app.db
    .selectFrom('orderLine')
    .select(['state', 'registrationId'])
    .where('communityId', '=', at.communityId)
    .where('ticketTypeId', '=', ids.freeDinner)
    .where('state', '=', 'booked')
    .execute()
  expect(lines.map(({ registrationId }) => registrationId)).toContain(at.tickets[0]?.registration.id)
  await w.fits(at)
  // Its holder's copy and erasure reach the places that go with the ticket.
  const copies = await transact(app.ctx, (tx) =>
    exportWaiting(tx, at.communityId, { registrationId: at.tickets[0]?.registration.id ?? '', orderId: null }),
  )
  expect(copies).toMatchObject([{ state: 'taken', email: at.tickets[0]?.registration.email }])
})

test('case 6: cancel, refund, waiting-list offer: capacity comes back exactly once', async () => {
  const at = await w.full(0)
  await editEvent(app.ctx, ...at.place, eventInput({ cap: 2 }))
  const ids = await furnishTypes(app, at.communityId, at.eventId)
  const pay = async (name: string): Promise<OpenOrder> => {
    const held = await holdSeats(w.stranger, ...at.place, { lines: [{ typeId: ids.paid, seats: 1 }] })
    const email = `${name}@example.org`
    const placed = await fillOrder(w.stranger, held.path.slice(3), {
      name,
      email,
      consents: { registration: true },
      seats: held.lines.map(({ id }) => ({ lineId: id, name, phone: '', email })),
    })
    const settle = () =>
      transact(app.ctx, (tx) => settleOrder(app.ctx, tx, { communityId: at.communityId, eventId: at.eventId, id: placed.order.id }))
    expect([await settle(), await settle()]).toEqual(['booked', 'already'])
    return openOrder(w.stranger, placed.path.slice(3))
  }
  const [anna] = [await pay('anna'), await pay('bert')]
  const [first, second, third] = [
    await w.join(at, { ticketType: ids.paid }),
    await w.join(at, { ticketType: ids.paid }),
    await w.join(at, { ticketType: ids.paid }),
  ]
  const waits = [first, second, third]
  const states = () => Promise.all(waits.map(async (one) => (await w.again(one)).waiting.state))
  // Cancelled over and over at the same moment, by link and by sweep: one seat, one offer.
  const ticket = anna.tickets[0]?.path.slice(3) ?? ''
  await Promise.all([...Array.from({ length: 6 }, () => cancelByTicket(w.stranger, ticket)), sweepSeats(app.ctx), sweepSeats(app.ctx)])
  expect(await states()).toEqual(['offered', 'waiting', 'waiting'])
  expect(await w.fits(at)).toBe(2)
  // The offer is let run out, swept twice at once: on to the next, once.
  app.clock.set(new Date('2026-11-21T00:00:10+08:00'))
  await Promise.all([sweepSeats(app.ctx), sweepSeats(app.ctx)])
  expect(await states()).toEqual(['missed', 'offered', 'waiting'])
  expect(await w.fits(at)).toBe(2)
  // The money of the one who cancelled arrives once more, by a late notice: no seat is made for it.
  const late = await transact(app.ctx, (tx) =>
    settleOrder(app.ctx, tx, { communityId: at.communityId, eventId: at.eventId, id: anna.order.id }),
  )
  expect(late).toBe('already')
  const [offer] = (await w.again(second)).offers
  const [won] = await Promise.allSettled([w.take(offer), leaveWaiting(w.stranger, tokenOf(second))])
  const after = await states()
  expect(won?.status === 'fulfilled' ? ['offered', 'left'] : ['left']).toContain(after[1])
  expect(await w.fits(at)).toBe(2)
})

test('50 cancel and 50 join at once over two processes: counters equal rows, never over, all who can be called are', async () => {
  const at = await w.full(60)
  const other = await anotherProcess(app)
  try {
    const by = (n: number): Context => (n % 2 ? app : other).context(visitor)
    const outcomes = await Promise.allSettled([
      ...at.tickets.slice(0, 50).map((ticket, n) => cancelByTicket(by(n), ticket.links.token)),
      ...Array.from({ length: 50 }, (_, n) => joinWaiting(by(n), ...at.place, w.wish({ seats: 1 + (n % 3), together: n % 2 === 0 }))),
    ])
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [String(one.reason.code)] : []))
    expect(new Set(refused)).toEqual(new Set(refused.length > 0 ? ['registration.seats_left'] : []))
    expect(outcomes.slice(0, 50).every((one) => one.status === 'fulfilled')).toBe(true)
    await sweepSeats(app.ctx)
    const taken = await w.fits(at)
    expect(taken).toBeLessThanOrEqual(60)
    const { waiting, figures } = await readWaitingList(app.ctx, ...at.place)
    // Whoever waits still is first, and larger than what is left, or behind such a party.
    if (waiting[0]) expect(waiting[0].seats).toBeGreaterThan(60 - taken)
    expect(figures.joined).toBe(figures.waiting + figures.offered)
    expect(taken).toBe(10 + figures.offered)
  } finally {
    await other.close()
  }
})
