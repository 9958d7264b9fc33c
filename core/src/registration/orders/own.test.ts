import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeTickets, type Ticketed } from '../../../../tests/setup/tickets.ts'
import { payByTransfer } from '../../../../tests/setup/transfers.ts'
import { askFapiao } from '../fapiao/actions.ts'
import { eraseMine, exportMine } from '../own-data.actions.ts'
import { retainAttendees } from '../retention.ts'
import { openTicket } from '../tickets.ts'
import { cancelByTicket } from '../ticket.actions.ts'
import { holdOrderAgain } from './again.actions.ts'
import { choicesOf } from './choices.ts'
import { countsOf, rowsOf } from '../../../../tests/setup/seat-counts.ts'
import { fillOrder } from './fill.actions.ts'
import { handOver } from './handover.actions.ts'
import { holdSeats } from './hold.actions.ts'
import { openOrder, type OpenOrder } from './open.ts'
import { eraseOrder, exportOrder } from './own.actions.ts'
import { settleOrder } from './settle.ts'
import { sweepSeats } from './sweep.ts'
import { changeTicketType, typesToChangeTo } from './type.actions.ts'

let app: TestApp
let stranger: Context
beforeAll(async () => {
  app = await testApp()
  stranger = app.context(visitor)
})
afterAll(() => app.close())

let places = 0
const open = (over: Parameters<typeof makeTickets>[2] = {}): Promise<Ticketed> => makeTickets(app.ctx, `own-${(places += 1)}`, over)
const tokenOf = ({ path }: { path: string }): string => path.slice(3)

let people = 0
/** Holds and fills in; what costs something is paid. */
async function order(at: Ticketed, lines: [keyof Ticketed['ids'], number][], voucher = ''): Promise<OpenOrder> {
  people += 1
  const wanted = lines.map(([type, seats]) => ({ typeId: at.ids[type], seats }))
  const held = await holdSeats(stranger, at.communityId, at.event.id, { lines: wanted, voucher })
  const email = `own-${people}@example.org`
  const seats = held.lines.filter((line) => line.forLineId === null)
  const filled = await fillOrder(stranger, tokenOf(held), {
    name: `订票人${people}`,
    phone: '',
    email,
    consents: { registration: true },
    seats: seats.map(({ id: lineId }, n) => ({
      lineId,
      name: n === 0 ? `订票人${people}` : `同伴${n}`,
      phone: '',
      email: n === 0 ? email : '',
      consents: { photos: true },
    })),
  })
  const { communityId, eventId, id } = filled.order
  if (filled.order.state === 'placed') await transact(app.ctx, (tx) => settleOrder(app.ctx, tx, { communityId, eventId, id }))
  return openOrder(stranger, tokenOf(held))
}

const ticketOf = ({ tickets }: OpenOrder, n = 0): string => tokenOf(tickets[n] ?? { path: '' })
const counts = (at: Ticketed) => countsOf(app.db, at.communityId, at.event.id)
async function fits(at: Ticketed): Promise<void> {
  expect(await counts(at)).toEqual(await rowsOf(app.db, at.communityId, at.event.id))
}

describe('what can be chosen', () => {
  test('prices, windows and room as they are now; hidden ones only with their voucher', async () => {
    const at = await open({ cap: 3 })
    const shown = await choicesOf(app.ctx, at.event)
    expect(shown.tickets.map(({ id, priceFen, usualFen, room, left, lack }) => [id, priceFen, usualFen, room, left, lack])).toEqual([
      [at.ids.standard, 9800, 12800, 3, 3, null],
      [at.ids.student, 0, null, 1, null, null],
      [at.ids.gift, 3000, null, 3, 3, null],
      [at.ids.workshop, 5000, null, 0, 0, 'registration.type_full'],
      [at.ids.free, 0, null, 3, 3, null],
    ])
    expect(shown.extras.map(({ id, variants }) => [id, variants.length])).toEqual([
      [at.ids.dinner, 0],
      [at.ids.shirt, 3],
    ])
    const opened = await choicesOf(app.ctx, at.event, { voucher: 'speak-2026' })
    expect([opened.tickets.some(({ id }) => id === at.ids.speaker), opened.voucher]).toEqual([true, { code: 'SPEAK-2026', fault: null }])
    expect((await choicesOf(app.ctx, at.event, { voucher: 'nonsense' })).voucher?.fault).toBe('registration.voucher_unknown')
    expect(shown.simple).toBe(false)
  })

  test('never more in one order than one person may have', async () => {
    const at = await open()
    await app.db
      .updateTable('ticketType')
      .set({ perPerson: 2 })
      .where('communityId', '=', at.communityId)
      .where('id', '=', at.ids.free)
      .execute()
    const shown = await choicesOf(app.ctx, at.event)
    expect(shown.tickets.find(({ id }) => id === at.ids.free)?.room).toBe(2)
    const hold = (seats: number) => holdSeats(app.ctx, at.communityId, at.event.id, { lines: [{ typeId: at.ids.free, seats }] })
    await expect(hold(3)).rejects.toMatchObject({ code: 'registration.too_many', params: { maximum: 2 } })
    expect((await hold(2)).lines).toHaveLength(2)
  })
})

