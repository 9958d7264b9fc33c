import { sql } from 'kysely'
import type { Event } from '#core/community/model.ts'
import { authorise, can } from '#core/community/permissions.ts'
import { requireEvent } from '#core/community/actions.ts'
import type { Text } from '#core/kernel/text.ts'
import { maskEmail, maskPhone } from '#core/people/person/rules.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import type { RegistrationRow } from './model.ts'
import { forecastOf, type PastEvent } from './rules.ts'
import { matches } from './search.ts'
import { findCounter, listChannels } from './store.ts'

export interface ListFilter {
  query?: string
  state?: 'registered' | 'cancelled'
  channelId?: string
  /** From 1. */
  page?: number
  size?: number
}

/** The staff's list, newest first. Whoever may only see figures gets names without contacts; nobody's number is shown whole. */
export async function listRegistrations(
  ctx: Context,
  communityId: string,
  eventId: string,
  filter: ListFilter = {},
): Promise<{ rows: RegistrationRow[]; total: number; page: number; pages: number }> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const size = Math.min(Math.max(filter.size ?? 50, 1), 200)
  let query = ctx.db
    .selectFrom('registration')
    .innerJoin('person', (join) =>
      join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
    )
    .leftJoin('channel', (join) =>
      join.onRef('channel.communityId', '=', 'registration.communityId').onRef('channel.id', '=', 'registration.channelId'),
    )
    .where('registration.communityId', '=', communityId)
    .where('registration.eventId', '=', eventId)
  if (filter.state) query = query.where('registration.state', '=', filter.state)
  if (filter.channelId) query = query.where('registration.channelId', '=', filter.channelId)
  const { query: typed } = filter
  if (typed?.trim()) query = query.where((eb) => matches(eb, typed))
  const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const pages = Math.max(Math.ceil(total / size), 1)
  const page = Math.min(Math.max(Math.trunc(filter.page ?? 1) || 1, 1), pages)
  const rows = await query
    .select([
      'registration.id',
      'registration.code',
      'registration.phone',
      'registration.email',
      'registration.state',
      'registration.registeredAt',
      'registration.cancelledAt',
      'person.name',
      'channel.name as channel',
    ])
    .orderBy('registration.registeredAt', 'desc')
    .orderBy('registration.id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  return {
    rows: rows.map((row) => ({ ...row, phone: row.phone && maskPhone(row.phone), email: row.email && maskEmail(row.email) })),
    total,
    page,
    pages,
  }
}

/** One booking whole, for staff who may see contacts: the list shows them masked until somebody opens one. */
export async function findFullRegistration(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
): Promise<RegistrationRow | undefined> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  return ctx.db
    .selectFrom('registration')
    .innerJoin('person', (join) =>
      join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
    )
    .leftJoin('channel', (join) =>
      join.onRef('channel.communityId', '=', 'registration.communityId').onRef('channel.id', '=', 'registration.channelId'),
    )
    .select([
      'registration.id',
      'registration.code',
      'registration.phone',
      'registration.email',
      'registration.state',
      'registration.registeredAt',
      'registration.cancelledAt',
      'person.name',
      'channel.name as channel',
    ])
    .where('registration.communityId', '=', communityId)
    .where('registration.eventId', '=', eventId)
    .where('registration.id', '=', id)
    .executeTakeFirst()
}

/** One entrance and what came through it; `channelId` null: the page itself. */
export interface ChannelTotal {
  channelId: string | null
  slug: string
  name: Text | null
  share: number | null
  clicks: number
  registered: number
  cancelled: number
}

