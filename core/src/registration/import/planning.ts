import { setImmediate as breathe } from 'node:timers/promises'
import { createHmac } from 'node:crypto'
import type { Event } from '#core/community/model.ts'
import { findEvent } from '#core/community/store.ts'
import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { findCounter } from '../store.ts'
import { asStock, copyStock } from '../seats/book.ts'
import type { Stock } from '../seats/model.ts'
import { readCounters } from '../seats/store.ts'
import type { Choice } from './model.ts'
import { findBefore, findKnown } from './lookup.store.ts'
import { Crowd, planRows, type RowPlan } from './merge.rules.ts'
import { readRow, rowText, type Reading } from './row.rules.ts'
import type { Batch, KeptRow, RowChange } from './store.ts'
import { ticketOf, typesForLists } from './types.rules.ts'

/** The fingerprint of a row in an event: keyed, so that nobody can try out phone numbers against what was kept. */
export function hashRow(secret: string, eventId: string, headings: readonly string[], cells: readonly string[]): string {
  return createHmac('sha256', secret)
    .update(`import-row\n${eventId}\n${rowText(headings, cells)}`)
    .digest('base64url')
}

/** Reads rows by the list's columns; lets others be served in between. */
export async function readRows(batch: Pick<Batch, 'columns'>, rows: readonly KeptRow[], timeZone: string): Promise<Reading[]> {
  const readings: Reading[] = []
  for (const [n, row] of rows.entries()) {
    if (n % 500 === 499) await breathe()
    readings.push(readRow(row, batch.columns, timeZone))
  }
  return readings
}

/** What is to become of rows, by what is in the database now. In a run the counter's lock is held, and `held` is what stands in it. */
export async function planNow(
  ctx: Context,
  db: Db,
  batch: Batch,
  rows: readonly KeptRow[],
  held?: Stock,
): Promise<{ readings: Reading[]; plans: RowPlan[]; channel: { id: string; slug: string } | null }> {
  const { communityId, eventId } = batch
  const event = await findEvent(db, communityId, eventId)
  if (!event) throw fail('event.not_found')
  const readings = await readRows(batch, rows, event.timeZone)
  const stock = held ? copyStock(held) : await stockNow(ctx, db, event)
  const channel = stock.channels.get(batch.channelId ?? '') ?? null
  const types = typesForLists(stock.types.values())
  const seats = { stock, channelId: channel?.id ?? null, ticketOf: (word: string) => ticketOf(word, batch.typeByWord, types) }
  const before = await findBefore(db, communityId, eventId, [...new Set(rows.map((row) => row.hash))])
  const crowd = new Crowd(await findKnown(db, communityId, eventId, readings))
  const choices = new Map<number, Choice>(rows.flatMap((row) => (row.choice === '' ? [] : [[row.line, row.choice]])))
  await breathe()
  return { readings, channel, plans: planRows(readings, crowd, before, seats, choices) }
}

/** The event's counters, not locked. */
async function stockNow(ctx: Context, db: Db, event: Event): Promise<Stock> {
  const { communityId, id } = event
  return asStock(event, await findCounter(db, communityId, id), await readCounters(db, communityId, id, ctx.clock.now()))
}

/** A plan as it is kept beside its row. */
export function keepPlan(plan: RowPlan): RowChange {
  return {
    line: plan.line,
    plan: plan.plan,
    reason: plan.reason,
    mateLine: plan.mate?.id ? null : (plan.mate?.line ?? null),
    mateId: plan.mate?.id ?? null,
    outcome: '',
    registrationId: null,
  }
}