describe('a hold that ran out', () => {
  test('is held again at the present price; while there is no room it says so', async () => {
    const at = await open({ cap: 2 })
    const held = await holdSeats(stranger, at.communityId, at.event.id, { lines: [{ typeId: at.ids.standard, seats: 2 }] })
    const before = app.clock.now()
    app.clock.set(new Date('2026-11-26T12:00:00+08:00'))
    await sweepSeats(app.ctx)
    expect((await openOrder(stranger, tokenOf(held))).order).toMatchObject({ state: 'expired', totalFen: 19600 })
    const other = await order(at, [['free', 1]])
    await expect(holdOrderAgain(stranger, tokenOf(held))).rejects.toMatchObject({ code: 'registration.full' })
    await cancelByTicket(stranger, ticketOf(other))
    const again = await Promise.all([1, 2].map(() => holdOrderAgain(stranger, tokenOf(held))))
    expect(again.map(({ order: { state, totalFen } }) => [state, totalFen])).toEqual([
      ['held', 25600],
      ['held', 25600],
    ])
    expect(await counts(at)).toMatchObject({ taken: 2 })
    await fits(at)
    app.clock.set(before)
  })
})

describe('another type', () => {
  test('only one that is on sale at the price that was paid and has room; the old place is free at once', async () => {
    const at = await open()
    const done = await order(at, [['free', 1]])
    const token = ticketOf(done)
    expect(await typesToChangeTo(stranger, await openTicket(stranger, token))).toEqual([])
    for (const [to, code] of [
      ['standard', 'type_price'],
      ['student', 'type_price'],
      ['speaker', 'type_unknown'],
      ['dinner', 'type_unknown'],
    ] as const)
      await expect(changeTicketType(stranger, token, at.ids[to])).rejects.toMatchObject({ code: `registration.${code}` })
    const gift = await order(at, [['gift', 1]])
    await app.db
      .updateTable('ticketType')
      .set({ priceFen: 3000, earlyFen: null, earlyUntil: null })
      .where('id', '=', at.ids.standard)
      .execute()
    const paid = ticketOf(gift)
    expect((await typesToChangeTo(stranger, await openTicket(stranger, paid))).map(({ id }) => id)).toEqual([at.ids.standard])
    await Promise.all([1, 2].map(() => changeTicketType(stranger, paid, at.ids.standard)))
    expect((await openTicket(stranger, paid)).registration.ticketTypeId).toBe(at.ids.standard)
    expect(await counts(at)).toMatchObject({ [at.ids.standard]: 1, [at.ids.gift]: 0 })
    await fits(at)
  })
})

describe('a ticket that is handed over', () => {
  test('has a new holder, link and code; what the old one gave is gone, and who ordered no longer opens it', async () => {
    const at = await open()
    const done = await order(at, [['free', 1]])
    const token = ticketOf(done)
    const before = await openTicket(stranger, token)
    const to = { name: '接票的', email: 'next@example.org', agreed: 'on' }
    await expect(handOver(stranger, token, { ...to, email: '', phone: '13900139000' })).rejects.toMatchObject({ code: 'input.invalid' })
    await expect(handOver(stranger, token, { ...to, agreed: '' })).rejects.toMatchObject({ code: 'input.invalid' })
    const self = { name: before.person.name, email: before.registration.email, agreed: 'on' }
    await expect(handOver(stranger, token, self)).rejects.toMatchObject({ code: 'registration.handover_self' })
    await handOver(stranger, token, to)
    await expect(handOver(stranger, token, to)).rejects.toMatchObject({ code: 'access.link_expired' })
    const rows = await app.db.selectFrom('registration').selectAll().where('id', '=', before.registration.id).executeTakeFirstOrThrow()
    expect(rows).toMatchObject({ email: 'next@example.org', phone: '', linkVersion: 2, state: 'registered' })
    expect(rows.code).not.toBe(before.registration.code)
    const old = await app.db.selectFrom('person').select(['name', 'erasedAt']).where('id', '=', before.person.id).executeTakeFirstOrThrow()
    expect([old.name, old.erasedAt !== null]).toEqual(['', true])
    expect(
      await app.db.selectFrom('consent').select('id').where('personId', '=', before.person.id).where('withdrawnAt', 'is', null).execute(),
    ).toEqual([])
    const mails = await app.db
      .selectFrom('outbox')
      .select(['template', 'toAddress'])
      .where('communityId', '=', at.communityId)
      .where('template', 'like', 'registration.handed%')
      .orderBy('template')
      .execute()
    expect(mails).toEqual([
      { template: 'registration.handed_on', toAddress: before.registration.email },
      { template: 'registration.handed_over', toAddress: 'next@example.org' },
    ])
    expect((await openOrder(stranger, tokenOf(done))).tickets).toEqual([])
    await fits(at)
  })

  test('not after the time for it, and not to somebody who has one', async () => {
    const at = await open()
    const [one, two] = [await order(at, [['free', 1]]), await order(at, [['free', 1]])]
    const to = { name: '别人', email: two.order.email, agreed: 'on' }
    await expect(handOver(stranger, ticketOf(one), to)).rejects.toMatchObject({ code: 'registration.twice' })
    await app.db.updateTable('seatCounter').set({ handoverUntil: app.clock.now() }).where('eventId', '=', at.event.id).execute()
    await expect(handOver(stranger, ticketOf(one), { ...to, email: 'free@example.org' })).rejects.toMatchObject({
      code: 'registration.handover_over',
    })
  })
})

