import { lockEvent } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import { localDay } from '#core/community/rules.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { valuesBefore } from '#core/kernel/merge.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { isUniqueViolation } from '#core/store/patience.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { programmeJournal } from './journal.ts'
import {
  moveSchema,
  newSessionSchema,
  sessionSchema,
  type MoveInput,
  type NewSessionInput,
  type NewSessionValues,
  type Programme,
  type Session,
  type SessionInput,
  type SessionValues,
} from './model.ts'
import { findStoredRelease } from './release.store.ts'
import { laneOf, slugFor } from './rules.ts'
import { writeSpeakers } from './speakers.ts'
import { deleteSession, insertSession, listHalls, loadProgramme, lockSession, updateSession, usedNumbers } from './store.ts'
import { whatChanged } from './sentences.ts'

/** The working copy, for those who may see it. */
export async function openProgramme(ctx: Context, communityId: string, eventId: string): Promise<Programme> {
  authorise(ctx.actor, 'programme.view', { communityId, eventId })
  return loadProgramme(ctx.db, communityId, eventId)
}

/**
 * Puts an item on the programme, with its speakers. The same form sent twice makes one.
 * Errors: input.invalid, programme.number_taken, programme.slug_taken.
 */
export async function addSession(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: NewSessionInput & { key?: string | null },
): Promise<{ id: string; no: number; slug: string }> {
  authorise(ctx.actor, 'programme.edit', { communityId, eventId })
  const body = parseInput(newSessionSchema, input)
  try {
    return await transact(ctx, async (tx) => {
      // The event's row serialises those who add at once: each gets a number of its own.
      if (!(await lockEvent(tx.db, communityId, eventId))) throw fail('event.not_found')
      const request = { communityId, scope: `session:${eventId}`, key: input.key, body }
      const id = await createOnce(ctx, tx, request, () => placeSession(ctx, tx, communityId, eventId, body))
      const { no, slug } = await requireSession(tx.db, communityId, eventId, id)
      return { id, no, slug }
    })
  } catch (error) {
    if (isUniqueViolation(error, 'session_community_id_event_id_slug_key')) throw fail('programme.slug_taken')
    throw error
  }
}

async function placeSession(ctx: Context, tx: Tx, communityId: string, eventId: string, input: NewSessionValues): Promise<string> {
  const { speakers, no: wanted, slug: wish, ...values } = input
  await requireHall(tx.db, communityId, eventId, values.hallId)
  const used = await usedNumbers(tx.db, communityId, eventId)
  const no = wanted ?? Math.max(0, ...used.numbers) + 1
  if (used.numbers.has(no)) throw fail('programme.number_taken', { no })
  const slug = wish ?? slugFor(values.title, no, used.slugs)
  const id = newId(ctx)
  await insertSession(tx.db, { ...values, communityId, eventId, id, no, slug, position: used.position + 1, createdAt: ctx.clock.now() })
  await writeSpeakers(ctx, tx, communityId, id, speakers)
  tx.journal(programmeJournal.session_added, subject(communityId, eventId, id), { title: values.title, no, kind: values.kind })
  return id
}

/**
 * Changes an item. `revision` is the one that the form was opened with: what others changed meanwhile in other fields
 * is kept; where both changed one field it fails with thing.changed and both versions. Sent again with `seen`, the own
 * values win in the contested fields only.
 */
export async function editSession(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  input: SessionInput & Opened,
): Promise<void> {
  authorise(ctx.actor, 'programme.edit', { communityId, eventId })
  const mine = parseInput(sessionSchema, input)
  await transact(ctx, async (tx) => {
    const session = await requireSession(tx.db, communityId, eventId, id)
    await requireHall(tx.db, communityId, eventId, mine.hallId)
    const now = valuesOf(session)
    // A cancelled item stays so; it comes back by an action of its own.
    const wanted: EditedValues = session.state === 'cancelled' ? { ...mine, state: session.state } : mine
    const thing = { communityId, id, now, revision: session.revision }
    const { values } = await mergeEdit(tx.db, thing, wanted, input)
    await saveSession(tx, communityId, eventId, session, values)
  })
}

