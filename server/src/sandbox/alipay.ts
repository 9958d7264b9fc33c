import { createPublicKey, createPrivateKey, createSign, createVerify } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Hono } from 'hono'
import { z } from 'zod'
import type { SandboxKeys } from '@kaichang/core/registration/payment/providers/sandbox-keys.ts'
import type { Behaviour } from './behaviour.ts'
import { asYuan, feeOfTrade, givenBack, inChina, ofDay, randomDigits, randomId, type Book, type SandboxRefund, type Trade } from './book.ts'
import type { NoticeToSend } from './notices.ts'
import type { Alteration } from './wechatpay.ts'

const yuan = z.string().regex(/^\d{1,9}\.\d{2}$/)
const order = z.object({
  out_trade_no: z.string().min(1).max(64),
  total_amount: yuan,
  subject: z.string().regex(/^[^/=&]+$/),
  time_expire: z.string().optional(),
})
const refundRequest = z.object({ out_trade_no: z.string(), out_request_no: z.string(), refund_amount: yuan })
const content = z.record(z.string(), z.unknown())

interface Tools {
  keys: SandboxKeys['alipay']
  book: Book
  behaviour: Behaviour
  pageOf(trade: Trade): string
}

const sorted = (parameters: Readonly<Record<string, string>>, without: readonly string[]): string =>
  Object.keys(parameters)
    .filter((name) => !without.includes(name) && parameters[name] !== '')
    .sort()
    .map((name) => `${name}=${parameters[name] ?? ''}`)
    .join('&')
const asFen = (text: string): number => Math.round(Number(text) * 100)

/** The true notice of a payment, or an altered one. */
export function alipayNotice({ keys, book }: Tools, trade: Trade, change: Alteration = {}): NoticeToSend {
  const fields: Record<string, string> = {
    notify_time: inChina(book.clock.now()),
    notify_type: 'trade_status_sync',
    notify_id: randomId(),
    app_id: change.app ?? keys.appId,
    charset: 'utf-8',
    version: '1.0',
    sign_type: 'RSA2',
    trade_no: change.providerNo ?? trade.providerNo,
    out_trade_no: change.outTradeNo ?? trade.outTradeNo,
    buyer_id: '2088000000000000',
    seller_id: change.merchant ?? keys.sellerId,
    trade_status: trade.state === 'paid' ? 'TRADE_SUCCESS' : 'WAIT_BUYER_PAY',
    subject: trade.description,
    total_amount: asYuan(change.amountFen ?? trade.amountFen),
    receipt_amount: asYuan(change.amountFen ?? trade.amountFen),
    gmt_create: inChina(book.clock.now()),
    gmt_payment: trade.paidAt ? inChina(trade.paidAt) : '',
  }
  const key = change.signature ? keys.app.privateKey : keys.alipay.privateKey
  const sign = createSign('RSA-SHA256')
    .update(sorted(fields, ['sign', 'sign_type']))
    .sign(key, 'base64')
  return {
    url: trade.notifyUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ ...fields, sign }).toString(),
    isTaken: (status, body) => status === 200 && body === 'success',
  }
}