describe('whose data', () => {
  const contacts = async (at: Ticketed) => {
    const orders = await app.db
      .selectFrom('ticketOrder')
      .select(['name', 'email', 'totalFen'])
      .where('communityId', '=', at.communityId)
      .execute()
    const lines = await app.db
      .selectFrom('orderLine')
      .select(['name', 'email'])
      .where('communityId', '=', at.communityId)
      .orderBy('position')
      .execute()
    return { orders, lines }
  }

  test('a single seat’s holder takes and erases the order with it; its sum stays', async () => {
    const at = await open()
    const done = await order(at, [['standard', 1]])
    const copy = await exportMine(stranger, ticketOf(done))
    expect(copy.orders).toMatchObject([
      { code: done.order.code, email: done.order.email, totalFen: 9800, seats: [{ email: done.order.email }] },
    ])
    await eraseMine(stranger, ticketOf(done))
    expect(await contacts(at)).toEqual({ orders: [{ name: '', email: '', totalFen: 9800 }], lines: [{ name: '', email: '' }] })
    await expect(openOrder(stranger, tokenOf(done))).rejects.toMatchObject({ code: 'access.link_expired' })
    await fits(at)
  })

  test('of an order of several each erases their own seat; who ordered erases the order, the others’ tickets stay', async () => {
    const at = await open()
    const done = await order(at, [['free', 2]])
    expect((await exportMine(stranger, ticketOf(done, 1))).orders).toEqual([])
    expect(await exportOrder(stranger, tokenOf(done))).toMatchObject({ order: { email: done.order.email }, waiting: [] })
    await eraseMine(stranger, ticketOf(done, 1))
    const { name, email } = done.order
    expect(await contacts(at)).toEqual({
      orders: [{ name, email, totalFen: 0 }],
      lines: [
        { name, email },
        { name: '', email: '' },
      ],
    })
    await eraseOrder(stranger, tokenOf(done))
    expect((await contacts(at)).orders).toEqual([{ name: '', email: '', totalFen: 0 }])
    expect((await openTicket(stranger, ticketOf(done))).registration.state).toBe('registered')
    await fits(at)
  })

  test('an order under way is given up and erased; after the time of keeping nobody is known any more', async () => {
    const at = await open()
    people += 1
    const held = await holdSeats(stranger, at.communityId, at.event.id, { lines: [{ typeId: at.ids.standard, seats: 2 }] })
    await eraseOrder(stranger, tokenOf(held))
    expect(await counts(at)).toMatchObject({ taken: 0 })
    await order(at, [['free', 2]])
    const before = app.clock.now()
    app.clock.set(new Date(at.event.endsAt.getTime() + (at.event.retentionDays + 1) * 86_400_000))
    await retainAttendees(app.ctx)
    const { orders, lines } = await contacts(at)
    expect([...orders, ...lines].filter((row) => row.name !== '' || row.email !== '')).toEqual([])
    app.clock.set(before)
  })
})

test.each([
  ['person', ['', '', '', '']],
  // What is no company and no public body may be somebody.
  ['other', ['', '', '', '']],
  ['company', ['抬头', '9144030071526726XG', '深圳', '']],
  ['public', ['抬头', '', '深圳', '']],
] as const)('erasing an order: an invoice’s title of the kind %s', async (titleType, left) => {
  const at = await open()
  const { token } = await payByTransfer(app, at, { fapiao: true })
  const taxId = titleType === 'company' ? '9144030071526726XG' : ''
  await askFapiao(stranger, token, { titleType, title: '抬头', taxId, address: '深圳', email: 'zhang@example.org' })
  await eraseOrder(stranger, token)
  const rows = await app.db.selectFrom('fapiao').selectAll().where('communityId', '=', at.communityId).execute()
  expect(rows.map((row) => [row.title, row.taxId, row.address, row.email])).toEqual([left])
})
