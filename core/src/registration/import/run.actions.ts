import { setImmediate as breathe } from 'node:timers/promises'
import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { drawCodes } from '../codes.ts'
import type { Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import { take } from '../seats/rules.ts'
import { makeAhead, type Ahead, type Understood } from './ahead.ts'
import { writeJoined, writeSeated } from './book.ts'
import { lockBatch } from './draft.actions.ts'
import { importJournal } from './journal.ts'
import { findOpen, gatherStatistics } from './lookup.store.ts'
import { keepPlan, planBy } from './planning.ts'
import type { Known, RowPlan } from './merge.rules.ts'
import type { Outcome } from './model.ts'
import { countRows, listRows, updateBatch, updateRows, type Batch, type KeptRow, type RowChange } from './store.ts'

/** Rows that are written together. */
const BATCH = 500

/**
 * Sets a list going: from now on `runImport` works it off. A list that was stopped, or has rows that were decided since,
 * goes on where it stood. Errors: access.*, thing.not_found, registration.list_unread.
 */
export async function beginImport(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const batch = await lockBatch(tx, communityId, eventId, id)
    if (batch.state === 'running') return
    const counts = await countRows(tx.db, communityId, id)
    if (batch.plannedAt === null) throw fail('registration.list_unread')
    const open = counts.filter((one) => one.outcome === '').reduce((sum, one) => sum + one.count, 0)
    await updateBatch(tx.db, communityId, id, { state: 'running', startedAt: ctx.clock.now(), finishedAt: null, done: batch.total - open })
    tx.journal(importJournal.list_started, { communityId, eventId, kind: 'import', id }, { source: batch.source, rows: open })
    tx.enqueue('registration.import', { communityId, eventId, id })
  })
}

/** Stops a list after the rows that are being written; what was taken stays. Errors: access.*, thing.not_found. */
export async function cancelImport(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const batch = await lockBatch(tx, communityId, eventId, id)
    if (batch.state !== 'running') return
    await updateBatch(tx.db, communityId, id, { state: 'cancelled', finishedAt: ctx.clock.now() })
    tx.journal(
      importJournal.list_stopped,
      { communityId, eventId, kind: 'import', id },
      { source: batch.source, done: batch.done, rows: batch.total },
    )
  })
}

/**
 * Works a running list off, 500 rows a transaction: each row is decided by what is in the database at that moment, under
 * the lock of the event's counter, so that neither a crash nor a second runner takes anybody twice. Returns when nothing
 * is left or it was stopped.
 */
export async function runImport(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const ahead = makeAhead(ctx)
  let gathering = Promise.resolve()
  try {
    let [after, written]: [number | null, number] = [0, 0]
    while ((after = await transact(ctx, (tx) => runSome(ctx, tx, ahead, { communityId, eventId, id, after: after ?? 0 }))) !== null) {
      written += 1
      await breathe()
      // After 1, 4, 16, 64 … transactions: before the tables have grown fivefold. The next one need not wait for it.
      if (!Number.isInteger(Math.log2(written) / 2)) continue
      await gathering
      gathering = gatherStatistics(ctx.db)
      gathering.catch(() => undefined)
    }
    await gathering
  } finally {
    await Promise.allSettled([gathering, ahead.end()])
  }
}

/** A list that is being worked off, and the last line of it that this run has written. */
interface Run {
  communityId: string
  eventId: string
  id: string
  after: number
}

/** One transaction of a run; the last line that it wrote, null when there is nothing more to do. */
async function runSome(ctx: Context, tx: Tx, ahead: Ahead, { communityId, eventId, id, after }: Run): Promise<number | null> {
  const batch = await lockBatch(tx, communityId, eventId, id)
  if (batch.state !== 'running') return null
  return withSeats(ctx, tx, { communityId, eventId }, (book) => takeSome(ctx, tx, ahead, book, batch, after))
}

