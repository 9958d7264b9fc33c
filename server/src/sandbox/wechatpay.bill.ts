import type { SandboxKeys } from '@kaichang/core/registration/payment/providers/sandbox-keys.ts'
import { asYuan, feeOf, feeOfTrade, inChina, ofDay, type Book } from './book.ts'

/** A day's statement as WeChat gives it out; '' when nothing happened. */
export function billText(book: Book, keys: SandboxKeys['wechatpay'], day: string): string {
  const rows = ofDay(book, 'wechatpay', day)
  if (rows.length === 0) return ''
  const heads =
    '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
  const lines = rows.map(({ trade, refund, at }) =>
    [
      inChina(at),
      keys.appId,
      keys.mchId,
      '0',
      '',
      trade.providerNo,
      trade.outTradeNo,
      'sandbox-payer',
      'NATIVE',
      refund ? 'REFUND' : 'SUCCESS',
      'OTHERS',
      'CNY',
      refund ? '0.00' : asYuan(trade.amountFen),
      '0.00',
      refund?.id ?? '0',
      refund?.outRefundNo ?? '0',
      refund ? asYuan(refund.amountFen) : '0.00',
      '0.00',
      refund ? 'ORIGINAL' : '',
      refund ? 'SUCCESS' : '',
      trade.description.replaceAll(',', ' '),
      '',
      `${refund ? '-' : ''}${((refund ? feeOf(refund.amountFen) : feeOfTrade(trade)) / 100).toFixed(5)}`,
      '0.60%',
      refund ? '0.00' : asYuan(trade.amountFen),
      refund ? asYuan(refund.amountFen) : '0.00',
      '',
    ]
      .map((field) => `\`${field}`)
      .join(','),
  )
  return `\ufeff${heads}\r\n${lines.join('\r\n')}\r\n总交易单数,应结订单总金额\r\n\`${rows.length},\`0\r\n`
}
