import { findEvent } from '#core/community/store.ts'
import type { Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { isUniqueViolation } from '#core/store/patience.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { registrationJournal } from './journal.ts'
import { channelSchema, windowSchema, type Channel, type ChannelInput, type SeatCounter, type WindowInput } from './model.ts'
import { openingOf, type Opening } from './rules.ts'
import {
  countChannelClick,
  ensureCounter,
  findCounter,
  insertChannel,
  listChannels,
  lockCounter,
  updateChannel,
  updateCounter,
} from './store.ts'

/** Lets people register from now on (or from the window's beginning). Doing it twice changes nothing. */
export async function openRegistration(ctx: Context, communityId: string, eventId: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const { event, counter } = await lockSeats(tx, communityId, eventId)
    const now = ctx.clock.now()
    // An end that has passed would keep closed what was just opened by hand.
    const closesAt = counter.closesAt !== null && counter.closesAt <= now ? null : counter.closesAt
    if (counter.open && closesAt === counter.closesAt) return
    await updateCounter(tx.db, communityId, eventId, { open: true, closesAt })
    tx.journal(registrationJournal.opened, { communityId, eventId, kind: 'event', id: eventId }, { cap: event.cap })
  })
}

/** Stops registration; tickets stay valid. Doing it twice changes nothing. */
export async function closeRegistration(ctx: Context, communityId: string, eventId: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const { counter } = await lockSeats(tx, communityId, eventId)
    if (!counter.open) return
    await updateCounter(tx.db, communityId, eventId, { open: false })
    tx.journal(registrationJournal.closed, { communityId, eventId, kind: 'event', id: eventId }, { taken: counter.taken })
  })
}

/** Sets from when until when people may register; a beginning also turns the switch on. */
export async function setRegistrationWindow(ctx: Context, communityId: string, eventId: string, input: WindowInput): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const { opensAt, closesAt } = parseInput(windowSchema, input)
  await transact(ctx, async (tx) => {
    const { counter } = await lockSeats(tx, communityId, eventId)
    if (counter.opensAt?.getTime() === opensAt?.getTime() && counter.closesAt?.getTime() === closesAt?.getTime()) return
    await updateCounter(tx.db, communityId, eventId, { opensAt, closesAt, ...(opensAt ? { open: true } : {}) })
    const facts = { opensAt: opensAt?.toISOString() ?? null, closesAt: closesAt?.toISOString() ?? null }
    tx.journal(registrationJournal.window_set, { communityId, eventId, kind: 'event', id: eventId }, facts)
  })
}

/** Adds an entrance with its own tracked link `?c=slug`. Errors: registration.channel_taken. */
export async function addChannel(ctx: Context, communityId: string, eventId: string, input: ChannelInput): Promise<Channel> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const values = parseInput(channelSchema, input)
  const channel: Channel = { id: newId(ctx), ...values, clicks: 0, taken: 0, retiredAt: null }
  try {
    await transact(ctx, async (tx) => {
      await lockSeats(tx, communityId, eventId)
      const position = (await listChannels(tx.db, communityId, eventId)).length
      await insertChannel(tx.db, { ...channel, communityId, eventId, position, createdAt: ctx.clock.now() })
      tx.journal(registrationJournal.channel_added, { communityId, eventId, kind: 'channel', id: channel.id }, values)
    })
  } catch (error) {
    if (isUniqueViolation(error, 'channel_community_id_event_id_slug_key')) throw fail('registration.channel_taken')
    throw error
  }
  return channel
}

/** Changes an entrance's name or share; its link stays. */
export async function editChannel(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  input: Omit<ChannelInput, 'slug'>,
): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const { name, share } = parseInput(channelSchema.omit({ slug: true }), input)
  await transact(ctx, async (tx) => {
    await lockSeats(tx, communityId, eventId)
    const channel = (await listChannels(tx.db, communityId, eventId)).find((one) => one.id === id)
    if (!channel) throw fail('thing.not_found')
    await updateChannel(tx.db, communityId, id, { name, share })
    tx.journal(registrationJournal.channel_changed, { communityId, eventId, kind: 'channel', id }, { slug: channel.slug, name, share })
  })
}

/** Counts one opening of a tracked link. A figure, not a record of anybody; hence no entry in the journal. */
export async function countClick(ctx: Context, communityId: string, eventId: string, slug: string): Promise<void> {
  if (/^[a-z0-9-]{1,60}$/.test(slug)) await countChannelClick(ctx.db, communityId, eventId, slug)
}

/** What a visitor is told about seats. */
export interface Seats {
  cap: number | null
  taken: number
  /** Null without a cap. */
  left: number | null
  opening: Opening
  opensAt: Date | null
  closesAt: Date | null
}

/** How many seats are taken and whether one may register now. */
export async function seatsOf(ctx: Pick<Context, 'clock' | 'db'>, event: Event): Promise<Seats> {
  const counter = await findCounter(ctx.db, event.communityId, event.id)
  const taken = counter?.taken ?? 0
  return {
    cap: event.cap,
    taken,
    left: event.cap === null ? null : Math.max(event.cap - taken, 0),
    opening: openingOf(event, counter, ctx.clock.now()),
    opensAt: counter?.opensAt ?? null,
    closesAt: counter?.closesAt ?? null,
  }
}

/** The event's channels in their order. */
export function channelsOf(db: Db, event: Pick<Event, 'communityId' | 'id'>): Promise<Channel[]> {
  return listChannels(db, event.communityId, event.id)
}

/** The event and its counter, the counter locked: whoever comes next sees what was decided. Errors: event.not_found. */
export async function lockSeats(tx: Tx, communityId: string, eventId: string): Promise<{ event: Event; counter: SeatCounter }> {
  let counter = await lockCounter(tx.db, communityId, eventId)
  if (!counter) {
    await ensureCounterOf(tx.db, communityId, eventId)
    counter = await lockCounter(tx.db, communityId, eventId)
  }
  const event = await findEvent(tx.db, communityId, eventId)
  if (!event || !counter) throw fail('event.not_found')
  return { event, counter }
}

async function ensureCounterOf(db: Db, communityId: string, eventId: string): Promise<void> {
  const event = await findEvent(db, communityId, eventId)
  if (!event) throw fail('event.not_found')
  await ensureCounter(db, communityId, eventId)
}
