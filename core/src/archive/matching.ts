import { fail } from '#core/kernel/errors.ts'
import { localDay } from '#core/community/rules.ts'
import type { Event } from '#core/community/model.ts'
import type { Db } from '#core/store/database.ts'
import type { Tx } from '#core/store/transaction.ts'
import { archiveJournal } from './journal.ts'
import { matchRecordings, type MatchPlace } from './match.ts'
import type { Match, MatchReport, MatchSession, Recording } from './model.ts'
import { parseRecordingName } from './names.ts'
import { listMatchSessions, listRecordings, updateRecording } from './store.ts'

/** The recordings of an event beside what the matching says of them now. */
export interface Matched {
  recordings: (Recording & { match: Match })[]
  sessions: MatchSession[]
  report: MatchReport
}

/** Runs the matching over an event's recordings; writes nothing. */
export async function matchEvent(db: Db, event: Pick<Event, 'communityId' | 'id' | 'startsAt' | 'endsAt' | 'timeZone'>): Promise<Matched> {
  const recordings = await listRecordings(db, event.communityId, event.id)
  const sessions = await listMatchSessions(db, event.communityId, event.id)
  const files = recordings.map((r) => ({
    name: r.name,
    sha256: r.sha256,
    byHand: r.matchedBy === 'hand',
    sessionId: r.matchedBy === 'hand' ? r.sessionId : null,
  }))
  const report = matchRecordings(files, sessions, placeOf(event))
  const matched = recordings.map((recording, i) => {
    const match = report.matches[i]
    if (!match) throw new Error(`no match for ${recording.name}`)
    return { ...recording, match }
  })
  return { recordings: matched, sessions, report }
}

/** Matches anew and writes what changed, each change with its entry; what was chosen by hand stays. */
export async function rematch(tx: Tx, event: Event): Promise<Matched> {
  const matched = await matchEvent(tx.db, event)
  for (const { match, ...recording } of matched.recordings) {
    const { day, no, slug } = parseRecordingName(recording.name)
    const moved = recording.sessionId !== match.sessionId
    const same = !moved && recording.matchedBy === match.matchedBy && JSON.stringify(recording.problems) === JSON.stringify(match.problems)
    if (same && recording.startedAt?.getTime() === match.startedAt?.getTime()) continue
    await updateRecording(tx.db, event.communityId, recording.id, {
      sessionId: match.sessionId,
      matchedBy: match.matchedBy,
      problems: match.problems,
      startedAt: match.startedAt,
      recordedOn: day,
      no,
      slug,
      // What loses its session has no page to be played on.
      published: recording.published && match.sessionId !== null,
    })
    if (moved) journalMove(tx, event, recording, match, matched.sessions)
  }
  return matched
}

function journalMove(tx: Tx, event: Event, recording: Recording, match: Match, sessions: readonly MatchSession[]): void {
  const subject = { communityId: event.communityId, eventId: event.id, kind: 'recording', id: recording.id }
  const session = sessions.find((s) => s.id === match.sessionId)
  if (session) tx.journal(archiveJournal.matched, subject, { name: recording.name, title: session.title, by: match.matchedBy })
  else if (recording.sessionId !== null) tx.journal(archiveJournal.unmatched, subject, { name: recording.name })
  if (recording.published) tx.journal(archiveJournal.changed, subject, { name: recording.name })
}

/** The event's days in its own time zone; a week at most, so that a wrong end cannot grow a list. */
export function placeOf(event: Pick<Event, 'startsAt' | 'endsAt' | 'timeZone'>): MatchPlace {
  const days: string[] = []
  for (let at = event.startsAt.getTime(); at <= event.endsAt.getTime() && days.length < 7; at += 86_400_000)
    days.push(localDay(new Date(at), event.timeZone))
  const last = localDay(event.endsAt, event.timeZone)
  return { days: days.includes(last) || days.length >= 7 ? days : [...days, last], timeZone: event.timeZone }
}

/** The session of a choice by hand, or thing.not_found when it is not of this event. */
export function requireSession(sessions: readonly MatchSession[], id: string): MatchSession {
  const session = sessions.find((s) => s.id === id)
  if (!session) throw fail('thing.not_found')
  return session
}
