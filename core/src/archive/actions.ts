import { authorise } from '#core/community/permissions.ts'
import { requireEvent } from '#core/community/actions.ts'
import { lockEvent } from '#core/community/store.ts'
import type { Event } from '#core/community/model.ts'
import { fail } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { dropUnused } from '#core/store/files.ts'
import { transact } from '#core/store/transaction.ts'
import { archiveJournal } from './journal.ts'
import { matchEvent, rematch, requireSession, type Matched } from './matching.ts'
import { matchByHandSchema, recordingIdsSchema, type MatchByHandInput } from './model.ts'
import { deleteFile, deleteRecording, findRecording, updateRecording } from './store.ts'

/** The event's recordings, what the matching says of each, the gaps, and the sessions without one. */
export async function recordingsReport(ctx: Context, communityId: string, eventId: string): Promise<Matched> {
  authorise(ctx.actor, 'archive.view', { communityId, eventId })
  return matchEvent(ctx.db, await requireEvent(ctx, ctx.db, communityId, eventId))
}

/** Matches anew, after the programme or the actual times changed. What was chosen by hand stays. */
export async function matchAgain(ctx: Context, communityId: string, eventId: string): Promise<Matched> {
  authorise(ctx.actor, 'archive.edit', { communityId, eventId })
  return transact(ctx, async (tx) => rematch(tx, await lockedEvent(tx.db, communityId, eventId)))
}

/** Puts a recording where a person says, or on none; stays until changed by hand or given back by `matchByItself`. */
export async function matchByHand(ctx: Context, communityId: string, eventId: string, input: MatchByHandInput): Promise<void> {
  authorise(ctx.actor, 'archive.edit', { communityId, eventId })
  const { recordingId, sessionId } = parseInput(matchByHandSchema, input)
  await transact(ctx, async (tx) => {
    const event = await lockedEvent(tx.db, communityId, eventId)
    const { recordings, sessions } = await matchEvent(tx.db, event)
    const recording = recordings.find((r) => r.id === recordingId)
    if (!recording) throw fail('thing.not_found')
    const session = sessionId === null ? null : requireSession(sessions, sessionId)
    if (recording.matchedBy === 'hand' && recording.sessionId === sessionId) return
    const subject = { communityId, eventId, kind: 'recording', id: recordingId }
    await updateRecording(tx.db, communityId, recordingId, {
      sessionId,
      matchedBy: 'hand',
      published: recording.published && session !== null,
    })
    if (session) tx.journal(archiveJournal.matched, subject, { name: recording.name, title: session.title, by: 'hand' })
    else tx.journal(archiveJournal.unmatched, subject, { name: recording.name })
    if (recording.published && recording.sessionId !== sessionId) tx.journal(archiveJournal.changed, subject, { name: recording.name })
    await rematch(tx, event)
  })
}

/** Takes a choice by hand back: the matching decides again. */
export async function matchByItself(ctx: Context, communityId: string, eventId: string, recordingId: string): Promise<void> {
  authorise(ctx.actor, 'archive.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const event = await lockedEvent(tx.db, communityId, eventId)
    const recording = await findRecording(tx.db, communityId, recordingId)
    if (!recording || recording.eventId !== eventId) throw fail('thing.not_found')
    await updateRecording(tx.db, communityId, recordingId, { matchedBy: 'none' })
    await rematch(tx, event)
  })
}

/** Why a recording was not published. */
export interface Withheld {
  recordingId: string
  name: string
  reason: 'no_session' | 'may_not_record'
}

/** Lets everybody hear recordings: those that belong to a session whose speakers agreed. */
export async function publishRecordings(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: { recordingIds: 'all' | readonly string[] },
): Promise<{ published: number; withheld: Withheld[] }> {
  return setPublished(ctx, communityId, eventId, input, true)
}

/** Takes recordings back from the public pages; the files stay. */
export async function hideRecordings(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: { recordingIds: 'all' | readonly string[] },
): Promise<number> {
  return (await setPublished(ctx, communityId, eventId, input, false)).published
}

async function setPublished(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: { recordingIds: 'all' | readonly string[] },
  published: boolean,
): Promise<{ published: number; withheld: Withheld[] }> {
  authorise(ctx.actor, 'archive.edit', { communityId, eventId })
  const { recordingIds } = parseInput(recordingIdsSchema, input)
  return transact(ctx, async (tx) => {
    const event = await lockedEvent(tx.db, communityId, eventId)
    const { recordings, sessions } = await matchEvent(tx.db, event)
    const withheld: Withheld[] = []
    let count = 0
    for (const recording of recordings) {
      if ((recordingIds !== 'all' && !recordingIds.includes(recording.id)) || recording.published === published) continue
      const session = sessions.find((s) => s.id === recording.sessionId)
      if (published && !session?.mayRecord) {
        withheld.push({ recordingId: recording.id, name: recording.name, reason: session ? 'may_not_record' : 'no_session' })
        continue
      }
      await updateRecording(tx.db, communityId, recording.id, { published })
      count += 1
    }
    const kind = published ? archiveJournal.published : archiveJournal.hidden
    if (count > 0) tx.journal(kind, { communityId, eventId, kind: 'recording', id: null }, { count })
    return { published: count, withheld }
  })
}

/** Removes a recording and its file when nothing else uses the content. */
export async function removeRecording(ctx: Context, communityId: string, eventId: string, recordingId: string): Promise<void> {
  authorise(ctx.actor, 'archive.edit', { communityId, eventId })
  const sha256 = await transact(ctx, async (tx) => {
    const event = await lockedEvent(tx.db, communityId, eventId)
    const recording = await findRecording(tx.db, communityId, recordingId)
    if (!recording || recording.eventId !== eventId) throw fail('thing.not_found')
    await deleteRecording(tx.db, communityId, recordingId)
    await deleteFile(tx.db, communityId, recording.fileId)
    tx.journal(archiveJournal.removed, { communityId, eventId, kind: 'recording', id: recordingId }, { name: recording.name })
    await rematch(tx, event)
    return recording.sha256
  })
  await dropUnused(ctx, communityId, sha256)
}

/** A start that a recording tells of a session for which nobody pressed a button. */
export interface ProposedActual {
  sessionId: string
  startedAt: Date
  recording: string
}

/** Actual starts as the matched recordings tell them; only proposals, `recordActual` of the stage applies one. */
export async function proposeActuals(ctx: Context, communityId: string, eventId: string): Promise<ProposedActual[]> {
  const { recordings, sessions } = await recordingsReport(ctx, communityId, eventId)
  return sessions.flatMap((session) => {
    const recording = recordings.find((r) => r.sessionId === session.id && r.startedAt !== null)
    if (session.actualStart || session.cancelled || !recording?.startedAt) return []
    return [{ sessionId: session.id, startedAt: recording.startedAt, recording: recording.name }]
  })
}

async function lockedEvent(db: Db, communityId: string, eventId: string): Promise<Event> {
  const event = await lockEvent(db, communityId, eventId)
  if (!event) throw fail('event.not_found')
  return event
}
