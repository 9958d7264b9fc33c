import type { Event } from '#core/community/model.ts'
import type { Text } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import type { Quiet } from '../messages/quiet.rules.ts'
import { quietOf } from '../messages/store.ts'
import { listLinesOf } from '../orders/store.ts'
import { openingOf } from '../rules.ts'
import { asStock, copyStock } from '../seats/book.ts'
import { isOffering } from '../seats/door.ts'
import type { Limit } from '../seats/model.ts'
import { callWaiting, lackOf, largestParty, saleOf } from '../seats/rules.ts'
import { listWaiters, readCounters } from '../seats/store.ts'
import { findCounter } from '../store.ts'
import type { Ticket } from '../tickets.ts'
import { LARGEST_PARTY } from './model.ts'
import { isTaking, partyLimit } from './rules.ts'

/** Something that can be waited for. */
export interface Wanted {
  /** '' for the plain seat of an event without types. */
  id: string
  name: Text
  kind: 'ticket' | 'addon'
  /** True: one person can have it now and need not wait; a party may still have to. */
  free: boolean
  /** How many may wait together. */
  maximum: number
}

/** What can be waited for at an event, and by which rules. */
export interface WaitingTerms {
  taking: boolean
  /** Registration itself is open, so that what is free can be had. */
  open: boolean
  offerHours: number
  quiet: Quiet
  tickets: Wanted[]
  extras: Wanted[]
}

/** Everything that can be waited for now. Shown without a lock: joining decides. */
export async function waitingTerms(ctx: Pick<Context, 'db' | 'clock'>, event: Event, channel = ''): Promise<WaitingTerms> {
  const { communityId, id: eventId } = event
  const now = ctx.clock.now()
  const [counter, { waiting, due: _, ...counters }, quiet] = await Promise.all([
    findCounter(ctx.db, communityId, eventId),
    readCounters(ctx.db, communityId, eventId, now),
    quietOf(ctx.db, communityId, event.timeZone),
  ])
  const stock = asStock(event, counter, counters)
  const asked = waiting && isOffering({ event, now })
  const blocked: ReadonlySet<Limit> = asked
    ? callWaiting(copyStock(stock), await listWaiters(ctx.db, communityId, eventId)).blocked
    : new Set()
  const channelId = [...stock.channels.values()].find((one) => one.slug === channel)?.id ?? null
  const wanted = (typeId: string | null): Wanted => {
    const type = typeId === null ? null : (stock.types.get(typeId) ?? null)
    const want = { typeId, channelId, seats: 1 }
    return {
      id: typeId ?? '',
      name: type?.name ?? {},
      kind: type?.kind ?? 'ticket',
      free: lackOf(stock, [want], blocked) === null,
      maximum: Math.min(partyLimit(type), largestParty(stock, want) ?? LARGEST_PARTY),
    }
  }
  const types = [...stock.types.values()]
  const parents = new Set(types.map(({ parentId }) => parentId))
  const shown = types.filter((type) => saleOf(type, now) === 'now' && !type.review && !parents.has(type.id)).map(({ id }) => wanted(id))
  const anyTickets = types.some((type) => type.kind === 'ticket' && !type.retired)
  return {
    taking: isTaking({ event, waitingOpen: counter?.waitingOpen ?? true, now }),
    open: openingOf(event, counter, now) === 'open',
    offerHours: counter?.offerHours ?? 12,
    quiet,
    tickets: anyTickets ? shown.filter(({ kind }) => kind === 'ticket') : [wanted(null)],
    extras: shown.filter(({ kind }) => kind === 'addon'),
  }
}

/** The extras that a ticket's holder can wait for: full, and not theirs already. */
export async function extrasToWaitFor(ctx: Pick<Context, 'db' | 'clock'>, { event, registration }: Ticket): Promise<WaitingTerms> {
  const terms = await waitingTerms(ctx, event)
  const { types } = await readCounters(ctx.db, event.communityId, event.id, ctx.clock.now())
  const group = (id: string | null): string | null => types.get(id ?? '')?.parentId ?? id
  const lines = await listLinesOf(ctx.db, event.communityId, registration.id)
  const had = new Set(lines.filter(({ state }) => state === 'booked').map(({ ticketTypeId }) => group(ticketTypeId)))
  const extras = registration.state === 'registered' ? terms.extras.filter(({ id, free }) => !free && !had.has(group(id))) : []
  return { ...terms, extras }
}
