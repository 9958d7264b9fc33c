import fc from 'fast-check'
import { editEvent } from '@kaichang/core/community/actions.ts'
import { isKaichangError } from '@kaichang/core/kernel/errors.ts'
import { eventInput } from './samples.ts'
import { cancelOrder, fillOrder } from '@kaichang/core/registration/orders/fill.actions.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import { openOrder, openOrderOf } from '@kaichang/core/registration/orders/open.ts'
import { approveOrders } from '@kaichang/core/registration/orders/review.actions.ts'
import { sweepSeats } from '@kaichang/core/registration/orders/sweep.ts'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { confirmOffline } from '@kaichang/core/registration/payment/offline.actions.ts'
import { decideRefund, markRefunded, refundsOfEvent } from '@kaichang/core/registration/payment/refund.actions.ts'
import { registerAttendee, registerMany } from '@kaichang/core/registration/register.actions.ts'
import { cancelByTicket, restoreByTicket } from '@kaichang/core/registration/ticket.actions.ts'
import { startVouchers, stopVouchers } from '@kaichang/core/registration/vouchers/actions.ts'
import { joinWaiting } from '@kaichang/core/registration/waiting/join.actions.ts'
import { keep, NOTHING, oneOf, who, type Act } from './seat-acting.ts'
import { capOf, faultOf } from './seat-faults.ts'
import { ownActs } from './seat-own-commands.ts'
import type { Memory, Real } from './seat-place.ts'

/** A command of the run: what an action is refused with by the rules is an answer; anything else is a fault. */
class Command implements fc.AsyncCommand<Memory, Real> {
  private readonly name: string
  private readonly act: Act
  constructor(name: string, act: Act) {
    this.name = name
    this.act = act
  }
  check(): boolean {
    return true
  }
  async run(model: Memory, real: Real): Promise<void> {
    const tell = (what: string): void => void model.told.set(what, (model.told.get(what) ?? 0) + 1)
    const [name = ''] = this.name.split('(')
    const before = real.alone ? await capOf(real) : null
    try {
      tell((await this.act(model, real)) === NOTHING ? `${name}: nothing to do` : name)
    } catch (error) {
      if (!isKaichangError(error) || error.code === 'machine.unknown') throw error
      tell(`${name}: ${error.code}`)
    }
    const fault = await faultOf(model, real)
    if (fault) throw new Error(fault)
    // Whoever acts alone is seen on both sides: nobody more than the cap that stands, unless it was lowered under them.
    const after = before && (await capOf(real))
    if (after && after.taken > Math.max(after.cap, before.taken)) throw new Error(`${after.taken} are taken, the cap is ${after.cap}`)
  }
  toString(): string {
    return this.name
  }
}

/** The link of one of the orders in this state; half of the time any other that is remembered. */
async function tokenOf(
  model: Memory,
  { app, place: [communityId, eventId] }: Real,
  state: 'held' | 'placed',
  n: number,
): Promise<string | undefined> {
  if (n % 4 === 3) return oneOf(model.orders, n)
  const rows = await app.db
    .selectFrom('ticketOrder')
    .select('id')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', state)
    .orderBy('id')
    .execute()
  const id = oneOf(rows, n)?.id
  return id === undefined ? undefined : (await openOrderOf(app.ctx, communityId, id)).path.slice('/o/'.length)
}
async function fill(model: Memory, { stranger }: Real, token: string): Promise<void> {
  const { lines } = await openOrder(stranger, token)
  const own = who(model)
  const seats = lines
    .filter((line) => line.forLineId === null)
    .map((line, n) => ({ lineId: line.id, name: n === 0 ? own.name : `同伴${n}`, phone: '', email: n === 0 ? own.email : '' }))
  const filled = await fillOrder(stranger, token, { ...own, phone: '', consents: { registration: true }, seats })
  keep(model, filled.tickets)
}

