import { z } from 'zod'
import { line, optionalLine } from '#core/kernel/text.ts'

/** The largest file that is taken, in bytes, and the most that a packed one may unfold to. */
export const MAX_FILE = 20_000_000
export const MAX_UNPACKED = 200_000_000
export const MAX_ROWS = 50_000
export const MAX_COLUMNS = 100

/** What a column can be read as; `answer` keeps it beside the booking, `ignore` leaves it out of the booking. */
export const targets = [
  'name',
  'phone',
  'email',
  'organisation',
  'title',
  'wechat',
  'ticket',
  'quantity',
  'order',
  'status',
  'registeredAt',
  'paidAt',
  'fee',
  'checkedIn',
  'source',
  'food',
  'size',
  'remark',
  'answer',
  'ignore',
] as const
export type Target = (typeof targets)[number]

/** By what a column was recognised: its heading, a part of its heading, its values; nothing; or a person said so. */
export type Reason = 'heading' | 'part' | 'values' | 'none' | 'chosen'

/** One column of a list. */
export interface Column {
  heading: string
  target: Target
  reason: Reason
  samples: string[]
}

/** A file as rows of text. */
export interface Table {
  format: 'csv' | 'xlsx'
  encoding: string
  /** Line of the file in which the headings stand, from 1. */
  headerLine: number
  headings: string[]
  rows: SourceRow[]
}

export interface SourceRow {
  line: number
  cells: string[]
}

/** On what basis the data may be used here: collected in our name; the channel got consent to pass it on; joint organisers. */
export const bases = ['ours', 'consent', 'joint'] as const
export type Basis = (typeof bases)[number]

export const importSchema = z.object({
  source: line(40),
  channelId: z
    .string()
    .default('')
    .transform((id) => (id === '' ? null : id))
    .pipe(z.uuid().nullable()),
  basis: z.enum(bases, { error: 'field.required' }),
  basisNote: optionalLine(200),
})
export type ImportInput = z.input<typeof importSchema>

export const mappingSchema = z.array(z.enum(targets)).max(MAX_COLUMNS)

/** What a list's word for a ticket type is matched to, beside the ids of types: a seat without a type; not taken. */
export const PLAIN = 'plain'
export const LEAVE = 'leave'
/** By the word as it is compared: what it means here. */
export type TypeMatches = Readonly<Record<string, string>>

/** Different words for ticket types that can be matched; more are no ticket types. */
export const MOST_WORDS = 100
export const matchesSchema = z
  .array(z.object({ word: z.string().max(500), match: z.union([z.enum(['', PLAIN, LEAVE]), z.uuid()]) }))
  .max(MOST_WORDS)

export const choices = ['same', 'other', 'skip'] as const
export type Choice = (typeof choices)[number]

/** Why a row is not taken, or what is worth knowing about it although it is. */
export const reasons = [
  'no_name',
  'long_name',
  'no_contact',
  'bad_phone',
  'cut_phone',
  'bad_email',
  'status_off',
  'status_off_here',
  'status_waiting',
  'cancelled_here',
  'erased_here',
  'full',
  'channel_full',
  'type_full',
  'type_unmatched',
  'type_left',
  'same_phone',
  'same_email',
  'same_row',
  'name_and_organisation',
  'email_other_name',
  'companion',
  'several_tickets',
  'phone_as_typed',
  'email_as_typed',
  'left_out',
] as const
export type RowReason = (typeof reasons)[number]

export type Plan = 'new' | 'same' | 'again' | 'possible' | 'refused'
export type Outcome = '' | 'taken' | 'merged' | 'again' | 'held' | 'skipped' | 'refused' | 'erased'
export type BatchState = 'draft' | 'running' | 'done' | 'cancelled'
