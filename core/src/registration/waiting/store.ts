import type { Insertable } from 'kysely'
import { asLocale, type Locale } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import type { Waiting as WaitingTable } from '#core/store/schema.ts'

/** Somebody's place in the waiting list. */
export interface Waiting {
  communityId: string
  id: string
  eventId: string
  ticketTypeId: string | null
  registrationId: string | null
  seats: number
  together: boolean
  name: string
  phone: string
  email: string
  locale: Locale
  channelId: string | null
  noticeVersion: string
  priority: number
  state: 'waiting' | 'offered' | 'taken' | 'left' | 'missed'
  joinedAt: Date
  offeredAt: Date | null
  closedAt: Date | null
  orderId: string | null
  linkVersion: number
  erasedAt: Date | null
}

const columns = [
  'communityId',
  'id',
  'eventId',
  'ticketTypeId',
  'registrationId',
  'seats',
  'together',
  'name',
  'phone',
  'email',
  'locale',
  'channelId',
  'noticeVersion',
  'priority',
  'state',
  'joinedAt',
  'offeredAt',
  'closedAt',
  'orderId',
  'linkVersion',
  'erasedAt',
] as const

export async function insertWaiting(db: Db, rows: readonly Insertable<WaitingTable>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('waiting').values(rows).execute()
}

export async function listWaitingByIds(db: Db, communityId: string, ids: readonly string[]): Promise<Waiting[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('waiting').select(columns).where('communityId', '=', communityId).where('id', 'in', ids).execute()
  return rows.map((row) => ({ ...row, locale: asLocale(row.locale) }))
}

/** Notes that somebody was offered seats: so many, by this order. */
export async function markOffered(
  db: Db,
  communityId: string,
  id: string,
  values: { seats: number; orderId: string; offeredAt: Date },
): Promise<void> {
  await db
    .updateTable('waiting')
    .set({ ...values, state: 'offered' })
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .execute()
}

/** Closes the places whose offer was one of these orders. */
export async function closeWaitingOf(
  db: Db,
  communityId: string,
  orderIds: readonly string[],
  state: 'taken' | 'left' | 'missed',
  at: Date,
): Promise<void> {
  if (orderIds.length === 0) return
  await db
    .updateTable('waiting')
    .set({ state, closedAt: at })
    .where('communityId', '=', communityId)
    .where('orderId', 'in', orderIds)
    .where('state', '=', 'offered')
    .execute()
}
