import { parse } from 'csv-parse/sync'
import yauzl from 'yauzl'
import { z } from 'zod'
import { fail } from '#core/kernel/errors.ts'
import { askProvider } from './ask.ts'
import { asFen } from './common.ts'
import type { BillRow } from './provider.ts'

const row = z.object({
  支付宝交易号: z.string(),
  商户订单号: z.string(),
  业务类型: z.string(),
  完成时间: z.string(),
  '订单金额（元）': z.string(),
  '服务费（元）': z.string(),
  '退款批次号/请求号': z.string(),
})
/** No day's statement is larger, unfolded. */
const LARGEST = 128 * 1024 * 1024

/**
 * Fetches and reads a day's statement: a zip of CSV files in GB18030, of which the one with the single trades counts.
 * Source: https://opendocs.alipay.com/open/204/106262 (fields).
 */
export async function readAlipayBill(address: string, gateway: string): Promise<BillRow[]> {
  const url = new URL(address)
  const theirs = url.protocol === 'https:' && url.hostname.endsWith('.alipay.com')
  if (!theirs && url.origin !== new URL(gateway).origin) throw fail('payment.provider_forged', { provider: 'alipay' })
  const answer = await askProvider('alipay', url.href)
  if (answer.status >= 300) throw fail('payment.provider_refused', { provider: 'alipay', problem: String(answer.status) })
  const text = await openDetails(answer.body)
  // Lines that begin with # tell about the file.
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
  const rows: unknown[] = parse(lines.join('\n'), {
    columns: (names: string[]) => names.map((name) => name.trim()),
    trim: true,
    relax_column_count: true,
  })
  return rows.map((one) => {
    const r = row.parse(one)
    const refund = r.业务类型 === '退款'
    const amountFen = asFen(r['订单金额（元）']) ?? Number.NaN
    return {
      kind: refund ? 'refund' : 'payment',
      outTradeNo: r.商户订单号,
      outRefundNo: refund ? r['退款批次号/请求号'] : '',
      providerNo: r.支付宝交易号,
      amountFen: refund ? -Math.abs(amountFen) : amountFen,
      // The statement shows a fee below nothing, as it lessens what comes.
      feeFen: -(asFen(r['服务费（元）']) ?? 0) || 0,
      at: new Date(`${r.完成时间.replace(' ', 'T')}+08:00`),
    }
  })
}

/** The file with the single trades (业务明细), not the sums (汇总). */
async function openDetails(zip: Buffer): Promise<string> {
  const file = await yauzl.fromBufferPromise(zip, { decodeStrings: false })
  for await (const entry of file.eachEntry()) {
    const name = new TextDecoder('gb18030').decode(entry.fileNameRaw)
    if (!name.endsWith('.csv') || name.includes('汇总') || entry.uncompressedSize > LARGEST) continue
    const parts: Buffer[] = []
    for await (const part of await file.openReadStreamPromise(entry)) parts.push(Buffer.from(part))
    return new TextDecoder('gb18030').decode(Buffer.concat(parts))
  }
  throw fail('payment.provider_refused', { provider: 'alipay', problem: '业务明细' })
}