const acts = {
  ...ownActs,
  register:
    (n: number): Act =>
    async (model, { stranger, place, ids }) => {
      const channel = n % 2 ? 'poster' : ''
      const { registration, links } = await registerAttendee(stranger, ...place, {
        ...who(model),
        ticketType: ids.free,
        channel,
        consents: { registration: true },
      })
      keep(model, [{ id: registration.id, path: links.path }])
    },
  hold:
    (n: number): Act =>
    async (model, { stranger, place, ids }) => {
      const typeId = oneOf([ids.free, ids.paid, ids.looked], n) ?? ''
      const extra = oneOf(['', ids.dinner, ids.freeDinner], n >> 2) ?? ''
      const lines = [
        { typeId, seats: 1 + (n % 3), chosenFen: null },
        ...(extra === '' ? [] : [{ typeId: extra, seats: 1, chosenFen: null }]),
      ]
      const held = await holdSeats(stranger, ...place, {
        lines,
        voucher: oneOf(['', '', 'KEEP', 'HALF'], n >> 4) ?? '',
        channel: n % 5 ? '' : 'poster',
      })
      model.orders.push(held.path.slice('/o/'.length))
    },
  fill:
    (n: number): Act =>
    async (model, real) => {
      const token = await tokenOf(model, real, 'held', n)
      if (token === undefined) return NOTHING
      await fill(model, real, token)
    },
  pay:
    (n: number): Act =>
    async (model, real) => {
      const token = await tokenOf(model, real, 'placed', n)
      if (token === undefined) return NOTHING
      const { id } = await startPayment(real.stranger, token, { provider: 'offline', method: 'transfer' })
      model.payments.push({ id, token })
    },
  confirm:
    (n: number): Act =>
    async (model, { staff, stranger, place: [communityId, eventId] }) => {
      const payment = oneOf(model.payments, n)
      if (!payment) return NOTHING
      await Promise.all([1, 2].map(() => confirmOffline(staff, { communityId, eventId }, payment.id)))
      const { tickets } = await openOrder(stranger, payment.token)
      keep(
        model,
        tickets.filter(({ id }) => !model.acknowledged.has(id)),
      )
    },
  /** All the way to the money in one go, sometimes only until it is awaited. */
  buy:
    (n: number): Act =>
    async (model, real) => {
      const { stranger, staff, ids } = real
      const [communityId, eventId] = real.place
      const lines = [{ typeId: ids.paid, seats: 1 + (n % 2), chosenFen: null }]
      const token = (await holdSeats(stranger, ...real.place, { lines, voucher: n % 5 === 0 ? 'HALF' : '' })).path.slice('/o/'.length)
      model.orders.push(token)
      await fill(model, real, token)
      const { id } = await startPayment(stranger, token, { provider: 'offline', method: 'transfer' })
      model.payments.push({ id, token })
      if (n % 3 === 0) return
      await confirmOffline(staff, { communityId, eventId }, id)
      keep(model, (await openOrder(stranger, token)).tickets)
    },
  cancelOrder:
    (n: number): Act =>
    async (model, { stranger }) => {
      const token = oneOf(model.orders, n)
      if (token === undefined) return NOTHING
      await cancelOrder(stranger, token)
    },
  cancelTicket:
    (n: number): Act =>
    async (model, { stranger }) => {
      const token = oneOf(model.tickets, n)
      if (token === undefined) return NOTHING
      await cancelByTicket(stranger, token)
    },
  restore:
    (n: number): Act =>
    async (model, { stranger }) => {
      const token = oneOf(model.tickets, n)
      if (token === undefined) return NOTHING
      await restoreByTicket(stranger, token)
    },
  refund:
    (n: number): Act =>
    async (_, { staff, place: [communityId, eventId] }) => {
      const at = { communityId, eventId }
      const refund = oneOf(await refundsOfEvent(staff, at), n)
      if (refund?.state === 'asked') await decideRefund(staff, at, refund.id, n % 4 !== 0, { reason: '按约定' })
      else if (refund) await markRefunded(staff, at, refund.id)
      else return NOTHING
    },
  wait:
    (n: number): Act =>
    async (model, { stranger, place, ids }) => {
      const ticketType = oneOf([ids.free, ids.paid], n) ?? ''
      await joinWaiting(stranger, ...place, {
        ...who(model),
        phone: '',
        ticketType,
        seats: 1 + (n % 3),
        together: n % 2 === 0,
        consents: { registration: true },
      })
    },
  takeOffer:
    (n: number): Act =>
    async (model, real) => {
      const [communityId, eventId] = real.place
      const offers = await real.app.db
        .selectFrom('waiting')
        .select('orderId')
        .where('communityId', '=', communityId)
        .where('eventId', '=', eventId)
        .where('state', '=', 'offered')
        .orderBy('id')
        .execute()
      const orderId = oneOf(offers, n)?.orderId
      if (!orderId) return NOTHING
      const token = (await openOrderOf(real.app.ctx, communityId, orderId)).path.slice('/o/'.length)
      model.orders.push(token)
      await fill(model, real, token)
    },
  time:
    (n: number): Act =>
    async (_, { app }) => {
      app.clock.advance((n % 3 === 0 ? 40 : n % 5) * 60_000)
      await sweepSeats(app.ctx)
    },
  cap:
    (n: number): Act =>
    async (model, { app, place }) => {
      const cap = n % 16 === 0 ? null : n % 9
      model.caps.push(cap ?? Infinity)
      await editEvent(app.ctx, ...place, eventInput({ cap }))
    },
  bring:
    (): Act =>
    async (model, { staff, place, ids }) => {
      const inputs = [1, 2].map(() => ({ ...who(model), ticketType: ids.free, channel: 'poster', consents: { registration: true } }))
      for (const answer of await registerMany(staff, ...place, inputs))
        if (answer.ok) keep(model, [{ id: answer.registrationId, path: answer.links.path }])
    },
  voucher:
    (n: number): Act =>
    async (_, { staff, place }) => {
      await (n % 2 ? startVouchers : stopVouchers)(staff, ...place, { batch: 'keep' })
    },
  approve:
    (): Act =>
    async (model, { staff, app, place }) => {
      const [communityId, eventId] = place
      const asked = await app.db
        .selectFrom('ticketOrder')
        .select('id')
        .where('communityId', '=', communityId)
        .where('eventId', '=', eventId)
        .where('state', '=', 'review')
        .execute()
      if (asked.length === 0) return NOTHING
      const ids = asked.map(({ id }) => id)
      for (const { id, verdict } of await approveOrders(staff, ...place, ids))
        if (verdict === 'booked') keep(model, (await openOrderOf(app.ctx, communityId, id)).tickets)
    },
}

const weights: Record<string, number> = { hold: 4, fill: 4, pay: 3, confirm: 3, wait: 3, takeOffer: 2, refund: 3, cancelTicket: 3, buy: 4 }

/** Runs of up to `most` commands; what happens often happens often here. */
export const commandsOf = (most: number) =>
  fc.commands(
    Object.entries(acts).flatMap(([name, act]) => {
      const often: number = weights[name] ?? 1
      return Array.from({ length: often }, () => fc.nat({ max: 255 }).map((n) => new Command(`${name}(${n})`, act(n))))
    }),
    { maxCommands: most, size: 'max' },
  )
