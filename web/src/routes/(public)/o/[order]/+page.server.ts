import { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { parseYuan } from '@kaichang/core/kernel/money.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { keptUntil } from '@kaichang/core/registration/actions.ts'
import { askFapiao } from '@kaichang/core/registration/fapiao/actions.ts'
import { holdOrderAgain } from '@kaichang/core/registration/orders/again.actions.ts'
import { cancelOrder } from '@kaichang/core/registration/orders/fill.actions.ts'
import type { OpenOrder } from '@kaichang/core/registration/orders/open.ts'
import { eraseOrder } from '@kaichang/core/registration/orders/own.actions.ts'
import { cancelTicketOf } from '@kaichang/core/registration/orders/tickets.actions.ts'
import { startPayment } from '@kaichang/core/registration/payment/actions.ts'
import { lookAfterPayment } from '@kaichang/core/registration/payment/look.actions.ts'
import { uploadProof } from '@kaichang/core/registration/payment/offline.actions.ts'
import { askForRefund } from '@kaichang/core/registration/payment/refund.actions.ts'
import { redirect } from '@sveltejs/kit'
import { goOn, submit } from '#lib/server/form.ts'
import { fillBySent, lineName, openInItsLanguage, presentLines, presentSeats } from '#lib/server/order.ts'
import { presentMoney } from '#lib/server/order-money.ts'
import { presentPaying, readerOf } from '#lib/server/order-pay.ts'
import { words } from '#lib/words/define.ts'
import { orderWords } from '#lib/words/order.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const { locals, params, url, request, setHeaders } = event
  const { ctx } = locals
  // The link is the key: nothing of it may stay in a shared cache.
  setHeaders({ 'cache-control': 'private, no-cache' })
  const look = await lookAfterPayment(ctx, await openInItsLanguage(event, params.order), params.order)
  const { opened } = look
  const { locale } = locals
  const { community, event: it, order, path } = opened
  const t = words(orderWords, locale)
  const paying =
    order.state === 'placed'
      ? await presentPaying(ctx, look, params.order, {
          locale,
          reader: readerOf(request.headers.get('user-agent') ?? ''),
          fresh: url.searchParams.has('started'),
          trouble: url.searchParams.get('trouble'),
        })
      : null
  // A form that came back with an error keeps what was typed; only what was asked for looks by itself.
  if (paying && paying.refresh > 0 && request.method === 'GET') setHeaders({ refresh: `${paying.refresh}; url=${path}` })
  const address = `/${community.slug}/${it.slug}`
  return {
    locale,
    path,
    address,
    now: ctx.clock.now(),
    done: url.searchParams.get('done'),
    community: { name: pickText(community.name, locale), contact: community.contact, notice: `/${community.slug}/notice` },
    event: {
      name: pickText(it.name, locale),
      startsAt: it.startsAt,
      endsAt: it.endsAt,
      timeZone: it.timeZone,
      retentionDays: it.retentionDays,
      venue: [pickText(it.city, locale), pickText(it.venue, locale)].filter(Boolean).join(' · '),
      begun: ctx.clock.now() >= it.startsAt,
    },
    order: {
      code: order.code,
      state: order.state,
      name: order.name,
      phone: order.phone,
      email: order.email,
      totalFen: order.totalFen,
      paidFen: order.paidFen,
      expiresAt: order.expiresAt,
      placed: order.placedAt !== null,
      approved: order.approvedAt !== null,
      reason: order.reason,
      review: opened.lines.some((line) => line.state === 'asked'),
      // An extra for a ticket that somebody has was offered from the waiting list.
      offered: opened.lines.some((line) => line.registrationId !== null && line.state !== 'booked'),
    },
    lines: presentLines(opened, locale, t('seat')),
    seats: order.state === 'held' || order.state === 'expired' ? await presentSeats(ctx, opened, locale, t('seat')) : [],
    tickets: presentTickets(opened, (line) => lineName(opened, line, locale, t('seat'))),
    paying,
    money: await presentMoney(ctx, look, params.order),
    keptUntil: keptUntil(it),
    frame: {
      crumbs: [
        { label: pickText(community.name, locale), href: `/${community.slug}` },
        { label: pickText(it.name, locale), href: address },
      ],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
    },
  }
}

/** Everybody's ticket; of what was handed to somebody else only that it was. */
function presentTickets({ lines, tickets }: OpenOrder, nameOf: (line: OpenOrder['lines'][number]) => string) {
  return lines
    .filter((line) => line.forLineId === null && line.registrationId !== null && line.state !== 'held')
    .map((line) => {
      const ticket = tickets.find((one) => one.id === line.registrationId)
      return {
        lineId: line.id,
        name: ticket ? line.name : '',
        type: nameOf(line),
        extras: lines.filter((one) => one.forLineId === line.id).map(nameOf),
        code: ticket?.code ?? '',
        path: ticket?.path ?? '',
        priceFen: lines.filter((one) => one.id === line.id || one.forLineId === line.id).reduce((sum, one) => sum + one.priceFen, 0),
        state: ticket ? ticket.state : ('handed' as const),
      }
    })
}

