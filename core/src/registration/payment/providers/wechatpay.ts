import { z } from 'zod'
import { fail } from '#core/kernel/errors.ts'
import { shortCode } from '#core/kernel/ids.ts'
import type { WechatPaySettings } from '#core/kernel/settings.payments.ts'
import { askProvider, type Answer } from './ask.ts'
import { cutBytes, parseJson, sayProblem } from './common.ts'
import type { AtProvider, Notice, PaidFacts, Provider, ReadNotice, RefundFacts, RefundToSend, Started, Tools } from './provider.ts'
import { authorization, doubt, openResource, privateKeyOf, publicKeyOf, signLines } from './wechatpay.sign.ts'
import { wechatAccount } from './wechatpay.account.ts'
import { readWechatBill } from './wechatpay.bill.ts'

const amount = z.object({ total: z.int(), currency: z.string().default('CNY') })
const transaction = z.object({
  appid: z.string(),
  mchid: z.string(),
  out_trade_no: z.string(),
  transaction_id: z.string().default(''),
  trade_state: z.string(),
  success_time: z.string().default(''),
  amount: amount.optional(),
})
const refund = z.object({
  refund_id: z.string().default(''),
  out_refund_no: z.string(),
  status: z.string(),
  amount: z.object({ refund: z.int() }),
})
const refundNotice = z.object({
  mchid: z.string(),
  out_trade_no: z.string(),
  refund_id: z.string(),
  out_refund_no: z.string(),
  refund_status: z.string(),
  amount: z.object({ refund: z.int() }),
})
const notice = z.object({
  id: z.string().max(64),
  event_type: z.string(),
  resource: z.object({ ciphertext: z.string(), nonce: z.string(), associated_data: z.string().default('') }),
})
const refusal = z.object({ code: z.string().default(''), message: z.string().default('') })
const begun = z.object({ code_url: z.string().optional(), prepay_id: z.string().optional(), h5_url: z.string().optional() })

/** States of a transaction that was paid; `REFUND` means that some of it went back since. */
const PAID = new Set(['SUCCESS', 'REFUND'])

