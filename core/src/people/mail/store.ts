import { sql, type Insertable, type Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { Outbox } from '#core/store/schema.ts'
import { fillLetter, type Letter } from './letter.ts'
import type { Mail, MailState } from './model.ts'

/** Mails with the letter that they may belong to. */
const mails = (db: Db) =>
  db
    .selectFrom('outbox')
    .leftJoin('mailLetter', (join) =>
      join.onRef('mailLetter.communityId', '=', 'outbox.communityId').onRef('mailLetter.id', '=', 'outbox.letterId'),
    )
    .select([
      'outbox.communityId',
      'outbox.id',
      'outbox.eventId',
      'outbox.template',
      'outbox.toAddress',
      'outbox.locale',
      'outbox.subject',
      'outbox.body',
      'outbox.calendar',
      'outbox.state',
      'outbox.attempts',
      'outbox.problem',
      'outbox.createdAt',
      'outbox.notBefore',
      'outbox.sentAt',
      'outbox.places',
      'mailLetter.subject as letterSubject',
      'mailLetter.body as letterBody',
      'mailLetter.calendar as letterCalendar',
    ])

type Row = Mail & { places: unknown; letterSubject: string | null; letterBody: string | null; letterCalendar: string | null }

/** A mail as it is read and sent, whether it was written whole or by a letter. */
function asMail({ places, letterSubject, letterBody, letterCalendar, ...mail }: Row): Mail {
  if (letterSubject === null || letterBody === null) return mail
  const words = typeof places === 'object' && places !== null ? Object.entries(places).map(([name, word]) => [name, String(word)]) : []
  return { ...mail, ...fillLetter({ subject: letterSubject, body: letterBody, calendar: letterCalendar }, Object.fromEntries(words)) }
}

export async function insertMail(db: Db, row: Insertable<Outbox>): Promise<void> {
  await db.insertInto('outbox').values(row).execute()
}

export async function updateMail(db: Db, communityId: string, id: string, values: Updateable<Outbox>): Promise<void> {
  await db.updateTable('outbox').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

export async function findMail(db: Db, communityId: string, id: string): Promise<Mail | undefined> {
  const row = await mails(db).where('outbox.communityId', '=', communityId).where('outbox.id', '=', id).executeTakeFirst()
  return row && asMail(row)
}

/** What the queue is ordered by: when a mail may leave. */
const due = sql<Date>`coalesce(outbox.not_before, outbox.created_at)`

/**
 * A queued mail whose time has come, locked until the transaction ends; none when another worker has it.
 * Without `id`: the one that waits longest.
 */
export async function takeQueued(db: Db, communityId: string, now: Date, id?: string): Promise<Mail | undefined> {
  let query = mails(db).where('outbox.communityId', '=', communityId).where('outbox.state', '=', 'queued')
  query = query.where((eb) => eb.or([eb('outbox.notBefore', 'is', null), eb('outbox.notBefore', '<=', now)]))
  query = id === undefined ? query.where('outbox.attempts', '=', 0).orderBy(due) : query.where('outbox.id', '=', id)
  const row = await query.limit(1).forUpdate('outbox').skipLocked().executeTakeFirst()
  return row && asMail(row)
}

/** Mails over all communities whose time has come: read at start, when jobs may have been lost. */
export function listDueKeys(db: Db, now: Date): Promise<{ communityId: string; id: string }[]> {
  return db
    .selectFrom('outbox')
    .select(['communityId', 'id'])
    .where('state', '=', 'queued')
    .where(due, '<=', now)
    .orderBy('createdAt')
    .limit(1000)
    .execute()
}

/** The mail of a community that waited for its time, which has come, and that nobody took up yet. */
export function findDelayedKey(db: Db, communityId: string, now: Date): Promise<{ communityId: string; id: string } | undefined> {
  return db
    .selectFrom('outbox')
    .select(['communityId', 'id'])
    .where('communityId', '=', communityId)
    .where('state', '=', 'queued')
    .where('attempts', '=', 0)
    .where('notBefore', 'is not', null)
    .where(due, '<=', now)
    .orderBy(due)
    .limit(1)
    .executeTakeFirst()
}

/** Writes letters (once each, however often they are handed in) and mails that refer to them. */
export async function insertLetters(
  db: Db,
  place: { communityId: string; eventId: string },
  letters: readonly Letter[],
  rows: readonly Omit<Insertable<Outbox>, 'communityId' | 'eventId'>[],
  now: Date,
): Promise<void> {
  const { communityId } = place
  if (rows.length === 0) return
  await db
    .insertInto('mailLetter')
    .values(letters.map((letter) => ({ ...letter, communityId, createdAt: now })))
    .onConflict((oc) => oc.doNothing())
    .execute()
  await db
    .insertInto('outbox')
    .values(rows.map((row) => ({ ...row, ...place })))
    .execute()
}

export interface OutboxFilter {
  communityId: string
  /** Only mails about this event; undefined: all of the community. */
  eventId?: string
  state?: MailState
  /** One kind of mail. */
  template?: string
  /** Part of an address. */
  address?: string
  limit?: number
  skip?: number
}

/** The newest mails of a community (or of the installation). */
export async function listOutbox(db: Db, filter: OutboxFilter): Promise<Mail[]> {
  let query = mails(db).where('outbox.communityId', '=', filter.communityId)
  if (filter.eventId !== undefined) query = query.where('outbox.eventId', '=', filter.eventId)
  if (filter.state !== undefined) query = query.where('outbox.state', '=', filter.state)
  if (filter.template !== undefined) query = query.where('outbox.template', '=', filter.template)
  if (filter.address !== undefined) {
    const like = filter.address.toLowerCase().replace(/[\\%_]/g, (letter) => `\\${letter}`)
    query = query.where('outbox.toAddress', 'like', `%${like}%`)
  }
  const rows = await query
    .orderBy('outbox.createdAt', 'desc')
    .orderBy('outbox.id', 'desc')
    .limit(filter.limit ?? 100)
    .offset(filter.skip ?? 0)
    .execute()
  return rows.map(asMail)
}

/** How many mails about an event there are, by state and kind. */
export function countMails(db: Db, communityId: string, eventId: string): Promise<{ state: MailState; template: string; count: number }[]> {
  return db
    .selectFrom('outbox')
    .select((eb) => ['state', 'template', eb.fn.countAll<number>().as('count')])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .groupBy(['state', 'template'])
    .orderBy('template')
    .execute()
}

/** The mails about an event that are in this state, oldest first. */
export async function listStateIds(db: Db, communityId: string, eventId: string, state: MailState): Promise<string[]> {
  const rows = await db
    .selectFrom('outbox')
    .select('id')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', state)
    .orderBy('createdAt')
    .limit(1000)
    .execute()
  return rows.map((row) => row.id)
}

/** What was written to these addresses, for a person's copy of their data. */
export async function listMailsTo(
  db: Db,
  communityId: string,
  addresses: readonly string[],
): Promise<Pick<Mail, 'template' | 'subject' | 'createdAt' | 'state'>[]> {
  if (addresses.length === 0) return []
  const rows = await mails(db)
    .where('outbox.communityId', '=', communityId)
    .where('outbox.toAddress', 'in', addresses)
    .orderBy('outbox.createdAt')
    .execute()
  return rows.map(asMail).map(({ template, subject, createdAt, state }) => ({ template, subject, createdAt, state }))
}

export async function deleteMailsTo(db: Db, communityId: string, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return
  await db.deleteFrom('outbox').where('communityId', '=', communityId).where('toAddress', 'in', addresses).execute()
}
