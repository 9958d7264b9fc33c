import { findEvent } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import { csvFile } from '#core/kernel/csv.ts'
import { fail } from '#core/kernel/errors.ts'
import type { Locale } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { registrationJournal } from '../journal.ts'
import { findCounter } from '../store.ts'
import { isUuid } from './draft.actions.ts'
import { reasonTexts } from './reasons.ts'
import type { Outcome, Plan, RowReason } from './model.ts'
import { readRows } from './planning.ts'
import { countRows, findBatch, listBatches, listRows, listRowsOfBooking, type Batch, type KeptRow } from './store.ts'

/** How many rows of a list stand where. */
export interface ImportCounts {
  plan: Record<Plan, number>
  outcome: Record<Exclude<Outcome, ''>, number>
  /** Not taken, or not to be taken, by reason; the commonest first. */
  refused: { reason: RowReason; count: number }[]
  /** Rows that may be somebody who is here and on which nobody has decided. */
  undecided: number
  /** Rows that the list has not come to. */
  open: number
}

/** The event's lists, the newest first. Errors: access.*. */
export function listImports(ctx: Context, communityId: string, eventId: string): Promise<Batch[]> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  return listBatches(ctx.db, communityId, eventId)
}

/** One list. Errors: access.*, thing.not_found. */
export async function openImport(ctx: Context, communityId: string, eventId: string, id: string): Promise<Batch> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const batch = isUuid(id) ? await findBatch(ctx.db, communityId, id) : undefined
  if (!batch || batch.eventId !== eventId) throw fail('thing.not_found')
  return batch
}

export async function countsOf(ctx: Context, batch: Batch): Promise<ImportCounts> {
  const rows = await countRows(ctx.db, batch.communityId, batch.id)
  // Until somebody has said what the columns are, nothing is known of any row.
  const planned = batch.plannedAt !== null
  const sum = (which: (row: (typeof rows)[number]) => boolean): number => rows.filter(which).reduce((total, row) => total + row.count, 0)
  const plans = (plan: Plan): number => (planned ? sum((row) => row.plan === plan) : 0)
  const reasons = new Map<RowReason, number>()
  for (const row of rows)
    if (row.plan === 'refused' && row.reason !== '') reasons.set(row.reason, (reasons.get(row.reason) ?? 0) + row.count)
  return {
    plan: {
      new: plans('new'),
      same: plans('same'),
      again: plans('again'),
      possible: plans('possible'),
      refused: plans('refused'),
    },
    outcome: {
      taken: sum((row) => row.outcome === 'taken'),
      merged: sum((row) => row.outcome === 'merged'),
      again: sum((row) => row.outcome === 'again'),
      held: sum((row) => row.outcome === 'held'),
      skipped: sum((row) => row.outcome === 'skipped'),
      refused: sum((row) => row.outcome === 'refused'),
      erased: sum((row) => row.outcome === 'erased'),
    },
    refused: [...reasons].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
    undecided: sum((row) => row.plan === 'possible' && row.choice === ''),
    open: sum((row) => row.outcome === ''),
  }
}

/** Seats that are left under the event's cap; null without a cap. */
export async function seatsLeft(ctx: Context, communityId: string, eventId: string): Promise<number | null> {
  const event = await findEvent(ctx.db, communityId, eventId)
  if (!event || event.cap === null) return null
  return Math.max(event.cap - ((await findCounter(ctx.db, communityId, eventId))?.taken ?? 0), 0)
}

/** A row as people see it. */
export interface ShownRow {
  line: number
  name: string
  phone: string
  email: string
  organisation: string
  plan: Plan | ''
  reason: RowReason | ''
  choice: KeptRow['choice']
  /** Whom it may be. */
  mate: { name: string; phone: string; email: string; organisation: string; line: number | null } | null
}

