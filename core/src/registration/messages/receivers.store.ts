import { sql } from 'kysely'
import { asLocale } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import type { Receiver, ReceiverFilter } from './receivers.model.ts'
import { countWaitingReceivers, insertWaitingReceipts, listWaitingReceivers } from './receivers.waiting.store.ts'

/** True where the booking in hand got this message. */
const got = (communityId: string, messageId: string) =>
  sql<boolean>`exists (select from message_receipt m where m.community_id = ${communityId} and m.message_id = ${messageId} and m.registration_id = registration.id)`

function receivers(db: Db, { communityId, eventId, messageId, registeredBefore, silentOf, typeId }: ReceiverFilter) {
  const all = db
    .selectFrom('registration')
    .innerJoin('person', (join) =>
      join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
    )
    .where('registration.communityId', '=', communityId)
    .where('registration.eventId', '=', eventId)
    .where('registration.state', '=', 'registered')
    .where('registration.erasedAt', 'is', null)
    .where('registration.registeredAt', '<', registeredBefore)
    .where((eb) => eb.not(got(communityId, messageId)))
  const query = typeId === null ? all : all.where('registration.ticketTypeId', '=', typeId)
  if (silentOf === null) return query
  return query.where('registration.reconfirmedAt', 'is', null).where(got(communityId, silentOf))
}

/** The next ones who can be written to and have not been, in the order of their codes, by which the event's own are found. */
export async function listReceivers(db: Db, filter: ReceiverFilter, after: string, limit: number): Promise<Receiver[]> {
  if (filter.waiting) return listWaitingReceivers(db, filter, after, limit)
  const rows = await receivers(db, filter)
    .select([
      'registration.id',
      'registration.code',
      'registration.linkVersion',
      'registration.email',
      'registration.locale',
      'person.name',
    ])
    .where('registration.email', '<>', '')
    .where('registration.code', '>', after)
    .orderBy('registration.code')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, cursor: row.code, locale: asLocale(row.locale) }))
}

/** How many a message would go to, and how many left no address. */
export async function countReceivers(db: Db, filter: ReceiverFilter): Promise<{ mailed: number; withoutMail: number }> {
  if (filter.waiting) return countWaitingReceivers(db, filter)
  const row = await receivers(db, filter)
    .select([
      sql<number>`count(*) filter (where registration.email <> '')`.as('mailed'),
      sql<number>`count(*) filter (where registration.email = '')`.as('withoutMail'),
    ])
    .executeTakeFirstOrThrow()
  return row
}

/** Notes who gets a message (bookings, or places in the waiting list); those who had it are left out of the answer. */
export async function insertReceipts(
  db: Db,
  key: { communityId: string; messageId: string; at: Date },
  rows: readonly { id: string; mailId: string }[],
  waiting = false,
): Promise<Set<string>> {
  if (waiting) return insertWaitingReceipts(db, key, rows)
  const added = await db
    .insertInto('messageReceipt')
    .values(rows.map(({ id, mailId }) => ({ registrationId: id, mailId, ...key })))
    .onConflict((oc) => oc.doNothing())
    .returning('registrationId')
    .execute()
  return new Set(added.map((row) => row.registrationId))
}

/** Takes back who got a message, when it is planned anew. */
export async function deleteReceipts(db: Db, communityId: string, messageId: string): Promise<void> {
  await db.deleteFrom('messageReceipt').where('communityId', '=', communityId).where('messageId', '=', messageId).execute()
}

export async function markAsked(db: Db, communityId: string, ids: readonly string[], at: Date): Promise<void> {
  await db
    .updateTable('registration')
    .set({ reconfirmAskedAt: at })
    .where('communityId', '=', communityId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
}

/**
 * Bookings that were asked by a mail that really went out, gave no answer, and were not dealt with yet.
 * A mail that was refused or still waits asked nobody.
 */
export async function listSilent(db: Db, communityId: string, messageId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('messageReceipt')
    .innerJoin('registration', (join) =>
      join
        .onRef('registration.communityId', '=', 'messageReceipt.communityId')
        .onRef('registration.id', '=', 'messageReceipt.registrationId'),
    )
    .innerJoin('outbox', (join) =>
      join.onRef('outbox.communityId', '=', 'messageReceipt.communityId').onRef('outbox.id', '=', 'messageReceipt.mailId'),
    )
    .select('registration.id')
    .where('messageReceipt.communityId', '=', communityId)
    .where('messageReceipt.messageId', '=', messageId)
    .where('messageReceipt.closedAt', 'is', null)
    .where('registration.communityId', '=', communityId)
    .where('registration.state', '=', 'registered')
    .where('registration.reconfirmedAt', 'is', null)
    .where('registration.erasedAt', 'is', null)
    .where('outbox.communityId', '=', communityId)
    .where('outbox.state', '=', 'sent')
    .orderBy('registration.id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

export async function closeReceipt(db: Db, communityId: string, messageId: string, registrationId: string, at: Date): Promise<void> {
  await db
    .updateTable('messageReceipt')
    .set({ closedAt: at })
    .where('communityId', '=', communityId)
    .where('messageId', '=', messageId)
    .where('registrationId', '=', registrationId)
    .execute()
}

/** What an event's live bookings answered: asked, of these coming, of these without an answer. */
export async function countAnswers(
  db: Db,
  communityId: string,
  eventId: string,
): Promise<{ asked: number; coming: number; silent: number }> {
  const row = await db
    .selectFrom('registration')
    .select([
      sql<number>`count(*) filter (where reconfirm_asked_at is not null)`.as('asked'),
      sql<number>`count(*) filter (where reconfirmed_at is not null)`.as('coming'),
      sql<number>`count(*) filter (where reconfirm_asked_at is not null and reconfirmed_at is null)`.as('silent'),
    ])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', 'registered')
    .executeTakeFirstOrThrow()
  return row
}

/** When a booking was asked and when its holder said to come. */
export function findAnswer(
  db: Db,
  communityId: string,
  id: string,
): Promise<{ reconfirmAskedAt: Date | null; reconfirmedAt: Date | null } | undefined> {
  return db
    .selectFrom('registration')
    .select(['reconfirmAskedAt', 'reconfirmedAt'])
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Notes that a live booking's holder comes; false when the seat is not theirs any more. Said twice, the first time counts. */
export async function markComing(db: Db, communityId: string, id: string, at: Date): Promise<boolean> {
  const row = await db
    .updateTable('registration')
    .set((eb) => ({ reconfirmedAt: eb.fn.coalesce('reconfirmedAt', eb.val(at)) }))
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .where('state', '=', 'registered')
    .executeTakeFirst()
  return Number(row.numUpdatedRows) > 0
}

/** When the first of an event's live bookings was made. */
export async function findFirstBooking(db: Db, communityId: string, eventId: string): Promise<Date | null> {
  const row = await db
    .selectFrom('registration')
    .select((eb) => eb.fn.min('registeredAt').as('at'))
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', 'registered')
    .executeTakeFirst()
  return row?.at ?? null
}
