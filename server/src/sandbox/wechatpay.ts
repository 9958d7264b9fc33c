import { createCipheriv, createHash, createPrivateKey, createPublicKey, createSign, createVerify, randomBytes } from 'node:crypto'
import { Hono, type Context as Request } from 'hono'
import { z } from 'zod'
import type { SandboxKeys } from '@kaichang/core/registration/payment/providers/sandbox-keys.ts'
import type { Behaviour } from './behaviour.ts'
import { givenBack, inChina, randomDigits, randomId, type Book, type SandboxRefund, type Trade } from './book.ts'
import type { NoticeToSend } from './notices.ts'
import { billText } from './wechatpay.bill.ts'

const amount = z.object({ total: z.int().min(1), currency: z.literal('CNY').default('CNY') })
const transaction = z.object({
  appid: z.string(),
  mchid: z.string(),
  description: z.string().min(1),
  out_trade_no: z.string().regex(/^[0-9A-Za-z_\-|*]{6,32}$/),
  time_expire: z.iso.datetime({ offset: true }).optional(),
  notify_url: z.url().refine((url) => !url.includes('?')),
  amount,
  payer: z.object({ openid: z.string().min(1) }).optional(),
  scene_info: z.object({ payer_client_ip: z.string(), h5_info: z.object({ type: z.string() }) }).optional(),
})
const refundRequest = z.object({
  out_trade_no: z.string(),
  out_refund_no: z.string().min(1).max(64),
  reason: z.string().optional(),
  notify_url: z.url().optional(),
  amount: z.object({ refund: z.int().min(1), total: z.int(), currency: z.literal('CNY') }),
})

/** What a forged or altered notice differs in from the true one. */
export interface Alteration {
  amountFen?: number
  merchant?: string
  app?: string
  outTradeNo?: string
  currency?: string
  providerNo?: string
  /** Signed by nobody we know. */
  signature?: boolean
  /** Signed so many milliseconds ago. */
  ageMs?: number
}

interface Tools {
  keys: SandboxKeys['wechatpay']
  book: Book
  behaviour: Behaviour
  /** The official account, whose app is bound to the same merchant. */
  account: { appId: string; knows(openid: string): boolean }
  /** The payer's page of a trade. */
  pageOf(trade: Trade): string
  refunded(trade: Trade, refund: SandboxRefund): void
}

/** Signs as the platform does: the headers of answers and notices. */
function signatureOf({ keys, book }: Tools, body: string, change: Alteration = {}): Record<string, string> {
  const timestamp = String(Math.floor((book.clock.now().getTime() - (change.ageMs ?? 0)) / 1000))
  const nonce = randomId()
  const key = change.signature ? keys.merchant.privateKey : keys.platform.privateKey
  const signature = createSign('RSA-SHA256').update(`${timestamp}\n${nonce}\n${body}\n`).sign(key, 'base64')
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': signature,
    'wechatpay-serial': keys.publicKeyId,
  }
}

/** The true notice of a payment (or of a refund), or an altered one. */
export function wechatNotice(tools: Tools, trade: Trade, refund: SandboxRefund | null, change: Alteration = {}): NoticeToSend {
  const { keys } = tools
  const resource = refund ? refundResource(tools, trade, refund) : transactionOf(tools, trade, change)
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv('aes-256-gcm', keys.apiV3Key, nonce)
  cipher.setAAD(Buffer.from(refund ? 'refund' : 'transaction'))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(resource)), cipher.final(), cipher.getAuthTag()])
  const body = JSON.stringify({
    id: randomId(),
    create_time: new Date(tools.book.clock.now()).toISOString(),
    resource_type: 'encrypt-resource',
    event_type: refund ? `REFUND.${refund.state === 'failed' ? 'ABNORMAL' : 'SUCCESS'}` : 'TRANSACTION.SUCCESS',
    summary: refund ? '退款成功' : '支付成功',
    resource: {
      original_type: refund ? 'refund' : 'transaction',
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: sealed.toString('base64'),
      associated_data: refund ? 'refund' : 'transaction',
      nonce,
    },
  })
  return {
    url: trade.notifyUrl,
    headers: { 'content-type': 'application/json', ...signatureOf(tools, body, change) },
    body,
    isTaken: (status) => status === 200 || status === 204,
  }
}

