import { momentAt } from '#core/community/rules.ts'
import type { Match, MatchFile, MatchReport, MatchSession, Problem } from './model.ts'
import { baseName, parseRecordingName, type RecordingName } from './names.ts'
import { cleanName } from './naming.ts'
import { correctSpelling } from './spelling.ts'

/** A recording is started within this time of its session's start, or time says nothing. */
export const TIME_BOUND_SECONDS = 20 * 60
/** Starts closer together than this are one moment: parallel halls. */
const SAME_MOMENT_SECONDS = 60

/** What the matching needs of the event: its days (YYYY-MM-DD) and its time zone. */
export interface MatchPlace {
  days: readonly string[]
  timeZone: string
}

interface Work {
  file: MatchFile
  parsed: RecordingName
  startedAt: Date | null
  meant: string | null
  problems: Problem[]
  found: Pick<Match, 'sessionId' | 'matchedBy' | 'offsetSeconds'> | null
}

/**
 * Which recording belongs to which session: first by time (nearest actual, else planned start), then by the number
 * in the name, then by the slug, title or speaker. One session gets one recording; what does not fit without doubt
 * stays open and says why. What was chosen by hand is kept. Pure.
 */
export function matchRecordings(files: readonly MatchFile[], sessions: readonly MatchSession[], place: MatchPlace): MatchReport {
  const open = sessions.filter((s) => !s.cancelled)
  const work = files.map((file) => begin(file, open, place))
  const taken = new Map<string, Work>()
  const take = (w: Work, sessionId: string, matchedBy: Match['matchedBy'], offsetSeconds: number | null = null): void => {
    w.found = { sessionId, matchedBy, offsetSeconds }
    if (!taken.has(sessionId)) taken.set(sessionId, w)
  }
  for (const w of work) {
    if (w.file.byHand) {
      if (w.file.sessionId) take(w, w.file.sessionId, 'hand')
      else w.found = { sessionId: null, matchedBy: 'hand', offsetSeconds: null }
    }
  }
  noteDuplicates(work)
  byTime(work, open, taken, take)
  byNumber(work, open, taken, take)
  bySlug(work, open, taken, take)
  return {
    matches: work.map((w) => finish(w, sessions)),
    gaps: gapsOf(work.flatMap(({ parsed }) => (parsed.no === null ? [] : [parsed.no]))),
    withoutRecording: open.filter((s) => s.mayRecord && !s.rests && !taken.has(s.id)).map((s) => s.id),
  }
}

type Take = (w: Work, sessionId: string, matchedBy: Match['matchedBy'], offsetSeconds?: number | null) => void

function begin(file: MatchFile, sessions: readonly MatchSession[], place: MatchPlace): Work {
  const parsed = parseRecordingName(file.name)
  const problems: Problem[] = parsed.problems.map((code) => ({ code }))
  const [eventDay = ''] = place.days
  if (parsed.day !== null && !place.days.includes(parsed.day)) problems.push({ code: 'other_day', day: parsed.day, eventDay })
  const meant =
    parsed.slug === ''
      ? null
      : correctSpelling(
          parsed.slug,
          sessions.map((s) => s.slug),
        )
  if (meant !== null) problems.push({ code: 'misspelling', written: parsed.slug, meant })
  const startedAt = parsed.day !== null && parsed.time !== null ? momentAt(parsed.day, parsed.time, place.timeZone) : null
  return { file, parsed, startedAt, meant, problems, found: null }
}

function noteDuplicates(work: readonly Work[]): void {
  const byNo = new Map<number, Work>()
  const bySum = new Map<string, Work>()
  for (const w of work) {
    const sameSum = bySum.get(w.file.sha256)
    if (sameSum) w.problems.push({ code: 'duplicate_content', other: sameSum.file.name })
    else bySum.set(w.file.sha256, w)
    if (w.parsed.no === null || isOtherDay(w)) continue
    const sameNo = byNo.get(w.parsed.no)
    if (sameNo) w.problems.push({ code: 'duplicate_number', no: w.parsed.no, other: sameNo.file.name })
    else byNo.set(w.parsed.no, w)
  }
}

const isOtherDay = (w: Work): boolean => w.problems.some((p) => p.code === 'other_day')
/** A file of another day, or one that we have already, is for a person to decide. */
const isOpen = (w: Work): boolean => w.found === null && !w.problems.some((p) => p.code === 'other_day' || p.code === 'duplicate_content')
const startOf = (s: MatchSession): Date | null => s.actualStart ?? s.plannedStart

