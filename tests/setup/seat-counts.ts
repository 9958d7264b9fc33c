import { sql } from 'kysely'
import { newId } from '@kaichang/core/kernel/ids.ts'
import type { Db } from '@kaichang/core/store/database.ts'
import type { TestApp } from './app.ts'

const types = ['free', 'paid', 'open', 'past', 'hidden', 'looked', 'dinner', 'freeDinner'] as const

/** Types of all sorts, the tickets sharing the quota `hall` (40), the extras the quota `kitchen` (3). Their ids by name. */
export async function furnishTypes(
  { ctx, db, clock }: TestApp,
  communityId: string,
  eventId: string,
): Promise<Record<(typeof types)[number], string>> {
  const ids = { free: '', paid: '', open: '', past: '', hidden: '', looked: '', dinner: '', freeDinner: '' }
  for (const name of types) ids[name] = newId(ctx)
  const createdAt = clock.now()
  const row = (name: (typeof types)[number], over: object = {}) => ({
    communityId,
    id: ids[name],
    eventId,
    name: { zh: name },
    perOrder: 3,
    perPerson: 3,
    createdAt,
    ...over,
  })
  await db
    .insertInto('ticketType')
    .values([
      row('free'),
      row('paid', { priceFen: 9900 }),
      row('open', { pricing: 'open', priceFen: 1000 }),
      row('past', { sellsUntil: new Date(createdAt.getTime() - 1) }),
      row('hidden', { hidden: true }),
      row('looked', { review: true }),
      row('dinner', { kind: 'addon', priceFen: 8000, counts: false }),
      row('freeDinner', { kind: 'addon', counts: false }),
    ])
    .execute()
  const quotas = [
    { id: newId(ctx), name: 'hall', size: 40, of: types.filter((name) => !name.toLowerCase().endsWith('dinner')) },
    { id: newId(ctx), name: 'kitchen', size: 3, of: ['dinner', 'freeDinner'] as const },
  ]
  for (const { id, name, size, of } of quotas) {
    await db
      .insertInto('quota')
      .values({ communityId, id, eventId, name: { zh: name }, size, createdAt })
      .execute()
    await db
      .insertInto('quotaType')
      .values(of.map((type) => ({ communityId, quotaId: id, ticketTypeId: ids[type] })))
      .execute()
  }
  return ids
}

/** Every counter of an event as it is written, by name: the cap's, types by id, quotas, channels and vouchers by name. */
export async function countsOf(db: Db, communityId: string, eventId: string): Promise<Record<string, number>> {
  const { rows } = await sql<{ name: string; count: number }>`
    select 'taken' as name, taken as count from seat_counter where community_id = ${communityId} and event_id = ${eventId}
    union all select id::text, taken from ticket_type where community_id = ${communityId} and event_id = ${eventId}
    union all select name ->> 'zh', taken from quota where community_id = ${communityId} and event_id = ${eventId}
    union all select slug, taken from channel where community_id = ${communityId} and event_id = ${eventId}
    union all select code, used from voucher where community_id = ${communityId} and event_id = ${eventId}
    union all select code || ' kept', kept from voucher where community_id = ${communityId} and event_id = ${eventId}`.execute(db)
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}

/** The same, reckoned from the rows that the counters count. */
export async function rowsOf(db: Db, communityId: string, eventId: string): Promise<Record<string, number>> {
  const { rows } = await sql<{ name: string; count: number }>`
    with unit as (
        select ticket_type_id as type, channel_id as channel, null::uuid as voucher from registration
          where community_id = ${communityId} and event_id = ${eventId} and state = 'registered'
        union all select l.ticket_type_id, o.channel_id, null from order_line l join ticket_order o on o.community_id = l.community_id and o.id = l.order_id
          where l.community_id = ${communityId} and l.event_id = ${eventId} and (l.state = 'held' or (l.state = 'booked' and l.ticket_type_id in
            (select id from ticket_type where community_id = ${communityId} and kind = 'addon')))
        union all select v.ticket_type_id, null, null from voucher v, generate_series(1, v.kept) where v.community_id = ${communityId} and v.event_id = ${eventId}),
      seat as (select u.*, coalesce(t.counts and t.kind = 'ticket', u.type is null) as counts, coalesce(t.kind, 'ticket') as kind
        from unit u left join ticket_type t on t.community_id = ${communityId} and t.id = u.type)
    select 'taken' as name, count(*)::int as count from seat where counts
    union all select t.id::text, (select count(*)::int from seat where type = t.id) from ticket_type t where t.community_id = ${communityId} and t.event_id = ${eventId}
    union all select q.name ->> 'zh', (select count(*)::int from seat s join quota_type l on l.community_id = ${communityId} and l.quota_id = q.id and l.ticket_type_id = s.type)
      from quota q where q.community_id = ${communityId} and q.event_id = ${eventId}
    union all select c.slug, (select count(*)::int from seat s where s.channel = c.id and s.kind = 'ticket') from channel c
      where c.community_id = ${communityId} and c.event_id = ${eventId}
    union all select v.code, (select count(*)::int from order_line l join ticket_order o on o.community_id = l.community_id and o.id = l.order_id
        where l.community_id = ${communityId} and o.voucher_id = v.id and l.by_voucher and l.state in ('held', 'booked'))
      from voucher v where v.community_id = ${communityId} and v.event_id = ${eventId}
    union all select v.code || ' kept', case when v.reserves and v.retired_at is null and v.kept > 0 then v.max_uses - v.used else 0 end
      from voucher v where v.community_id = ${communityId} and v.event_id = ${eventId}`.execute(db)
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}
