import { sql, type Insertable, type Updateable } from 'kysely'
import { asLocale } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import type { Article as ArticleTable } from '#core/store/schema.ts'
import type { Article } from './model.ts'
import type { RecapFacts, RecapPartner } from './recap.model.ts'

const articleColumns = [
  'id',
  'eventId',
  'slug',
  'kind',
  'locale',
  'title',
  'body',
  'state',
  'publishedAt',
  'revision',
  'updatedAt',
] as const

const articles = (db: Db, communityId: string, eventId: string) =>
  db.selectFrom('article').select(articleColumns).where('communityId', '=', communityId).where('eventId', '=', eventId)

const asArticle = (row: Omit<Article, 'locale'> & { locale: string }): Article => ({ ...row, locale: asLocale(row.locale) })

export async function findArticle(
  db: Db,
  communityId: string,
  eventId: string,
  slug: string,
  locale: string,
): Promise<Article | undefined> {
  const row = await articles(db, communityId, eventId).where('slug', '=', slug).where('locale', '=', locale).executeTakeFirst()
  return row && asArticle(row)
}

/** The article in its language with its row locked until the transaction ends. */
export async function lockArticle(
  db: Db,
  communityId: string,
  eventId: string,
  slug: string,
  locale: string,
): Promise<Article | undefined> {
  const row = await articles(db, communityId, eventId).where('slug', '=', slug).where('locale', '=', locale).forUpdate().executeTakeFirst()
  return row && asArticle(row)
}

export async function listArticles(db: Db, communityId: string, eventId: string): Promise<Article[]> {
  return (await articles(db, communityId, eventId).orderBy('createdAt').orderBy('locale', 'desc').execute()).map(asArticle)
}

/** Published articles of public events, the newest first; for feeds. */
export async function listPublishedArticles(db: Db, communityId: string, eventId: string | null, limit: number): Promise<Article[]> {
  let query = db
    .selectFrom('article as a')
    .innerJoin('event as e', (join) => join.onRef('e.communityId', '=', 'a.communityId').onRef('e.id', '=', 'a.eventId'))
    .select(articleColumns.map((column) => `a.${column}` as const))
    .where('a.communityId', '=', communityId)
    .where('a.state', '=', 'published')
    .where('e.state', '!=', 'draft')
    .orderBy('a.publishedAt', 'desc')
    .limit(limit)
  if (eventId !== null) query = query.where('a.eventId', '=', eventId)
  return (await query.execute()).map(asArticle)
}

export async function insertArticle(db: Db, row: Insertable<ArticleTable>): Promise<void> {
  await db.insertInto('article').values(row).execute()
}

export async function updateArticle(db: Db, communityId: string, id: string, values: Updateable<ArticleTable>): Promise<void> {
  await db.updateTable('article').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

/** How many registered and cancelled, by entrance. No names. */
export async function countRegistrations(
  db: Db,
  communityId: string,
  eventId: string,
): Promise<Pick<RecapFacts, 'registered' | 'cancelled' | 'channels'>> {
  const rows = await db
    .selectFrom('registration as r')
    .leftJoin('channel as c', (join) => join.onRef('c.communityId', '=', 'r.communityId').onRef('c.id', '=', 'r.channelId'))
    .select(['c.name', 'c.position', 'r.state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('r.communityId', '=', communityId)
    .where('r.eventId', '=', eventId)
    .groupBy(['c.name', 'c.position', 'c.id', 'r.state'])
    .orderBy('c.position')
    .execute()
  const sum = (state: string): number => rows.filter((r) => r.state === state).reduce((total, r) => total + r.count, 0)
  return {
    registered: sum('registered'),
    cancelled: sum('cancelled'),
    channels: rows.filter((r) => r.state === 'registered').map((r) => ({ name: r.name, registered: r.count })),
  }
}

/** How many came, in all and by half-day. No names. */
export async function countAttendance(db: Db, communityId: string, eventId: string): Promise<Pick<RecapFacts, 'came' | 'halves'>> {
  const scans = db
    .selectFrom('scan')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('verdict', '=', 'admitted')
  const all = await scans.select((eb) => eb.fn.count<number>('registrationId').distinct().as('count')).executeTakeFirst()
  const halves = await scans
    .select(['list', (eb) => eb.fn.count<number>('registrationId').distinct().as('came')])
    .groupBy('list')
    .execute()
  const order = ['day', 'morning', 'afternoon', 'evening']
  return { came: all?.count ?? 0, halves: halves.sort((a, b) => order.indexOf(a.list) - order.indexOf(b.list)) }
}

/** Partners who said yes with what they give, in the organisers' order, and the names of those who have not delivered yet. */
export async function listGivers(db: Db, communityId: string, eventId: string): Promise<{ gave: RecapPartner[]; open: string[] }> {
  const rows = await db
    .selectFrom('pledge')
    .select(['name', 'kinds', 'what', 'state'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', 'in', ['pledged', 'received'])
    .orderBy('position')
    .orderBy('createdAt')
    .orderBy('name')
    .execute()
  return {
    gave: rows.map(({ name, kinds, what }) => ({ name, kinds, what })),
    open: rows.filter((r) => r.state === 'pledged').map((r) => r.name),
  }
}

/** The day on which the registrations that still stand reached this many; null when they never did. */
export async function dayOfRegistration(db: Db, communityId: string, eventId: string, count: number): Promise<Date | null> {
  const row = await db
    .selectFrom('registration')
    .select('registeredAt')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('state', '=', 'registered')
    .orderBy('registeredAt')
    .offset(sql.lit(Math.max(0, Math.trunc(count) - 1)))
    .limit(1)
    .executeTakeFirst()
  return row?.registeredAt ?? null
}

/** Public events of the community that begin after the given moment, the next first. */
export function listLaterEvents(
  db: Db,
  communityId: string,
  after: Date,
): Promise<{ slug: string; name: RecapFacts['name']; startsAt: Date; timeZone: string }[]> {
  return db
    .selectFrom('event')
    .select(['slug', 'name', 'startsAt', 'timeZone'])
    .where('communityId', '=', communityId)
    .where('state', '=', 'published')
    .where('startsAt', '>', after)
    .orderBy('startsAt')
    .limit(5)
    .execute()
}