/** WeChat Pay API v3, ordinary merchant: JSAPI, Native and H5. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012062524. */
export function wechatPay(settings: WechatPaySettings, tools: Tools, sandbox = false): Provider {
  const merchant = { mchId: settings.mchId, serial: settings.serial, key: privateKeyOf(settings.privateKey) }
  const trusted = { id: settings.publicKeyId, key: publicKeyOf(settings.publicKey) }
  const { account } = settings
  const seconds = (): number => Math.floor(tools.clock.now().getTime() / 1000)
  const nonce = (): string => shortCode(tools.random, 32)

  /** A signed request; the answer is believed only with WeChat's signature. */
  async function call(method: 'GET' | 'POST', path: string, content?: object): Promise<Answer> {
    const body = content === undefined ? '' : JSON.stringify(content)
    // The signature covers the whole path, also where the address of a sandbox has one in front.
    const url = new URL(`${settings.url}${path}`)
    const answer = await askProvider('wechatpay', url.href, {
      method,
      headers: {
        authorization: authorization(merchant, { method, path: `${url.pathname}${url.search}`, body }, seconds(), nonce()),
        accept: 'application/json',
        // Says which key we can check answers with.
        'wechatpay-serial': trusted.id,
        'user-agent': 'kaichang',
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === '' ? {} : { body }),
    })
    if (answer.status < 300 && doubt(trusted, Object.fromEntries(answer.headers), answer.body.toString('utf8'), tools.clock.now())) {
      throw fail('payment.provider_forged', { provider: 'wechatpay' })
    }
    return answer
  }

  function refused(answer: Answer): never {
    const { code, message } = refusalOf(answer)
    throw fail('payment.provider_refused', { provider: 'wechatpay', problem: sayProblem(code, message) })
  }

  /** Both apps are this merchant's: to our books they are one. */
  const paidFacts = (told: z.output<typeof transaction>): PaidFacts => ({
    ...paidBy(told),
    app: told.appid === account?.appId ? settings.appId : told.appid,
  })

  const refundFacts = (row: z.output<typeof refund>): RefundFacts => ({
    outRefundNo: row.out_refund_no,
    providerNo: row.refund_id,
    state: row.status === 'SUCCESS' ? 'done' : row.status === 'PROCESSING' ? 'sent' : 'failed',
    amountFen: row.amount.refund,
    problem: row.status === 'SUCCESS' || row.status === 'PROCESSING' ? '' : row.status,
  })

  return {
    name: 'wechatpay',
    methods: account ? ['native', 'h5', 'jsapi'] : ['native', 'h5'],
    sandbox,
    ...(account ? { account: wechatAccount(account) } : {}),
    identity: { app: settings.appId, merchant: settings.mchId },

    async start(payment, urls, payer) {
      if (payment.method === 'jsapi' && !payer.openid) throw fail('payment.openid')
      // Payers have their ids at the account, whose app may be another one of the same merchant's.
      const appId = payment.method === 'jsapi' ? (account?.appId ?? settings.appId) : settings.appId
      const answer = await call('POST', `/v3/pay/transactions/${payment.method}`, {
        appid: appId,
        mchid: settings.mchId,
        description: cutBytes(payment.description, 127),
        out_trade_no: payment.outTradeNo,
        time_expire: inChina(payment.expiresAt),
        notify_url: urls.notify,
        amount: { total: payment.amountFen, currency: 'CNY' },
        ...(payment.method === 'jsapi' ? { payer: { openid: payer.openid } } : {}),
        ...(payment.method === 'h5' ? { scene_info: { payer_client_ip: payer.ip ?? '127.0.0.1', h5_info: { type: 'Wap' } } } : {}),
      })
      if (answer.status >= 300) refused(answer)
      return { started: startedOf(begun.parse(parseJson(answer.body))), kept: {} }

      function startedOf(told: z.output<typeof begun>): Started {
        if (told.code_url !== undefined) return { kind: 'qr', content: told.code_url }
        if (told.h5_url !== undefined) return { kind: 'redirect', url: `${told.h5_url}&redirect_url=${encodeURIComponent(urls.back)}` }
        const parameters = {
          appId,
          timeStamp: String(seconds()),
          nonceStr: nonce(),
          package: `prepay_id=${told.prepay_id ?? ''}`,
        }
        const paySign = signLines(merchant.key, Object.values(parameters))
        return { kind: 'jsapi', parameters: { ...parameters, signType: 'RSA', paySign }, ...standIn(told.prepay_id ?? '') }
      }

      function standIn(prepayId: string): { page?: string } {
        if (settings.pageUrl === undefined) return {}
        return { page: `${settings.pageUrl}/${prepayId.replace(/^wx/, '')}?redirect_url=${encodeURIComponent(urls.back)}` }
      }
    },

    async query({ outTradeNo }) {
      const answer = await call('GET', `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${settings.mchId}`)
      if (answer.status === 404) return { state: 'unknown' }
      if (answer.status >= 300) refused(answer)
      const told = transaction.parse(parseJson(answer.body))
      if (PAID.has(told.trade_state)) return { state: 'paid', paid: paidFacts(told) }
      return { state: told.trade_state === 'CLOSED' || told.trade_state === 'REVOKED' ? 'closed' : 'open' }
    },

    async close({ outTradeNo }) {
      const answer = await call('POST', `/v3/pay/transactions/out-trade-no/${outTradeNo}/close`, { mchid: settings.mchId })
      if (answer.status < 300 || answer.status === 404) return 'closed'
      const { code } = refusalOf(answer)
      if (/PAID/.test(code)) return 'paid'
      if (/CLOSED|NOT_?EXIST/.test(code)) return 'closed'
      return refused(answer)
    },

    async refund({ outTradeNo, amountFen }: AtProvider, { outRefundNo, amountFen: back, reason }: RefundToSend, notifyUrl: string) {
      const answer = await call('POST', '/v3/refund/domestic/refunds', {
        out_trade_no: outTradeNo,
        out_refund_no: outRefundNo,
        ...(reason === '' ? {} : { reason: cutBytes(reason, 80) }),
        notify_url: notifyUrl,
        amount: { refund: back, total: amountFen, currency: 'CNY' },
      })
      if (answer.status >= 300) refused(answer)
      return refundFacts(refund.parse(parseJson(answer.body)))
    },

    async queryRefund(_payment, { outRefundNo }) {
      const answer = await call('GET', `/v3/refund/domestic/refunds/${outRefundNo}`)
      if (answer.status === 404) return null
      if (answer.status >= 300) refused(answer)
      return refundFacts(refund.parse(parseJson(answer.body)))
    },

    readNotice(headers, body): ReadNotice {
      const reason = doubt(trusted, headers, body, tools.clock.now())
      if (reason) return { ok: false, reason }
      const told = notice.safeParse(parseJson(body))
      const opened = told.success ? openResource(settings.apiV3Key, told.data.resource) : null
      if (!told.success || opened === null) return { ok: false, reason: 'unreadable' }
      const read = readOpened(told.data.id, told.data.event_type, parseJson(opened))
      return read ? { ok: true, notice: read } : { ok: false, reason: 'unreadable' }
    },

    answer: (taken) =>
      taken
        ? { status: 204, type: 'application/json', body: '' }
        : { status: 400, type: 'application/json', body: JSON.stringify({ code: 'FAIL', message: '未采信' }) },

    async bill(day) {
      const answer = await call('GET', `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL`)
      if (answer.status >= 300 && /NO_STATEMENT_EXIST/.test(refusalOf(answer).code)) return []
      if (answer.status >= 300) refused(answer)
      return readWechatBill(parseJson(answer.body), settings.url, ({ method, path }) =>
        authorization(merchant, { method, path, body: '' }, seconds(), nonce()),
      )
    },
  }

  function readOpened(noticeNo: string, eventType: string, opened: unknown): Notice | null {
    if (eventType.startsWith('REFUND.')) {
      const told = refundNotice.safeParse(opened)
      if (!told.success) return null
      const { mchid, out_trade_no, out_refund_no, refund_id, refund_status } = told.data
      return {
        kind: 'refunded',
        noticeNo,
        identity: { app: settings.appId, merchant: mchid },
        outTradeNo: out_trade_no,
        refund: refundFacts({ refund_id, out_refund_no, status: refund_status, amount: told.data.amount }),
      }
    }
    const told = transaction.safeParse(opened)
    if (!told.success) return null
    if (told.data.trade_state !== 'SUCCESS') return { kind: 'other', noticeNo, outTradeNo: told.data.out_trade_no }
    return { kind: 'paid', noticeNo, paid: paidFacts(told.data) }
  }
}

function paidBy(told: z.output<typeof transaction>): PaidFacts {
  return {
    app: told.appid,
    merchant: told.mchid,
    outTradeNo: told.out_trade_no,
    providerNo: told.transaction_id,
    amountFen: told.amount?.total ?? 0,
    currency: told.amount?.currency ?? '',
    paidAt: new Date(told.success_time),
  }
}

function refusalOf(answer: Answer): z.output<typeof refusal> {
  const told = refusal.safeParse(parseJson(answer.body))
  return told.success ? told.data : { code: String(answer.status), message: '' }
}

/** RFC 3339 in China's time, to the second: 2026-11-20T12:00:00+08:00. */
function inChina(at: Date): string {
  return `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}
