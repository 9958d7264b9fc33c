import type { Level, SessionKind } from '@kaichang/core/programme/model.ts'

/** One line of a schedule as pages show it; texts in the reader's language. */
export interface ScheduleLine {
  id: string
  no: number
  slug: string
  kind: SessionKind
  title: string
  speakers: { name: string; affiliation: string }[]
  level: Level
  minutes: number
  hallId: string | null
  hall: string
  state: 'waiting' | 'on' | 'done' | 'skipped' | 'cancelled'
  /** As released. */
  planned: Date | null
  /** Actual when it has begun, expected when the day runs late, else as planned. */
  start: Date | null
  end: Date | null
  /** Seconds over (positive) or short of the planned length, when it is known. */
  overrun: number | null
  /** It was to be over by now and nobody said otherwise. */
  past: boolean
  /** The talk's page; null for items without one. */
  href: string | null
  slides: string
  recorded: boolean
}

/** What is on a stage now. */
export interface OnNow {
  hall: string
  title: string
  slug: string
  speakers: string[]
  /** When the allowed time ends. */
  due: Date
  /** Seconds that the next item is expected to be late. */
  offset: number
  next: { title: string; start: Date | null } | null
}

export interface ScheduleView {
  version: number
  releasedAt: Date
  lines: ScheduleLine[]
  halls: { id: string; name: string }[]
  now: OnNow[]
  /** True while a stage is being run: pages look again every minute. */
  live: boolean
  timeZone: string
}