function transactionOf({ keys }: Tools, trade: Trade, change: Alteration = {}): Record<string, unknown> {
  const state =
    trade.state === 'paid'
      ? trade.refunds.some((r) => r.state === 'done')
        ? 'REFUND'
        : 'SUCCESS'
      : trade.state === 'closed'
        ? 'CLOSED'
        : 'NOTPAY'
  const paid = trade.state === 'paid'
  return {
    appid: change.app ?? trade.app ?? keys.appId,
    mchid: change.merchant ?? keys.mchId,
    out_trade_no: change.outTradeNo ?? trade.outTradeNo,
    trade_state: state,
    ...(paid
      ? {
          transaction_id: change.providerNo ?? trade.providerNo,
          trade_type: 'NATIVE',
          bank_type: 'OTHERS',
          success_time: `${inChina(trade.paidAt ?? new Date(0)).replace(' ', 'T')}+08:00`,
          payer: { openid: 'sandbox-payer' },
        }
      : {}),
    amount: {
      total: change.amountFen ?? trade.amountFen,
      payer_total: change.amountFen ?? trade.amountFen,
      currency: change.currency ?? 'CNY',
      payer_currency: change.currency ?? 'CNY',
    },
  }
}

function refundResource({ keys }: Tools, trade: Trade, refund: SandboxRefund): Record<string, unknown> {
  return {
    mchid: keys.mchId,
    out_trade_no: trade.outTradeNo,
    transaction_id: trade.providerNo,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.id,
    refund_status: statusOf(refund),
    success_time: `${inChina(refund.at).replace(' ', 'T')}+08:00`,
    amount: { total: trade.amountFen, refund: refund.amountFen, payer_total: trade.amountFen, payer_refund: refund.amountFen },
  }
}

const statusOf = ({ state }: SandboxRefund): string => ({ done: 'SUCCESS', processing: 'PROCESSING', failed: 'ABNORMAL' })[state]

