import type { Event } from '#core/community/model.ts'
import { localDay } from '#core/community/rules.ts'
import { slugify, type Text } from '#core/kernel/text.ts'
import { endOf, isBreak, isTalk, type Programme, type Session, type Speaker } from './model.ts'

/** In order of time; what has no time yet comes last, in the order in which it was added. */
export function inOrder<T extends Pick<Session, 'startsAt' | 'position' | 'no'>>(sessions: readonly T[]): T[] {
  const time = (s: T): number => s.startsAt?.getTime() ?? Number.POSITIVE_INFINITY
  return [...sessions].sort((a, b) => (time(a) === time(b) ? a.position - b.position || a.no - b.no : time(a) - time(b)))
}

/** The hall whose stage a session belongs to: without a hall it is in the first one. Null when the event has no halls. */
export function laneOf(session: Pick<Session, 'hallId'>, halls: readonly { id: string }[]): string | null {
  if (session.hallId && halls.some((hall) => hall.id === session.hallId)) return session.hallId
  return halls[0]?.id ?? null
}

/** Tells whether the speakers of a session are still those that a form was opened with. */
export function speakersMark(speakers: readonly Pick<Speaker, 'personId' | 'affiliation'>[]): string {
  return JSON.stringify(speakers.map(({ personId, affiliation }) => [personId, affiliation.zh ?? '', affiliation.en ?? '']))
}

/** A name for the address of a session, from its title; `taken` are those in use. */
export function slugFor(title: Text, no: number, taken: ReadonlySet<string>): string {
  const words = [title.en, title.zh].map((text) => shorten(slugify(text ?? '', 200))).find((slug) => slug.length >= 3) ?? `talk-${no}`
  for (const slug of [words, `${words}-${no}`]) if (!taken.has(slug)) return slug
  for (let n = 2; ; n += 1) if (!taken.has(`${words}-${no}-${n}`)) return `${words}-${no}-${n}`
}

/** At most 48 characters, cut between words where that is possible. */
function shorten(slug: string): string {
  if (slug.length <= 48) return slug
  const cut = slug.slice(0, 49).lastIndexOf('-')
  return slug.slice(0, cut > 16 ? cut : 48)
}

/** Something in a programme that an organiser should look at; nothing is blocked by it. */
export type Warning =
  | { kind: 'overlap'; first: Session; second: Session }
  | { kind: 'speaker'; name: string; first: Session; second: Session }
  | { kind: 'outside'; first: Session }
  | { kind: 'no_break'; first: Session; second: Session; minutes: number }
  | { kind: 'no_time'; first: Session }

/** So long people sit before they need a pause. */
const WITHOUT_BREAK = 180
/** A gap of so many minutes counts as a pause. */
const GAP = 10

/** What is doubtful in a programme: overlaps, speakers in two places, items outside the event, no pause in three hours, no time. */
export function warningsOf(programme: Programme, event: Pick<Event, 'startsAt' | 'endsAt' | 'timeZone'>): Warning[] {
  const sessions = inOrder(programme.sessions.filter((s) => s.state !== 'cancelled'))
  const placed = sessions.filter((s) => s.startsAt !== null)
  const lanes = Map.groupBy(placed, (s) => laneOf(s, programme.halls))
  return [
    ...[...lanes.values()].flatMap((lane) => pairs(lane).map(([first, second]): Warning => ({ kind: 'overlap', first, second }))),
    ...speakersTwice(placed, programme),
    ...placed.filter((s) => isOutside(s, event)).map((first): Warning => ({ kind: 'outside', first })),
    ...[...lanes.values()].flatMap((lane) => stretches(lane, event.timeZone)),
    ...sessions.filter((s) => s.startsAt === null && s.state === 'confirmed').map((first): Warning => ({ kind: 'no_time', first })),
  ]
}

function overlap(a: Session, b: Session): boolean {
  const [endA, endB] = [endOf(a), endOf(b)]
  return Boolean(a.startsAt && b.startsAt && endA && endB && a.startsAt < endB && b.startsAt < endA)
}

function pairs(sessions: readonly Session[]): [Session, Session][] {
  return sessions.flatMap((a, i) => sessions.slice(i + 1).flatMap((b): [Session, Session][] => (overlap(a, b) ? [[a, b]] : [])))
}

/** Overlaps in one hall are told once, as such. */
function speakersTwice(sessions: readonly Session[], programme: Programme): Warning[] {
  return pairs(sessions)
    .filter(([a, b]) => laneOf(a, programme.halls) !== laneOf(b, programme.halls))
    .flatMap(([first, second]) =>
      first.speakers
        .filter((one) => second.speakers.some((other) => other.personId === one.personId))
        .map(({ name }): Warning => ({ kind: 'speaker', name, first, second })),
    )
}

function isOutside(session: Session, event: Pick<Event, 'startsAt' | 'endsAt'>): boolean {
  const end = endOf(session)
  return session.startsAt !== null && end !== null && (session.startsAt < event.startsAt || end > event.endsAt)
}

function stretches(lane: readonly Session[], timeZone: string): Warning[] {
  const found: Warning[] = []
  let first: Session | undefined
  let until = 0
  let told = false
  for (const session of lane) {
    const start = session.startsAt?.getTime() ?? 0
    const rested =
      start - until >= GAP * 60_000 || (first?.startsAt && localDay(first.startsAt, timeZone) !== localDay(new Date(start), timeZone))
    if (isBreak(session)) {
      first = undefined
      continue
    }
    if (!first || rested) {
      first = session
      told = false
    }
    until = Math.max(until, endOf(session)?.getTime() ?? 0)
    const minutes = Math.round((until - (first.startsAt?.getTime() ?? 0)) / 60_000)
    if (minutes > WITHOUT_BREAK && !told) {
      found.push({ kind: 'no_break', first, second: session, minutes })
      told = true
    }
  }
  return found
}

export type HalfDay = 'morning' | 'afternoon' | 'evening'

/** Which half of the day a moment belongs to: before noon, before 18:00, after. */
export function halfDayOf(at: Date, timeZone: string): HalfDay {
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(at))
  return hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening'
}

/** The minutes that a day's talks take, for a line such as "5 talks, 3 h 20 min". */
export function talkMinutes(sessions: readonly Session[]): number {
  return sessions.filter((s) => isTalk(s) && s.state === 'confirmed').reduce((sum, s) => sum + s.minutes, 0)
}
