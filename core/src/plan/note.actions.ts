import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact } from '#core/store/transaction.ts'
import { requireEvent } from '#core/community/actions.ts'
import { authorise } from '#core/community/permissions.ts'
import { localDay, momentAt } from '#core/community/rules.ts'
import { planJournal } from './journal.ts'
import { noteSchema, type NoteInput } from './model.ts'
import { deleteNote, insertNote } from './store.ts'

/** Notes a meeting, a decision or a milestone; the journal has it on its own day when that is past. Returns its id. */
export async function addNote(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: NoteInput & { key?: string | null },
): Promise<string> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  const values = parseInput(noteSchema, input)
  return transact(ctx, async (tx) => {
    const event = await requireEvent(ctx, tx.db, communityId, eventId)
    return createOnce(ctx, tx, { communityId, scope: `note:${eventId}`, key: input.key, body: values }, async () => {
      const id = newId(ctx)
      const now = ctx.clock.now()
      await insertNote(tx.db, { ...values, communityId, eventId, id, createdAt: now })
      const at = values.day < localDay(now, event.timeZone) ? momentAt(values.day, '12:00', event.timeZone) : now
      const { kind, title, day, present } = values
      const subject = { communityId, eventId, kind: 'note', id }
      if (kind === 'meeting') tx.journal(planJournal.meeting, subject, { title, day, present }, at)
      else tx.journal(planJournal[kind], subject, { title, day }, at)
      return id
    })
  })
}

/** Strikes a note out; the journal keeps that it stood there. */
export async function removeNote(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const gone = await deleteNote(tx.db, communityId, eventId, id)
    if (!gone) throw fail('thing.not_found')
    tx.journal(planJournal.note_removed, { communityId, eventId, kind: 'note', id }, { title: gone.title })
  })
}
