import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Clock } from '@kaichang/core/kernel/clock.ts'

const moment = z.coerce.date()
const refundSchema = z.object({
  outRefundNo: z.string(),
  id: z.string(),
  amountFen: z.number(),
  state: z.enum(['done', 'processing', 'failed']),
  at: moment,
})
const tradeSchema = z.object({
  /** In the address of the payer's page; nobody can guess it. */
  id: z.string(),
  provider: z.enum(['wechatpay', 'alipay', 'stripe']),
  /** Of a merchant with several apps: by which one it was begun. */
  app: z.string().optional(),
  outTradeNo: z.string(),
  amountFen: z.number(),
  description: z.string(),
  notifyUrl: z.string(),
  backUrl: z.string(),
  state: z.enum(['open', 'paid', 'closed']),
  expiresAt: moment.nullable(),
  providerNo: z.string(),
  paidAt: moment.nullable(),
  refunds: z.array(refundSchema),
  /** What the provider keeps of it, where that is not its usual rate. */
  feeFen: z.number().optional(),
})
/** One payment as the provider knows it. */
export type Trade = z.output<typeof tradeSchema>
export type SandboxRefund = z.output<typeof refundSchema>

/** All payments of the sandbox; kept in a file when it is given one, so that a restart forgets nothing. */
export interface Book {
  clock: Clock
  add(trade: Pick<Trade, 'provider' | 'app' | 'outTradeNo' | 'amountFen' | 'description' | 'notifyUrl' | 'backUrl' | 'expiresAt'>): Trade
  byId(id: string): Trade | undefined
  byNo(provider: Trade['provider'], outTradeNo: string): Trade | undefined
  all(): Trade[]
  /** To be called after a trade was changed. */
  keep(): void
}

export function openBook(clock: Clock, file: string | null): Book {
  const trades: Trade[] = file !== null && existsSync(file) ? z.array(tradeSchema).parse(JSON.parse(readFileSync(file, 'utf8'))) : []
  const keep = (): void => {
    if (file === null) return
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(trades))
    renameSync(`${file}.new`, file)
  }
  return {
    clock,
    add: (given) => {
      const trade: Trade = { ...given, id: randomId(), state: 'open', providerNo: '', paidAt: null, refunds: [] }
      trades.push(trade)
      keep()
      return trade
    },
    byId: (id) => trades.find((trade) => trade.id === id),
    byNo: (provider, outTradeNo) => trades.findLast((trade) => trade.provider === provider && trade.outTradeNo === outTradeNo),
    all: () => [...trades],
    keep,
  }
}

export const randomId = (): string => randomBytes(16).toString('hex')
/** Digits, as providers number their transactions. */
export const randomDigits = (count: number): string => Array.from(randomBytes(count), (byte) => byte % 10).join('')

/** How much of a trade was given back, or is on its way. */
export function givenBack(trade: Trade): number {
  return trade.refunds.filter((r) => r.state !== 'failed').reduce((sum, r) => sum + r.amountFen, 0)
}

/** What the sandbox's fee would be: six in a thousand. */
export const feeOf = (fen: number): number => Math.round(fen * 0.006)
/** What it keeps of this trade. */
export const feeOfTrade = (trade: Trade): number => trade.feeFen ?? feeOf(trade.amountFen)

/** Payments and refunds of one day in China's time. */
export function ofDay(book: Book, provider: Trade['provider'], day: string): { trade: Trade; refund: SandboxRefund | null; at: Date }[] {
  const from = Date.parse(`${day}T00:00:00+08:00`)
  const within = (at: Date): boolean => at.getTime() >= from && at.getTime() < from + 86_400_000
  return book
    .all()
    .flatMap((trade) => (trade.provider === provider ? [trade] : []))
    .flatMap((trade) => [
      ...(trade.paidAt ? [{ trade, refund: null, at: trade.paidAt }] : []),
      ...trade.refunds.filter((refund) => refund.state === 'done').map((refund) => ({ trade, refund, at: refund.at })),
    ])
    .filter(({ at }) => within(at))
    .sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** 2026-11-20 12:00:00 in China's time. */
export const inChina = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
export const asYuan = (fen: number): string => (fen / 100).toFixed(2)