/** Registered and cancelled per entrance, in the channels' order, the page itself last. */
export async function channelTotals(db: Db, communityId: string, eventId: string): Promise<ChannelTotal[]> {
  const counts = await db
    .selectFrom('registration')
    .select(['channelId', 'state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .groupBy(['channelId', 'state'])
    .execute()
  const count = (channelId: string | null, state: string): number =>
    counts.find((one) => one.channelId === channelId && one.state === state)?.count ?? 0
  const channels = (await listChannels(db, communityId, eventId)).map((channel) => ({
    channelId: channel.id,
    slug: channel.slug,
    name: channel.name,
    share: channel.share,
    clicks: channel.clicks,
    registered: count(channel.id, 'registered'),
    cancelled: count(channel.id, 'cancelled'),
  }))
  const direct = {
    channelId: null,
    slug: '',
    name: null,
    share: null,
    clicks: 0,
    registered: count(null, 'registered'),
    cancelled: count(null, 'cancelled'),
  }
  return direct.registered + direct.cancelled > 0 || channels.length === 0 ? [...channels, direct] : channels
}

/** How many held a seat at the end of a day, in all and by channel id ('' for the page itself). */
export interface CurveDay {
  day: string
  total: number
  byChannel: Record<string, number>
}

/** The curve over days in the event's time zone, from the first registration on, days without change included. */
export async function dailyCurve(db: Db, event: Pick<Event, 'communityId' | 'id' | 'timeZone'>): Promise<CurveDay[]> {
  const steps = await sql<{ day: string; channelId: string | null; by: number }>`
    select to_char(at at time zone ${event.timeZone}, 'YYYY-MM-DD') as day, channel_id, sum(step)::bigint as by
    from (
      select channel_id, registered_at as at, 1 as step from registration where community_id = ${event.communityId} and event_id = ${event.id}
      union all
      select channel_id, cancelled_at, -1 from registration where community_id = ${event.communityId} and event_id = ${event.id} and cancelled_at is not null
    ) as changes
    group by 1, 2 order by 1`.execute(db)
  const [first] = steps.rows
  const last = steps.rows.at(-1)
  if (!first || !last) return []
  const days: CurveDay[] = []
  let byChannel: Record<string, number> = {}
  for (let at = Date.parse(first.day); at <= Date.parse(last.day); at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10)
    byChannel = { ...byChannel }
    for (const step of steps.rows.filter((one) => one.day === day))
      byChannel[step.channelId ?? ''] = (byChannel[step.channelId ?? ''] ?? 0) + step.by
    days.push({ day, total: Object.values(byChannel).reduce((a, b) => a + b, 0), byChannel })
  }
  return days
}

/** What the room shows on top: seats, cap, registered, forecast, curve and channels. */
export interface RegistrationFigures {
  seats: number | null
  cap: number | null
  registered: number
  cancelled: number
  forecast: { low: number; likely: number; high: number }
  curve: CurveDay[]
  channels: ChannelTotal[]
}

/** The room's figures. Errors: access.*, event.not_found. */
export async function figuresOf(ctx: Context, communityId: string, eventId: string): Promise<RegistrationFigures> {
  authorise(ctx.actor, 'registration.figures', { communityId, eventId })
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  const counter = await findCounter(ctx.db, communityId, eventId)
  const channels = await channelTotals(ctx.db, communityId, eventId)
  const registered = counter?.taken ?? 0
  return {
    seats: event.seats,
    cap: event.cap,
    registered,
    cancelled: channels.reduce((sum, one) => sum + one.cancelled, 0),
    forecast: forecastOf(registered, await pastEventsOf(ctx.db, event)),
    curve: await dailyCurve(ctx.db, event),
    channels,
  }
}

/** What the community's earlier events tell about who comes: registered, and admitted at least once. */
export async function pastEventsOf(db: Db, event: Pick<Event, 'communityId' | 'id' | 'startsAt'>): Promise<PastEvent[]> {
  const { rows } = await sql<PastEvent>`
    select c.taken as registered,
      (select count(distinct s.registration_id) from scan s where s.community_id = ${event.communityId} and s.event_id = e.id and s.verdict = 'admitted') as came
    from event e join seat_counter c on c.community_id = e.community_id and c.event_id = e.id
    where e.community_id = ${event.communityId} and c.community_id = ${event.communityId} and e.ends_at < ${event.startsAt} and c.taken > 0
    order by e.ends_at desc limit 10`.execute(db)
  // Without any check-in nobody kept the door, which says nothing about who came.
  return rows.filter((row) => row.came > 0)
}

/** True when the reader may see names and contacts, not figures alone. */
export function maySeePeople(ctx: Context, communityId: string, eventId: string): boolean {
  return can(ctx.actor, 'registration.view', { communityId, eventId })
}
