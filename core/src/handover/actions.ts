import type { z } from 'zod'
import { newId } from '#core/kernel/ids.ts'
import type { Text } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { addEvent, requireEvent, withEventSlug } from '#core/community/actions.ts'
import type { Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { insertPledges, listPledges } from '#core/partners/store.ts'
import { addTasks } from '#core/plan/task.actions.ts'
import { insertBudgetLines, listBudgetLines, listTasks } from '#core/plan/store.ts'
import { insertHall, insertSession, loadProgramme } from '#core/programme/store.ts'
import { listMessages } from '#core/registration/messages/store.ts'
import { listWords } from '#core/registration/messages/words.store.ts'
import { listQuestions } from '#core/registration/questions/store.ts'
import { listQuotas, listTypes } from '#core/registration/types/store.ts'
import { handoverJournal } from './journal.ts'
import { copyParts, copySchema, type CopyCounts, type CopyInput, type Origin } from './model.ts'
import { copyMessages } from './messages.copy.ts'
import { copyQuestions, copyTypes } from './registration.copy.ts'
import { scrubber } from './scrub.rules.ts'
import { countsOf, openPlaces, packTexts, shapeOf, type Pack } from './shape.rules.ts'
import { findOrigin, insertCopy, listContactValues, listNames } from './store.ts'

/** The event that is handed over. */
export interface Source {
  communityId: string
  eventId: string
}

/** How much could come along. */
export async function previewCopy(ctx: Context, from: Source): Promise<CopyCounts> {
  authorise(ctx.actor, 'handover.copy', from)
  return countsOf(await loadPack(ctx, from), copyParts)
}

/** From where an event was copied, if it was. */
export async function originOf(ctx: Context, at: Source): Promise<Origin | null> {
  authorise(ctx.actor, 'event.view', at)
  return (await findOrigin(ctx.db, at.communityId, at.eventId)) ?? null
}

/**
 * Copies what an event learned into a new one, in this or another community: tasks with their offsets, open places for
 * partners, the programme's shape, texts, planned budget, ticket types with quotas, questions,
 * plans of messages and changed words; everything moved to the new day. No person comes along:
 * owners, speakers, partners' names and talks' titles stay, and names and numbers are taken out of all texts.
 * Errors: event.slug_taken, handover.nothing.
 */
export async function copyEvent(
  ctx: Context,
  from: Source,
  input: CopyInput & { key?: string | null },
): Promise<{ event: Event; counts: CopyCounts }> {
  authorise(ctx.actor, 'handover.copy', from)
  const { toCommunityId: communityId = from.communityId, ...values } = parseInput(copySchema, input)
  authorise(ctx.actor, 'event.create', { communityId })
  const pack = await loadPack(ctx, from)
  const scrub = scrubber([...(await listNames(ctx.db, from.communityId)), ...(await listContactValues(ctx.db, from.communityId))])
  const counts = countsOf(pack, values.parts)
  let made = false
  const event = await withEventSlug(() =>
    transact(ctx, async (tx) => {
      const id = await createOnce(ctx, tx, { communityId, scope: `copy:${from.eventId}`, key: input.key, body: values }, async () => {
        made = true
        return unpack(ctx, tx, pack, { ...values, communityId, counts }, scrub)
      })
      return requireEvent(ctx, tx.db, communityId, id)
    }),
  )
  // In a transaction of its own: two communities never share one.
  if (made) {
    await transact(ctx, async (tx) => {
      tx.journal(handoverJournal.given, { ...from, kind: 'event', id: from.eventId }, { to: event.name, counts })
    })
  }
  return { event, counts }
}

/** Writes the new event and all its chosen parts; returns its id. */
async function unpack(
  ctx: Context,
  tx: Tx,
  pack: Pack,
  to: z.output<typeof copySchema> & { communityId: string; counts: CopyCounts },
  scrub: (text: Text) => Text,
): Promise<string> {
  const { communityId, counts, parts } = to
  const event = await addEvent(ctx, tx, communityId, newEvent(pack.event, to, parts.includes('texts') ? scrub : () => ({})))
  if (parts.includes('tasks')) {
    const tasks = pack.tasks.map(({ room, dayOffset, title, detail }) => ({ room, dayOffset, title: scrub(title), detail: scrub(detail) }))
    await addTasks(ctx, tx, event, tasks)
  }
  if (parts.includes('partners')) await copyPlaces(ctx, tx, event, pack, to.locale)
  if (parts.includes('programme')) await copyShape(ctx, tx, event, pack, scrub)
  if (parts.includes('budget')) await copyBudget(ctx, tx, event, pack, scrub)
  const at = { event, scrub, moved: (moment: Date) => movedTo(pack.event, event.startsAt, moment) }
  const types = parts.includes('tickets') ? await copyTypes(ctx, tx, pack, at) : new Map<string, string>()
  if (parts.includes('questions')) await copyQuestions(ctx, tx, pack, types, at)
  if (parts.includes('messages')) await copyMessages(ctx, tx, pack, types, at)
  const fromName = scrub(pack.event.name)
  const { communityId: fromCommunityId, id: fromEventId } = pack.event
  await insertCopy(tx.db, {
    communityId,
    id: newId(ctx),
    eventId: event.id,
    fromCommunityId,
    fromEventId,
    fromName,
    counts,
    copiedAt: ctx.clock.now(),
  })
  tx.journal(handoverJournal.received, { communityId, eventId: event.id, kind: 'event', id: event.id }, { from: fromName, counts })
  return event.id
}

async function loadPack(ctx: Context, { communityId, eventId }: Source): Promise<Pack> {
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  const [tasks, pledges, programme, budget, types, quotas, questions, messages, words] = await Promise.all([
    listTasks(ctx.db, communityId, eventId),
    listPledges(ctx.db, communityId, eventId),
    loadProgramme(ctx.db, communityId, eventId),
    listBudgetLines(ctx.db, communityId, eventId),
    listTypes(ctx.db, communityId, eventId),
    listQuotas(ctx.db, communityId, eventId),
    listQuestions(ctx.db, communityId, eventId),
    listMessages(ctx.db, communityId, eventId),
    listWords(ctx.db, communityId, eventId),
  ])
  return {
    event,
    tasks,
    pledges,
    ...programme,
    budget,
    types,
    quotas,
    questions,
    messages,
    words: words.filter((one) => one.eventId !== null),
  }
}

type NewEvent = Parameters<typeof addEvent>[3]

function newEvent(source: Event, to: { slug: string; name: Text; city: Text; startsAt: Date }, text: (text: Text) => Text): NewEvent {
  const { timeZone, cap, expected, budgetFen, retentionDays } = source
  const texts = Object.fromEntries(packTexts.map((field) => [field, text(source[field])]))
  return {
    summary: {},
    purpose: {},
    audience: {},
    venueNote: {},
    ...texts,
    slug: to.slug,
    name: to.name,
    city: to.city,
    startsAt: to.startsAt,
    endsAt: movedTo(source, to.startsAt, source.endsAt),
    editionId: null,
    venue: {},
    address: {},
    seats: null,
    timeZone,
    cap,
    expected,
    budgetFen,
    retentionDays,
    liveUrl: '',
  }
}

/** The moment that lies as far from the new start as `at` lay from the source's. */
function movedTo(source: Pick<Event, 'startsAt'>, startsAt: Date, at: Date): Date {
  return new Date(startsAt.getTime() + at.getTime() - source.startsAt.getTime())
}

async function copyPlaces(ctx: Context, tx: Tx, event: Event, pack: Pack, locale: 'zh' | 'en'): Promise<void> {
  const { communityId, id: eventId } = event
  const createdAt = ctx.clock.now()
  await insertPledges(
    tx.db,
    openPlaces(pack.pledges, locale).map((place, position) => ({ ...place, communityId, eventId, id: newId(ctx), position, createdAt })),
  )
}

async function copyShape(ctx: Context, tx: Tx, event: Event, pack: Pack, scrub: (text: Text) => Text): Promise<void> {
  const { communityId, id: eventId } = event
  const createdAt = ctx.clock.now()
  const halls = new Map(pack.halls.map((hall) => [hall.id, newId(ctx)]))
  for (const { id, name, position } of pack.halls) {
    await insertHall(tx.db, { communityId, eventId, id: halls.get(id) ?? newId(ctx), name: scrub(name), seats: null, position })
  }
  for (const [position, { title, hallId, startsAt, ...session }] of shapeOf(pack.sessions).entries()) {
    await insertSession(tx.db, {
      ...session,
      communityId,
      eventId,
      id: newId(ctx),
      position,
      createdAt,
      title: scrub(title),
      hallId: hallId === null ? null : (halls.get(hallId) ?? null),
      startsAt: startsAt && movedTo(pack.event, event.startsAt, startsAt),
    })
  }
}

async function copyBudget(ctx: Context, tx: Tx, event: Event, pack: Pack, scrub: (text: Text) => Text): Promise<void> {
  const { communityId, id: eventId } = event
  const createdAt = ctx.clock.now()
  const rows = pack.budget.map(({ kind, title, plannedFen, position }) => ({
    communityId,
    eventId,
    id: newId(ctx),
    kind,
    title: scrub(title),
    plannedFen,
    position,
    createdAt,
  }))
  await insertBudgetLines(tx.db, rows)
}
