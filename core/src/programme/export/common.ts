import type { Community, Event } from '#core/community/model.ts'
import { pickText, type Locale, type Text } from '#core/kernel/text.ts'
import { endOf, isTalk, type Session } from '../model.ts'
import type { Release } from '../release.model.ts'

/** What every export is made of: the release, never the working copy. */
export interface Exported {
  community: Pick<Community, 'slug' | 'name'>
  event: Pick<Event, 'id' | 'slug' | 'name' | 'summary' | 'startsAt' | 'endsAt' | 'timeZone' | 'city' | 'venue' | 'address' | 'state'>
  /** Null before the first release: the export is then valid and empty. */
  release: Release | null
  locale: Locale
  /** Address of this installation without a slash at the end. */
  origin: string
}

/** A session with a place in time. */
export type Placed = Session & { startsAt: Date }

/** Characters that XML 1.0, and with it every reader of these feeds, does not take: controls, lone surrogates, non-characters. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g

/** A text fit for XML, JSON and iCalendar: controls dropped, line ends unified, surrogates in pairs. */
export function plain(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(FORBIDDEN, '')
}

/** A text in the language of the export, fit for it. */
export function say(text: Text | null | undefined, locale: Locale): string {
  return plain(pickText(text, locale))
}

/** The title in the other language, when there is one that differs. */
export function otherTitle(title: Text, locale: Locale): string {
  const other = plain(pickText(title, locale === 'zh' ? 'en' : 'zh'))
  return other === say(title, locale) ? '' : other
}

/** What takes place and when: exports leave out what has no time yet; cancelled items only where a format can say so. */
export function placed(release: Release | null, options: { cancelled: boolean }): Placed[] {
  return (release?.sessions ?? []).filter((s): s is Placed => s.startsAt !== null && (options.cancelled || s.state === 'confirmed'))
}

/** The hall's name, else the venue's, else a word for it. */
export function roomOf(exported: Exported, session: Pick<Session, 'hallId'>): string {
  const { release, event, locale } = exported
  const hall = release?.halls.find((h) => h.id === session.hallId) ?? release?.halls[0]
  return say(hall?.name, locale) || say(event.venue, locale) || (locale === 'zh' ? '主会场' : 'Main hall')
}

export const eventUrl = ({ origin, community, event }: Pick<Exported, 'origin' | 'community' | 'event'>): string =>
  `${origin}/${community.slug}/${event.slug}`

/** Talks have a page of their own; other items are a line of the schedule. */
export function sessionUrl(exported: Exported, session: Pick<Session, 'slug' | 'kind'>): string {
  return isTalk(session) ? `${eventUrl(exported)}/talks/${session.slug}` : `${eventUrl(exported)}/schedule#${session.slug}`
}

/** A short name of the event: at least four of a–z, 0–9 and _. */
export function acronym({ community, event }: Pick<Exported, 'community' | 'event'>): string {
  return `${community.slug}_${event.slug}`.replaceAll('-', '_')
}

/** The positive number that formats ask for; our numbers begin at 0. */
export const positiveId = (session: Pick<Session, 'no'>): number => session.no + 1

/** 2026-12-05T13:30:00+08:00 */
export function isoLocal(at: Date, timeZone: string): string {
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at).replace(' ', 'T')
  const minutes = Math.round((Date.parse(`${wall}Z`) - Math.floor(at.getTime() / 1000) * 1000) / 60_000)
  const sign = minutes < 0 ? '-' : '+'
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${wall}${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
}

/** 90 → 1:30 (hours of any number, minutes of two digits). */
export function hoursMinutes(minutes: number, pad = 1): string {
  return `${String(Math.floor(minutes / 60)).padStart(pad, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** A day of a conference ends at four in the morning: what begins before belongs to the evening before. */
const DAY_CHANGE = 4 * 3_600_000

export interface ExportDay<T> {
  index: number
  /** YYYY-MM-DD */
  date: string
  start: string
  end: string
  sessions: T[]
}

/** Sessions by day; the event's own day stands for itself when nothing is placed yet. */
export function daysOf<T extends Placed>(sessions: readonly T[], event: Exported['event']): ExportDay<T>[] {
  const { timeZone } = event
  const dateOf = (at: Date): string => isoLocal(new Date(at.getTime() - DAY_CHANGE), timeZone).slice(0, 10)
  const byDay = Map.groupBy(sessions, (s) => dateOf(s.startsAt))
  if (byDay.size === 0) byDay.set(dateOf(event.startsAt), [])
  return [...byDay]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, all], i) => {
      const last = Math.max(...all.map((s) => endOf(s)?.getTime() ?? 0), event.startsAt.getTime())
      const first = Math.min(...all.map((s) => s.startsAt.getTime()), ...(all.length === 0 ? [event.startsAt.getTime()] : []))
      return { index: i + 1, date, start: isoLocal(new Date(first), timeZone), end: isoLocal(new Date(last), timeZone), sessions: all }
    })
}
