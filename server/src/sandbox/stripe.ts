import { createHmac } from 'node:crypto'
import { Hono } from 'hono'
import type { SandboxKeys } from '@kaichang/core/registration/payment/providers/sandbox-keys.ts'
import type { Behaviour } from './behaviour.ts'
import { feeOfTrade, givenBack, randomId, type Book, type SandboxRefund, type Trade } from './book.ts'
import type { NoticeToSend } from './notices.ts'
import type { Alteration } from './wechatpay.ts'

interface Tools {
  keys: SandboxKeys['stripe']
  book: Book
  behaviour: Behaviour
  pageOf(trade: Trade): string
  refunded(trade: Trade, refund: SandboxRefund): void
  /** The webhook that is registered in the dashboard. */
  webhook: string
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/** The true event of a payment (or of a refund), or an altered one. */
export function stripeNotice(tools: Tools, trade: Trade, refund: SandboxRefund | null, change: Alteration = {}): NoticeToSend {
  const { keys, book } = tools
  const body = JSON.stringify({
    id: `evt_${randomId()}`,
    object: 'event',
    api_version: '2026-01-01',
    created: seconds(book.clock.now()),
    livemode: change.app === 'live',
    type: refund ? 'refund.updated' : 'checkout.session.completed',
    data: { object: refund ? refundOf(trade, refund) : sessionOf(tools, trade, change) },
  })
  const timestamp = seconds(new Date(book.clock.now().getTime() - (change.ageMs ?? 0)))
  const secret = change.signature ? 'whsec_somebody_else' : keys.webhookSecret
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return {
    url: tools.webhook,
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${timestamp},v1=${signature}` },
    body,
    isTaken: (status) => status >= 200 && status < 300,
  }
}

function sessionOf({ pageOf }: Pick<Tools, 'pageOf'>, trade: Trade, change: Alteration = {}): object {
  return {
    id: `cs_test_${trade.id}`,
    object: 'checkout.session',
    livemode: change.app === 'live',
    mode: 'payment',
    client_reference_id: change.outTradeNo ?? trade.outTradeNo,
    amount_total: change.amountFen ?? trade.amountFen,
    currency: (change.currency ?? 'cny').toLowerCase(),
    status: { open: 'open', paid: 'complete', closed: 'expired' }[trade.state],
    payment_status: trade.state === 'paid' ? 'paid' : 'unpaid',
    payment_intent: trade.state === 'paid' ? (change.providerNo ?? trade.providerNo) : null,
    url: trade.state === 'open' ? pageOf(trade) : null,
    metadata: {},
  }
}

function refundOf(trade: Trade, refund: SandboxRefund): object {
  return {
    id: refund.id,
    object: 'refund',
    amount: refund.amountFen,
    currency: 'cny',
    payment_intent: trade.providerNo,
    status: { done: 'succeeded', processing: 'pending', failed: 'failed' }[refund.state],
    failure_reason: refund.state === 'failed' ? 'expired_or_canceled_card' : null,
    metadata: { out_refund_no: refund.outRefundNo, out_trade_no: trade.outTradeNo },
  }
}

/** Stripe's API as far as Checkout and refunds need it. */
export function stripeRoutes(tools: Tools): Hono {
  const { keys, book, behaviour } = tools
  const app = new Hono()
  const answered = new Map<string, { body: string; content: string }>()
  const send = (status: number, content: object): Response => {
    const fault = behaviour.faults.shift()
    return fault === 'lost'
      ? new Response('', { status: 500 })
      : Response.json(content, { status, headers: { 'request-id': `req_${randomId()}` } })
  }
  const refuse = (status: number, type: string, code: string, message: string): Response => send(status, { error: { type, code, message } })
  const bySession = (id: string): Trade | undefined => {
    const trade = book.byId(id.replace(/^cs_test_/, ''))
    return trade?.provider === 'stripe' ? trade : undefined
  }

  app.use('*', async (request, next) => {
    if (behaviour.faults[0] === 'down') {
      behaviour.faults.shift()
      return new Response('', { status: 500 })
    }
    if (request.req.header('authorization') !== `Bearer ${keys.secretKey}`)
      return refuse(401, 'invalid_request_error', 'api_key_invalid', 'Invalid API Key provided')
    const key = request.req.header('idempotency-key')
    if (request.req.method !== 'POST' || key === undefined) return next()
    const body = await request.req.text()
    const before = answered.get(key)
    if (before && before.body !== body)
      return refuse(
        400,
        'idempotency_error',
        'idempotency_key_in_use',
        'Keys for idempotent requests can only be used with the same parameters.',
      )
    if (before) return new Response(before.content, { headers: { 'content-type': 'application/json' } })
    await next()
    if (request.res.status < 300) answered.set(key, { body, content: await request.res.clone().text() })
    return undefined
  })

  app.post('/v1/checkout/sessions', async (request) => {
    const form = new URLSearchParams(await request.req.text())
    const amount = Number(form.get('line_items[0][price_data][unit_amount]')) * Number(form.get('line_items[0][quantity]'))
    const expires = Number(form.get('expires_at')) * 1000
    const now = book.clock.now().getTime()
    if (form.get('mode') !== 'payment' || !Number.isInteger(amount) || amount < 1)
      return refuse(400, 'invalid_request_error', 'parameter_invalid_integer', 'Invalid integer')
    if (form.get('line_items[0][price_data][currency]') !== 'cny')
      return refuse(400, 'invalid_request_error', 'invalid_currency', 'Invalid currency')
    if (expires < now + 30 * 60_000 || expires > now + 24 * 3_600_000)
      return refuse(400, 'invalid_request_error', 'parameter_invalid', 'expires_at out of range')
    const trade = book.add({
      provider: 'stripe',
      outTradeNo: form.get('client_reference_id') ?? '',
      amountFen: amount,
      description: form.get('line_items[0][price_data][product_data][name]') ?? '',
      notifyUrl: tools.webhook,
      backUrl: form.get('success_url') ?? '',
      expiresAt: new Date(expires),
    })
    return send(200, sessionOf(tools, trade))
  })

  app.get('/v1/checkout/sessions/:id', (request) => {
    const trade = bySession(request.req.param('id'))
    return trade ? send(200, sessionOf(tools, trade)) : refuse(404, 'invalid_request_error', 'resource_missing', 'No such checkout.session')
  })

  app.post('/v1/checkout/sessions/:id/expire', (request) => {
    const trade = bySession(request.req.param('id'))
    if (!trade) return refuse(404, 'invalid_request_error', 'resource_missing', 'No such checkout.session')
    if (trade.state !== 'open')
      return refuse(400, 'invalid_request_error', 'checkout_session_not_open', 'Only open sessions can be expired')
    trade.state = 'closed'
    book.keep()
    return send(200, sessionOf(tools, trade))
  })

  app.post('/v1/refunds', async (request) => {
    const form = new URLSearchParams(await request.req.text())
    const trade = book
      .all()
      .find((one) => one.provider === 'stripe' && one.providerNo !== '' && one.providerNo === form.get('payment_intent'))
    const amountFen = Number(form.get('amount'))
    if (!trade) return refuse(404, 'invalid_request_error', 'resource_missing', 'No such payment_intent')
    if (givenBack(trade) + amountFen > trade.amountFen)
      return refuse(400, 'invalid_request_error', 'charge_already_refunded', 'Refund amount is greater than unrefunded amount')
    const refund: SandboxRefund = {
      outRefundNo: form.get('metadata[out_refund_no]') ?? '',
      id: `re_${randomId()}`,
      amountFen,
      state: behaviour.refunds,
      at: book.clock.now(),
    }
    trade.refunds.push(refund)
    book.keep()
    if (refund.state === 'done') tools.refunded(trade, refund)
    return send(200, refundOf(trade, refund))
  })

  app.get('/v1/refunds', (request) => {
    const intent = request.req.query('payment_intent')
    const trade = book.all().find((one) => one.provider === 'stripe' && one.providerNo === intent)
    return send(200, {
      object: 'list',
      url: '/v1/refunds',
      has_more: false,
      data: trade?.refunds.map((refund) => refundOf(trade, refund)) ?? [],
    })
  })

  app.get('/v1/balance_transactions', (request) => {
    const from = Number(request.req.query('created[gte]'))
    const to = Number(request.req.query('created[lt]'))
    const within = (at: Date): boolean => seconds(at) >= from && seconds(at) < to
    const rows = book
      .all()
      .flatMap((trade) => (trade.provider === 'stripe' ? [trade] : []))
      .flatMap((trade) => [
        ...(trade.paidAt && within(trade.paidAt)
          ? [
              {
                id: `txn_${trade.id}`,
                object: 'balance_transaction',
                type: 'charge',
                amount: trade.amountFen,
                currency: 'cny',
                fee: feeOfTrade(trade),
                created: seconds(trade.paidAt),
                source: {
                  id: `ch_${trade.id}`,
                  object: 'charge',
                  payment_intent: trade.providerNo,
                  metadata: { out_trade_no: trade.outTradeNo },
                },
              },
            ]
          : []),
        ...trade.refunds
          .filter((refund) => refund.state === 'done' && within(refund.at))
          .map((refund) => ({
            id: `txn_${refund.id}`,
            object: 'balance_transaction',
            type: 'refund',
            amount: -refund.amountFen,
            currency: 'cny',
            fee: 0,
            created: seconds(refund.at),
            source: refundOf(trade, refund),
          })),
      ])
    return send(200, { object: 'list', url: '/v1/balance_transactions', has_more: false, data: rows })
  })

  return app
}
