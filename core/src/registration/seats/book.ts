import { findEvent } from '#core/community/store.ts'
import type { Event } from '#core/community/model.ts'
import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { SeatCounter } from '../model.ts'
import { ensureCounter, lockCounter } from '../store.ts'
import type { Limit, Stock } from './model.ts'
import { readCounters, type Counters, type VoucherWish } from './store.ts'

export interface Place {
  communityId: string
  eventId: string
}

/** An event's seats, its counter locked. Whoever changes `stock` (by `take` and `giveBack`) writes the rows that it counts. */
export interface Book {
  readonly place: Place
  readonly event: Event
  readonly counter: SeatCounter
  readonly now: Date
  readonly stock: Stock
  /** What the counters were, to write only what moved. */
  readonly before: Stock
  /** Limits that somebody who waits is before: newcomers get nothing of them. */
  blocked: ReadonlySet<Limit>
  /** Somebody waits, or came to wait by this very work. */
  waiting: boolean
}

/** What is read of an event's seats once its counter is locked. */
export interface BookRead {
  counter: SeatCounter
  event: Event
  counters: Counters
}

/** Locks the counter and reads after it; sent together, run by the database one after the other. Errors: event.not_found. */
export async function readBook(
  db: Db,
  ctx: Pick<Context, 'clock'>,
  { communityId, eventId }: Place,
  wish: VoucherWish = {},
): Promise<BookRead> {
  const read = () =>
    Promise.all([
      lockCounter(db, communityId, eventId),
      findEvent(db, communityId, eventId),
      readCounters(db, communityId, eventId, ctx.clock.now(), wish),
    ])
  let [counter, event, counters] = await read()
  if (!event) throw fail('event.not_found')
  if (!counter) {
    await ensureCounter(db, communityId, eventId)
    ;[counter, event, counters] = await read()
  }
  if (!counter || !event) throw fail('event.not_found')
  return { counter, event, counters }
}

/** All that is counted of an event; nothing is taken where no counter has been made yet. */
export function asStock(
  { cap }: Pick<Event, 'cap'>,
  counter: Pick<SeatCounter, 'taken'> | null | undefined,
  { types, quotas, channels, vouchers }: Omit<Stock, 'cap' | 'taken'>,
): Stock {
  return { cap, taken: counter?.taken ?? 0, types, quotas, channels, vouchers }
}

/** A book of what was read. */
export function makeBook(ctx: Pick<Context, 'clock'>, place: Place, { counter, event, counters }: BookRead): Book {
  const stock = asStock(event, counter, counters)
  return { place, event, counter, now: ctx.clock.now(), stock, before: copyStock(stock), blocked: new Set(), waiting: counters.waiting }
}

/** Seats are offered until the event begins, unless it does not take place. */
export function isOffering({ event, now }: Pick<Book, 'event' | 'now'>): boolean {
  return event.state === 'published' && now < event.startsAt
}

/** Makes vouchers known to an open book that it was not opened with. */
export async function addVouchers(tx: Tx, book: Book, ids: readonly string[]): Promise<void> {
  const missing = [...new Set(ids)].filter((id) => !book.stock.vouchers.has(id))
  if (missing.length === 0) return
  const { vouchers } = await readCounters(tx.db, book.place.communityId, book.place.eventId, book.now, { ids: missing })
  for (const [id, voucher] of vouchers) {
    if (book.stock.vouchers.has(id)) continue
    book.stock.vouchers.set(id, voucher)
    book.before.vouchers.set(id, { ...voucher })
  }
}

/** A stock that can be changed without changing the other. */
export function copyStock(stock: Stock): Stock {
  const copy = <T extends object>(map: ReadonlyMap<string, T>): Map<string, T> => new Map([...map].map(([id, one]) => [id, { ...one }]))
  const { cap, taken } = stock
  return {
    cap,
    taken,
    types: copy(stock.types),
    quotas: copy(stock.quotas),
    channels: copy(stock.channels),
    vouchers: copy(stock.vouchers),
  }
}
