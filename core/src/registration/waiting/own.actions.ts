import { fail } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { releaseOrders } from '../orders/release.ts'
import { listOrdersByIds } from '../orders/store.ts'
import type { Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import { copyOfWaiting, type WaitingCopy } from './forget.ts'
import { waitingJournal } from './journal.ts'
import { partySchema, type PartyInput } from './model.ts'
import { asWaiter, openWaiting } from './open.ts'
import { clearWaiting, findWaiting, listParts, updateWaiting, type Waiting } from './store.ts'

/**
 * Changes how many somebody waits for, and whether all together. Fewer keep the place, more go to the end. What is no
 * longer waited at stays as it is. Errors: access.link_*, input.invalid, registration.party_large, .waiting_over.
 */
export async function resizeWaiting(ctx: Context, token: string, input: PartyInput): Promise<void> {
  const { waiting: seen, maximum } = await openWaiting(ctx, token)
  const { seats, together } = parseInput(partySchema, input)
  if (seats > maximum) throw fail('registration.party_large', { maximum })
  await atPlace(ctx, seen, async (tx, book, waiting) => {
    if (waiting.state !== 'waiting') throw fail('registration.waiting_over')
    if (waiting.seats === seats && waiting.together === together) return
    const end = seats > waiting.seats ? { joinedAt: book.now, priority: Math.min(waiting.priority, 0) } : {}
    await updateWaiting(tx.db, waiting.communityId, waiting.id, { seats, together, ...end })
    tx.journal(waitingJournal.resized, subjectOf(waiting), { from: waiting.seats, to: seats })
  })
}

/** Stops waiting and gives up what was offered and not confirmed; the next are called at once. Twice changes nothing. Errors: access.link_*. */
export async function leaveWaiting(ctx: Context, token: string): Promise<void> {
  const { waiting: seen } = await openWaiting(ctx, token)
  await atPlace(ctx, seen, (tx, book, waiting) => leave(ctx, tx, book, waiting))
}

/** Everything that is held about a place, as its holder gets it (PIPL 45). Errors: access.link_*. */
export async function exportMyWaiting(ctx: Context, token: string): Promise<WaitingCopy> {
  return copyOfWaiting((await openWaiting(ctx, token)).waiting)
}

/** Stops waiting and erases who waited (PIPL 47); the link ends. What came of it stays at its own link. Errors: access.link_*. */
export async function eraseMyWaiting(ctx: Context, token: string): Promise<void> {
  const { waiting: seen } = await openWaiting(ctx, token)
  await atPlace(ctx, seen, async (tx, book, waiting) => {
    await leave(ctx, tx, book, waiting)
    const parts = await listParts(tx.db, waiting)
    const ids = [waiting, ...parts].map(({ id }) => id)
    await clearWaiting(tx.db, waiting.communityId, ids, book.now)
    tx.journal(waitingJournal.erased, subjectOf(waiting), {})
  })
}

const subjectOf = ({ communityId, eventId, id }: Waiting) => ({ communityId, eventId, kind: 'waiting', id })

/** Work on a place with the event's seats open, the place read again under their lock. */
function atPlace(ctx: Context, seen: Waiting, work: (tx: Tx, book: Book, waiting: Waiting) => Promise<void>): Promise<void> {
  const acting = asWaiter(ctx, seen)
  return transact(acting, (tx) =>
    withSeats(acting, tx, seen, async (book) => {
      const waiting = await findWaiting(tx.db, seen.communityId, seen.id)
      if (!waiting || waiting.erasedAt) throw fail('access.link_expired')
      await work(tx, book, waiting)
    }),
  )
}

async function leave(ctx: Context, tx: Tx, book: Book, waiting: Waiting): Promise<void> {
  const parts = [waiting, ...(await listParts(tx.db, waiting))].filter(({ state }) => state === 'offered')
  const orders = await listOrdersByIds(
    tx.db,
    waiting.communityId,
    parts.flatMap(({ orderId }) => orderId ?? []),
  )
  // What awaits money is given up on its own page, where money is spoken of.
  const held = orders.filter(({ state }) => state === 'held')
  await releaseOrders(ctx, tx, book, held, 'cancelled')
  if (waiting.state === 'waiting') await updateWaiting(tx.db, waiting.communityId, waiting.id, { state: 'left', closedAt: book.now })
  if (waiting.state === 'waiting' || held.length > 0) tx.journal(waitingJournal.left, subjectOf(waiting), { seats: waiting.seats })
}