export const actions: Actions = {
  fill: (event) =>
    submit(event, async (sent) => {
      await openInItsLanguage(event, event.params.order)
      goAfterFilling(await fillBySent(event, sent, event.params.order))
    }),
  /** Holds what ran out once more; a form that came along is filled in with it. */
  again: (event) =>
    submit(event, async (sent) => {
      await openInItsLanguage(event, event.params.order)
      const { path } = await holdOrderAgain(event.locals.ctx, event.params.order)
      if (sent.text('seats.0.lineId') === '') goOn(path, 'again')
      goAfterFilling(await fillBySent(event, sent, event.params.order))
    }),
  cancel: (event) =>
    submit(event, async () => {
      const { path } = await openInItsLanguage(event, event.params.order)
      await cancelOrder(event.locals.ctx, event.params.order)
      goOn(path)
    }),
  /** Gives one ticket of the order back, with what is to come of its money. */
  give_back: (event) =>
    submit(event, async ({ text }) => {
      const { path } = await openInItsLanguage(event, event.params.order)
      await cancelTicketOf(event.locals.ctx, event.params.order, text('line'))
      goOn(`${path}#tickets`, 'given_back')
    }),
  /** Asks the treasurer for money back while the tickets stay. */
  refund: (event) =>
    submit(event, async ({ text, key }) => {
      const { path } = await openInItsLanguage(event, event.params.order)
      const amountFen = parseYuan(text('amount'))
      const issues = [
        ...(amountFen === null ? [{ path: 'amount', code: 'field.money' } as const] : []),
        ...(text('reason').trim() === '' ? [{ path: 'reason', code: 'field.required' } as const] : []),
      ]
      if (amountFen === null || issues.length > 0) throw new KaichangError('input.invalid', {}, issues)
      await askForRefund(event.locals.ctx, event.params.order, { amountFen, reason: text('reason') }, key)
      goOn(`${path}#refunds`, 'refund')
    }),
  pay: (event) =>
    submit(event, async ({ text }) => {
      const { path } = await openInItsLanguage(event, event.params.order)
      const [provider = '', method = ''] = text('way').split(':')
      if (!isProvider(provider)) throw new KaichangError('payment.not_offered')
      await startPayment(event.locals.ctx, event.params.order, { provider, method, ip: event.getClientAddress() })
      redirect(303, `${path}?started#pay`)
    }),
  proof: (event) =>
    submit(event, async ({ text, files }) => {
      const { path } = await openInItsLanguage(event, event.params.order)
      const [file] = files('proof')
      if (!file) throw new KaichangError('input.invalid', {}, [{ path: 'proof', code: 'field.required' }])
      const handed = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }
      await uploadProof(event.locals.ctx, event.params.order, text('payment'), handed)
      goOn(`${path}#pay`, 'proof')
    }),
  fapiao: (event) =>
    submit(event, async ({ text }) => {
      const { path } = await openInItsLanguage(event, event.params.order)
      const titleType = text('titleType')
      if (!isTitleType(titleType)) throw new KaichangError('input.invalid', {}, [{ path: 'titleType', code: 'field.required' }])
      const kind = text('kind') === 'special' ? 'special' : 'normal'
      const [title, taxId, email] = [text('title'), text('taxId'), text('email')]
      const [address, phone, bank, account] = [text('address'), text('phone'), text('bank'), text('account')]
      await askFapiao(event.locals.ctx, event.params.order, { kind, titleType, title, taxId, email, address, phone, bank, account })
      goOn(`${path}#fapiao-part`, 'fapiao')
    }),
  erase: (event) =>
    submit(event, async ({ text }) => {
      const { community, event: it } = await openInItsLanguage(event, event.params.order)
      if (text('sure') !== 'on') throw new KaichangError('input.invalid', {}, [{ path: 'sure', code: 'field.consent' }])
      await eraseOrder(event.locals.ctx, event.params.order)
      goOn(`/t/erased?to=${community.slug}/${it.slug}`)
    }),
}

const isProvider = (name: string): name is 'offline' | 'wechatpay' | 'alipay' | 'stripe' =>
  ['offline', 'wechatpay', 'alipay', 'stripe'].includes(name)

const isTitleType = (name: string): name is 'company' | 'public' | 'person' | 'other' =>
  ['company', 'public', 'person', 'other'].includes(name)

/** One free ticket is shown itself; everything else on the order's page. */
function goAfterFilling({ order, tickets, path }: OpenOrder): never {
  const [only] = tickets
  if (order.state === 'done' && order.totalFen === 0 && tickets.length === 1 && only) redirect(303, `${only.path}?done=registered`)
  goOn(path, order.state === 'done' ? 'done' : order.state)
}
