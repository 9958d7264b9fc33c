import { z } from 'zod'
import { authorise } from '#core/community/permissions.ts'
import { lockEvent } from '#core/community/store.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { valuesBefore } from '#core/kernel/merge.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { listEntries } from '#core/store/journal.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact } from '#core/store/transaction.ts'
import { requireSession, subject } from './actions.ts'
import { programmeJournal } from './journal.ts'
import { hallSchema, speakersSchema, type HallInput, type SpeakerInput } from './model.ts'
import type { Change } from './release.model.ts'
import { changesBetween, contentOf } from './release.rules.ts'
import { findStoredRelease, insertRelease } from './release.store.ts'
import { speakersMark } from './rules.ts'
import { writeSpeakers } from './speakers.ts'
import { insertHall, listHalls, listSessionSpeakers, loadProgramme, updateHall, updateSession } from './store.ts'

/** Adds a hall (会场). The same form sent twice makes one. */
export async function addHall(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: HallInput & { key?: string | null },
): Promise<{ id: string }> {
  authorise(ctx.actor, 'programme.edit', { communityId, eventId })
  const values = parseInput(hallSchema, input)
  return transact(ctx, async (tx) => {
    if (!(await lockEvent(tx.db, communityId, eventId))) throw fail('event.not_found')
    const id = await createOnce(ctx, tx, { communityId, scope: `hall:${eventId}`, key: input.key, body: values }, async () => {
      const made = newId(ctx)
      const position = (await listHalls(tx.db, communityId, eventId)).length
      await insertHall(tx.db, { ...values, communityId, eventId, id: made, position })
      tx.journal(programmeJournal.hall_added, { communityId, eventId, kind: 'hall', id: made }, { name: values.name })
      return made
    })
    return { id }
  })
}

/** Renames a hall or sets its seats. Saving it as it is changes nothing. */
export async function editHall(ctx: Context, communityId: string, eventId: string, id: string, input: HallInput): Promise<void> {
  authorise(ctx.actor, 'programme.edit', { communityId, eventId })
  const values = parseInput(hallSchema, input)
  await transact(ctx, async (tx) => {
    if (!(await lockEvent(tx.db, communityId, eventId))) throw fail('event.not_found')
    const hall = (await listHalls(tx.db, communityId, eventId)).find((one) => one.id === id)
    if (!hall) throw fail('thing.not_found')
    if (Object.keys(valuesBefore({ name: hall.name, seats: hall.seats }, values)).length === 0) return
    await updateHall(tx.db, communityId, eventId, id, values)
    tx.journal(programmeJournal.hall_changed, { communityId, eventId, kind: 'hall', id }, { name: values.name })
  })
}

const speakersInput = z.object({ speakers: speakersSchema, was: z.string().max(10_000).optional() })

/**
 * Says who speaks, in this order. `was` is the speakersMark of what the form showed: somebody else's change since then
 * is not overwritten but answered with thing.changed.
 */
export async function setSpeakers(
  ctx: Context,
  communityId: string,
  eventId: string,
  sessionId: string,
  input: { speakers: SpeakerInput[]; was?: string },
): Promise<void> {
  authorise(ctx.actor, 'programme.edit', { communityId, eventId })
  const { speakers, was } = parseInput(speakersInput, input)
  await transact(ctx, async (tx) => {
    const session = await requireSession(tx.db, communityId, eventId, sessionId)
    const before = await listSessionSpeakers(tx.db, communityId, sessionId)
    if (was !== undefined && was !== speakersMark(before))
      throw fail('thing.changed', { who: await whoSetSpeakers(tx.db, communityId, eventId, sessionId), fields: ['speakers'] })
    const after = await writeSpeakers(ctx, tx, communityId, sessionId, speakers)
    if (JSON.stringify(before) === JSON.stringify(after)) return
    await updateSession(tx.db, communityId, sessionId, {})
    tx.journal(programmeJournal.speakers_set, subject(communityId, eventId, sessionId), { title: session.title, count: after.length })
  })
}

async function whoSetSpeakers(db: Db, communityId: string, eventId: string, sessionId: string): Promise<string> {
  const entries = await listEntries(db, { communityId, eventId, kinds: ['programme.speakers_set'], newestFirst: true })
  return entries.find((entry) => entry.subjectId === sessionId)?.actorName || '—'
}

/** What a release would change for the public now; empty when the working copy is what is public. */
export async function pendingChanges(
  ctx: Context,
  communityId: string,
  eventId: string,
): Promise<{ version: number; releasedAt: Date | null; changes: Change[] }> {
  authorise(ctx.actor, 'programme.view', { communityId, eventId })
  const before = await findStoredRelease(ctx.db, communityId, eventId)
  const after = contentOf(await loadProgramme(ctx.db, communityId, eventId), before?.content ?? null)
  return { version: before?.version ?? 0, releasedAt: before?.releasedAt ?? null, changes: changesBetween(before?.content ?? null, after) }
}

/** Makes the working copy public. Without anything new it changes nothing, so two people may press at once. */
export async function releaseSchedule(
  ctx: Context,
  communityId: string,
  eventId: string,
): Promise<{ version: number; released: boolean; changes: Change[] }> {
  authorise(ctx.actor, 'programme.edit', { communityId, eventId })
  return transact(ctx, async (tx) => {
    if (!(await lockEvent(tx.db, communityId, eventId))) throw fail('event.not_found')
    const before = await findStoredRelease(tx.db, communityId, eventId)
    const content = contentOf(await loadProgramme(tx.db, communityId, eventId), before?.content ?? null)
    const changes = changesBetween(before?.content ?? null, content)
    if (changes.length === 0) return { version: before?.version ?? 0, released: false, changes }
    const version = (before?.version ?? 0) + 1
    await insertRelease(tx.db, { communityId, eventId, version, releasedAt: ctx.clock.now(), content })
    const count = content.sessions.filter((s) => s.state === 'confirmed').length
    tx.journal(programmeJournal.released, { communityId, eventId, kind: 'event', id: eventId }, { version, count, changes: changes.length })
    return { version, released: true, changes }
  })
}
