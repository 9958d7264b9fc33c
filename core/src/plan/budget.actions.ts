import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact } from '#core/store/transaction.ts'
import { requireEvent } from '#core/community/actions.ts'
import { authorise } from '#core/community/permissions.ts'
import { planJournal } from './journal.ts'
import { budgetLineSchema, type BudgetLine, type BudgetLineInput } from './model.ts'
import { deleteBudgetLine, insertBudgetLines, listBudgetLines, lockBudgetLine, updateBudgetLine } from './store.ts'

/** The budget's lines, income first. */
export async function openBudget(ctx: Context, communityId: string, eventId: string): Promise<BudgetLine[]> {
  authorise(ctx.actor, 'budget.view', { communityId, eventId })
  return listBudgetLines(ctx.db, communityId, eventId)
}

/** Adds a line to the budget (fen); returns its id. */
export async function addBudgetLine(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: BudgetLineInput & { key?: string | null },
): Promise<string> {
  authorise(ctx.actor, 'budget.edit', { communityId, eventId })
  const values = parseInput(budgetLineSchema, input)
  return transact(ctx, async (tx) => {
    await requireEvent(ctx, tx.db, communityId, eventId)
    return createOnce(ctx, tx, { communityId, scope: `budget:${eventId}`, key: input.key, body: values }, async () => {
      const id = newId(ctx)
      const position = (await listBudgetLines(tx.db, communityId, eventId)).length
      await insertBudgetLines(tx.db, [{ ...values, communityId, eventId, id, position, createdAt: ctx.clock.now() }])
      tx.journal(planJournal.budget_added, { communityId, eventId, kind: 'budget', id }, { title: values.title })
      return id
    })
  })
}

/** Changes a line; edits of two people are merged as for tasks. */
export async function editBudgetLine(
  ctx: Context,
  communityId: string,
  eventId: string,
  id: string,
  input: BudgetLineInput & Opened,
): Promise<void> {
  authorise(ctx.actor, 'budget.edit', { communityId, eventId })
  const mine = parseInput(budgetLineSchema, input)
  await transact(ctx, async (tx) => {
    const line = await lockBudgetLine(tx.db, communityId, eventId, id)
    if (!line) throw fail('thing.not_found')
    const { kind, title, plannedFen, actualFen, revision } = line
    const now = { kind, title, plannedFen, actualFen }
    const { values, before } = await mergeEdit(tx.db, { communityId, id, now, revision }, mine, input)
    if (Object.keys(before).length === 0) return
    await updateBudgetLine(tx.db, communityId, id, values)
    tx.journal(
      planJournal.budget_changed,
      { communityId, eventId, kind: 'budget', id },
      { title: values.title, revision: revision + 1, before },
    )
  })
}

/** Takes a line out of the budget. */
export async function removeBudgetLine(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'budget.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const gone = await deleteBudgetLine(tx.db, communityId, eventId, id)
    if (!gone) throw fail('thing.not_found')
    tx.journal(planJournal.budget_removed, { communityId, eventId, kind: 'budget', id }, { title: gone.title })
  })
}
