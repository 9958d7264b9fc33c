import { sql } from 'kysely'
import { authorise } from '#core/community/permissions.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { registrationJournal } from '../journal.ts'
import { addVouchers, copyStock, makeBook, readBook, type Book, type Place } from './book.ts'
import { withSeats } from './door.ts'
import { differencesOf, recountStock, type BookedUses, type CountedRows, type Difference } from './recount.rules.ts'
import { readCounters } from './store.ts'

/**
 * Reads types, quotas and links of an open book anew and reckons every counter of the event from its rows: after types or
 * quotas were added, linked otherwise or taken away. What differs is written when the book is closed.
 */
export async function recount(tx: Tx, book: Book): Promise<void> {
  const { communityId, eventId } = book.place
  const fresh = await readCounters(tx.db, communityId, eventId, book.now)
  for (const map of ['types', 'quotas', 'channels'] as const) {
    const known: Map<string, { id: string }> = book.stock[map]
    const before: Map<string, { id: string }> = book.before[map]
    known.clear()
    before.clear()
    for (const one of fresh[map].values()) {
      known.set(one.id, one)
      before.set(one.id, { ...one })
    }
  }
  await addVouchers(tx, book, await listVoucherIds(tx.db, book.place))
  const { rows, booked } = await readRows(tx.db, book.place)
  recountStock(book.stock, rows, booked, book.now)
}

/** Where an event's counters do not tell what its rows tell; [] when all is well. Looks under the counter's lock and changes nothing. Errors: access.*. */
export async function checkCounters(ctx: Context, communityId: string, eventId: string): Promise<Difference[]> {
  authorise(ctx.actor, 'registration.figures', { communityId, eventId })
  return transact(ctx, ({ db }) => findDifferences(db, ctx, { communityId, eventId }))
}

/** The same inside a transaction, for those who have authorised. */
export async function findDifferences(db: Tx['db'], ctx: Pick<Context, 'clock'>, place: Place): Promise<Difference[]> {
  const book = makeBook(ctx, place, await readBook(db, ctx, place, { ids: await listVoucherIds(db, place) }))
  const reckoned = copyStock(book.stock)
  const { rows, booked } = await readRows(db, place)
  const keeps = (id: string): boolean => (book.stock.vouchers.get(id)?.kept ?? 0) > 0
  recountStock(reckoned, rows, booked, book.now, ({ id, validUntil }) => validUntil !== null && validUntil <= book.now && keeps(id))
  return differencesOf(book.stock, reckoned)
}

/** Writes the counters anew from the rows; how many told something else. Errors: access.*, event.not_found. */
export async function mendCounters(ctx: Context, communityId: string, eventId: string): Promise<number> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  return transact(ctx, (tx) =>
    withSeats(ctx, tx, { communityId, eventId }, async (book) => {
      await recount(tx, book)
      const count = differencesOf(book.before, book.stock).length
      if (count > 0) tx.journal(registrationJournal.counted, { communityId, eventId, kind: 'event', id: eventId }, { count })
      return count
    }),
  )
}

async function listVoucherIds(db: Db, { communityId, eventId }: Place): Promise<string[]> {
  const rows = await db.selectFrom('voucher').select('id').where('communityId', '=', communityId).where('eventId', '=', eventId).execute()
  return rows.map(({ id }) => id)
}

async function readRows(db: Db, { communityId, eventId }: Place): Promise<{ rows: CountedRows[]; booked: BookedUses[] }> {
  const lines = sql`order_line l join ticket_order o on o.community_id = l.community_id and o.id = l.order_id
      left join ticket_type t on t.community_id = l.community_id and t.id = l.ticket_type_id
      where o.community_id = ${communityId}::uuid and o.event_id = ${eventId}::uuid and l.community_id = ${communityId}::uuid`
  const { rows } = await sql<CountedRows>`select ticket_type_id as type_id, channel_id, null::uuid as voucher_id, count(*)::int as count
      from registration where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and state = 'registered'
      group by ticket_type_id, channel_id
    union all select l.ticket_type_id, case l.state when 'held' then o.channel_id end, case when l.by_voucher then o.voucher_id end, count(*)::int
      from ${lines} and (l.state = 'held' or (l.state = 'booked' and t.kind = 'addon')) group by 1, 2, 3`.execute(db)
  const { rows: booked } = await sql<BookedUses>`select o.voucher_id, count(*)::int as count
      from ${lines} and l.state = 'booked' and l.by_voucher and o.voucher_id is not null and t.kind is distinct from 'addon'
      group by o.voucher_id`.execute(db)
  return { rows, booked }
}
