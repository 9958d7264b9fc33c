import { sql, type Insertable, type Updateable } from 'kysely'
import { asLocale } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import { keptRows } from '#core/store/kept-plans.ts'
import type { Channel as ChannelTable, Registration as RegistrationTable, SeatCounter as SeatCounterTable } from '#core/store/schema.ts'
import type { Channel, Registration, SeatCounter } from './model.ts'

const counterColumns = [
  'taken',
  'open',
  'opensAt',
  'closesAt',
  'holdMinutes',
  'payMinutes',
  'offerHours',
  'waitingOpen',
  'handoverUntil',
] as const
const channelColumns = ['id', 'slug', 'name', 'share', 'clicks', 'taken', 'retiredAt'] as const
export const registrationColumns = [
  'communityId',
  'id',
  'eventId',
  'personId',
  'ticketTypeId',
  'channelId',
  'orderId',
  'code',
  'state',
  'phone',
  'email',
  'locale',
  'noticeVersion',
  'linkVersion',
  'registeredAt',
  'cancelledAt',
  'erasedAt',
] as const

export function findCounter(db: Db, communityId: string, eventId: string): Promise<SeatCounter | undefined> {
  return db
    .selectFrom('seatCounter')
    .select(counterColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .executeTakeFirst()
}

/** The event's counter with its row locked: whoever holds it decides. */
export async function lockCounter(db: Db, communityId: string, eventId: string): Promise<SeatCounter | undefined> {
  const query = db.selectFrom('seatCounter').select(counterColumns).where('communityId', '=', communityId).where('eventId', '=', eventId)
  return (await keptRows(db, query.forUpdate()))[0]
}

/** Makes the event's counter when there is none. */
export async function ensureCounter(db: Db, communityId: string, eventId: string): Promise<void> {
  await db
    .insertInto('seatCounter')
    .values({ communityId, eventId })
    .onConflict((oc) => oc.doNothing())
    .execute()
}

export async function updateCounter(db: Db, communityId: string, eventId: string, values: Updateable<SeatCounterTable>): Promise<void> {
  await db.updateTable('seatCounter').set(values).where('communityId', '=', communityId).where('eventId', '=', eventId).execute()
}

export function listChannels(db: Db, communityId: string, eventId: string): Promise<Channel[]> {
  return db
    .selectFrom('channel')
    .select(channelColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('position')
    .orderBy('createdAt')
    .orderBy('slug')
    .execute()
}

export async function insertChannel(db: Db, row: Insertable<ChannelTable>): Promise<void> {
  await db.insertInto('channel').values(row).execute()
}

export async function updateChannel(db: Db, communityId: string, id: string, values: Updateable<ChannelTable>): Promise<void> {
  await db.updateTable('channel').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

export async function deleteChannel(db: Db, communityId: string, id: string): Promise<void> {
  await db.deleteFrom('channel').where('communityId', '=', communityId).where('id', '=', id).execute()
}

export async function countChannelClick(db: Db, communityId: string, eventId: string, slug: string): Promise<void> {
  await db
    .updateTable('channel')
    .set((eb) => ({ clicks: eb('clicks', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('slug', '=', slug)
    .execute()
}

export async function updateRegistration(db: Db, communityId: string, id: string, values: Updateable<RegistrationTable>): Promise<void> {
  await db.updateTable('registration').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

export async function findRegistration(db: Db, communityId: string, id: string): Promise<Registration | undefined> {
  const row = await db
    .selectFrom('registration')
    .select(registrationColumns)
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { ...row, locale: asLocale(row.locale) }
}

/** The booking with its row locked until the transaction ends. */
export async function lockRegistration(db: Db, communityId: string, id: string): Promise<Registration | undefined> {
  const row = await db
    .selectFrom('registration')
    .select(registrationColumns)
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && { ...row, locale: asLocale(row.locale) }
}

export async function findRegistrationByCode(
  db: Db,
  communityId: string,
  eventId: string,
  code: string,
): Promise<Registration | undefined> {
  const row = await db
    .selectFrom('registration')
    .select(registrationColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('code', '=', code)
    .executeTakeFirst()
  return row && { ...row, locale: asLocale(row.locale) }
}

/** Live bookings of an event that were made with one of these contacts. */
export async function findByContacts(
  db: Db,
  communityId: string,
  eventId: string,
  phones: readonly string[],
  emails: readonly string[],
): Promise<Registration[]> {
  const rows = await db
    .selectFrom('registration')
    .select(registrationColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', 'registered')
    .where((eb) =>
      eb.or([
        // Said again for the planner: the indexes leave out empty ones.
        eb.and([eb('phone', '<>', ''), eb('phone', '=', sql<string>`any(${phones})`)]),
        eb.and([eb('email', '<>', ''), eb('email', '=', sql<string>`any(${emails})`)]),
      ]),
    )
    .execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

/** Which of these short codes the event has given out already. */
export async function findTakenCodes(db: Db, communityId: string, eventId: string, codes: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('registration')
    .select('code')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('code', '=', sql<string>`any(${codes})`)
    .execute()
  return new Set(rows.map((row) => row.code))
}

/** True when a person stands somewhere else, too: another booking, a duty, a talk, an account, an introduction. */
export async function isPersonUsedElsewhere(db: Db, communityId: string, personId: string, registrationId: string): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`select
    exists (select from registration where community_id = ${communityId} and person_id = ${personId} and id <> ${registrationId} and erased_at is null)
    or exists (select from volunteer where community_id = ${communityId} and person_id = ${personId})
    or exists (select from session_speaker where community_id = ${communityId} and person_id = ${personId})
    or exists (select from contact where community_id = ${communityId} and person_id = ${personId})
    or exists (select from person where community_id = ${communityId} and id = ${personId} and account_id is not null) as used`.execute(db)
  return rows[0]?.used === true
}

/** Bookings of events whose time of keeping has ended and that still hold a person's data. */
export function listOverdue(db: Db, communityId: string, now: Date): Promise<{ id: string; eventId: string; retentionDays: number }[]> {
  return db
    .selectFrom('registration')
    .innerJoin('event', (join) =>
      join.onRef('event.communityId', '=', 'registration.communityId').onRef('event.id', '=', 'registration.eventId'),
    )
    .select(['registration.id', 'registration.eventId', 'event.retentionDays'])
    .where('registration.communityId', '=', communityId)
    .where('event.communityId', '=', communityId)
    .where('registration.erasedAt', 'is', null)
    .where(sql<boolean>`event.ends_at + make_interval(days => event.retention_days) < ${now}`)
    .orderBy('registration.eventId')
    .orderBy('registration.id')
    .execute()
}
