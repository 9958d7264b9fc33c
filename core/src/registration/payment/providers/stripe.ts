import type Stripe from 'stripe'
import { z } from 'zod'
import { fail, isKaichangError, type KaichangError } from '#core/kernel/errors.ts'
import type { StripeSettings } from '#core/kernel/settings.payments.ts'
import { sayProblem } from './common.ts'
import type { AtProvider, BillRow, PaidFacts, Provider, RefundFacts, Standing, Tools } from './provider.ts'

const kept = z.object({ session: z.string() })
/** What the package throws for a 4xx. */
const refusal = z.object({ statusCode: z.number().min(400).max(499), type: z.string(), code: z.string().optional() })
const PATIENCE = 10_000
/** A Checkout Session lives at least half an hour and at most a day. */
const SHORTEST = 31 * 60_000
const LONGEST = 23 * 3_600_000

async function makeClient({ secretKey, url }: StripeSettings): Promise<Stripe> {
  const { default: Package } = await import('stripe')
  return new Package(secretKey, {
    // The package takes a host only; a sandbox may lie below a path.
    httpClient: Package.createFetchHttpClient((input, init) => {
      const asked = new URL(input instanceof Request ? input.url : input)
      return fetch(`${url}${asked.pathname}${asked.search}`, { ...init, redirect: 'manual' })
    }),
    timeout: PATIENCE,
    maxNetworkRetries: 0,
    telemetry: false,
  })
}

