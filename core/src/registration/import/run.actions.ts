import { setImmediate as breathe } from 'node:timers/promises'
import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import type { Book } from '../seats/book.ts'
import { withSeats } from '../seats/door.ts'
import { take } from '../seats/rules.ts'
import { writeJoined, writeSeated } from './book.ts'
import { lockBatch } from './draft.actions.ts'
import { importJournal } from './journal.ts'
import { gatherStatistics } from './lookup.store.ts'
import { keepPlan, planNow } from './planning.ts'
import type { Known, RowPlan } from './merge.rules.ts'
import type { Outcome } from './model.ts'
import { countRows, listRows, updateBatch, updateRows, type Batch, type RowChange } from './store.ts'

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
    if (counts.some((one) => one.plan === '' && one.outcome === '')) throw fail('registration.list_unread')
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
  for (let written = 1; await transact(ctx, (tx) => runSome(ctx, tx, communityId, eventId, id)); written += 1) {
    await breathe()
    // After 1, 2, 4, 8 … transactions: whenever the tables have doubled.
    if (Number.isInteger(Math.log2(written))) await gatherStatistics(ctx.db)
  }
}

/** One transaction of a run; false when there is nothing more to do. */
async function runSome(ctx: Context, tx: Tx, communityId: string, eventId: string, id: string): Promise<boolean> {
  const batch = await lockBatch(tx, communityId, eventId, id)
  if (batch.state !== 'running') return false
  return withSeats(ctx, tx, { communityId, eventId }, (book) => takeSome(ctx, tx, book, batch))
}

async function takeSome(ctx: Context, tx: Tx, { stock, place }: Book, batch: Batch): Promise<boolean> {
  const { communityId, eventId } = place
  const { id } = batch
  const rows = await listRows(tx.db, communityId, id, { open: true, limit: BATCH })
  if (rows.length === 0) {
    await finish(ctx, tx, batch)
    return false
  }
  const { readings, plans, channel } = await planNow(ctx, tx.db, batch, rows, stock)
  const seated = plans.flatMap((plan, i) => {
    const reading = readings[i]
    return plan.plan === 'new' && reading ? [{ reading, phone: plan.phone, email: plan.email, typeId: plan.typeId }] : []
  })
  const ids = await writeSeated(ctx, tx, { communityId, eventId, channel, taken: stock.taken }, seated)
  const byLine = new Map(seated.map(({ reading }, i) => [reading.line, ids[i] ?? null]))
  const idOf = (mate: Known | null): string | null => mate?.id ?? (mate?.line == null ? null : (byLine.get(mate.line) ?? null))
  const joined = new Map<string, Known & { id: string }>()
  for (const { plan, mate } of plans) {
    const mateId = plan === 'same' ? idOf(mate) : null
    if (mate && mateId !== null) joined.set(mateId, { ...mate, id: mateId })
  }
  await writeJoined(ctx, tx, { communityId, eventId }, [...joined.values()])
  const changes = plans.map((plan): RowChange => {
    const outcome = outcomeOf(plan)
    const own = plan.plan === 'new' ? (byLine.get(plan.line) ?? null) : null
    const registrationId = own ?? (outcome === 'merged' || outcome === 'again' ? idOf(plan.mate) : null)
    return { ...keepPlan(plan), mateId: plan.plan === 'new' ? null : idOf(plan.mate), outcome, registrationId }
  })
  await updateRows(tx.db, communityId, id, changes)
  for (const [typeId, { length: seats }] of Map.groupBy(seated, (one) => one.typeId))
    take(stock, { typeId, seats, channelId: channel?.id ?? null })
  await updateBatch(tx.db, communityId, id, { done: Math.min(batch.done + rows.length, batch.total) })
  return true
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
