import { sql } from 'kysely'
import type { Db } from '#core/store/database.ts'

/** What registration writes, as it stands in front of its templates' names. */
const OURS = sql`o.template ~ '^(registration|payment|fapiao)[.]'`

/** An address that something of an event bore before it was erased; '' for none. */
export interface Addressed {
  eventId: string
  email: string
}

/**
 * Deletes what registration wrote to addresses that nothing of the event bears any more: mails tell names and links. While
 * a ticket, an order or a place in the waiting list still has the address its mails stay, and go with the last of them.
 */
export async function forgetMails(db: Db, communityId: string, erased: readonly Addressed[]): Promise<void> {
  const known = erased.filter(({ email }) => email !== '')
  if (known.length === 0) return
  const held = (table: 'registration' | 'ticket_order' | 'waiting') =>
    sql`exists (select from ${sql.table(table)} x where x.community_id = ${communityId}::uuid and x.event_id = o.event_id
      and x.email = o.to_address and x.erased_at is null)`
  await sql`delete from outbox o using unnest(${known.map(({ eventId }) => eventId)}::uuid[], ${known.map(({ email }) => email)}::text[])
      as g(event_id, address)
    where o.community_id = ${communityId}::uuid and o.event_id = g.event_id and o.to_address = g.address
      and ${OURS} and not ${held('registration')} and not ${held('ticket_order')} and not ${held('waiting')}`.execute(db)
}

/** Deletes what registration wrote about events whose time of keeping has ended, whoever it went to: also those who have left since. */
export async function clearOverdueMails(db: Db, communityId: string, now: Date): Promise<void> {
  await sql`delete from outbox o using event e
    where o.community_id = ${communityId}::uuid and e.community_id = ${communityId}::uuid and e.id = o.event_id and ${OURS}
      and e.ends_at + make_interval(days => e.retention_days) < ${now}::timestamptz`.execute(db)
}
