import type { SessionKind } from '#core/programme/model.ts'
import type { Text } from '#core/kernel/text.ts'

/** A published recording as the recap links to it. */
export interface RecapRecording {
  name: string
  href: string
}

/** One item of the day as it happened. */
export interface RecapItem {
  title: Text
  /** The talk's own page; '' for items without one. */
  href: string
  /** Actual start, else planned; null when nobody knows. */
  at: Date | null
  speakers: { name: string; affiliation: Text }[]
  overrunSeconds: number | null
  slidesUrl: string
  note: Text
  recordings: RecapRecording[]
  kind: SessionKind
}

/** One step of the road before. */
export interface RecapStep {
  /** YYYY-MM-DD. */
  day: string
  text: Required<Text>
}

export interface RecapFigure {
  what: Required<Text>
  metric: string
  platform: string
  value: number
  at: Date
}

export interface RecapPartner {
  name: string
  kinds: readonly string[]
  what: Text
}

/** All that a recap is drafted from; every number in it comes from here. */
export interface RecapFacts {
  name: Text
  city: Text
  venue: Text
  venueNote: Text
  purpose: Text
  startsAt: Date
  endsAt: Date
  timeZone: string
  road: RecapStep[]
  items: RecapItem[]
  /** Planned items that did not take place. */
  dropped: { title: Text; why: 'skipped' | 'cancelled' }[]
  registered: number
  cancelled: number
  /** By entrance; the name is null for the event's own page. */
  channels: { name: Text | null; registered: number }[]
  came: number
  halves: { list: 'morning' | 'afternoon' | 'evening' | 'day'; came: number }[]
  figures: RecapFigure[]
  recordings: number
  partners: RecapPartner[]
  helpers: { duty: string; names: string[] }[]
  next: { text: Required<Text>; href: string }[]
}

/** What a person should look at before publishing; nothing of it stands in the text. */
export type RecapHint =
  | { code: 'no_times' }
  | { code: 'no_recordings' }
  | { code: 'recordings_hidden'; count: number }
  | { code: 'no_attendance' }
  | { code: 'pledges_open'; names: string[] }
  | { code: 'no_notes' }
  | { code: 'no_next' }

export interface RecapDraft {
  title: string
  body: string
  hints: RecapHint[]
}
