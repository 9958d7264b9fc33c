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
import { findBefore, findPeople, type Found, type Person } from './lookup.store.ts'
import { asksForPeople, Crowd, planRows, type Before, type RowPlan } from './merge.rules.ts'
import { readRow, rowTexts, type Reading } from './row.rules.ts'
import type { Batch, KeptRow, RowChange } from './store.ts'
import { ticketOf, typesForLists } from './types.rules.ts'

/** Rows that are read before others are served. */
const AT_ONCE = 500

/** Gives the fingerprints of a list's rows in an event: keyed, so that nobody can try out phone numbers against what was kept. */
export function rowHasher(secret: string, eventId: string, headings: readonly string[]): (cells: readonly string[]) => string {
  const textOf = rowTexts(headings)
  return (cells) =>
    createHmac('sha256', secret)
      .update(`import-row\n${eventId}\n${textOf(cells)}`)
      .digest('base64url')
}

/** Reads rows by the list's columns; lets others be served in between. */
export async function readRows(batch: Pick<Batch, 'columns'>, rows: readonly KeptRow[], timeZone: string): Promise<Reading[]> {
  const readings: Reading[] = []
  for (const [n, row] of rows.entries()) {
    if (n % AT_ONCE === AT_ONCE - 1) await breathe()
    readings.push(readRow(row, batch.columns, timeZone))
  }
  return readings
}

/** What is to become of rows, and what is needed to carry it out. */
export interface Planned {
  readings: Reading[]
  plans: RowPlan[]
  channel: { id: string; slug: string } | null
  /** People without a booking here who have a contact of one of the rows. */
  people: readonly Person[]
}

/** What is to become of rows by what is in the database now, nothing of it locked. */
export async function planNow(ctx: Context, db: Db, batch: Batch, rows: readonly KeptRow[]): Promise<Planned> {
  const event = await findEvent(db, batch.communityId, batch.eventId)
  if (!event) throw fail('event.not_found')
  const stock = await stockNow(ctx, db, event)
  return planBy(db, batch, rows, stock, (row) => readRow(row, batch.columns, event.timeZone))
}

/** What is to become of rows, by what stands in the event's counters; in a run their lock is held. */
export async function planBy(
  db: Db,
  batch: Batch,
  rows: readonly KeptRow[],
  held: Stock,
  read: (row: KeptRow) => Reading,
): Promise<Planned> {
  const stock = copyStock(held)
  const channel = stock.channels.get(batch.channelId ?? '') ?? null
  const types = typesForLists(stock.types.values())
  const seats = { stock, channelId: channel?.id ?? null, ticketOf: (word: string) => ticketOf(word, batch.typeByWord, types) }
  const { readings, before, found } = await lookUp(db, batch, rows, read)
  const choices = new Map<number, Choice>(rows.flatMap((row) => (row.choice === '' ? [] : [[row.line, row.choice]])))
  await breathe()
  return { readings, channel, people: found.people, plans: planRows(readings, new Crowd(found.known), before, seats, choices) }
}

/** Reads rows and looks up what is known of them: of the first ones while the next ones are read. */
async function lookUp(
  db: Db,
  { communityId, eventId }: Batch,
  rows: readonly KeptRow[],
  read: (row: KeptRow) => Reading,
): Promise<{ readings: Reading[]; before: Before; found: Found }> {
  const looking = findBefore(db, communityId, eventId, [...new Set(rows.map((row) => row.hash))])
  const answers: Promise<Found>[] = []
  const readings: Reading[] = []
  for (let i = 0; i < rows.length; i += AT_ONCE) {
    const some = rows.slice(i, i + AT_ONCE).map(read)
    readings.push(...some)
    const before = await looking
    const asked = some.filter((one) => asksForPeople(one, before))
    if (asked.length === 0) continue
    const answer = findPeople(db, communityId, eventId, asked)
    // Whether it failed is seen below, when all have been sent.
    answer.catch(() => undefined)
    answers.push(answer)
    await breathe()
  }
  return { readings, before: await looking, found: together(await Promise.all(answers)) }
}

/** Everybody once, in the order in which they came. */
function together(answers: readonly Found[]): Found {
  const [only, ...others] = answers
  if (only && others.length === 0) return only
  const all = <T extends { id: string; at: Date }>(lists: readonly T[][]): T[] =>
    [...new Map(lists.flat().map((one) => [one.id, one])).values()].sort(
      (a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1),
    )
  return { known: all(answers.map((one) => one.known)), people: all(answers.map((one) => one.people)) }
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

/** True when a row is kept with another plan than this one. */
export function differs(row: KeptRow, plan: RowChange): boolean {
  return row.plan !== plan.plan || row.reason !== plan.reason || row.mateLine !== plan.mateLine || row.mateId !== plan.mateId
}
