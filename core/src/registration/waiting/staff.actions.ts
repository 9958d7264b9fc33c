import { authorise } from '#core/community/permissions.ts'
import { findEvent } from '#core/community/store.ts'
import { fail } from '#core/kernel/errors.ts'
import type { Text } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { maskEmail, maskPhone } from '#core/people/person/rules.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { asStock, copyStock, type Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import type { Limit, Stock, WaitReason } from '../seats/model.ts'
import { callWaiting, lackOf, take } from '../seats/rules.ts'
import { readCounters } from '../seats/store.ts'
import { findCounter, updateCounter } from '../store.ts'
import { requireCommunity } from '../tickets.ts'
import { lockSeats } from '../window.actions.ts'
import { waitingJournal } from './journal.ts'
import { mailRemoved } from './mails.ts'
import { reasonSchema } from './model.ts'
import { makeOffers } from './offers.ts'
import { prioritiesFor, stepped } from './rules.ts'
import { countWaiting, findWaiting, listLine, listOffered, updateWaiting, type Waiting, type WaitingFigures } from './store.ts'

/** Places that staff see at once; the figures count all. */
const SHOWN = 500
/** Places that can be put into another order by hand. */
const ORDERED = 10_000

/** One party of the list, as staff see it; contacts are masked. */
export interface WaitingRow {
  id: string
  name: string
  phone: string
  email: string
  seats: number
  together: boolean
  typeName: Text | null
  joinedAt: Date
  /** Waiting: why nobody calls them now, and what lacks. */
  reason: (WaitReason & { limitName: Text | null; behind: number }) | null
  /** Offered: until when. */
  until: Date | null
}

/** The waiting list as staff see it. */
export interface WaitingList {
  open: boolean
  offerHours: number
  figures: WaitingFigures
  offered: WaitingRow[]
  /** In the order in which they are called. */
  waiting: WaitingRow[]
}

/** The list with the rule that holds each party up. Errors: access.*, event.not_found. */
export async function readWaitingList(ctx: Context, communityId: string, eventId: string): Promise<WaitingList> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const event = await findEvent(ctx.db, communityId, eventId)
  if (!event) throw fail('event.not_found')
  const counter = await findCounter(ctx.db, communityId, eventId)
  const counters = await readCounters(ctx.db, communityId, eventId, ctx.clock.now())
  const stock = asStock(event, counter, counters)
  const line = await listLine(ctx.db, communityId, eventId, SHOWN)
  const { reasons } = callWaiting(
    copyStock(stock),
    line.map((one) => ({ ...one, typeId: one.ticketTypeId })),
  )
  const behind = (limit: Limit): number => [...reasons.values()].filter((one) => one.why === 'behind' && one.limit === limit).length
  const row = (one: Waiting, until: Date | null): WaitingRow => {
    const reason = reasons.get(one.id)
    return {
      id: one.id,
      name: one.name,
      seats: one.seats,
      together: one.together,
      joinedAt: one.joinedAt,
      until,
      phone: one.phone === '' ? '' : maskPhone(one.phone),
      email: one.email === '' ? '' : maskEmail(one.email),
      typeName: stock.types.get(one.ticketTypeId ?? '')?.name ?? null,
      reason: reason ? { ...reason, limitName: nameOf(stock, reason.limit), behind: behind(reason.limit) } : null,
    }
  }
  return {
    open: counter?.waitingOpen ?? true,
    offerHours: counter?.offerHours ?? 12,
    figures: await countWaiting(ctx.db, communityId, eventId),
    offered: (await listOffered(ctx.db, communityId, eventId)).map((one) => row(one, one.until)),
    waiting: line.map((one) => row(one, null)),
  }
}

function nameOf(stock: Stock, limit: Limit): Text | null {
  const [kind, id = ''] = limit.split(':')
  return (kind === 'quota' ? stock.quotas : stock.channels).get(id)?.name ?? null
}

/** Puts a party one step earlier or later. At that end already: changes nothing. Errors: access.*, registration.waiting_over. */
export function moveWaiting(ctx: Context, communityId: string, eventId: string, id: string, by: -1 | 1): Promise<void> {
  return reorder(ctx, communityId, eventId, id, (line) => stepped(line, id, by))
}

