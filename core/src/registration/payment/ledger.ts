import { newId } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { addPaid, insertLedger, type LedgerRow } from './ledger.store.ts'

export type Account = LedgerRow['account']
export type What = LedgerRow['what']

/** What a movement is about. */
export interface About {
  communityId: string
  eventId: string
  orderId?: string | null
  paymentId?: string | null
  refundId?: string | null
  provider?: string
  at: Date
}

/**
 * How each kind of movement goes from account to account: `into` gains, `from` loses the amount. Double entry with debits
 * above nothing: buyers owe us (a sale) until they pay; what is to be given back is owed to them until it is sent.
 */
const ways = {
  /** Seats were booked for money. */
  sale: { into: 'buyers', from: 'sales' },
  /** A buyer's money is at the provider (offline: with the treasurer). */
  payment: { into: 'provider', from: 'buyers' },
  /** A paid seat was given up: the sale is undone, the money is owed. */
  sale_undone: { into: 'sales', from: 'refunds_due' },
  /** Money that no sale stands for (too late, twice) is owed. */
  refund_due: { into: 'buyers', from: 'refunds_due' },
  /** What was owed has been sent. */
  refund: { into: 'refunds_due', from: 'provider' },
  /** The provider keeps its fee. */
  fee: { into: 'fees', from: 'provider' },
  /** The provider pays out to the bank. */
  payout: { into: 'bank', from: 'provider' },
} as const satisfies Record<What, { into: Account; from: Account }>

/**
 * Writes one movement: two entries that sum to nothing, and with money that comes or goes the order's `paid_fen`, so that
 * both always agree. Entries are never changed; an error is put right by a movement back (an amount below nothing).
 * Nothing is written for nothing. The order's row is locked.
 */
export async function move(ctx: Context, tx: Tx, what: What, amountFen: number, about: About): Promise<void> {
  if (amountFen === 0) return
  if (!Number.isSafeInteger(amountFen)) throw new RangeError(`not whole fen: ${amountFen}`)
  const { into, from } = ways[what]
  const movementId = newId(ctx)
  const { communityId, eventId, orderId = null, paymentId = null, refundId = null, provider = '', at } = about
  const entry = (account: Account, fen: number): LedgerRow => ({
    communityId,
    id: newId(ctx),
    eventId,
    movementId,
    account,
    provider: account === 'provider' ? provider : '',
    amountFen: fen,
    what,
    orderId,
    paymentId,
    refundId,
    at,
  })
  await insertLedger(tx.db, [entry(into, amountFen), entry(from, -amountFen)])
  if (orderId !== null && (what === 'payment' || what === 'refund')) {
    await addPaid(tx.db, communityId, orderId, what === 'payment' ? amountFen : -amountFen)
  }
}
