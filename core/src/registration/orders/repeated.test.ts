import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import type { Context } from '#core/store/context.ts'
import { anotherProcess, testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { cuttableLink } from '../../../../tests/setup/cuttable-link.ts'
import { makeTickets } from '../../../../tests/setup/tickets.ts'
import { countsOf, rowsOf } from '../../../../tests/setup/seat-counts.ts'
import { cancelOrder, fillOrder } from './fill.actions.ts'
import { holdSeats } from './hold.actions.ts'
import type { OpenOrder } from './open.ts'
import { orderForOne } from './program.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const tokenOf = (opened: OpenOrder): string => opened.path.slice('/o/'.length)
let shops = 0

async function open() {
  shops += 1
  const { communityId, event, ids } = await makeTickets(app.ctx, `again-${shops}`)
  const place = [communityId, event.id] as const
  const stranger = app.context(visitor)
  const hold = (typeId: string, seats = 1) => holdSeats(stranger, ...place, { lines: [{ typeId, seats }] })
  const orders = async () =>
    (await app.db.selectFrom('ticketOrder').select('state').where('communityId', '=', communityId).orderBy('createdAt').execute()).map(
      (one) => one.state,
    )
  const tickets = async () => (await app.db.selectFrom('registration').select('id').where('communityId', '=', communityId).execute()).length
  const fits = async () => expect(await rowsOf(app.db, ...place)).toEqual(await countsOf(app.db, ...place))
  return { place, ids, stranger, hold, orders, tickets, fits }
}

function form({ lines }: OpenOrder, name: string) {
  const email = `${name}@example.org`
  const seats = lines.map((line, n) => ({ lineId: line.id, name: n === 0 ? name : '同伴', phone: '', email: n === 0 ? email : '' }))
  return { name, phone: '', email, consents: { registration: true }, seats }
}

/** The same work by a process whose link to the database is cut after one of its commits. */
async function cut<T>(behind: number, work: (ctx: Context) => Promise<T>): Promise<T> {
  const link = await cuttableLink(app.databaseUrl)
  const other = await anotherProcess(app, link.url)
  try {
    link.cutAfterCommit(behind)
    const done = await work(other.context(visitor))
    expect(link.cuts()).toBe(1)
    return done
  } finally {
    await other.close()
    link.close()
  }
}

test.each(['standard', 'free', 'student'] as const)(
  '%s: a form that was filled in is told when it comes back with other content',
  async (type) => {
    const at = await open()
    const held = await at.hold(at.ids[type])
    const typed = form(held, 'first')
    const done = await fillOrder(at.stranger, tokenOf(held), typed, 'fill-key-1')
    // The very same, however often and at once, is the same order.
    const again = await Promise.all([1, 2, 3].map(() => fillOrder(at.stranger, tokenOf(held), typed, 'fill-key-1')))
    expect(again.map(({ order, tickets }) => [order.state, tickets])).toEqual(again.map(() => [done.order.state, done.tickets]))
    const other = { ...typed, name: 'second' }
    await expect(fillOrder(at.stranger, tokenOf(held), other, 'fill-key-1')).rejects.toMatchObject({ code: 'request.repeated_otherwise' })
    const answers = typed.seats.map((seat) => ({ ...seat, consents: { photos: true } }))
    await expect(fillOrder(at.stranger, tokenOf(held), { ...typed, seats: answers }, 'fill-key-1')).rejects.toMatchObject({
      code: 'request.repeated_otherwise',
    })
    expect((await fillOrder(at.stranger, tokenOf(held), typed, 'fill-key-1')).order.name).toBe('first')
    // The same token of another order's form is another form.
    const next = await at.hold(at.ids[type])
    expect((await fillOrder(at.stranger, tokenOf(next), form(next, 'third'), 'fill-key-1')).order.name).toBe('third')
    await at.fits()
  },
)

test('two different forms under one key at once: one is taken, the other is told', async () => {
  const at = await open()
  const held = await at.hold(at.ids.free)
  const names = ['one', 'two', 'three', 'four']
  const outcomes = await Promise.allSettled(names.map((name) => fillOrder(at.stranger, tokenOf(held), form(held, name), 'fill-key-2')))
  const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
  expect(refused).toEqual(Array(3).fill('request.repeated_otherwise'))
  expect(await at.tickets()).toBe(1)
})

test('a fault leaves the key free, and the corrected form is taken under it', async () => {
  const at = await open()
  const held = await at.hold(at.ids.standard)
  const typed = form(held, 'right')
  await expect(fillOrder(at.stranger, tokenOf(held), { ...typed, email: 'wrong' }, 'fill-key-3')).rejects.toMatchObject({
    code: 'input.invalid',
  })
  expect((await fillOrder(at.stranger, tokenOf(held), typed, 'fill-key-3')).order.state).toBe('placed')
  await cancelOrder(at.stranger, tokenOf(held))
  await expect(fillOrder(at.stranger, tokenOf(held), typed, 'fill-key-3')).rejects.toMatchObject({ code: 'registration.order_closed' })
})

test('the link is cut after the COMMIT of a form: sent again it finds its own order', async () => {
  const at = await open()
  const held = await at.hold(at.ids.free, 2)
  const typed = form(held, 'unheard')
  await cut(0, async (ctx) => expect(fillOrder(ctx, tokenOf(held), typed, 'fill-key-4')).rejects.toThrow())
  expect((await fillOrder(at.stranger, tokenOf(held), typed, 'fill-key-4')).order.state).toBe('done')
  await expect(fillOrder(at.stranger, tokenOf(held), { ...typed, name: 'x' }, 'fill-key-4')).rejects.toMatchObject({
    code: 'request.repeated_otherwise',
  })
  expect([await at.orders(), await at.tickets()]).toEqual([['done'], 2])
  await at.fits()
})

// Of a program's order the hold and the form are committed one after the other.
test.each([
  ['free', 0, 'done'],
  ['free', 1, 'done'],
  ['standard', 1, 'placed'],
] as const)(
  'a program’s order of %s is not heard after commit %i: the same key answers it, another body is refused',
  async (type, behind, state) => {
    const at = await open()
    const who = { name: '程序', phone: '', email: `${type}-${behind}@example.org`, consents: { registration: true } }
    const body = { ...who, ticketType: at.ids[type], extras: type === 'standard' ? [at.ids.dinner] : [] }
    const ask = (ctx: Context, over: object = {}) => orderForOne(ctx, ...at.place, { ...body, ...over }, 'program-key-1')
    // A hold is looked for by itself; the end of the form is told to nobody.
    await cut(behind, (ctx) => ask(ctx).catch(() => undefined))
    const again = await ask(at.stranger)
    expect(again.order.state).toBe(state)
    expect((await ask(at.stranger)).order.id).toBe(again.order.id)
    await expect(ask(at.stranger, { name: '别人' })).rejects.toMatchObject({ code: 'request.repeated_otherwise' })
    expect(await at.orders()).toEqual([state])
    await at.fits()
  },
)
