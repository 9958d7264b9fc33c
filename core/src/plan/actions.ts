import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact } from '#core/store/transaction.ts'
import { addEvent, eventOfAnswers, requireEvent, withEventSlug } from '#core/community/actions.ts'
import { eventSchema, type Event, type SixQuestions } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { localDay } from '#core/community/rules.ts'
import type { Plan } from './model.ts'
import { addProposal } from './proposal.actions.ts'
import { listDates, listNotes, listProposals, listTasks } from './store.ts'
import { draftPlan } from './task.actions.ts'

export * from './budget.actions.ts'
export * from './date.actions.ts'
export * from './note.actions.ts'
export * from './proposal.actions.ts'
export * from './task.actions.ts'

/**
 * Six answers begin an event: the event as a draft, its proposal, and a plan counted back from its day; all or nothing.
 * A form's `key` makes a second sending give the same event. Errors: event.slug_taken.
 */
export async function beginEvent(ctx: Context, communityId: string, answers: SixQuestions & { key?: string | null }): Promise<Event> {
  authorise(ctx.actor, 'event.create', { communityId })
  const values = parseInput(eventSchema, eventOfAnswers(answers))
  return withEventSlug(() =>
    transact(ctx, async (tx) => {
      const id = await createOnce(ctx, tx, { communityId, scope: 'begin', key: answers.key, body: values }, async () => {
        const event = await addEvent(ctx, tx, communityId, values)
        const { name: title, purpose: why, audience: forWhom, cap: howMany, venue: whereText } = event
        const plannedFor = localDay(event.startsAt, event.timeZone)
        await addProposal(ctx, tx, communityId, event.id, { title, what: {}, why, forWhom, howMany, plannedFor, whereText }, 'accepted')
        await draftPlan(ctx, tx, event)
        return event.id
      })
      return requireEvent(ctx, tx.db, communityId, id)
    }),
  )
}

/** The road of an event as this room keeps it: proposals, dates, tasks, notes. */
export async function openPlan(ctx: Context, communityId: string, eventId: string): Promise<Plan> {
  authorise(ctx.actor, 'plan.view', { communityId, eventId })
  const [proposals, dates, tasks, notes] = await Promise.all([
    listProposals(ctx.db, communityId, eventId),
    listDates(ctx.db, communityId, eventId),
    listTasks(ctx.db, communityId, eventId),
    listNotes(ctx.db, communityId, eventId),
  ])
  return { proposals, dates, tasks, notes }
}