/** The first rows with the given plan, with whom they may be; contacts whole, since they are to be compared. */
export async function showRows(ctx: Context, batch: Batch, plan: Plan, limit: number): Promise<ShownRow[]> {
  authorise(ctx.actor, 'registration.view', { communityId: batch.communityId, eventId: batch.eventId })
  const event = await findEvent(ctx.db, batch.communityId, batch.eventId)
  // Decisions stay in sight until they are carried out, so that they can be taken back.
  const filter = plan === 'possible' ? { decidable: true } : { plans: [plan] }
  const rows = await listRows(ctx.db, batch.communityId, batch.id, { ...filter, limit })
  const readings = await readRows(batch, rows, event?.timeZone ?? 'Asia/Shanghai')
  const mates = await matesOf(ctx, batch, rows, event?.timeZone ?? 'Asia/Shanghai')
  return rows.map((row, i) => {
    const reading = readings[i]
    return {
      line: row.line,
      plan: row.plan,
      reason: row.reason,
      choice: row.choice,
      name: reading?.name ?? '',
      phone: reading?.phone ?? '',
      email: reading?.email ?? '',
      organisation: reading?.organisation ?? '',
      mate: mates.get(row.mateId ?? String(row.mateLine)) ?? null,
    }
  })
}

async function matesOf(
  ctx: Context,
  batch: Batch,
  rows: readonly KeptRow[],
  timeZone: string,
): Promise<Map<string, NonNullable<ShownRow['mate']>>> {
  const mates = new Map<string, NonNullable<ShownRow['mate']>>()
  const ids = [...new Set(rows.flatMap((row) => row.mateId ?? []))]
  if (ids.length > 0) {
    const found = await ctx.db
      .selectFrom('registration')
      .innerJoin('person', (join) =>
        join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
      )
      .select(['registration.id', 'registration.phone', 'registration.email', 'person.name', 'person.affiliation'])
      .where('registration.communityId', '=', batch.communityId)
      .where('registration.id', 'in', ids)
      .execute()
    for (const { id, affiliation, ...one } of found)
      mates.set(id, { ...one, organisation: affiliation.zh ?? affiliation.en ?? '', line: null })
  }
  const lines = [...new Set(rows.flatMap((row) => (row.mateId === null && row.mateLine !== null ? [row.mateLine] : [])))]
  for (const line of lines) {
    const [row] = await listRows(ctx.db, batch.communityId, batch.id, { after: line - 1, limit: 1 })
    const [reading] = row ? await readRows(batch, [row], timeZone) : []
    if (reading)
      mates.set(String(line), { name: reading.name, phone: reading.phone, email: reading.email, organisation: reading.organisation, line })
  }
  return mates
}

/** The lists that tell of a booking: where else this person registered. Errors: access.*. */
export async function sourcesOf(
  ctx: Context,
  communityId: string,
  eventId: string,
  registrationId: string,
): Promise<{ listId: string; source: string; line: number }[]> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const rows = await listRowsOfBooking(ctx.db, communityId, registrationId)
  return rows.filter((row) => row.eventId === eventId).map(({ id, source, line }) => ({ listId: id, source, line }))
}

/** What stands in each column of the first rows, to choose by. */
export async function samplesFrom(ctx: Context, batch: Batch): Promise<string[][]> {
  const rows = await listRows(ctx.db, batch.communityId, batch.id, { limit: 200 })
  return batch.columns.map((_, at) =>
    [...new Set(rows.map((row) => (row.cells[at] ?? '').trim()).filter((value) => value !== ''))]
      .slice(0, 3)
      .map((value) => (value.length > 40 ? `${value.slice(0, 39)}…` : value)),
  )
}

/**
 * The rows that were not taken as they came, each with its line and the reason, as a CSV that a spreadsheet cannot be
 * attacked with; that it was taken out stands in the journal. Errors: access.*, thing.not_found.
 */
export async function exportLeftOut(ctx: Context, communityId: string, eventId: string, id: string, locale: Locale): Promise<string> {
  authorise(ctx.actor, 'registration.export', { communityId, eventId })
  const batch = await openImport(ctx, communityId, eventId, id)
  const rows = (await listRows(ctx.db, communityId, id, { plans: ['refused', 'possible'] })).filter((row) => row.outcome !== 'erased')
  await transact(ctx, (tx) =>
    Promise.resolve(
      tx.journal(registrationJournal.exported, { communityId, eventId, kind: 'import', id }, { purpose: 'import', rows: rows.length }),
    ),
  )
  const words = reasonTexts[locale]
  const head = locale === 'en' ? ['Line', 'Why not taken'] : ['行号', '没有收的原因']
  return csvFile([
    [...head, ...batch.columns.map((column) => column.heading)],
    ...rows.map((row) => [row.line, row.reason === '' ? '' : words[row.reason], ...batch.columns.map((_, at) => row.cells[at] ?? '')]),
  ])
}