function byTime(work: readonly Work[], sessions: readonly MatchSession[], taken: Map<string, Work>, take: Take): void {
  const pairs = work.filter(isOpen).flatMap((w) => candidates(w, sessions).map((c) => ({ w, ...c })))
  pairs.sort((a, b) => Math.abs(a.offset) - Math.abs(b.offset))
  const settled = new Set<Work>()
  for (const { w, session, offset } of pairs) {
    if (w.found || settled.has(w)) continue
    // Only the nearest start counts: the second nearest would be a guess.
    settled.add(w)
    const rivals = pairs.filter((p) => p.w === w && Math.abs(p.offset - offset) <= SAME_MOMENT_SECONDS)
    const chosen = rivals.length === 1 ? session : rivals.find((r) => r.session.no === w.parsed.no || sameSlug(w, r.session))?.session
    if (!chosen) {
      w.problems.push({ code: 'ambiguous', sessionIds: rivals.map((r) => r.session.id) })
      continue
    }
    const elsewhere = sessions.find((s) => s.no === w.parsed.no && s.id !== chosen.id)
    if (elsewhere && chosen.actualStart === null && nameKnowsBetter(w, elsewhere, offset, pairs)) continue
    const first = taken.get(chosen.id)
    if (first) {
      w.problems.push({ code: 'taken', sessionId: chosen.id, other: first.file.name })
      continue
    }
    take(w, chosen.id, 'time', offset)
    if (elsewhere && w.parsed.no !== null) w.problems.push({ code: 'number_elsewhere', no: w.parsed.no, sessionId: elsewhere.id })
  }
}

/** A mere plan, kept to roughly, against a number that fits the time as well or a number and slug that agree. */
function nameKnowsBetter(w: Work, named: MatchSession, offset: number, pairs: readonly { w: Work; session: MatchSession }[]): boolean {
  if (sameSlug(w, named)) return true
  return Math.abs(offset) > SAME_MOMENT_SECONDS && pairs.some((p) => p.w === w && p.session === named)
}

/** The sessions whose start lies within the bound, and by how many seconds the recording began after it. */
function candidates(w: Work, sessions: readonly MatchSession[]): { session: MatchSession; offset: number }[] {
  const { startedAt } = w
  if (!startedAt) return []
  const all = sessions.flatMap((session) => {
    const start = startOf(session)
    return start ? [{ session, offset: Math.round((startedAt.getTime() - start.getTime()) / 1000) }] : []
  })
  const near = all.filter(({ offset }) => Math.abs(offset) <= TIME_BOUND_SECONDS)
  if (near.length === 0 && all.length > 0) {
    w.problems.push({ code: 'time_far', minutes: Math.round(Math.min(...all.map(({ offset }) => Math.abs(offset))) / 60) })
  }
  return near
}

function byNumber(work: readonly Work[], sessions: readonly MatchSession[], taken: Map<string, Work>, take: Take): void {
  for (const w of work.filter(isOpen)) {
    if (w.problems.some((p) => p.code === 'duplicate_number')) continue
    const session = sessions.find((s) => s.no === w.parsed.no)
    if (session && !taken.has(session.id)) take(w, session.id, 'number')
  }
}

function bySlug(work: readonly Work[], sessions: readonly MatchSession[], taken: Map<string, Work>, take: Take): void {
  for (const w of work.filter(isOpen)) {
    const fitting = sessions.filter((s) => sameSlug(w, s))
    const free = fitting.filter((s) => !taken.has(s.id))
    if (free.length === 1 && free[0]) take(w, free[0].id, 'slug')
    else if (free.length > 1) w.problems.push({ code: 'ambiguous', sessionIds: free.map((s) => s.id) })
  }
}

/** The name's slug, its corrected spelling, its title or its speaker names this session. */
function sameSlug({ parsed, meant }: Work, session: MatchSession): boolean {
  const plain = (text: string | undefined): string => (text ?? '').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  const names = [session.slug, session.title.zh, session.title.en].map(plain).filter((n) => n !== '')
  if (parsed.pattern === 'titled') {
    return (
      names.includes(plain(parsed.title)) || (session.speakers.some((s) => plain(s) === plain(parsed.speaker)) && parsed.speaker !== '')
    )
  }
  return [parsed.slug, meant ?? ''].map(plain).some((slug) => slug !== '' && names.includes(slug))
}

function finish(w: Work, sessions: readonly MatchSession[]): Match {
  const found = w.found ?? { sessionId: null, matchedBy: 'none' as const, offsetSeconds: null }
  const session = sessions.find((s) => s.id === found.sessionId)
  const problems = session && !session.mayRecord ? [...w.problems, { code: 'may_not_record' as const }] : w.problems
  return {
    name: baseName(w.file.name),
    ...found,
    startedAt: w.startedAt,
    problems,
    proposedName: cleanName(w.parsed, w.meant, session, problems),
  }
}

/** The whole numbers missing between the smallest and the largest. */
export function gapsOf(numbers: readonly number[]): number[] {
  if (numbers.length === 0) return []
  const present = new Set(numbers)
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)]
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((n) => !present.has(n))
}