/** Alipay's gateway as far as merchants of our kind use it. */
export function alipayRoutes(tools: Tools): Hono {
  const { keys, book, behaviour } = tools
  const app = new Hono()
  const appKey = createPublicKey(createPrivateKey(keys.app.privateKey))

  const send = (method: string, told: object): Response => {
    const fault = behaviour.faults.shift()
    if (fault === 'lost') return new Response('', { status: 500 })
    const part = JSON.stringify(told)
    const key = fault === 'forged' ? keys.app.privateKey : keys.alipay.privateKey
    const sign = createSign('RSA-SHA256').update(part).sign(key, 'base64')
    const name = `${method.replaceAll('.', '_')}_response`
    const body = fault === 'unsigned' ? `{"${name}":${part}}` : `{"${name}":${part},"sign":"${sign}"}`
    return new Response(body, { headers: { 'content-type': 'text/html;charset=utf-8' } })
  }
  const good = { code: '10000', msg: 'Success' }
  const business = (sub: string, message: string): object => ({ code: '40004', msg: 'Business Failed', sub_code: sub, sub_msg: message })

  app.all('/gateway.do', async (request) => {
    const form = request.req.method === 'POST' ? Object.entries(await request.req.parseBody()) : []
    const parameters = Object.fromEntries(
      [...Object.entries(request.req.query()), ...form].flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value] as const] : [],
      ),
    )
    const method = parameters['method'] ?? ''
    if (behaviour.faults[0] === 'down') {
      behaviour.faults.shift()
      return new Response('', { status: 500 })
    }
    if (parameters['app_id'] !== keys.appId)
      return send(method, { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-app-id', sub_msg: '无效的AppID参数' })
    if (
      !createVerify('RSA-SHA256')
        .update(sorted(parameters, ['sign']))
        .verify(appKey, parameters['sign'] ?? '', 'base64')
    ) {
      return send(method, { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature', sub_msg: '无效签名' })
    }
    const given = content.safeParse(JSON.parse(parameters['biz_content'] ?? '{}'))
    const answer = given.success ? handle(method, given.data, parameters, request.req.url) : business('ACQ.INVALID_PARAMETER', '参数无效')
    return answer instanceof Response ? answer : send(method, answer)
  })

  function begin(given: Record<string, unknown>, parameters: Record<string, string>): Trade | object {
    const asked = order.safeParse(given)
    if (!asked.success) return business('ACQ.INVALID_PARAMETER', '参数无效')
    const { out_trade_no: no, total_amount, subject, time_expire } = asked.data
    const known = book.byNo('alipay', no)
    if (known?.state === 'paid') return business('ACQ.TRADE_HAS_SUCCESS', '交易已被支付')
    if (known?.state === 'closed') return business('ACQ.TRADE_HAS_CLOSE', '交易已经关闭')
    if (known && known.amountFen !== asFen(total_amount)) return business('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改')
    return (
      known ??
      book.add({
        provider: 'alipay',
        outTradeNo: no,
        amountFen: asFen(total_amount),
        description: subject,
        notifyUrl: parameters['notify_url'] ?? '',
        backUrl: parameters['return_url'] ?? '',
        expiresAt: time_expire ? new Date(`${time_expire.replace(' ', 'T')}+08:00`) : null,
      })
    )
  }

  function handle(method: string, given: Record<string, unknown>, parameters: Record<string, string>, url: string): object {
    const no = String(given['out_trade_no'] ?? '')
    const trade = book.byNo('alipay', no)
    switch (method) {
      case 'alipay.trade.page.pay':
      case 'alipay.trade.wap.pay': {
        const begun = begin(given, parameters)
        return 'id' in begun
          ? new Response(null, { status: 302, headers: { location: tools.pageOf(begun) } })
          : new Response(JSON.stringify(begun), { status: 400, headers: { 'content-type': 'application/json' } })
      }
      case 'alipay.trade.precreate': {
        const begun = begin(given, parameters)
        return 'id' in begun ? { ...good, out_trade_no: no, qr_code: tools.pageOf(begun) } : begun
      }
      case 'alipay.trade.query':
        return trade ? { ...good, ...standing(trade) } : business('ACQ.TRADE_NOT_EXIST', '交易不存在')
      case 'alipay.trade.close': {
        if (!trade) return business('ACQ.TRADE_NOT_EXIST', '交易不存在')
        if (trade.state === 'paid') return business('ACQ.TRADE_STATUS_ERROR', '交易状态不合法')
        trade.state = 'closed'
        book.keep()
        return { ...good, trade_no: trade.providerNo, out_trade_no: no }
      }
      case 'alipay.trade.refund':
        return giveBack(trade, given)
      case 'alipay.trade.fastpay.refund.query': {
        if (!trade) return business('TRADE_NOT_EXIST', '交易不存在')
        const refund = trade.refunds.find((one) => one.outRefundNo === given['out_request_no'])
        return refund && refund.state !== 'failed' ? { ...good, ...refundStanding(trade, refund) } : { ...good, out_trade_no: no }
      }
      case 'alipay.data.dataservice.bill.downloadurl.query': {
        const day = String(given['bill_date'] ?? '')
        if (ofDay(book, 'alipay', day).length === 0) return business('isp.bill_not_exist'.toUpperCase(), '账单不存在')
        const here = new URL(url)
        return { ...good, bill_download_url: `${here.origin}${here.pathname.replace('gateway.do', 'bill')}?day=${day}` }
      }
      default:
        return { code: '40001', msg: 'Missing Required Arguments', sub_code: 'isv.missing-method', sub_msg: '缺少方法名参数' }
    }
  }

  function giveBack(trade: Trade | undefined, given: Record<string, unknown>): object {
    const asked = refundRequest.safeParse(given)
    if (!asked.success) return business('ACQ.INVALID_PARAMETER', '参数无效')
    if (trade?.state !== 'paid') return business('ACQ.TRADE_NOT_EXIST', '交易不存在')
    const { out_request_no: outRefundNo, refund_amount } = asked.data
    const amountFen = asFen(refund_amount)
    const known = trade.refunds.find((one) => one.outRefundNo === outRefundNo && one.state !== 'failed')
    if (known)
      return { ...good, trade_no: trade.providerNo, out_trade_no: trade.outTradeNo, fund_change: 'N', refund_fee: asYuan(givenBack(trade)) }
    if (behaviour.refunds === 'failed') return business('ACQ.SELLER_BALANCE_NOT_ENOUGH', '卖家余额不足')
    if (givenBack(trade) + amountFen > trade.amountFen) return business('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限')
    trade.refunds.push({ outRefundNo, id: randomDigits(28), amountFen, state: behaviour.refunds, at: book.clock.now() })
    book.keep()
    const change = behaviour.refunds === 'done' ? 'Y' : 'N'
    return {
      ...good,
      trade_no: trade.providerNo,
      out_trade_no: trade.outTradeNo,
      fund_change: change,
      refund_fee: asYuan(givenBack(trade)),
    }
  }

  app.get(
    '/bill',
    (request) =>
      new Response(new Uint8Array(billZip(tools, request.req.query('day') ?? '')), { headers: { 'content-type': 'application/zip' } }),
  )

  return app
}

function standing(trade: Trade): object {
  const status = { open: 'WAIT_BUYER_PAY', paid: 'TRADE_SUCCESS', closed: 'TRADE_CLOSED' }[trade.state]
  return {
    out_trade_no: trade.outTradeNo,
    trade_no: trade.providerNo,
    trade_status: status,
    total_amount: asYuan(trade.amountFen),
    ...(trade.paidAt ? { send_pay_date: inChina(trade.paidAt) } : {}),
  }
}

function refundStanding(trade: Trade, refund: SandboxRefund): object {
  return {
    trade_no: trade.providerNo,
    out_trade_no: trade.outTradeNo,
    out_request_no: refund.outRefundNo,
    refund_amount: asYuan(refund.amountFen),
    refund_status: refund.state === 'done' ? 'REFUND_SUCCESS' : 'REFUND_PROCESSING',
  }
}

/** A day's statement as Alipay gives it out: a zip with one table of trades, its heads in Chinese. */
function billZip({ book, keys }: Tools, day: string): Buffer {
  const heads =
    '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'
  const lines = ofDay(book, 'alipay', day).map(({ trade, refund, at }) => {
    const fen = refund ? -refund.amountFen : trade.amountFen
    const fee = refund ? 0 : -feeOfTrade(trade)
    return `${trade.providerNo}\t,${trade.outTradeNo}\t,${refund ? '退款' : '交易'},${trade.description.replaceAll(',', ' ')},${inChina(at)},${inChina(at)},,,,,payer,${asYuan(fen)},${asYuan(fen)},0,0,0,0,0,,0,0,${refund?.outRefundNo ?? ''},${asYuan(fee)},0,`
  })
  const text = [
    '#支付宝业务明细查询',
    `#账号：[${keys.sellerId}0156]`,
    '#-----------------------------------------业务明细列表----------------------------------------',
    heads,
    ...lines,
    '#-----------------------------------------业务明细列表结束------------------------------------',
  ].join('\r\n')
  return zipOf(`${keys.sellerId}_${day.replaceAll('-', '')}_DETAILS.csv`, encode(text))
}

/**
 * GB18030 by the decoder's own table, since the platform only decodes: every two-byte character is tried once, and what
 * has no two bytes becomes a question mark.
 */
function encode(text: string): Buffer {
  const bytes: number[] = []
  for (const character of text) {
    const code = character.charCodeAt(0)
    if (code < 0x80) bytes.push(code)
    else bytes.push(...(gbkTable().get(character) ?? [0x3f]))
  }
  return Buffer.from(bytes)
}

let table: Map<string, [number, number]> | undefined
function gbkTable(): Map<string, [number, number]> {
  if (table) return table
  table = new Map()
  const decoder = new TextDecoder('gb18030')
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail === 0x7f) continue
      const character = decoder.decode(Uint8Array.of(lead, trail))
      if (!character.includes('\ufffd') && !table.has(character)) table.set(character, [lead, trail])
    }
  }
  return table
}

/** A zip with one stored file (PKWARE APPNOTE 4.3). */
function zipOf(name: string, content: Buffer): Buffer {
  const file = Buffer.from(name)
  const shared = Buffer.alloc(26)
  shared.writeUInt16LE(20, 0)
  shared.writeUInt32LE(crc32(content), 10)
  shared.writeUInt32LE(content.length, 14)
  shared.writeUInt32LE(content.length, 18)
  shared.writeUInt16LE(file.length, 22)
  const local = Buffer.concat([Buffer.from('504b0304', 'hex'), shared, file, content])
  const central = Buffer.concat([Buffer.from('504b01021400', 'hex'), shared, Buffer.alloc(14), file])
  const end = Buffer.alloc(22)
  end.write('504b0506', 0, 'hex')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}
