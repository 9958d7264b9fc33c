import { z } from 'zod'
import type { Locale } from './text.ts'

/** Whole fen (1/100 yuan); never a fraction. */
export const fenSchema = z.int().min(-1_000_000_000_00).max(1_000_000_000_00)

/** What somebody typed as yuan ("1,280", "¥99.5"), as fen; null when it is not an amount. */
export function parseYuan(typed: string): number | null {
  const plain = typed.normalize('NFKC').replace(/[¥￥,\s元]/g, '')
  if (!/^-?\d{1,9}(\.\d{1,2})?$/.test(plain)) return null
  const [whole = '0', part = ''] = plain.replace('-', '').split('.')
  const fen = Number(whole) * 100 + Number(part.padEnd(2, '0'))
  return plain.startsWith('-') ? -fen : fen
}

/** Fen as money: ¥1,280.00. */
export function formatMoney(fen: number, locale: Locale): string {
  return new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
  }).format(fen / 100)
}
