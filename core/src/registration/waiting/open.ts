import { findCommunity, findCommunityByNo, findEvent } from '#core/community/store.ts'
import type { Community, Event } from '#core/community/model.ts'
import { fail } from '#core/kernel/errors.ts'
import { readLink } from '#core/kernel/links.ts'
import type { Context } from '#core/store/context.ts'
import { quietOf } from '../messages/store.ts'
import type { Quiet } from '../messages/quiet.rules.ts'
import type { OrderState } from '../orders/model.ts'
import { orderPath } from '../orders/open.ts'
import { stateOf } from '../orders/rules.ts'
import { listOrdersByIds } from '../orders/store.ts'
import { findCounter } from '../store.ts'
import { asStock, copyStock } from '../seats/book.ts'
import type { TypeStock, WaitReason, Want } from '../seats/model.ts'
import { callWaiting, largestParty } from '../seats/rules.ts'
import { listWaiters, readCounters } from '../seats/store.ts'
import { LARGEST_PARTY } from './model.ts'
import { waitingPath } from './path.ts'
import { aheadOf, isTaking, partyLimit } from './rules.ts'
import { countBefore, findWaiting, listParts, type Waiting } from './store.ts'

/** Seats that somebody who waited was offered. */
export interface Offer {
  seats: number
  /** The order's state as it is now: held and placed are still to be answered. */
  state: OrderState
  until: Date | null
  path: string
}

/** Everything that the page of a place in the list shows. */
export interface OpenWaiting {
  community: Community
  event: Event
  waiting: Waiting
  type: TypeStock | null
  /** Of this place, in their order; a party that was split has several. */
  offers: Offer[]
  /** While waiting: who comes first for the same, and why nobody is called now. Null: it is this one's turn. */
  ahead: { groups: number; people: number }
  reason: WaitReason | null
  /** Whether anybody is called at all: the event takes place and has not begun. */
  calling: boolean
  /** Whether new places are taken. */
  taking: boolean
  /** How long an offer stands, and when its hours do not run. */
  offerHours: number
  quiet: Quiet
  /** How many the party may be at most. */
  maximum: number
  path: string
}

/** The place behind a personal link. Errors: access.link_invalid (altered, cut), access.link_expired (renewed, erased). */
export async function openWaiting(ctx: Context, token: string): Promise<OpenWaiting> {
  const claim = readLink(ctx.secret, 'w', token)
  if (!claim) throw fail('access.link_invalid')
  const community = await findCommunityByNo(ctx.db, claim.communityNo)
  const waiting = community && (await findWaiting(ctx.db, community.communityId, claim.subjectId))
  if (!community || !waiting || waiting.erasedAt || (waiting.linkVersion & 0xff) !== claim.version) throw fail('access.link_expired')
  return load(ctx, community, waiting)
}

/** A place that was found otherwise; the caller has authorised. Errors: thing.not_found. */
export async function openWaitingOf(ctx: Context, communityId: string, id: string): Promise<OpenWaiting> {
  const community = await findCommunity(ctx.db, communityId)
  const waiting = await findWaiting(ctx.db, communityId, id)
  if (!community || !waiting) throw fail('thing.not_found')
  return load(ctx, community, waiting)
}

/** The same context, acting as whoever waits: what the journal notes. */
export function asWaiter(ctx: Context, { communityId, id }: Waiting): Context {
  return { ...ctx, actor: { kind: 'link', purpose: 'w', communityId, subjectId: id, name: '', grants: [] } }
}

async function load(ctx: Context, community: Community, waiting: Waiting): Promise<OpenWaiting> {
  const { communityId, eventId } = waiting
  const now = ctx.clock.now()
  const event = await findEvent(ctx.db, communityId, eventId)
  const counter = await findCounter(ctx.db, communityId, eventId)
  if (!event || !counter) throw fail('thing.not_found')
  const stock = asStock(event, counter, await readCounters(ctx.db, communityId, eventId, now))
  const want: Want = { typeId: waiting.ticketTypeId, channelId: waiting.channelId, seats: waiting.seats }
  const type = waiting.ticketTypeId === null ? null : (stock.types.get(waiting.ticketTypeId) ?? null)
  const line = waiting.state === 'waiting' ? await listWaiters(ctx.db, communityId, eventId) : []
  const { reasons, offers } = callWaiting(copyStock(stock), line)
  const called = offers.some(({ waiter }) => waiter.id === waiting.id)
  return {
    community,
    event,
    waiting,
    type,
    offers: await offersOf(ctx, community, waiting),
    ahead: waiting.state === 'waiting' ? aheadOf(stock, want, await countBefore(ctx.db, waiting)) : { groups: 0, people: 0 },
    // Far down a long list nobody was looked at one by one: somebody is before them.
    reason: reasons.get(waiting.id) ?? (called || line.length === 0 ? null : { why: 'behind', limit: 'cap', left: 0 }),
    calling: event.state === 'published' && now < event.startsAt,
    taking: isTaking({ event, waitingOpen: counter.waitingOpen, now }),
    offerHours: counter.offerHours,
    quiet: await quietOf(ctx.db, communityId, event.timeZone),
    maximum: Math.min(partyLimit(type), largestParty(stock, want) ?? LARGEST_PARTY),
    path: waitingPath(ctx, community.no, waiting),
  }
}

async function offersOf(ctx: Context, community: Community, waiting: Waiting): Promise<Offer[]> {
  const parts = [...(await listParts(ctx.db, waiting)), waiting]
  const orders = await listOrdersByIds(
    ctx.db,
    waiting.communityId,
    parts.flatMap(({ orderId }) => orderId ?? []),
  )
  return orders.map((order) => ({
    seats: parts.find(({ orderId }) => orderId === order.id)?.seats ?? 1,
    state: stateOf(order, ctx.clock.now()),
    until: order.expiresAt,
    path: orderPath(ctx, community.no, order),
  }))
}
