import { z } from 'zod'
import { fail } from '#core/kernel/errors.ts'
import type { AlipaySettings } from '#core/kernel/settings.payments.ts'
import { readAlipayBill } from './alipay.bill.ts'
import { isNotice, isSigned, signedPart, signRequest } from './alipay.sign.ts'
import { askProvider } from './ask.ts'
import { asFen, asYuan, parseJson, sayProblem } from './common.ts'
import type { AtProvider, PaidFacts, PaymentToStart, Provider, RefundFacts, RefundToSend, Tools, Urls } from './provider.ts'
import { privateKeyOf, publicKeyOf } from './wechatpay.sign.ts'

const answerSchema = z.object({
  code: z.string(),
  msg: z.string().default(''),
  sub_code: z.string().default(''),
  sub_msg: z.string().default(''),
})
const queried = answerSchema.extend({
  trade_no: z.string().default(''),
  out_trade_no: z.string().default(''),
  trade_status: z.string().default(''),
  total_amount: z.string().default(''),
  send_pay_date: z.string().default(''),
})
const precreated = answerSchema.extend({ qr_code: z.string().default('') })
const refunded = answerSchema.extend({
  trade_no: z.string().default(''),
  fund_change: z.string().default(''),
  out_request_no: z.string().default(''),
  refund_amount: z.string().default(''),
  refund_status: z.string().default(''),
})
const billUrl = answerSchema.extend({ bill_download_url: z.string().default('') })

const products: Record<string, { method: string; product: string }> = {
  page: { method: 'alipay.trade.page.pay', product: 'FAST_INSTANT_TRADE_PAY' },
  wap: { method: 'alipay.trade.wap.pay', product: 'QUICK_WAP_WAY' },
}
const PAID = new Set(['TRADE_SUCCESS', 'TRADE_FINISHED'])