/** Stripe Checkout with Stripe's own package; amounts in fen of CNY. */
export function stripe(settings: StripeSettings, tools: Tools, sandbox = false): Provider {
  let made: Promise<Stripe> | undefined
  /** Loaded when it is first needed: the package is large, and most installations do without. */
  const client = (): Promise<Stripe> => (made ??= makeClient(settings))
  const live = settings.secretKey.includes('_live_')
  const identity = { app: live ? 'live' : 'test', merchant: 'stripe' }
  const sessionOf = ({ started }: AtProvider): string | null => kept.safeParse(started).data?.session ?? null

  const paidFacts = (session: Stripe.Checkout.Session, at: number): PaidFacts => ({
    app: session.livemode ? 'live' : 'test',
    merchant: 'stripe',
    outTradeNo: session.client_reference_id ?? '',
    providerNo: idOf(session.payment_intent),
    amountFen: session.amount_total ?? 0,
    currency: (session.currency ?? '').toUpperCase(),
    paidAt: new Date(at * 1000),
  })
  const refundFacts = (refund: Stripe.Refund): RefundFacts => ({
    outRefundNo: refund.metadata?.['out_refund_no'] ?? '',
    providerNo: refund.id,
    state: refund.status === 'succeeded' ? 'done' : refund.status === 'failed' || refund.status === 'canceled' ? 'failed' : 'sent',
    amountFen: refund.amount,
    problem: refund.failure_reason ?? '',
  })

  async function standing(payment: AtProvider): Promise<Standing> {
    const id = sessionOf(payment)
    if (id === null) return { state: 'unknown' }
    const session = await ask((await client()).checkout.sessions.retrieve(id))
    if (session.payment_status === 'paid') return { state: 'paid', paid: paidFacts(session, seconds(tools)) }
    return { state: session.status === 'expired' ? 'closed' : 'open' }
  }

  return {
    name: 'stripe',
    methods: ['checkout'],
    sandbox,
    identity,

    async start({ outTradeNo, amountFen, description, expiresAt }, urls) {
      const now = tools.clock.now().getTime()
      const end = Math.min(Math.max(expiresAt.getTime(), now + SHORTEST), now + LONGEST)
      const session = await ask(
        (await client()).checkout.sessions.create(
          {
            mode: 'payment',
            client_reference_id: outTradeNo,
            line_items: [
              { quantity: 1, price_data: { currency: 'cny', unit_amount: amountFen, product_data: { name: description.slice(0, 200) } } },
            ],
            payment_intent_data: { metadata: { out_trade_no: outTradeNo } },
            success_url: urls.back,
            cancel_url: urls.back,
            expires_at: Math.floor(end / 1000),
          },
          { idempotencyKey: outTradeNo },
        ),
      )
      return { started: { kind: 'redirect', url: session.url ?? urls.back }, kept: { session: session.id } }
    },

    query: standing,

    async close(payment) {
      const id = sessionOf(payment)
      if (id === null) return 'closed'
      const before = await standing(payment)
      if (before.state !== 'open') return before.state === 'paid' ? 'paid' : 'closed'
      try {
        await ask((await client()).checkout.sessions.expire(id))
        return 'closed'
      } catch (error) {
        // Paid in between, or expired by itself.
        if (!isKaichangError(error, 'payment.provider_refused')) throw error
        return (await standing(payment)).state === 'paid' ? 'paid' : 'closed'
      }
    },

    async refund(payment, { outRefundNo, amountFen }) {
      const metadata = { out_refund_no: outRefundNo, out_trade_no: payment.outTradeNo }
      const parameters = { payment_intent: payment.providerNo, amount: amountFen, metadata }
      return refundFacts(await ask((await client()).refunds.create(parameters, { idempotencyKey: outRefundNo })))
    },

    async queryRefund(payment, { outRefundNo }) {
      const { data } = await ask((await client()).refunds.list({ payment_intent: payment.providerNo, limit: 100 }))
      const found = data.find((refund) => refund.metadata?.['out_refund_no'] === outRefundNo)
      return found ? refundFacts(found) : null
    },

    async readNotice(headers, body) {
      let event: Stripe.Event
      try {
        const now = tools.clock.now().getTime()
        event = (await client()).webhooks.constructEvent(
          body,
          headers['stripe-signature'] ?? '',
          settings.webhookSecret,
          300,
          undefined,
          now,
        )
      } catch (error) {
        const old = error instanceof Error && /tolerance/i.test(error.message)
        return { ok: false, reason: old ? 'old' : error instanceof SyntaxError ? 'unreadable' : 'signature' }
      }
      const noticeNo = event.id
      if (event.type === 'checkout.session.completed' || event.type === 'checkout.session.async_payment_succeeded') {
        const session = event.data.object
        const outTradeNo = session.client_reference_id ?? ''
        if (session.payment_status !== 'paid') return { ok: true, notice: { kind: 'other', noticeNo, outTradeNo } }
        return {
          ok: true,
          notice: { kind: 'paid', noticeNo, paid: { ...paidFacts(session, event.created), app: event.livemode ? 'live' : 'test' } },
        }
      }
      if (event.type === 'refund.updated' || event.type === 'refund.failed' || event.type === 'refund.created') {
        const refund = event.data.object
        const outTradeNo = refund.metadata?.['out_trade_no'] ?? ''
        const told = { app: event.livemode ? 'live' : 'test', merchant: 'stripe' }
        return { ok: true, notice: { kind: 'refunded', noticeNo, identity: told, outTradeNo, refund: refundFacts(refund) } }
      }
      return { ok: true, notice: { kind: 'other', noticeNo, outTradeNo: '' } }
    },

    answer: (taken) => ({ status: taken ? 200 : 400, type: 'application/json', body: JSON.stringify({ received: taken }) }),

    async bill(day) {
      const from = Math.floor(Date.parse(`${day}T00:00:00+08:00`) / 1000)
      const rows: BillRow[] = []
      const list = (await client()).balanceTransactions.list({
        created: { gte: from, lt: from + 86_400 },
        limit: 100,
        expand: ['data.source'],
      })
      for await (const one of list) {
        const row = billRow(one)
        if (row) rows.push(row)
      }
      return rows
    },
  }
}

function billRow({ type, amount, fee, created, source }: Stripe.BalanceTransaction): BillRow | null {
  const refund = type === 'refund' || type === 'payment_refund'
  if ((!refund && type !== 'charge' && type !== 'payment') || typeof source !== 'object' || source === null || !('metadata' in source))
    return null
  return {
    kind: refund ? 'refund' : 'payment',
    outTradeNo: source.metadata?.['out_trade_no'] ?? '',
    outRefundNo: refund ? (source.metadata?.['out_refund_no'] ?? '') : '',
    providerNo: refund ? source.id : 'payment_intent' in source ? idOf(source.payment_intent) : source.id,
    amountFen: amount,
    feeFen: fee,
    at: new Date(created * 1000),
  }
}

const seconds = ({ clock }: Tools): number => Math.floor(clock.now().getTime() / 1000)
const idOf = (value: string | { id: string } | null): string => (typeof value === 'string' ? value : (value?.id ?? ''))

async function ask<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw asOurs(error)
  }
}

function asOurs(error: unknown): KaichangError {
  const provider = 'stripe'
  const told = refusal.safeParse(error)
  if (told.success && told.data.statusCode !== 429) {
    return fail('payment.provider_refused', { provider, problem: sayProblem(told.data.code ?? told.data.type, '') })
  }
  return fail('payment.provider_away', { provider })
}
