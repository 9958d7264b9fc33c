import { setImmediate as breathe } from 'node:timers/promises'
import { z } from 'zod'
import { findEvent } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { cleanLine } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { listChannels } from '../store.ts'
import { guessColumns } from './columns.rules.ts'
import { importJournal } from './journal.ts'
import { gatherStatistics } from './lookup.store.ts'
import { choices, importSchema, mappingSchema, MAX_ROWS, type ImportInput, type Target } from './model.ts'
import { differs, keepPlan, planNow, rowHasher } from './planning.ts'
import { guessMatches } from './matching.ts'
import { readTable } from './read-table.ts'
import { chooseRows, deleteBatch, findBatch, insertBatch, insertRows, listRows, updateBatch, updateRows, type Batch } from './store.ts'

/** Rows of a file that are written together. */
const AT_ONCE = 1000

const choiceSchema = z.enum(['', ...choices])
const decisionSchema = z.object({ line: z.int().min(1), choice: choiceSchema })

/** An uploaded file. */
export interface UploadedList {
  name: string
  bytes: Uint8Array
}

/**
 * Keeps an uploaded list as a draft with guessed columns: nobody is registered by it yet. Returns its id.
 * Errors: access.*, event.not_found, input.invalid, registration.list_*.
 */
export async function startImport(
  ctx: Context,
  communityId: string,
  eventId: string,
  file: UploadedList,
  input: ImportInput,
  key: string | null = null,
): Promise<string> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const values = parseInput(importSchema, input)
  const table = await readTable(file.bytes)
  const columns = guessColumns(table.headings, table.rows.slice(0, 200)).map(({ samples: _, ...column }) => column)
  const { rows } = table
  const hash = rowHasher(ctx.secret, eventId, table.headings)
  const id = await transact(ctx, async (tx) => {
    if (!(await findEvent(tx.db, communityId, eventId))) throw fail('event.not_found')
    if (values.channelId !== null && !(await listChannels(tx.db, communityId, eventId)).some((one) => one.id === values.channelId))
      throw fail('thing.not_found')
    const body = {
      ...values,
      eventId,
      name: file.name,
      first: hash(rows[0]?.cells ?? []),
      last: hash(rows.at(-1)?.cells ?? []),
      rows: rows.length,
    }
    return createOnce(ctx, tx, { communityId, scope: `import:${eventId}`, key, body }, async () => {
      const id = newId(ctx)
      await insertBatch(tx.db, {
        ...values,
        communityId,
        id,
        eventId,
        columns,
        total: rows.length,
        fileName: cleanLine(file.name).slice(0, 120),
        format: table.format,
        encoding: table.encoding,
        headerLine: table.headerLine,
        createdBy: ctx.actor.kind === 'account' ? ctx.actor.name : '',
        createdAt: ctx.clock.now(),
      })
      for (let i = 0; i < rows.length; i += AT_ONCE) {
        const some = rows.slice(i, i + AT_ONCE).map((row) => ({ ...row, hash: hash(row.cells) }))
        // The next ones get their fingerprints while these are written.
        tx.along(insertRows(tx.db, { communityId, id, eventId }, some))
        await breathe()
      }
      tx.journal(
        importJournal.list_read,
        { communityId, eventId, kind: 'import', id },
        { source: values.source, basis: values.basis, rows: rows.length },
      )
      return id
    })
  })
  if (rows.length > 1000) await gatherStatistics(ctx.db, ['import_row'])
  return id
}

/**
 * Sets what each column is, in the file's order, and works the preview out anew.
 * Errors: access.*, input.invalid, thing.not_found, registration.list_started, .list_columns, .list_column_twice.
 */
