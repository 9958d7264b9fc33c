import { sql } from 'kysely'
import { sweepSeats } from '@kaichang/core/registration/orders/sweep.ts'
import { copyStock, makeBook, readBook } from '@kaichang/core/registration/seats/book.ts'
import { checkCounters } from '@kaichang/core/registration/seats/recount.ts'
import { lackOf } from '@kaichang/core/registration/seats/rules.ts'
import { listWaiters } from '@kaichang/core/registration/seats/store.ts'
import type { Memory, Real } from './seat-place.ts'

/** How many are counted against the cap, and the cap; without one there is no end. */
export async function capOf({ app, place: [communityId, eventId] }: Real): Promise<{ taken: number; cap: number }> {
  const { rows } = await sql<{ taken: number; cap: number | null }>`select c.taken, e.cap from seat_counter c
    join event e on e.community_id = c.community_id and e.id = c.event_id
    where c.community_id = ${communityId} and c.event_id = ${eventId}`.execute(app.db)
  return { taken: rows[0]?.taken ?? 0, cap: rows[0]?.cap ?? Infinity }
}

/** What must hold at any moment, also while others act; a sentence when it does not. */
export async function faultOf(model: Memory, real: Real): Promise<string | null> {
  const { app, place } = real
  const [communityId, eventId] = place
  const { taken } = await capOf(real)
  if (taken > Math.max(...model.caps)) return `${taken} are taken, more than any cap that there was`
  const differences = await checkCounters(app.ctx, communityId, eventId)
  if (differences.length > 0) return `counters differ from rows: ${JSON.stringify(differences)}`
  const { rows } = await sql<{ fault: string }>`
    select 'a movement that does not balance' as fault from ledger_entry where community_id = ${communityId} group by movement_id having sum(amount_fen) <> 0
    union all select 'an order whose money is not in the books' from ticket_order o where o.community_id = ${communityId} and o.paid_fen <> coalesce(
      (select sum(amount_fen) from ledger_entry l where l.community_id = ${communityId} and l.order_id = o.id and l.account = 'provider'), 0)
    union all select 'more given back than came' from ticket_order where community_id = ${communityId} and paid_fen < 0
    union all select 'an order that is done and was not paid' from ticket_order o where o.community_id = ${communityId} and o.state = 'done' and o.total_fen > 0
      and not exists (select from payment p where p.community_id = ${communityId} and p.order_id = o.id and p.state = 'paid')
    union all select 'a booking held by an order that is not done' from order_line l join ticket_order o on o.community_id = l.community_id and o.id = l.order_id
      where l.community_id = ${communityId} and l.state = 'booked' and o.state <> 'done'
    union all select 'a hold of an order that is over' from order_line l join ticket_order o on o.community_id = l.community_id and o.id = l.order_id
      where l.community_id = ${communityId} and l.state = 'held' and o.state not in ('held', 'placed')
    union all select 'a voucher used too often' from voucher where community_id = ${communityId} and used > max_uses
    union all select 'a quota that is too full' from quota where community_id = ${communityId} and size is not null and taken > size
    union all select 'a channel that is too full' from channel where community_id = ${communityId} and share is not null and taken > share`.execute(
    app.db,
  )
  if (rows[0]) return rows[0].fault
  const ids = [...model.acknowledged]
  const found =
    ids.length === 0
      ? []
      : await app.db.selectFrom('registration').select('id').where('communityId', '=', communityId).where('id', 'in', ids).execute()
  return found.length === ids.length ? null : `${ids.length - found.length} acknowledged bookings are missing`
}

/** When all is quiet: the first who waits is one for whom there is no room; a sentence otherwise. */
export async function lostSeat({ app, place: [communityId, eventId] }: Real): Promise<string | null> {
  await sweepSeats(app.ctx)
  return app.db.transaction().execute(async (db) => {
    const book = makeBook(app.ctx, { communityId, eventId }, await readBook(db, app.ctx, { communityId, eventId }))
    const [first] = await listWaiters(db, communityId, eventId)
    if (!first) return null
    const want = { typeId: first.typeId, channelId: first.channelId, seats: first.together ? first.seats : 1 }
    return lackOf(copyStock(book.stock), [want]) === null ? 'somebody waits for a seat that is free' : null
  })
}
