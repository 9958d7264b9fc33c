import { authorise, can } from '#core/community/permissions.ts'
import { maskEmail, maskPhone } from '#core/people/person/rules.ts'
import type { Context } from '#core/store/context.ts'
import type { RegistrationRow } from './model.ts'
import { matches } from './search.ts'

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

/** True when the reader may see names and contacts, not figures alone. */
export function maySeePeople(ctx: Context, communityId: string, eventId: string): boolean {
  return can(ctx.actor, 'registration.view', { communityId, eventId })
}