export async function setMapping(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  mapping: readonly string[],
): Promise<void> {
  const targets = parseInput(mappingSchema, mapping)
  await inDraft(ctx, communityId, eventId, id, async (tx, batch) => {
    if (targets.length !== batch.columns.length) throw fail('input.invalid')
    const once: readonly Target[] = ['name', 'phone', 'email', 'organisation', 'wechat', 'ticket', 'status', 'quantity', 'registeredAt']
    if (once.some((target) => targets.filter((one) => one === target).length > 1)) throw fail('registration.list_column_twice')
    if (!targets.includes('name') || !(targets.includes('phone') || targets.includes('email'))) throw fail('registration.list_columns')
    const columns = batch.columns.map((column, at): Batch['columns'][number] => {
      const target = targets[at] ?? 'answer'
      return { ...column, target, reason: target === column.target ? column.reason : 'chosen' }
    })
    const typeByWord = await guessMatches(tx.db, { ...batch, columns })
    await updateBatch(tx.db, communityId, id, { columns: JSON.stringify(columns), typeByWord: JSON.stringify(typeByWord) })
    await preview(ctx, tx, { ...batch, columns, typeByWord })
  })
}

/** Works out again what would become of the list: after a decision, or when others registered meanwhile. */
export async function refreshPreview(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  await inDraft(ctx, communityId, eventId, id, (tx, batch) => preview(ctx, tx, batch))
}

/** Works out what is to become of the rows that have not been worked on. */
export async function preview(ctx: Context, tx: Tx, batch: Batch): Promise<void> {
  const rows = await listRows(tx.db, batch.communityId, batch.id, { open: true })
  const { plans } = await planNow(ctx, tx.db, batch, rows)
  const changes = plans.map(keepPlan).filter((plan, i) => {
    const row = rows[i]
    return row === undefined || differs(row, plan)
  })
  await updateRows(tx.db, batch.communityId, batch.id, changes)
  if (batch.plannedAt === null) await updateBatch(tx.db, batch.communityId, batch.id, { plannedAt: ctx.clock.now() })
}

/** What was decided about a row (by its line): the same person, another one, leave it out; '' takes a decision back. */
export interface Decision {
  line: number
  choice: string
}

/**
 * Decides about rows that may be somebody who is here; `rest` decides all that are undecided after that. In a list that
 * has run, these rows go with the next run. Errors: access.*, input.invalid, thing.not_found, registration.list_started.
 */
export async function decideRows(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  decisions: readonly Decision[],
  rest: string | null = null,
): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const byChoice = Map.groupBy(parseInput(z.array(decisionSchema).max(MAX_ROWS), decisions), (one) => one.choice)
  const others = parseInput(choiceSchema.nullable(), rest)
  await transact(ctx, async (tx) => {
    const batch = await lockBatch(tx, communityId, eventId, id)
    if (batch.state === 'running') throw fail('registration.list_started')
    for (const [choice, rows] of byChoice)
      await chooseRows(
        tx.db,
        communityId,
        id,
        choice,
        rows.map((row) => row.line),
      )
    if (others) await chooseRows(tx.db, communityId, id, others, null)
    await preview(ctx, tx, batch)
  })
}

/** Decides about one row. Errors: as decideRows. */
export function decideRow(ctx: Context, communityId: string, eventId: string, id: string, line: number, choice: string): Promise<void> {
  return decideRows(ctx, communityId, eventId, id, [{ line, choice }])
}

/** Throws an unused draft away with all its rows. Errors: access.*, thing.not_found, registration.list_started. */
export async function discardImport(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  await inDraft(ctx, communityId, eventId, id, async (tx, batch) => {
    await deleteBatch(tx.db, communityId, id)
    tx.journal(importJournal.list_discarded, { communityId, eventId, kind: 'import', id }, { source: batch.source, rows: batch.total })
  })
}

/** Does something with a list that has not begun. Errors: access.*, thing.not_found, registration.list_started. */
export async function inDraft(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  work: (tx: Tx, batch: Batch) => Promise<void>,
): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const batch = await lockBatch(tx, communityId, eventId, id)
    if (batch.state !== 'draft') throw fail('registration.list_started')
    await work(tx, batch)
  })
}

/** The list, its row locked. Errors: thing.not_found, also when it belongs to another event. */
export async function lockBatch(tx: Tx, communityId: string, eventId: string, id: string): Promise<Batch> {
  const batch = isUuid(id) ? await findBatch(tx.db, communityId, id, true) : undefined
  if (!batch || batch.eventId !== eventId) throw fail('thing.not_found')
  return batch
}

/** True for an id that can be asked for. */
export function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
}
