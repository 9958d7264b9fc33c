import { z } from 'zod'
import { optionalLine } from '#core/kernel/text.ts'

/** Lists on which somebody is admitted once each. */
export const lists = ['morning', 'afternoon', 'evening', 'day'] as const
export type List = (typeof lists)[number]

/** admitted: come in; again: was here already; cancelled, unknown, other_event: no ticket for this door; undone: taken back. */
export const verdicts = ['admitted', 'again', 'cancelled', 'unknown', 'other_event', 'undone'] as const
export type ScanVerdict = (typeof verdicts)[number]

/** One scan, or one press on a name that was found. */
export const scanSchema = z
  .object({
    /** Made by the scanning phone, so that a scan sent twice is one scan. */
    scanId: z.uuid(),
    /** What the camera read or somebody typed. */
    code: z.string().max(2000).default(''),
    /** In place of a code: the booking that was found by searching. */
    registrationId: z.union([z.uuid(), z.literal('')]).default(''),
    desk: optionalLine(40),
    list: z.enum(lists).optional(),
  })
  .refine((scan) => scan.code.trim() !== '' || scan.registrationId !== '', { path: ['code'], params: { code: 'field.required' } })
export type ScanInput = z.input<typeof scanSchema>

/** What the door says to a scan. */
export interface ScanResult {
  scanId: string
  verdict: ScanVerdict
  list: List
  at: Date
  desk: string
  /** Whose ticket it is, for those of this event. */
  attendee: { registrationId: string; name: string; displayName: string; code: string } | null
  /** When and where this person was admitted first, for `again`. */
  first: { at: Date; desk: string } | null
}

/** One attendee as the door's search shows them: no more than it takes to tell people apart. */
export interface FoundAttendee {
  registrationId: string
  name: string
  displayName: string
  code: string
  /** Masked. */
  phone: string
  state: 'registered' | 'cancelled'
  /** When they were admitted on the present list; null: not yet. */
  admittedAt: Date | null
}

/** Who has come: by half-day, in persons, and as a curve. */
export interface Attendance {
  registered: number
  /** Persons admitted at least once. */
  persons: number
  byList: { list: List; count: number }[]
  /** Cumulative persons by five minutes. */
  curve: { at: Date; persons: number }[]
}
