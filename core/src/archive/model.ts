import { z } from 'zod'
import type { Text } from '#core/kernel/text.ts'

/** What is wrong or noteworthy about a recording; shown with its remedy, never repaired silently. */
export type Problem =
  | { code: 'missing_time' | 'doubled_hyphen' | 'bad_day' | 'bad_time' | 'unknown_pattern' | 'may_not_record' }
  | { code: 'other_day'; day: string; eventDay: string }
  | { code: 'misspelling'; written: string; meant: string }
  | { code: 'duplicate_number'; no: number; other: string }
  | { code: 'duplicate_content'; other: string }
  /** Started further than the bound from every start of the programme. */
  | { code: 'time_far'; minutes: number }
  /** The nearest session already has a nearer recording. */
  | { code: 'taken'; sessionId: string; other: string }
  /** Several sessions fit equally well. */
  | { code: 'ambiguous'; sessionIds: string[] }
  /** Matched by time, but the number in the name is another session's. */
  | { code: 'number_elsewhere'; no: number; sessionId: string }

export type MatchedBy = 'time' | 'number' | 'slug' | 'hand' | 'none'

/** A session as far as matching needs it. */
export interface MatchSession {
  id: string
  no: number
  slug: string
  title: Text
  speakers: readonly string[]
  plannedStart: Date | null
  actualStart: Date | null
  mayRecord: boolean
  /** True for breaks and photos, which nobody records. */
  rests: boolean
  cancelled: boolean
}

/** A file to match; `sessionId` is what somebody chose by hand, else null. */
export interface MatchFile {
  name: string
  sha256: string
  byHand: boolean
  sessionId: string | null
}

export interface Match {
  name: string
  sessionId: string | null
  matchedBy: MatchedBy
  /** Seconds from the session's start to the recording's, when matched by time. */
  offsetSeconds: number | null
  startedAt: Date | null
  problems: Problem[]
  /** A clean name, when the present one has something wrong; null when it is fine. */
  proposedName: string | null
}

export interface MatchReport {
  matches: Match[]
  /** Numbers between the first and the last that no file has. */
  gaps: number[]
  /** Sessions that may be recorded and have none. */
  withoutRecording: string[]
}

export interface StoredFile {
  id: string
  name: string
  sha256: string
  size: number
  mediaType: string
}

export interface Recording {
  id: string
  eventId: string
  fileId: string
  sessionId: string | null
  name: string
  recordedOn: string | null
  no: number | null
  slug: string
  startedAt: Date | null
  matchedBy: MatchedBy
  problems: Problem[]
  published: boolean
  sha256: string
  size: number
  mediaType: string
}

/** What signed-out visitors may know of a recording. */
export interface PublicRecording {
  id: string
  sessionId: string
  name: string
  mediaType: string
  size: number
  startedAt: Date | null
}

export const matchByHandSchema = z.object({
  recordingId: z.uuid(),
  /** null: belongs to no session. */
  sessionId: z.preprocess((v) => (v === '' ? null : v), z.uuid().nullable()),
})
export type MatchByHandInput = z.input<typeof matchByHandSchema>

export const recordingIdsSchema = z.object({ recordingIds: z.union([z.literal('all'), z.array(z.uuid()).max(1000)]) })