async function takeSome(
  ctx: Context,
  tx: Tx,
  ahead: Ahead,
  { stock, place, event }: Book,
  batch: Batch,
  after: number,
): Promise<number | null> {
  const { communityId, eventId } = place
  const { id } = batch
  const understood = await ahead.take()
  const rows = await openRows(tx.db, batch, after, understood)
  const last = rows.at(-1)
  if (!last) {
    await finish(ctx, tx, batch)
    return null
  }
  const expected = rows.filter((row) => row.plan === 'new').length
  const [{ readings, plans, channel, people }, codes] = await Promise.all([
    planBy(tx.db, batch, rows, stock, (row) => understood.read(row, batch, event.timeZone)),
    drawCodes(ctx, tx.db, place, expected),
  ])
  const seated = plans.flatMap((plan, i) => {
    const reading = readings[i]
    return plan.plan === 'new' && reading ? [{ reading, phone: plan.phone, email: plan.email, typeId: plan.typeId }] : []
  })
  if (seated.length > codes.length) codes.push(...(await drawCodes(ctx, tx.db, place, seated.length - codes.length, new Set(codes))))
  const { spelt } = understood
  const ids = writeSeated(ctx, tx, { communityId, eventId, channel, taken: stock.taken }, seated, { codes, people, spelt })
  const byLine = new Map(seated.map(({ reading }, i) => [reading.line, ids[i] ?? null]))
  const idOf = (mate: RowPlan['mate']): string | null => mate?.id ?? (mate?.line == null ? null : (byLine.get(mate.line) ?? null))
  const joins = new Map<string, Known & { id: string }>()
  for (const { joined } of plans) {
    const mateId = idOf(joined)
    if (joined && mateId !== null) joins.set(mateId, { ...joined, id: mateId })
  }
  writeJoined(ctx, tx, { communityId, eventId }, [...joins.values()])
  const changes = plans.map((plan): RowChange => {
    const outcome = outcomeOf(plan)
    const own = plan.plan === 'new' ? (byLine.get(plan.line) ?? null) : null
    const registrationId = own ?? (outcome === 'merged' || outcome === 'again' ? idOf(plan.mate) : null)
    return { ...keepPlan(plan), mateId: plan.plan === 'new' ? null : idOf(plan.mate), outcome, registrationId }
  })
  tx.along(updateRows(tx.db, communityId, id, changes))
  for (const [typeId, { length: seats }] of Map.groupBy(seated, (one) => one.typeId))
    take(stock, { typeId, seats, channelId: channel?.id ?? null })
  tx.along(updateBatch(tx.db, communityId, id, { done: Math.min(batch.done + rows.length, batch.total) }))
  ahead.begin(batch, event.timeZone, { after: last.line, limit: BATCH })
  return last.line
}

/** The rows that come next, by what is open under the lock: mostly those that have been read already. */
async function openRows(db: Db, { communityId, id }: Batch, after: number, ahead: Understood): Promise<readonly KeptRow[]> {
  if (ahead.rows.length > 0 && ahead.fits(await findOpen(db, communityId, id, after, BATCH))) return ahead.rows
  const open = (from: number) => listRows(db, communityId, id, { open: true, after: from, limit: BATCH })
  const rows = await open(after)
  // Rows before those that this run has written are open again when others stopped it and decided about them.
  return rows.length === 0 && after > 0 ? open(0) : rows
}

function outcomeOf({ plan, reason }: RowPlan): Outcome {
  switch (plan) {
    case 'new':
      return 'taken'
    case 'same':
      return 'merged'
    case 'again':
      return 'again'
    case 'possible':
      return 'held'
    case 'refused':
      return reason === 'left_out' ? 'skipped' : 'refused'
  }
}

async function finish(ctx: Context, tx: Tx, batch: Batch): Promise<void> {
  const { communityId, eventId, id } = batch
  await updateBatch(tx.db, communityId, id, { state: 'done', done: batch.total, finishedAt: ctx.clock.now() })
  const counts = await countRows(tx.db, communityId, id)
  const of = (...outcomes: Outcome[]): number =>
    counts.filter((one) => outcomes.includes(one.outcome)).reduce((sum, one) => sum + one.count, 0)
  tx.journal(
    importJournal.list_taken,
    { communityId, eventId, kind: 'import', id },
    {
      source: batch.source,
      rows: batch.total,
      taken: of('taken'),
      known: of('merged', 'again'),
      left: of('refused', 'skipped', 'held', 'erased'),
    },
  )
}
