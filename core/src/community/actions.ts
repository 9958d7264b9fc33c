import { rm } from 'node:fs/promises'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { valuesBefore } from '#core/kernel/merge.ts'
import type { Text } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import { communityFiles } from '#core/store/files.ts'
import { isUniqueViolation } from '#core/store/patience.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { communityJournal, eventJournal } from './journal.ts'
import {
  communitySchema,
  eventSchema,
  sixQuestionsSchema,
  type Community,
  type CommunityInput,
  type Event,
  type EventInput,
  type EventState,
  type SixQuestions,
} from './model.ts'
import { authorise, can } from './permissions.ts'
import { isPublic, mayBecome } from './rules.ts'
import {
  deleteCommunity,
  findCommunity,
  findCommunityBySlug,
  findEditionBySlug,
  findEvent,
  findEventBySlug,
  insertCommunity,
  insertEdition,
  insertEvent,
  insertMember,
  lockEvent,
  updateCommunity,
  updateEvent,
} from './store.ts'

/** Founds a community; whoever is signed in becomes its owner. Errors: community.slug_taken. */
export async function createCommunity(
  ctx: Context,
  input: CommunityInput & { example?: boolean },
): Promise<{ communityId: string; slug: string }> {
  if (ctx.actor.kind === 'visitor' || ctx.actor.kind === 'link') throw fail('access.sign_in')
  const values = parseInput(communitySchema, input)
  const communityId = newId(ctx)
  try {
    await transact(ctx, async (tx) => {
      await insertCommunity(tx.db, { ...values, communityId, example: input.example === true, createdAt: ctx.clock.now() })
      if (ctx.actor.kind === 'account') {
        await insertMember(tx.db, {
          communityId,
          id: newId(ctx),
          accountId: ctx.actor.accountId,
          eventId: null,
          role: 'owner',
          createdAt: ctx.clock.now(),
        })
      }
      tx.journal(communityJournal.created, { communityId, kind: 'community', id: communityId }, { name: values.name })
    })
  } catch (error) {
    if (isUniqueViolation(error, 'community_slug_key')) throw fail('community.slug_taken')
    throw error
  }
  return { communityId, slug: values.slug }
}

/** Changes what a community says of itself. */
export async function editCommunity(ctx: Context, communityId: string, input: CommunityInput): Promise<void> {
  authorise(ctx.actor, 'community.manage', { communityId })
  const values = parseInput(communitySchema, input)
  try {
    await transact(ctx, async (tx) => {
      const before = await findCommunity(tx.db, communityId)
      if (!before) throw fail('community.not_found')
      const fields = Object.keys(valuesBefore(savedPart(before, values), values))
      if (fields.length === 0) return
      await updateCommunity(tx.db, communityId, values)
      tx.journal(communityJournal.changed, { communityId, kind: 'community', id: communityId }, { fields })
    })
  } catch (error) {
    if (isUniqueViolation(error, 'community_slug_key')) throw fail('community.slug_taken')
    throw error
  }
}

/** Removes a community that was loaded as an example, with all that belongs to it. Others are refused. */
export async function removeExample(ctx: Context, communityId: string): Promise<void> {
  authorise(ctx.actor, 'community.manage', { communityId })
  await transact(ctx, async (tx) => {
    const community = await findCommunity(tx.db, communityId)
    if (!community) throw fail('community.not_found')
    if (!community.example) throw fail('access.denied')
    await deleteCommunity(tx.db, communityId)
  })
  await rm(communityFiles(ctx.settings.dataDirectory, communityId), { recursive: true, force: true })
}

/** The edition with this slug, made when it does not exist. */
export async function ensureEdition(ctx: Context, communityId: string, slug: string, name: Text): Promise<string> {
  authorise(ctx.actor, 'event.create', { communityId })
  const found = await findEditionBySlug(ctx.db, communityId, slug)
  if (found) return found.id
  const id = newId(ctx)
  await insertEdition(ctx.db, { communityId, id, slug, name, createdAt: ctx.clock.now() })
  return id
}

/** Begins an event as a draft. Errors: event.slug_taken. */
export async function createEvent(ctx: Context, communityId: string, input: EventInput): Promise<Event> {
  authorise(ctx.actor, 'event.create', { communityId })
  const values = parseInput(eventSchema, input)
  return withEventSlug(() => transact(ctx, (tx) => addEvent(ctx, tx, communityId, values)))
}

/** Begins an event from six answers: what, why, for whom, how many, when, where. */
export async function createEventFromAnswers(ctx: Context, communityId: string, input: SixQuestions): Promise<Event> {
  return createEvent(ctx, communityId, eventOfAnswers(input))
}

/** What an event is to be, by six answers. */
export function eventOfAnswers(input: SixQuestions): EventInput {
  const a = parseInput(sixQuestionsSchema, input)
  const text = (value: string): Text => (value === '' ? {} : { [a.locale]: value })
  return {
    slug: a.slug,
    name: text(a.what),
    purpose: text(a.why),
    audience: text(a.forWhom),
    city: text(a.city),
    venue: text(a.where),
    startsAt: a.startsAt,
    endsAt: a.endsAt,
    cap: a.howMany,
    seats: a.howMany,
    expected: null,
    summary: {},
    address: {},
    venueNote: {},
    liveUrl: '',
  }
}

