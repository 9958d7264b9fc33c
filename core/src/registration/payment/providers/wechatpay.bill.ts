import { createHash } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { fail } from '#core/kernel/errors.ts'
import { askProvider } from './ask.ts'
import { asFen } from './common.ts'
import type { BillRow } from './provider.ts'

const told = z.object({ hash_type: z.literal('SHA1'), hash_value: z.string(), download_url: z.url() })
const row = z.object({
  交易时间: z.string(),
  微信订单号: z.string(),
  商户订单号: z.string(),
  交易状态: z.string(),
  应结订单金额: z.string(),
  微信退款单号: z.string(),
  商户退款单号: z.string(),
  申请退款金额: z.string(),
  手续费: z.string(),
  订单金额: z.string(),
})

/**
 * Fetches the statement that was announced, checks its SHA-1 (it carries no signature of its own) and reads it.
 * Source: https://pay.weixin.qq.com/doc/v3/merchant/4012071209; fields begin with a backtick, the last two lines are sums.
 */
export async function readWechatBill(
  announced: unknown,
  base: string,
  authorise: (request: { method: 'GET'; path: string }) => string,
): Promise<BillRow[]> {
  const { hash_value, download_url } = told.parse(announced)
  const url = new URL(download_url)
  // Our signature goes to WeChat only, whatever an answer says.
  if (url.origin !== new URL(base).origin && !/^https:\/\/api\d?\.mch\.weixin\.qq\.com$/.test(url.origin)) {
    throw fail('payment.provider_forged', { provider: 'wechatpay' })
  }
  const answer = await askProvider('wechatpay', url.href, {
    headers: { authorization: authorise({ method: 'GET', path: `${url.pathname}${url.search}` }), 'user-agent': 'kaichang' },
  })
  if (answer.status >= 300) throw fail('payment.provider_refused', { provider: 'wechatpay', problem: String(answer.status) })
  if (createHash('sha1').update(answer.body).digest('hex') !== hash_value.toLowerCase()) {
    throw fail('payment.provider_forged', { provider: 'wechatpay' })
  }
  return readRows(answer.body.toString('utf8'))
}

function readRows(text: string): BillRow[] {
  const [head = '', ...lines] = text.replace(/^\ufeff/, '').split(/\r?\n/)
  // The sums below have a heading of their own, which does not begin with a backtick.
  const end = lines.findIndex((line) => !line.startsWith('`'))
  const body = (end === -1 ? lines : lines.slice(0, end)).join('\n')
  if (body === '') return []
  const rows: unknown[] = parse(`${head}\n${body.replaceAll('`', '')}`, { columns: true, relax_column_count: true, relax_quotes: true })
  return rows.map((one) => {
    const r = row.parse(one)
    const refund = r.交易状态 === 'REFUND'
    return {
      kind: refund ? 'refund' : 'payment',
      outTradeNo: r.商户订单号,
      outRefundNo: refund ? r.商户退款单号 : '',
      providerNo: refund ? r.微信退款单号 : r.微信订单号,
      amountFen: refund ? -(asFen(r.申请退款金额) ?? Number.NaN) : (asFen(r.订单金额) ?? Number.NaN),
      feeFen: Math.round(Number(r.手续费) * 100),
      at: new Date(`${r.交易时间.replace(' ', 'T')}+08:00`),
    }
  })
}
