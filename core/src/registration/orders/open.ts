import { findCommunity, findCommunityByNo, findEvent } from '#core/community/store.ts'
import type { Community, Event } from '#core/community/model.ts'
import { fail } from '#core/kernel/errors.ts'
import { readLink, signLink } from '#core/kernel/links.ts'
import type { Context } from '#core/store/context.ts'
import type { TypeStock } from '../seats/model.ts'
import { readCounters } from '../seats/store.ts'
import { listRegistrationsByIds } from '../batch.store.ts'
import type { Registration } from '../model.ts'
import { ticketPath } from '../tickets.ts'
import type { Order, OrderLine, OrderState } from './model.ts'
import { stateOf } from './rules.ts'
import { findOrder, listLines } from './store.ts'

/** Everything that an order's page and its actions need. */
export interface OpenOrder {
  community: Community
  event: Event
  /** `state` as it is now: a hold whose time is up is expired. */
  order: Order
  lines: OrderLine[]
  types: ReadonlyMap<string, TypeStock>
  /** The tickets that came of it; not those that were handed to somebody else. */
  tickets: (Pick<Registration, 'id' | 'code' | 'state'> & { path: string })[]
  path: string
}

/** The path of an order's personal link. */
export function orderPath(
  ctx: Pick<Context, 'secret'>,
  communityNo: number,
  { id, linkVersion }: Pick<Order, 'id' | 'linkVersion'>,
): string {
  return `/o/${signLink(ctx.secret, { purpose: 'o', communityNo, subjectId: id, version: linkVersion })}`
}

/** The order behind a personal link. Errors: access.link_invalid (altered, cut), access.link_expired (renewed, erased). */
export async function openOrder(ctx: Context, token: string): Promise<OpenOrder> {
  const claim = readLink(ctx.secret, 'o', token)
  if (!claim) throw fail('access.link_invalid')
  const community = await findCommunityByNo(ctx.db, claim.communityNo)
  const order = community && (await findOrder(ctx.db, community.communityId, claim.subjectId))
  if (!community || !order || order.erasedAt || (order.linkVersion & 0xff) !== claim.version) throw fail('access.link_expired')
  return load(ctx, community, order)
}

/** An order that was found otherwise; the caller has authorised. Errors: thing.not_found. */
export async function openOrderOf(ctx: Context, communityId: string, id: string): Promise<OpenOrder> {
  const community = await findCommunity(ctx.db, communityId)
  const order = await findOrder(ctx.db, communityId, id)
  if (!community || !order) throw fail('thing.not_found')
  return load(ctx, community, order)
}

async function load(ctx: Context, community: Community, order: Order): Promise<OpenOrder> {
  const { communityId, eventId } = order
  const now = ctx.clock.now()
  const event = await findEvent(ctx.db, communityId, eventId)
  if (!event) throw fail('thing.not_found')
  const lines = await listLines(ctx.db, communityId, [order.id])
  const { types } = await readCounters(ctx.db, communityId, eventId, now)
  const booked = await listRegistrationsByIds(
    ctx.db,
    communityId,
    lines.flatMap(({ registrationId }) => registrationId ?? []),
  )
  const state: OrderState = stateOf(order, now)
  return {
    community,
    event,
    lines,
    types,
    order: {
      ...order,
      state,
    },
    tickets: lines
      .flatMap((line) => (line.forLineId === null ? (booked.find((one) => one.id === line.registrationId) ?? []) : []))
      // A link is renewed when the ticket goes to another person, and never else while it lives.
      .filter((one) => one.erasedAt === null && one.linkVersion === 1)
      .map((one) => ({
        id: one.id,
        code: one.code,
        state: one.state,
        path: ticketPath(ctx, community.no, one),
      })),
    path: orderPath(ctx, community.no, order),
  }
}