/** Inside a transaction of a room above: begins an event. */
export async function addEvent(
  ctx: Context,
  tx: Tx,
  communityId: string,
  values: Omit<Event, 'communityId' | 'id' | 'state' | 'revision' | 'createdAt'>,
): Promise<Event> {
  const event: Event = { ...values, communityId, id: newId(ctx), state: 'draft', revision: 1, createdAt: ctx.clock.now() }
  await insertEvent(tx.db, event)
  tx.journal(eventJournal.created, { communityId, eventId: event.id, kind: 'event', id: event.id }, { name: event.name })
  return event
}

/** Inside a transaction of a room above: moves a locked event to other times. */
export async function moveEvent(tx: Tx, event: Event, startsAt: Date, endsAt: Date): Promise<void> {
  const { communityId, id: eventId } = event
  if (startsAt.getTime() === event.startsAt.getTime() && endsAt.getTime() === event.endsAt.getTime()) return
  await updateEvent(tx.db, communityId, eventId, { startsAt, endsAt })
  const from = event.startsAt.toISOString()
  const old = { revision: event.revision + 1, before: { startsAt: from, endsAt: event.endsAt.toISOString() } }
  tx.journal(eventJournal.moved, { communityId, eventId, kind: 'event', id: eventId }, { from, to: startsAt.toISOString(), ...old })
}

/**
 * Changes an event's details; a move of the date and a change of the cap get entries of their own.
 * What somebody else saved since the form was `opened` is merged, and `thing.changed` tells of fields that both changed.
 */
export async function editEvent(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: EventInput,
  opened: Opened = {},
): Promise<Event> {
  authorise(ctx.actor, 'event.manage', { communityId, eventId })
  const mine = parseInput(eventSchema, input)
  return withEventSlug(() =>
    transact(ctx, async (tx) => {
      const event = await lockEvent(tx.db, communityId, eventId)
      if (!event) throw fail('event.not_found')
      const now = savedPart(event, mine)
      const { values, before } = await mergeEdit(tx.db, { communityId, id: eventId, now, revision: event.revision }, mine, opened)
      const fields = Object.keys(before)
      if (fields.length === 0) return event
      await updateEvent(tx.db, communityId, eventId, values)
      const subject = { communityId, eventId, kind: 'event', id: eventId }
      const old = (names: string[]): { revision: number; before: Record<string, unknown> } => ({
        revision: event.revision + 1,
        before: Object.fromEntries(Object.entries(before).filter(([name]) => names.includes(name))),
      })
      if (fields.includes('startsAt')) {
        tx.journal(eventJournal.moved, subject, {
          from: event.startsAt.toISOString(),
          to: values.startsAt.toISOString(),
          ...old(['startsAt']),
        })
      }
      if (fields.includes('cap')) tx.journal(eventJournal.cap_changed, subject, { from: event.cap, to: values.cap, ...old(['cap']) })
      const others = fields.filter((field) => field !== 'startsAt' && field !== 'cap')
      if (others.length > 0) tx.journal(eventJournal.changed, subject, { fields: others, ...old(others) })
      return { ...event, ...values }
    }),
  )
}

/** The part of a saved thing that a form edits. */
function savedPart<F extends object>(saved: object, form: F): F {
  return { ...form, ...Object.fromEntries(Object.entries(saved).filter(([name]) => name in form)) }
}

/** Publishes, hides, ends, postpones or cancels an event. Errors: event.state. */
export async function setEventState(ctx: Context, communityId: string, eventId: string, state: EventState): Promise<void> {
  authorise(ctx.actor, 'event.manage', { communityId, eventId })
  const kinds = {
    draft: eventJournal.hidden,
    published: eventJournal.published,
    over: eventJournal.over,
    postponed: eventJournal.postponed,
    cancelled: eventJournal.cancelled,
  }
  await transact(ctx, async (tx) => {
    const event = await lockEvent(tx.db, communityId, eventId)
    if (!event) throw fail('event.not_found')
    if (event.state === state) return
    if (!mayBecome(event.state, state)) throw fail('event.state')
    await updateEvent(tx.db, communityId, eventId, { state })
    tx.journal(kinds[state], { communityId, eventId, kind: 'event', id: eventId }, {})
  })
}

/** A community and an event of it by their names in the address, for whoever may see them; else not found. */
export async function openEvent(ctx: Context, communitySlug: string, eventSlug: string): Promise<{ community: Community; event: Event }> {
  const community = await openCommunity(ctx, communitySlug)
  const event = await findEventBySlug(ctx.db, community.communityId, eventSlug)
  if (!event) throw fail('event.not_found')
  // A draft is not even admitted to exist to those who may not see it.
  if (!isPublic(event) && !can(ctx.actor, 'event.view', { communityId: community.communityId, eventId: event.id }))
    throw fail('event.not_found')
  return { community, event }
}

/** A community by its name in the address. */
export async function openCommunity(ctx: Context, slug: string): Promise<Community> {
  const community = await findCommunityBySlug(ctx.db, slug)
  if (!community) throw fail('community.not_found')
  return community
}

/** An event for an action of a room above, authorised; else event.not_found or access errors. */
export async function requireEvent(ctx: Context, db: Context['db'] | Tx['db'], communityId: string, eventId: string): Promise<Event> {
  const event = await findEvent(db, communityId, eventId)
  if (!event) throw fail('event.not_found')
  return event
}

/** Runs what begins or renames an event; a name in the address that is in use becomes event.slug_taken. */
export async function withEventSlug<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error, 'event_community_id_slug_key')) throw fail('event.slug_taken')
    throw error
  }
}
