import { requireEvent } from '#core/community/actions.ts'
import type { Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { newId } from '#core/kernel/ids.ts'
import { fail } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { messagesJournal } from './journal.ts'
import {
  quietSchema,
  reconfirmSchema,
  reminderSchema,
  toAll,
  type PlannedMessage,
  type QuietInput,
  type ReconfirmInput,
  type ReminderInput,
} from './model.ts'
import { answerUntil, dueAt } from './plan.rules.ts'
import type { Quiet } from './quiet.rules.ts'
import { defaultReminder, filterOf } from './sending.ts'
import { countAnswers, countReceivers, deleteReceipts } from './receivers.store.ts'
import { insertMessage, listMessages, lockKind, quietOf, saveQuiet, updateMessage } from './store.ts'

/** A message as organisers see it. */
export interface PlanView extends PlannedMessage {
  dueAt: Date
  /** Until when an answer is awaited, where one is. */
  until: Date | null
  /** How many it would go to now, before it goes out. */
  waiting: { mailed: number; withoutMail: number }
}

/** The event's messages in the order of their moments, with the reminder that it has by default, and what was answered. */
export async function readPlans(
  ctx: Context,
  communityId: string,
  eventId: string,
): Promise<{ plans: PlanView[]; answers: { asked: number; coming: number; silent: number } }> {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  const saved = await listMessages(ctx.db, communityId, eventId)
  const asking = saved.find(({ kind }) => kind === 'reconfirm') ?? null
  const all = saved.some(({ kind }) => kind === 'reminder') ? saved : [...saved, unsavedReminder(event)]
  const plans: PlanView[] = []
  for (const message of all) {
    const open = message.state === 'planned' || message.state === 'off' || message.state === 'sending'
    const waiting = open ? await countReceivers(ctx.db, filterOf(message, event, asking)) : { mailed: 0, withoutMail: 0 }
    plans.push({ ...message, dueAt: message.sentAt ?? dueAt(message, event), until: answerUntil(message, event), waiting })
  }
  return {
    plans: plans.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime()),
    answers: await countAnswers(ctx.db, communityId, eventId),
  }
}

/** The reminder that an event has though nobody planned one; the nil id is never written. */
function unsavedReminder(event: Event): PlannedMessage {
  const { communityId, id: eventId, createdAt } = event
  const id = '00000000-0000-0000-0000-000000000000'
  const none = { startedAt: null, sentAt: null, closedAt: null, mailed: 0, withoutMail: 0, released: 0 }
  const plain = { untilDays: null, answerUntil: null, silent: 'keep', subject: {}, body: {}, changes: [], revision: 0 } as const
  return { ...defaultReminder, ...toAll, ...plain, ...none, changes: [], communityId, eventId, id, createdAt }
}

/** Plans, moves or switches the reminder off. What was sent for an earlier date may be planned again. Errors: message.gone_out. */
export async function planReminder(ctx: Context, communityId: string, eventId: string, input: ReminderInput): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const { on, unit, daysBefore, atTime, hoursBefore } = parseInput(reminderSchema, input)
  const when = unit === 'days' ? { daysBefore, atTime, hoursBefore: null } : { daysBefore: null, atTime: null, hoursBefore }
  await transact(ctx, (tx) => savePlan(ctx, tx, { communityId, eventId, kind: 'reminder' }, { ...when, state: on ? 'planned' : 'off' }))
}

/** Plans the question whether people come, and what becomes of silent ones; or switches it off. Errors: message.until, .gone_out. */
export async function planReconfirm(ctx: Context, communityId: string, eventId: string, input: ReconfirmInput): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const { on, ...values } = parseInput(reconfirmSchema, input)
  await transact(ctx, (tx) =>
    savePlan(ctx, tx, { communityId, eventId, kind: 'reconfirm' }, { ...values, hoursBefore: null, state: on ? 'planned' : 'off' }),
  )
}

type Planned = Pick<PlannedMessage, 'daysBefore' | 'atTime' | 'hoursBefore' | 'state'> &
  Partial<Pick<PlannedMessage, 'untilDays' | 'silent'>>

async function savePlan(
  ctx: Context,
  tx: Tx,
  { communityId, eventId, kind }: { communityId: string; eventId: string; kind: 'reminder' | 'reconfirm' },
  values: Planned,
): Promise<void> {
  const now = ctx.clock.now()
  const event = await requireEvent(ctx, tx.db, communityId, eventId)
  const fresh = newId(ctx)
  const added = await insertMessage(tx.db, { communityId, id: fresh, eventId, kind, ...values, createdAt: now })
  const message = await lockKind(tx.db, communityId, eventId, kind)
  if (!message) throw fail('thing.not_found')
  if (!added) {
    const moved = { ...message, ...values, startedAt: null }
    const again = message.state === 'sent' || message.state === 'missed'
    // It went out for the date that was; for another one it may go out once more.
    if (message.state === 'sending' || (again && dueAt(moved, event) <= now)) throw fail('message.gone_out')
    if (again) await deleteReceipts(tx.db, communityId, message.id)
    const anew = again ? { answerUntil: null, startedAt: null, sentAt: null, closedAt: null, mailed: 0, withoutMail: 0, released: 0 } : {}
    await updateMessage(tx.db, communityId, message.id, { ...values, ...anew, revision: message.revision + 1 })
  }
  const facts = { message: kind, on: values.state === 'planned', ...(values.silent ? { rule: values.silent } : {}) }
  tx.journal(messagesJournal.message_planned, { communityId, eventId, kind: 'message', id: message.id }, facts)
}

/** The community's quiet hours, as they hold for this event. */
export async function readQuiet(ctx: Context, communityId: string, eventId: string): Promise<Quiet> {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  return quietOf(ctx.db, communityId, event.timeZone)
}

/** Sets the quiet hours of all the community's events. */
export async function setQuiet(ctx: Context, communityId: string, input: QuietInput): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId })
  const { from, until } = parseInput(quietSchema, input)
  await transact(ctx, async (tx) => {
    await saveQuiet(tx.db, communityId, { quietFrom: from, quietUntil: until })
    tx.journal(messagesJournal.quiet_changed, { communityId, kind: 'community', id: communityId }, { from, until })
  })
}