/** Moves an item in time or to another hall; with `shift` what follows in its hall on that day moves along. */
export async function moveSession(ctx: Context, communityId: string, eventId: string, id: string, input: MoveInput): Promise<void> {
  authorise(ctx.actor, 'programme.edit', { communityId, eventId })
  const move = parseInput(moveSchema, input)
  await transact(ctx, async (tx) => {
    const event = await lockEvent(tx.db, communityId, eventId)
    if (!event) throw fail('event.not_found')
    const session = await requireSession(tx.db, communityId, eventId, id)
    const hallId = move.hallId === undefined ? session.hallId : move.hallId
    await requireHall(tx.db, communityId, eventId, hallId)
    const minutes = move.minutes ?? session.minutes
    await saveSession(tx, communityId, eventId, session, { ...valuesOf(session), startsAt: move.startsAt, hallId, minutes })
    if (!move.shift || !session.startsAt || !move.startsAt) return
    const from = session.startsAt
    const span = move.startsAt.getTime() - from.getTime() + (minutes - session.minutes) * 60_000
    const { sessions, halls } = await loadProgramme(tx.db, communityId, eventId)
    const lane = laneOf(session, halls)
    for (const one of sessions) {
      if (one.id === id || !one.startsAt || one.state === 'cancelled' || laneOf(one, halls) !== lane) continue
      if (one.startsAt < from || localDay(one.startsAt, event.timeZone) !== localDay(from, event.timeZone)) continue
      await saveSession(tx, communityId, eventId, one, { ...valuesOf(one), startsAt: new Date(one.startsAt.getTime() + span) })
    }
  })
}

/** Cancels an item: the next release says so, calendars drop it, its address stays. Doing it twice changes nothing. */
export async function cancelSession(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  await setState(ctx, communityId, eventId, id, 'cancelled')
}

/** Takes a cancellation back. */
export async function restoreSession(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  await setState(ctx, communityId, eventId, id, 'confirmed')
}

async function setState(ctx: Context, communityId: string, eventId: string, id: string, state: 'cancelled' | 'confirmed'): Promise<void> {
  authorise(ctx.actor, 'programme.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const session = await requireSession(tx.db, communityId, eventId, id)
    if ((session.state === 'cancelled') === (state === 'cancelled')) return
    await updateSession(tx.db, communityId, id, { state })
    const kind = state === 'cancelled' ? programmeJournal.session_cancelled : programmeJournal.session_restored
    tx.journal(kind, subject(communityId, eventId, id), { title: session.title })
  })
}

/** Removes an item that was never public; a public one is cancelled instead. Errors: programme.released_already. */
export async function removeSession(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'programme.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const session = await requireSession(tx.db, communityId, eventId, id)
    const release = await findStoredRelease(tx.db, communityId, eventId)
    if (release?.content.sessions.some((s) => s.id === id)) throw fail('programme.released_already')
    await deleteSession(tx.db, communityId, id)
    tx.journal(programmeJournal.session_removed, subject(communityId, eventId, id), { title: session.title })
  })
}

async function saveSession(
  tx: Tx,
  communityId: string,
  eventId: string,
  session: Omit<Session, 'speakers'>,
  values: EditedValues,
): Promise<void> {
  const before = valuesBefore(valuesOf(session), values)
  if (Object.keys(before).length === 0) return
  await updateSession(tx.db, communityId, session.id, values)
  const facts = { title: values.title, revision: session.revision + 1, before, what: whatChanged(before, values) }
  tx.journal(programmeJournal.session_changed, subject(communityId, eventId, session.id), facts)
}

/** What an edit may change; the state of a cancelled item rides along. */
type EditedValues = Omit<SessionValues, 'state'> & Pick<Session, 'state'>

function valuesOf(session: Omit<Session, 'speakers'>): EditedValues {
  const { title, kind, abstract, level, language, slidesUrl, note, mayRecord, hallId, startsAt, minutes, state } = session
  return { title, kind, abstract, level, language, slidesUrl, note, mayRecord, hallId, startsAt, minutes, state }
}

/** The session with its row locked. Errors: thing.not_found. */
export async function requireSession(db: Db, communityId: string, eventId: string, id: string): Promise<Omit<Session, 'speakers'>> {
  const session = await lockSession(db, communityId, eventId, id)
  if (!session) throw fail('thing.not_found')
  return session
}

async function requireHall(db: Db, communityId: string, eventId: string, hallId: string | null): Promise<void> {
  if (hallId === null) return
  const halls = await listHalls(db, communityId, eventId)
  if (!halls.some((hall) => hall.id === hallId)) throw fail('thing.not_found')
}

export function subject(
  communityId: string,
  eventId: string,
  id: string | null,
): { communityId: string; eventId: string; kind: string; id: string | null } {
  return { communityId, eventId, kind: 'session', id }
}
