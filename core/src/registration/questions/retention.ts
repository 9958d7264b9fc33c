import { authorise } from '#core/community/permissions.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { questionJournal } from './journal.ts'
import { clearDeadOrders, deleteAnswersTo, listEnded } from './store.ts'
import { letGoOfFiles, ORDER_DAYS, sweepFiles } from './upload.ts'

/**
 * Deletes the answers of one community whose own time has ended, with their files, and what came with forms and orders that
 * came to nothing. Each question's end stands in the journal: how many, never what they said. One transaction a question, so
 * that a stop in between loses nothing. Returns how many answers went.
 */
export async function endAnswers(ctx: Context, communityId: string): Promise<number> {
  authorise(ctx.actor, 'community.manage', { communityId })
  const now = ctx.clock.now()
  let ended = 0
  for (const { id, eventId, label, keepDays } of await listEnded(ctx.db, communityId, now)) {
    ended += await transact(ctx, async (tx) => {
      const files = await letGoOfFiles(tx.db, communityId, { questionId: id })
      const count = await deleteAnswersTo(tx.db, communityId, eventId, id)
      tx.journal(questionJournal.answers_ended, { communityId, eventId, kind: 'question', id }, { label, keepDays, count, files })
      return count
    })
  }
  await clearDeadOrders(ctx.db, communityId, new Date(now.getTime() - ORDER_DAYS * 86_400_000))
  await sweepFiles(ctx, communityId)
  return ended
}