/** Alipay's open platform with keys (no certificates): desktop page, phone page, code. Source: https://opendocs.alipay.com/open/028r8t. */
export function alipay(settings: AlipaySettings, tools: Tools, sandbox = false): Provider {
  const key = privateKeyOf(settings.privateKey)
  const trusted = publicKeyOf(settings.publicKey)

  const signed = (method: string, content: object, urls: Partial<Urls> = {}): Record<string, string> => {
    const parameters: Record<string, string> = {
      app_id: settings.appId,
      method,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: inChina(tools.clock.now()),
      version: '1.0',
      ...(urls.notify === undefined ? {} : { notify_url: urls.notify }),
      ...(urls.back === undefined ? {} : { return_url: urls.back }),
      biz_content: JSON.stringify(content),
    }
    return { ...parameters, sign: signRequest(key, parameters) }
  }

  /** One call; the answer is believed only with Alipay's signature. */
  async function call<S extends z.ZodType>(schema: S, method: string, content: object, urls: Partial<Urls> = {}): Promise<z.output<S>> {
    const answer = await askProvider('alipay', `${settings.url}?charset=utf-8`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8', 'user-agent': 'kaichang' },
      body: new URLSearchParams(signed(method, content, urls)).toString(),
    })
    const text = answer.body.toString('utf8')
    const part = signedPart(text, `${method.replaceAll('.', '_')}_response`)
    const told = z.object({ sign: z.string() }).safeParse(parseJson(text))
    if (part === null || !told.success || !isSigned(trusted, part, told.data.sign))
      throw fail('payment.provider_forged', { provider: 'alipay' })
    return schema.parse(parseJson(part))
  }

  const refused = ({ code, sub_code, sub_msg, msg }: z.output<typeof answerSchema>): Error =>
    // 20000: the service is away for the moment.
    code === '20000' || /SYSTEM_ERROR/.test(sub_code)
      ? fail('payment.provider_away', { provider: 'alipay' })
      : fail('payment.provider_refused', { provider: 'alipay', problem: sayProblem(sub_code || code, sub_msg || msg) })

  const order = ({ outTradeNo, amountFen, description, expiresAt }: PaymentToStart) => ({
    out_trade_no: outTradeNo,
    total_amount: asYuan(amountFen),
    // These three would be taken for parameters by parts of the cashier.
    subject: description.replace(/[/=&]/g, ' ').slice(0, 200),
    time_expire: inChina(expiresAt),
  })

  async function refundStanding({ outTradeNo }: AtProvider, outRefundNo: string): Promise<RefundFacts | null> {
    const told = await call(refunded, 'alipay.trade.fastpay.refund.query', { out_trade_no: outTradeNo, out_request_no: outRefundNo })
    if (told.code !== '10000') {
      if (/NOT_EXIST/.test(told.sub_code)) return null
      throw refused(told)
    }
    // A refund that did not happen is answered without its amount.
    const amountFen = asFen(told.refund_amount)
    if (amountFen === null) return null
    const done = told.refund_status === '' || told.refund_status === 'REFUND_SUCCESS'
    return { outRefundNo, providerNo: told.trade_no, state: done ? 'done' : 'sent', amountFen, problem: '' }
  }

  return {
    name: 'alipay',
    methods: ['page', 'wap', 'precreate'],
    sandbox,
    identity: { app: settings.appId, merchant: settings.sellerId },

    async start(payment, urls) {
      const product = products[payment.method]
      if (product) {
        const content = { ...order(payment), product_code: product.product, ...(payment.method === 'wap' ? { quit_url: urls.back } : {}) }
        const query = new URLSearchParams(signed(product.method, content, urls)).toString()
        return { started: { kind: 'redirect', url: `${settings.pageUrl ?? settings.url}?${query}` }, kept: {} }
      }
      const told = await call(precreated, 'alipay.trade.precreate', order(payment), { notify: urls.notify })
      if (told.code !== '10000' || told.qr_code === '') throw refused(told)
      return { started: { kind: 'qr', content: told.qr_code }, kept: {} }
    },

    async query({ outTradeNo }) {
      const told = await call(queried, 'alipay.trade.query', { out_trade_no: outTradeNo })
      // The cashier makes the trade only when somebody opens it.
      if (told.sub_code === 'ACQ.TRADE_NOT_EXIST') return { state: 'unknown' }
      if (told.code !== '10000') throw refused(told)
      if (told.trade_status === 'TRADE_CLOSED') return { state: 'closed' }
      if (!PAID.has(told.trade_status)) return { state: 'open' }
      const { appId: app, sellerId: merchant } = settings
      return { state: 'paid', paid: facts({ ...told, app, merchant, at: told.send_pay_date }) }
    },

    async close({ outTradeNo }) {
      const told = await call(answerSchema, 'alipay.trade.close', { out_trade_no: outTradeNo })
      if (told.code === '10000' || told.sub_code === 'ACQ.TRADE_NOT_EXIST') return 'closed'
      if (/STATUS/.test(told.sub_code)) return 'paid'
      throw refused(told)
    },

    async refund(payment: AtProvider, { outRefundNo, amountFen, reason }: RefundToSend) {
      const told = await call(refunded, 'alipay.trade.refund', {
        out_trade_no: payment.outTradeNo,
        out_request_no: outRefundNo,
        refund_amount: asYuan(amountFen),
        ...(reason === '' ? {} : { refund_reason: reason.slice(0, 80) }),
      })
      if (told.code !== '10000') throw refused(told)
      if (told.fund_change === 'Y') return { outRefundNo, providerNo: told.trade_no, state: 'done', amountFen, problem: '' }
      // Without a change it may have been done before: the query knows.
      return (
        (await refundStanding(payment, outRefundNo)) ?? { outRefundNo, providerNo: told.trade_no, state: 'sent', amountFen, problem: '' }
      )
    },

    queryRefund: (payment, { outRefundNo }) => refundStanding(payment, outRefundNo),

    readNotice(_headers, body) {
      const told = Object.fromEntries(new URLSearchParams(body))
      if (!isNotice(trusted, told)) return { ok: false, reason: 'signature' }
      const of = (name: string): string => told[name] ?? ''
      const noticeNo = of('notify_id')
      const outTradeNo = of('out_trade_no')
      if (noticeNo === '' || outTradeNo === '') return { ok: false, reason: 'unreadable' }
      // A refund repeats the trade's notice with its sum; what was given back is asked for, since the sum is not of one refund.
      if (!PAID.has(of('trade_status')) || of('gmt_refund') !== '') return { ok: true, notice: { kind: 'other', noticeNo, outTradeNo } }
      const paid = facts({
        app: of('app_id'),
        merchant: of('seller_id'),
        out_trade_no: outTradeNo,
        trade_no: of('trade_no'),
        total_amount: of('total_amount'),
        at: of('gmt_payment') || of('notify_time'),
      })
      return { ok: true, notice: { kind: 'paid', noticeNo, paid } }
    },

    // Exactly this word, or it is told again up to eight times within 25 hours.
    answer: (taken) => ({ status: taken ? 200 : 400, type: 'text/plain', body: taken ? 'success' : 'fail' }),

    async bill(day) {
      const told = await call(billUrl, 'alipay.data.dataservice.bill.downloadurl.query', { bill_type: 'trade', bill_date: day })
      if (/BILL_NOT_EXIST/.test(told.sub_code)) return []
      if (told.code !== '10000') throw refused(told)
      return readAlipayBill(told.bill_download_url, settings.url)
    },
  }
}

function facts(told: {
  app: string
  merchant: string
  out_trade_no: string
  trade_no: string
  total_amount: string
  at: string
}): PaidFacts {
  return {
    app: told.app,
    merchant: told.merchant,
    outTradeNo: told.out_trade_no,
    providerNo: told.trade_no,
    amountFen: asFen(told.total_amount) ?? 0,
    // Alipay's domestic trades know no other currency.
    currency: 'CNY',
    paidAt: new Date(`${told.at.replace(' ', 'T')}+08:00`),
  }
}

/** A moment in China's time as Alipay writes it: 2026-11-20 12:00:00. */
function inChina(at: Date): string {
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}
