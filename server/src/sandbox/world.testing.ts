import { visitor } from '@kaichang/core/kernel/actor.ts'
import { newId } from '@kaichang/core/kernel/ids.ts'
import { openRegistration } from '@kaichang/core/registration/actions.ts'
import { fillOrder } from '@kaichang/core/registration/orders/fill.actions.ts'
import { holdSeats } from '@kaichang/core/registration/orders/hold.actions.ts'
import { openOrder, type OpenOrder } from '@kaichang/core/registration/orders/open.ts'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { findImbalances } from '@kaichang/core/registration/payment/ledger.store.ts'
import type { Method, ProviderName } from '@kaichang/core/registration/payment/providers/provider.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import type { PaidSite } from '../../../tests/setup/sandbox.ts'
import type { Site } from '../../../tests/setup/server.ts'

export const PRICE = 12_800
/** One way to pay at each provider. */
export const ways = { wechatpay: 'native', alipay: 'page', stripe: 'checkout' } as const satisfies Partial<Record<ProviderName, Method>>
export const online = ['wechatpay', 'alipay', 'stripe'] as const

let events = 0
let people = 0

/** An event with one kind of ticket for 128 yuan, and what buyers do with it. */
export async function openPlainShop({ app }: Site, cap = 10) {
  events += 1
  const ctx = app.context({ kind: 'system', name: 'test' })
  const stranger: Context = app.context(visitor)
  const { communityId, event } = await makeEvent(ctx, { community: `shop-${events}`, cap })
  await openRegistration(ctx, communityId, event.id)
  const typeId = newId(ctx)
  await app.db
    .insertInto('ticketType')
    .values({
      communityId,
      id: typeId,
      eventId: event.id,
      name: { zh: '普通票' },
      priceFen: PRICE,
      perOrder: 5,
      perPerson: 5,
      createdAt: app.clock.now(),
    })
    .execute()
  const place = { communityId, eventId: event.id }
  const tokenOf = (opened: OpenOrder): string => opened.path.slice('/o/'.length)

  /** An order that awaits its money. */
  async function order(seats = 1): Promise<{ token: string; id: string }> {
    people += 1
    const email = `buyer-${people}@example.org`
    const held = await holdSeats(stranger, communityId, event.id, { lines: [{ typeId, seats, chosenFen: null }] })
    const filled = await fillOrder(stranger, tokenOf(held), {
      name: `买家${people}`,
      phone: '',
      email,
      consents: { registration: true },
      seats: held.lines.map((line, n) => ({
        lineId: line.id,
        name: n === 0 ? `买家${people}` : `同伴${n}`,
        phone: '',
        email: n === 0 ? email : '',
      })),
    })
    return { token: tokenOf(filled), id: filled.order.id }
  }

  /** Begins a payment and goes to the provider's page as its browser would. Returns our number. */
  async function begin(token: string, provider: keyof typeof ways): Promise<string> {
    const view = await startPayment(stranger, token, { provider, method: ways[provider] })
    // Alipay knows nothing of a payment before somebody opens its page.
    if (view.started?.kind === 'redirect') await fetch(view.started.url, { redirect: 'manual' })
    return tradeNoOf(view.id)
  }
  const tradeNoOf = async (id: string): Promise<string> =>
    (
      await app.db
        .selectFrom('payment')
        .select('outTradeNo')
        .where('communityId', '=', communityId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).outTradeNo

  /** How everything stands that money moves. */
  async function stand(orderId: string) {
    const of = { communityId, id: orderId }
    const row = await app.db
      .selectFrom('ticketOrder')
      .select(['state', 'paidFen'])
      .where('communityId', '=', communityId)
      .where('id', '=', orderId)
      .executeTakeFirstOrThrow()
    const payments = await app.db
      .selectFrom('payment')
      .select(['provider', 'state', 'outcome'])
      .where('communityId', '=', of.communityId)
      .where('orderId', '=', of.id)
      .orderBy('createdAt')
      .orderBy('id')
      .execute()
    const refunds = await app.db
      .selectFrom('refund')
      .select(['cause', 'state', 'amountFen'])
      .where('communityId', '=', of.communityId)
      .where('orderId', '=', of.id)
      .orderBy('createdAt')
      .execute()
    return {
      order: row.state,
      paidFen: row.paidFen,
      payments: payments.map((p) => `${p.provider} ${p.state}${p.outcome === '' ? '' : ` ${p.outcome}`}`).toSorted(),
      refunds: refunds.map((r) => `${r.cause} ${r.state} ${r.amountFen}`),
    }
  }
  /** What was told, in order, as `kind verdict reason`. */
  async function notices(): Promise<string[]> {
    const rows = await app.db
      .selectFrom('paymentNotice')
      .select(['kind', 'verdict', 'reason'])
      .where('communityId', '=', communityId)
      .orderBy('receivedAt')
      .orderBy('id')
      .execute()
    return rows.map(({ kind, verdict, reason }) => `${kind} ${verdict}${reason === '' ? '' : ` ${reason}`}`)
  }
  const taken = async (): Promise<number> =>
    (
      await app.db
        .selectFrom('seatCounter')
        .select('taken')
        .where('communityId', '=', communityId)
        .where('eventId', '=', event.id)
        .executeTakeFirstOrThrow()
    ).taken
  const tickets = async (): Promise<number> =>
    Number(
      (
        await app.db
          .selectFrom('registration')
          .select((eb) => eb.fn.countAll().as('n'))
          .where('communityId', '=', communityId)
          .where('state', '=', 'registered')
          .executeTakeFirstOrThrow()
      ).n,
    )
  const balanced = () => findImbalances(app.db, communityId, event.id)
  return {
    ctx,
    stranger,
    place,
    typeId,
    order,
    begin,
    stand,
    notices,
    taken,
    tickets,
    balanced,
    open: (token: string) => openOrder(stranger, token),
  }
}

/** The same at a sandbox that tests steer. */
export async function openShop(site: PaidSite, cap = 10) {
  return { ...(await openPlainShop(site, cap)), control: site.sandbox.control }
}

export const inBalance = { movements: [], orders: [] }
