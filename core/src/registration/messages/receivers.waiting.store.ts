import { sql } from 'kysely'
import { asLocale } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import type { Receiver, ReceiverFilter } from './receivers.model.ts'

type Filter = Pick<ReceiverFilter, 'communityId' | 'eventId' | 'messageId' | 'registeredBefore'>

/** Places that are waited at, or offered, one for each address (what is waited at before what is offered); not those whose address got the message. */
function places(db: Db, { communityId, eventId, messageId, registeredBefore }: Filter) {
  return db
    .selectFrom('waiting')
    .where('waiting.communityId', '=', communityId)
    .where('waiting.eventId', '=', eventId)
    .where('waiting.state', 'in', ['waiting', 'offered'])
    .where('waiting.erasedAt', 'is', null)
    .where('waiting.joinedAt', '<', registeredBefore)
    .where(
      sql<boolean>`not exists (select from message_waiting_receipt m join waiting o on o.community_id = m.community_id and o.id = m.waiting_id
        where m.community_id = ${communityId} and m.message_id = ${messageId} and (o.id = waiting.id or (o.email <> '' and o.email = waiting.email)))`,
    )
    .where(
      sql<boolean>`not exists (select from waiting o where o.community_id = ${communityId} and o.event_id = ${eventId} and o.email <> ''
        and o.email = waiting.email and o.state in ('waiting', 'offered') and o.erased_at is null and 
        (o.state <> 'waiting', o.joined_at, o.id) < (waiting.state <> 'waiting', waiting.joined_at, waiting.id))`,
    )
}

/** The next ones who wait, can be written to and have not been, in the order of their ids. */
export async function listWaitingReceivers(db: Db, filter: Filter, after: string, limit: number): Promise<Receiver[]> {
  const query = places(db, filter)
    .select(['waiting.id', 'waiting.linkVersion', 'waiting.email', 'waiting.locale', 'waiting.name'])
    .where('waiting.email', '<>', '')
    .orderBy('waiting.id')
    .limit(limit)
  const rows = await (after === '' ? query : query.where('waiting.id', '>', after)).execute()
  return rows.map((row) => ({ ...row, cursor: row.id, code: '', locale: asLocale(row.locale) }))
}

/** How many who wait a message would go to, and how many left no address. */
export function countWaitingReceivers(db: Db, filter: Filter): Promise<{ mailed: number; withoutMail: number }> {
  return places(db, filter)
    .select([
      sql<number>`count(*) filter (where waiting.email <> '')`.as('mailed'),
      sql<number>`count(*) filter (where waiting.email = '')`.as('withoutMail'),
    ])
    .executeTakeFirstOrThrow()
}

/** Notes which places get a message; those that had it are left out of the answer. */
export async function insertWaitingReceipts(
  db: Db,
  key: { communityId: string; messageId: string; at: Date },
  rows: readonly { id: string; mailId: string }[],
): Promise<Set<string>> {
  const added = await db
    .insertInto('messageWaitingReceipt')
    .values(rows.map(({ id, mailId }) => ({ waitingId: id, mailId, ...key })))
    .onConflict((oc) => oc.doNothing())
    .returning('waitingId')
    .execute()
  return new Set(added.map((row) => row.waitingId))
}