/** WeChat Pay API v3 as far as merchants of our kind use it, with its signatures, codes and error answers. */
export function wechatRoutes(tools: Tools): Hono {
  const { keys, book, behaviour } = tools
  const app = new Hono()
  const merchantKey = createPublicKey(createPrivateKey(keys.merchant.privateKey))

  const send = (status: number, content: object | null): Response => {
    const fault = behaviour.faults.shift()
    if (fault === 'lost') return new Response('', { status: 500 })
    const body = content === null ? '' : JSON.stringify(content)
    const headers = fault === 'unsigned' ? {} : signatureOf(tools, body, { signature: fault === 'forged' })
    return new Response(status === 204 ? null : body, {
      status,
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    })
  }
  const refuse = (status: number, code: string, message: string): Response => send(status, { code, message })

  app.use('*', async (request, next) => {
    if (behaviour.faults[0] === 'down') {
      behaviour.faults.shift()
      return new Response('', { status: 500 })
    }
    const body = await request.req.text()
    if (!isSignedByMerchant(request, body)) return refuse(401, 'SIGN_ERROR', '签名错误，请检查后再试')
    return next()
  })

  function isSignedByMerchant(request: Request, body: string): boolean {
    const [, scheme, rest = ''] = /^(\S+) (.*)$/.exec(request.req.header('authorization') ?? '') ?? []
    const fields = Object.fromEntries([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]))
    if (scheme !== 'WECHATPAY2-SHA256-RSA2048' || fields['mchid'] !== keys.mchId || fields['serial_no'] !== keys.serial) return false
    const { timestamp = '', nonce_str: nonce = '', signature = '' } = fields
    if (Math.abs(book.clock.now().getTime() / 1000 - Number(timestamp)) > 300) return false
    const url = new URL(request.req.url)
    const text = `${request.req.method}\n${url.pathname}${url.search}\n${timestamp}\n${nonce}\n${body}\n`
    return createVerify('RSA-SHA256').update(text).verify(merchantKey, signature, 'base64')
  }

  app.post('/v3/pay/transactions/:type{native|jsapi|h5}', async (request) => {
    const type = request.req.param('type')
    const asked = transaction.safeParse(await request.req.json())
    if (!asked.success) return refuse(400, 'PARAM_ERROR', asked.error.issues[0]?.path.join('.') ?? '参数错误')
    const { appid, mchid, out_trade_no: no, amount: sum } = asked.data
    if (![keys.appId, tools.account.appId].includes(appid) || mchid !== keys.mchId)
      return refuse(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配')
    if (type === 'jsapi' && !asked.data.payer) return refuse(400, 'PARAM_ERROR', 'payer.openid')
    if (type === 'jsapi' && (appid !== tools.account.appId || !tools.account.knows(asked.data.payer?.openid ?? '')))
      return refuse(400, 'PARAM_ERROR', '无效的openid')
    if (type === 'h5' && !asked.data.scene_info) return refuse(400, 'PARAM_ERROR', 'scene_info')
    const known = book.byNo('wechatpay', no)
    if (known?.state === 'paid') return refuse(400, 'ORDERPAID', '该订单已支付')
    if (known?.state === 'closed') return refuse(400, 'ORDER_CLOSED', '该订单已关闭')
    if (known && known.amountFen !== sum.total) return refuse(400, 'INVALID_REQUEST', '商户订单号重复')
    const trade =
      known ??
      book.add({
        provider: 'wechatpay',
        app: appid,
        outTradeNo: no,
        amountFen: sum.total,
        description: asked.data.description,
        notifyUrl: asked.data.notify_url,
        backUrl: '',
        expiresAt: asked.data.time_expire ? new Date(asked.data.time_expire) : null,
      })
    const page = tools.pageOf(trade)
    if (type === 'native') return send(200, { code_url: page })
    return send(200, type === 'h5' ? { h5_url: `${page}?h5=1` } : { prepay_id: `wx${trade.id}` })
  })

  app.get('/v3/pay/transactions/out-trade-no/:no', (request) => {
    const trade = book.byNo('wechatpay', request.req.param('no'))
    if (!trade || request.req.query('mchid') !== keys.mchId) return refuse(404, 'ORDER_NOT_EXIST', '订单不存在')
    return send(200, transactionOf(tools, trade))
  })

  app.post('/v3/pay/transactions/out-trade-no/:no/close', (request) => {
    const trade = book.byNo('wechatpay', request.req.param('no'))
    if (!trade) return refuse(404, 'ORDER_NOT_EXIST', '订单不存在')
    if (trade.state === 'paid') return refuse(400, 'ORDERPAID', '该订单已支付')
    trade.state = 'closed'
    book.keep()
    return send(204, null)
  })

  app.post('/v3/refund/domestic/refunds', async (request) => {
    const asked = refundRequest.safeParse(await request.req.json())
    if (!asked.success) return refuse(400, 'PARAM_ERROR', '参数错误')
    const { out_trade_no: no, out_refund_no: outRefundNo, amount: sum } = asked.data
    const trade = book.byNo('wechatpay', no)
    if (trade?.state !== 'paid') return refuse(404, 'RESOURCE_NOT_EXISTS', '订单不存在')
    const known = trade.refunds.find((one) => one.outRefundNo === outRefundNo)
    if (known && known.amountFen !== sum.refund) return refuse(400, 'INVALID_REQUEST', '退款单号已使用，参数不一致')
    if (!known && (sum.total !== trade.amountFen || givenBack(trade) + sum.refund > trade.amountFen)) {
      return refuse(400, 'INVALID_REQUEST', '申请退款金额大于订单可退金额')
    }
    const refund = known ?? {
      outRefundNo,
      id: `5030${randomDigits(24)}`,
      amountFen: sum.refund,
      state: behaviour.refunds,
      at: book.clock.now(),
    }
    if (!known) {
      trade.refunds.push(refund)
      book.keep()
      if (refund.state === 'done') tools.refunded(trade, refund)
    }
    return send(200, refundAnswer(trade, refund))
  })

  app.get('/v3/refund/domestic/refunds/:no', (request) => {
    for (const trade of book.all()) {
      const refund = trade.refunds.findLast((one) => one.outRefundNo === request.req.param('no'))
      if (refund) return send(200, refundAnswer(trade, refund))
    }
    return refuse(404, 'RESOURCE_NOT_EXISTS', '退款单不存在')
  })

  const refundAnswer = (trade: Trade, refund: SandboxRefund): object => ({
    refund_id: refund.id,
    out_refund_no: refund.outRefundNo,
    transaction_id: trade.providerNo,
    out_trade_no: trade.outTradeNo,
    status: statusOf(refund),
    amount: { total: trade.amountFen, refund: refund.amountFen, currency: 'CNY' },
  })

  const billOf = (day: string): string => billText(book, keys, day)

  app.get('/v3/bill/tradebill', (request) => {
    const day = request.req.query('bill_date') ?? ''
    const text = billOf(day)
    if (text === '') return refuse(400, 'NO_STATEMENT_EXIST', '账单文件不存在')
    const here = new URL(request.req.url)
    const download = `${here.origin}${here.pathname.replace('/v3/bill/tradebill', '/v3/billdownload/file')}?token=${day}`
    return send(200, { hash_type: 'SHA1', hash_value: createHash('sha1').update(text).digest('hex'), download_url: download })
  })

  app.get('/v3/billdownload/file', (request) => new Response(billOf(request.req.query('token') ?? '')))

  return app
}
