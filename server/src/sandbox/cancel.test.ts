import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { roles, type Role } from '@kaichang/core/community/permissions.ts'
import { cancelOrderByStaff, moneyAtStake } from '@kaichang/core/registration/orders/cancel.actions.ts'
import { belongingsOf } from '@kaichang/core/registration/orders/belongings.ts'
import { openOrder } from '@kaichang/core/registration/orders/open.ts'
import { openTicket } from '@kaichang/core/registration/tickets.ts'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { confirmOffline } from '@kaichang/core/registration/payment/offline.actions.ts'
import {
  askForRefund,
  decideRefund,
  markRefunded,
  proposeRefund,
  refundsOfOrder,
  requestRefund,
} from '@kaichang/core/registration/payment/refund.actions.ts'
import { sendRefunds } from '@kaichang/core/registration/payment/refund.send.ts'
import { setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import { checkCounters } from '@kaichang/core/registration/seats/recount.ts'
import { cancelRegistration } from '@kaichang/core/registration/ticket.actions.ts'
import { openPaidSite, type PaidSite } from '../../../tests/setup/sandbox.ts'
import { goodDay } from './behaviour.ts'
import { inBalance, online, openShop, PRICE } from './world.testing.ts'

let site: PaidSite
beforeAll(async () => void (site = await openPaidSite()))
afterAll(() => site.close())
afterEach(() => void Object.assign(site.sandbox.control.behaviour, goodDay()))

const quiet = (): void => undefined

async function paid(seats = 2, provider: (typeof online)[number] = 'wechatpay') {
  const shop = await openShop(site)
  const order = await shop.order(seats)
  const no = await shop.begin(order.token, provider)
  shop.control.pay(no)
  await shop.control.post.settled()
  const { communityId, eventId } = shop.place
  const as = (role: Role) =>
    site.app.context({
      kind: 'account',
      accountId: '0192f3a0-0000-7000-8000-000000000001',
      name: role,
      email: `${role}@example.org`,
      administrator: false,
      grants: [{ communityId, eventId: null, role }],
    })
  const cancel = (input: Parameters<typeof cancelOrderByStaff>[4], ctx = shop.ctx) =>
    cancelOrderByStaff(ctx, communityId, eventId, order.id, input)
  const stake = (ctx = shop.ctx) => moneyAtStake(ctx, communityId, eventId, order.id)
  const mails = async () =>
    (await site.app.db.selectFrom('outbox').select('template').where('communityId', '=', communityId).execute())
      .map((one) => one.template)
      .filter((name) => name.startsWith('payment.') || name === 'registration.order_cancelled')
  const journal = async (kind: string) =>
    (await site.app.db.selectFrom('journal').select('facts').where('communityId', '=', communityId).where('kind', '=', kind).execute()).map(
      (one) => one.facts,
    )
  return { ...shop, ...order, no, as, cancel, stake, mails, journal }
}

test.each(online)('%s: given back, the whole at once with the seats, and however often it is pressed once', async (provider) => {
  const at = await paid(2, provider)
  expect(await at.stake()).toEqual({ amountFen: 2 * PRICE, leftFen: 2 * PRICE, usual: 'back', mayGive: true, byHand: false })
  await Promise.all([1, 2, 3].map(() => at.cancel({ reason: '活动取消', money: 'back' })))
  expect([await at.taken(), await at.tickets()]).toEqual([0, 0])
  expect(await at.stand(at.id)).toMatchObject({ paidFen: 2 * PRICE, refunds: [`cancelled due ${2 * PRICE}`] })
  expect(await at.journal('payment.refund_due')).toEqual([{ provider, yuan: '256.00', fen: 2 * PRICE, cause: 'cancelled' }])
  // Whoever ordered hears why, once.
  expect(await at.mails()).toEqual(['registration.order_cancelled'])
  await sendRefunds(at.ctx, quiet)
  await at.control.post.settled()
  expect(await at.stand(at.id)).toMatchObject({ paidFen: 0, refunds: [`cancelled done ${2 * PRICE}`] })
  expect(await at.stake()).toMatchObject({ amountFen: 0 })
  expect([await at.balanced(), await checkCounters(at.ctx, at.place.communityId, at.place.eventId)]).toEqual([inBalance, []])
})

test('kept for a reason that is told; without one nothing at all has happened', async () => {
  const at = await paid()
  await expect(at.cancel({ money: 'keep', reason: ' ' })).rejects.toMatchObject({ code: 'payment.reason' })
  expect([await at.taken(), await at.tickets(), await at.mails()]).toEqual([2, 2, []])
  await at.cancel({ money: 'keep', reason: '冒用他人信息' })
  expect([await at.taken(), await at.tickets()]).toEqual([0, 0])
  expect(await at.stand(at.id)).toMatchObject({ paidFen: 2 * PRICE, refunds: [] })
  expect([await at.mails(), await at.journal('payment.kept')]).toEqual([['payment.kept'], [{ yuan: '256.00', fen: 2 * PRICE }]])
  expect(await at.balanced()).toEqual(inBalance)
})

test('giving back is for those who look after the money; others ask a treasurer', async () => {
  const at = await paid()
  const may: Role[] = []
  for (const role of roles) {
    const told = await at.cancel({ money: 'back', reason: '—' }, at.as(role)).then(
      () => 'done',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    )
    if (told === 'done') may.push(role)
    else expect([role, told]).toEqual([role, 'access.denied'])
  }
  expect(may).toEqual(['owner'])
  const other = await paid()
  expect(await other.stake(other.as('organiser'))).toMatchObject({ usual: 'ask', mayGive: false })
  await other.cancel({ reason: '换了场地' }, other.as('organiser'))
  expect([await other.taken(), (await other.stand(other.id)).refunds]).toEqual([0, [`cancelled asked ${2 * PRICE}`]])
  const [asked] = await refundsOfOrder(other.stranger, other.token)
  expect(asked).toMatchObject({ reason: '换了场地' })
  await decideRefund(other.as('treasurer'), other.place, asked?.id ?? '', true)
  await sendRefunds(other.ctx, quiet)
  await other.control.post.settled()
  expect([await other.stand(other.id), await other.balanced()]).toMatchObject([{ paidFen: 0 }, inBalance])
  // The same for one ticket: nobody gives money back by a side door.
  const third = await paid(2)
  const [first] = (await third.open(third.token)).tickets
  await cancelRegistration(third.as('organiser'), third.place.communityId, third.place.eventId, first?.id ?? '')
  expect((await third.stand(third.id)).refunds).toEqual([`cancelled asked ${PRICE}`])
  const [, second] = (await third.open(third.token)).tickets
  await cancelRegistration(third.as('owner'), third.place.communityId, third.place.eventId, second?.id ?? '')
  expect((await third.stand(third.id)).refunds.toSorted()).toEqual([`cancelled asked ${PRICE}`, `cancelled due ${PRICE}`])
})

test('what is offered first follows the event’s rule; what went back before does not go back twice', async () => {
  const at = await paid()
  await setPaymentSetting(at.ctx, at.place, { refunds: 'none' })
  expect(await at.stake()).toMatchObject({ usual: 'keep' })
  await expect(at.cancel({})).rejects.toMatchObject({ code: 'payment.reason' })
  await setPaymentSetting(at.ctx, at.place, { refunds: 'self' })
  expect(await at.stake()).toMatchObject({ usual: 'back' })
  const [first] = (await at.open(at.token)).tickets
  await cancelRegistration(at.ctx, at.place.communityId, at.place.eventId, first?.id ?? '')
  expect(await at.stake()).toMatchObject({ amountFen: PRICE })
  await at.cancel({})
  expect((await at.stand(at.id)).refunds).toEqual([`cancelled due ${PRICE}`, `cancelled due ${PRICE}`])
  expect([await at.taken(), await at.balanced()]).toEqual([0, inBalance])
})

test('a transfer goes back by hand', async () => {
  const shop = await openShop(site)
  await setPaymentSetting(shop.ctx, shop.place, { offline: true })
  const { id, token } = await shop.order()
  const view = await startPayment(shop.stranger, token, { provider: 'offline', method: 'transfer' })
  await confirmOffline(shop.ctx, shop.place, view.id)
  const { communityId, eventId } = shop.place
  expect(await moneyAtStake(shop.ctx, communityId, eventId, id)).toMatchObject({ byHand: true, amountFen: PRICE })
  await cancelOrderByStaff(shop.ctx, communityId, eventId, id, { money: 'back' })
  await sendRefunds(shop.ctx, quiet)
  expect(await shop.stand(id)).toMatchObject({ paidFen: PRICE, refunds: [`cancelled due ${PRICE}`] })
  const [refund] = await refundsOfOrder(shop.stranger, token)
  await markRefunded(shop.ctx, shop.place, refund?.id ?? '', { reference: '招行 1130' })
  expect(await shop.stand(id)).toMatchObject({ paidFen: 0, refunds: [`cancelled done ${PRICE}`] })
  expect(await shop.balanced()).toEqual(inBalance)
})

test('where money goes back by itself it goes with its seat: nobody keeps both', async () => {
  const at = await paid()
  await setPaymentSetting(at.ctx, at.place, { refunds: 'self' })
  await expect(askForRefund(at.stranger, at.token)).rejects.toMatchObject({ code: 'refund.with_seats' })
  await setPaymentSetting(at.ctx, at.place, { refunds: 'none' })
  await expect(askForRefund(at.stranger, at.token)).rejects.toMatchObject({ code: 'refund.not_offered' })
  expect([await at.taken(), (await at.stand(at.id)).refunds]).toEqual([2, []])
})

test('an organiser who does not look after the money asks for a part of it; the treasurer gives it, the ticket stays', async () => {
  const at = await paid(1)
  const wish = { amountFen: 1500, reason: '没有 M 码了' }
  await expect(requestRefund(at.as('organiser'), at.place, at.id, wish)).rejects.toMatchObject({ code: 'access.denied' })
  for (const role of roles.filter((one) => one !== 'owner' && one !== 'organiser'))
    await expect(proposeRefund(at.as(role), at.place, at.id, wish), role).rejects.toMatchObject({ code: 'access.denied' })
  const tooMuch = { ...wish, amountFen: PRICE + 1 }
  await expect(proposeRefund(at.as('organiser'), at.place, at.id, tooMuch)).rejects.toMatchObject({ code: 'refund.too_much' })
  await proposeRefund(at.as('organiser'), at.place, at.id, wish)
  expect(await at.stake(at.as('organiser'))).toMatchObject({ leftFen: PRICE - 1500, mayGive: false })
  // Whoever gives the ticket back now is told of what is left, not of what it cost.
  const [ticket] = (await openOrder(at.stranger, at.token)).tickets
  expect(await belongingsOf(at.stranger, await openTicket(at.stranger, ticket?.path.slice('/t/'.length) ?? ''))).toMatchObject({
    paidFen: PRICE,
    leftFen: PRICE - 1500,
  })
  await sendRefunds(at.ctx, quiet)
  expect(await at.stand(at.id)).toMatchObject({ order: 'done', paidFen: PRICE, refunds: ['goodwill asked 1500'] })
  const [asked] = await refundsOfOrder(at.stranger, at.token)
  await decideRefund(at.ctx, at.place, asked?.id ?? '', true)
  await sendRefunds(at.ctx, quiet)
  await at.control.post.settled()
  expect(await at.stand(at.id)).toMatchObject({ order: 'done', paidFen: PRICE - 1500, refunds: ['goodwill done 1500'] })
  expect([await at.taken(), await at.tickets(), await at.balanced()]).toEqual([1, 1, inBalance])
})