/** Lets all others pass, those who join later, too: the party keeps its place among those who let others pass. Errors: as above. */
export function letOthersPass(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  return atWaiting(ctx, communityId, eventId, id, async (tx, _, waiting) => {
    const line = await listLine(tx.db, communityId, eventId, ORDERED)
    const priority = Math.min(0, ...line.filter((one) => one.id !== id).map((one) => one.priority)) - 1
    await updateWaiting(tx.db, communityId, id, { priority })
    tx.journal(waitingJournal.moved, subjectOf(waiting), { priority })
  })
}

function reorder(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  order: (line: readonly Waiting[]) => Waiting[] | null,
): Promise<void> {
  return atWaiting(ctx, communityId, eventId, id, async (tx, _, waiting) => {
    const wanted = order(await listLine(tx.db, communityId, eventId, ORDERED))
    if (!wanted) return
    for (const { id: moved, priority } of prioritiesFor(wanted)) await updateWaiting(tx.db, communityId, moved, { priority })
    const { priority } = (await findWaiting(tx.db, communityId, id)) ?? waiting
    tx.journal(waitingJournal.moved, subjectOf(waiting), { priority })
  })
}

/** Offers a party its seats now, before others, if there is room for all of it. Errors: access.*, registration.waiting_over, .offer_no_room. */
export function offerNow(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  return atWaiting(ctx, communityId, eventId, id, async (tx, book, waiting) => {
    const want = { typeId: waiting.ticketTypeId, channelId: waiting.channelId, seats: waiting.seats }
    const lack = lackOf(book.stock, [want])
    if (lack) throw fail('registration.offer_no_room', { left: lack.left, seats: waiting.seats })
    take(book.stock, want)
    await makeOffers(ctx, tx, book, [{ waiter: { ...waiting, typeId: waiting.ticketTypeId }, seats: waiting.seats }])
    tx.journal(waitingJournal.called, subjectOf(waiting), { seats: waiting.seats })
  })
}

/** Takes a party off the list and tells it why. Errors: access.*, input.invalid, registration.waiting_over. */
export async function removeWaiting(ctx: Context, communityId: string, eventId: string, id: string, reason: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const told = parseInput(reasonSchema, reason)
  await atWaiting(ctx, communityId, eventId, id, async (tx, book, waiting) => {
    await updateWaiting(tx.db, communityId, id, { state: 'left', closedAt: book.now })
    tx.journal(waitingJournal.removed, subjectOf(waiting), { seats: waiting.seats })
    const community = await requireCommunity({ ...ctx, db: tx.db }, communityId)
    const type = book.stock.types.get(waiting.ticketTypeId ?? '')
    await mailRemoved(ctx, tx, { community, event: book.event, waiting, type }, told)
  })
}

/** Lets people join the list, or no more; who waits goes on being called. Twice changes nothing. Errors: access.*, event.not_found. */
export async function openWaitingList(ctx: Context, communityId: string, eventId: string, open: boolean): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const { counter } = await lockSeats(tx, communityId, eventId)
    if (counter.waitingOpen === open) return
    await updateCounter(tx.db, communityId, eventId, { waitingOpen: open })
    tx.journal(open ? waitingJournal.opened : waitingJournal.closed, { communityId, eventId, kind: 'event', id: eventId }, {})
  })
}

const subjectOf = ({ communityId, eventId, id }: Waiting) => ({ communityId, eventId, kind: 'waiting', id })

/** Work on somebody who still waits, with the event's seats open; who is first is called again afterwards. */
function atWaiting(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  work: (tx: Tx, book: Book, waiting: Waiting) => Promise<void>,
): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  return transact(ctx, (tx) =>
    withSeats(ctx, tx, { communityId, eventId }, async (book) => {
      const waiting = await findWaiting(tx.db, communityId, id)
      if (!waiting || waiting.eventId !== eventId) throw fail('thing.not_found')
      if (waiting.state !== 'waiting') throw fail('registration.waiting_over')
      await work(tx, book, waiting)
    }),
  )
}
