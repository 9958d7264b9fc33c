import type { Db } from '#core/store/database.ts'
import { storedAnswers } from '../questions/write.ts'
import { listLines, listOrdersByIds } from './store.ts'
import { readPapers } from './own.store.ts'

/** What is held about an order, as whoever ordered gets it. Amounts are fen of CNY. */
export interface OrderCopy {
  code: string
  state: string
  name: string
  phone: string
  email: string
  language: string
  noticeVersion: string
  totalFen: number
  paidFen: number
  orderedAt: string
  completedAt: string | null
  seats: { name: string; phone: string; email: string; priceFen: number; state: string; answers: number }[]
  payments: { provider: string; method: string; amountFen: number; state: string; proof: string; begunAt: string; paidAt: string | null }[]
  refunds: { amountFen: number; state: string; reason: string; askedAt: string; doneAt: string | null }[]
  invoices: Record<string, string | number>[]
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

/** Copies of orders with their seats and papers. Answers lie with the tickets and are told there, here only how many. */
export async function copyOrders(db: Db, communityId: string, orderIds: readonly string[]): Promise<OrderCopy[]> {
  const orders = await listOrdersByIds(db, communityId, orderIds)
  const lines = await listLines(db, communityId, orderIds)
  const copies: OrderCopy[] = []
  for (const order of orders) {
    const { payments, refunds, fapiaos } = await readPapers(db, communityId, order.id)
    const { code, state, name, phone, email, locale, noticeVersion, totalFen, paidFen } = order
    copies.push({
      code,
      state,
      name,
      phone,
      email,
      language: locale,
      noticeVersion,
      totalFen,
      paidFen,
      orderedAt: order.createdAt.toISOString(),
      completedAt: iso(order.doneAt),
      seats: lines
        .filter((line) => line.orderId === order.id)
        .map((line) => ({
          name: line.name,
          phone: line.phone,
          email: line.email,
          priceFen: line.priceFen,
          state: line.state,
          answers: storedAnswers(line.answers).length,
        })),
      payments: payments.map(({ proofName, createdAt, paidAt, ...payment }) => ({
        ...payment,
        proof: proofName,
        begunAt: createdAt.toISOString(),
        paidAt: iso(paidAt),
      })),
      refunds: refunds.map(({ createdAt, doneAt, ...refund }) => ({ ...refund, askedAt: createdAt.toISOString(), doneAt: iso(doneAt) })),
      invoices: fapiaos.map(({ askedAt, ...fapiao }) => ({ ...fapiao, askedAt: askedAt.toISOString() })),
    })
  }
  return copies
}
