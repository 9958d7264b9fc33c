import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { clearRows, eraseRowsOfBooking, listOverdueBatches, listRowsOfBooking, updateBatch } from './store.ts'

/** What lists from elsewhere told of a booking, as its holder gets it. */
export interface ListedRow {
  source: string
  basis: string
  importedAt: string
  row: Record<string, string>
}

/** The rows of lists that tell of a booking, column by column. */
export async function listedRowsOf(tx: Tx, communityId: string, registrationId: string): Promise<ListedRow[]> {
  const rows = await listRowsOfBooking(tx.db, communityId, registrationId)
  return rows.map(({ source, basis, createdAt, columns, cells }) => ({
    source,
    basis,
    importedAt: createdAt.toISOString(),
    row: Object.fromEntries(columns.flatMap(({ heading }, at) => (cells[at] ? [[heading, cells[at]]] : []))),
  }))
}

/** Erases what lists told of a booking that is being erased; the same row is not taken again. */
export async function forgetRowsOf(tx: Tx, communityId: string, registrationId: string): Promise<void> {
  await eraseRowsOfBooking(tx.db, communityId, registrationId)
}

/** Removes the contents of all lists of events whose time of keeping has ended. Returns how many lists. */
export async function clearOverdueLists(ctx: Context, communityId: string): Promise<number> {
  const overdue = await listOverdueBatches(ctx.db, communityId, ctx.clock.now())
  for (const { id } of overdue)
    await transact(ctx, async (tx) => {
      await clearRows(tx.db, communityId, id)
      await updateBatch(tx.db, communityId, id, { clearedAt: ctx.clock.now(), typeByWord: '{}' })
    })
  return overdue.length
}
