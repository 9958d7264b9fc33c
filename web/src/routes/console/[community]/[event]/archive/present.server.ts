import type { Matched } from '@kaichang/core/archive/matching.ts'
import type { Problem } from '@kaichang/core/archive/model.ts'
import { recordingHref } from '@kaichang/core/story/addresses.ts'
import type { Event } from '@kaichang/core/community/model.ts'
import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import { formatDuration, formatTime } from '#lib/format.ts'
import { archiveWords } from '#lib/words/archive.ts'
import { words } from '#lib/words/define.ts'

export interface ShownRecording {
  id: string
  name: string
  size: number
  src: string
  video: boolean
  published: boolean
  sessionId: string | null
  byHand: boolean
  /** How it came to its place, in words. */
  reason: string
  started: string
  problems: string[]
  proposedName: string | null
}

export interface ShownSession {
  id: string
  title: string
  who: string
  at: Date | null
  time: string
  /** Nobody expects a recording of it: a break, or the speaker did not agree. */
  quiet: boolean
  recordings: ShownRecording[]
}

/** The report as the page shows it: sentences, times in the event's zone, nothing more. */
export function presentArchive({ recordings, sessions, report }: Matched, locale: Locale, event: Event, communitySlug: string) {
  const t = words(archiveWords, locale)
  const titles = new Map(sessions.map((s) => [s.id, pickText(s.title, locale)]))
  const title = (id: string): string => titles.get(id) ?? ''
  const list = (ids: readonly string[]): string => ids.map(title).join(locale === 'zh' ? '、' : ', ')
  const problem = (p: Problem): string => {
    switch (p.code) {
      case 'other_day':
        return t('problem_other_day', { day: p.day, eventDay: p.eventDay })
      case 'misspelling':
        return t('problem_misspelling', { written: p.written, meant: p.meant })
      case 'duplicate_number':
        return t('problem_duplicate_number', { no: p.no, other: p.other })
      case 'duplicate_content':
        return t('problem_duplicate_content', { other: p.other })
      case 'time_far':
        return t('problem_time_far', { minutes: p.minutes })
      case 'taken':
        return t('problem_taken', { title: title(p.sessionId), other: p.other })
      case 'ambiguous':
        return t('problem_ambiguous', { titles: list(p.sessionIds) })
      case 'number_elsewhere':
        return t('problem_number_elsewhere', { no: p.no, title: title(p.sessionId) })
      default:
        return t(`problem_${p.code}`)
    }
  }
  const reason = (match: Matched['recordings'][number]['match']): string => {
    const seconds = match.offsetSeconds ?? 0
    if (match.matchedBy !== 'time') return t(`by_${match.matchedBy}`)
    if (Math.abs(seconds) < 1) return t('by_time')
    return t(seconds > 0 ? 'by_time_offset' : 'by_time_before', { time: formatDuration(seconds, locale) })
  }
  const shown = recordings.map(({ match, ...r }): ShownRecording => ({
    id: r.id,
    name: r.name,
    size: r.size,
    src: recordingHref(communitySlug, r),
    video: r.mediaType.startsWith('video/'),
    published: r.published,
    sessionId: match.sessionId,
    byHand: match.matchedBy === 'hand',
    reason: reason(match),
    started: match.startedAt ? t('started', { time: formatTime(match.startedAt, event.timeZone, true) }) : '',
    problems: match.problems.map(problem),
    proposedName: match.proposedName,
  }))
  const open = sessions.filter((s) => !s.cancelled)
  return {
    rail: open.map((s): ShownSession => {
      const at = s.actualStart ?? s.plannedStart
      return {
        id: s.id,
        title: title(s.id),
        who: s.speakers.join(locale === 'zh' ? '、' : ', '),
        at,
        time: at ? formatTime(at, event.timeZone) : '',
        quiet: s.rests || !s.mayRecord,
        recordings: shown.filter((r) => r.sessionId === s.id),
      }
    }),
    loose: shown.filter((r) => r.sessionId === null),
    gaps: report.gaps.map((n) => String(n).padStart(2, '0')).join(locale === 'zh' ? '、' : ', '),
    without: shown.length === 0 ? '' : list(report.withoutRecording),
    noted: shown.filter((r) => r.problems.length > 0),
    choices: open.map((s) => ({
      value: s.id,
      label: `${s.plannedStart || s.actualStart ? `${formatTime(s.actualStart ?? s.plannedStart ?? event.startsAt, event.timeZone)} ` : ''}${title(s.id)}`,
    })),
    figures: {
      all: shown.length,
      matched: shown.filter((r) => r.sessionId !== null).length,
      published: shown.filter((r) => r.published).length,
      missing: report.withoutRecording.length,
    },
  }
}
