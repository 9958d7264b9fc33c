import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { clearWaiting, listOverdueWaiting, listWaitingOf, type Waiting } from './store.ts'

/** What is held about a place in the waiting list, as its holder gets it. */
export interface WaitingCopy {
  name: string
  phone: string
  email: string
  language: string
  seats: number
  allTogether: boolean
  state: string
  joinedAt: string
  offeredAt: string | null
  closedAt: string | null
}

/** A booking, as far as places in the waiting list belong to it. */
interface Booking {
  registrationId: string
  orderId: string | null
}

/** A place as its holder gets it. */
export function copyOfWaiting(waiting: Waiting): WaitingCopy {
  const { name, phone, email, locale, seats, together, state, joinedAt, offeredAt, closedAt } = waiting
  const times = { joinedAt: joinedAt.toISOString(), offeredAt: offeredAt?.toISOString() ?? null, closedAt: closedAt?.toISOString() ?? null }
  return { name, phone, email, language: locale, seats, allTogether: together, state, ...times }
}

/** The places in the waiting list that belong to a booking: for what is added to it, and the offer that it came of. */
export async function exportWaiting(tx: Tx, communityId: string, booking: Booking): Promise<WaitingCopy[]> {
  const places = await listWaitingOf(tx.db, communityId, booking)
  return places.filter(({ erasedAt }) => erasedAt === null).map(copyOfWaiting)
}

/**
 * Erases the contacts of the places that belong to a booking which is being erased. The seat was given back before, which
 * ends the waiting for what goes with it.
 */
export async function eraseWaitingOf(tx: Tx, communityId: string, booking: Booking, at: Date): Promise<void> {
  const places = await listWaitingOf(tx.db, communityId, booking)
  await clearWaiting(
    tx.db,
    communityId,
    places.filter(({ erasedAt }) => erasedAt === null).map(({ id }) => id),
    at,
  )
}

/** Erases who waited at events whose time of keeping has ended. Returns how many places. */
export async function clearOverdueWaiting(ctx: Context, communityId: string): Promise<number> {
  const now = ctx.clock.now()
  return transact(ctx, async (tx) => {
    const overdue = await listOverdueWaiting(tx.db, communityId, now)
    await clearWaiting(tx.db, communityId, overdue, now)
    return overdue.length
  })
}
