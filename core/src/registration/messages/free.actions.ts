import { requireEvent } from '#core/community/actions.ts'
import type { Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail, KaichangError } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { listTypes } from '../types/store.ts'
import { mailFor } from './compose.ts'
import { messagesJournal } from './journal.ts'
import { findKind } from './kinds.ts'
import {
  bothWordsSchema,
  freePlanSchema,
  type BothWords,
  type BothWordsInput,
  type FreePlan,
  type FreePlanInput,
  type PlannedMessage,
} from './model.ts'
import { dueAt, isTimed } from './plan.rules.ts'
import { countReceivers } from './receivers.store.ts'
import { filterOf } from './sending.ts'
import { insertMessage, listMessages, lockMessage, updateMessage } from './store.ts'
import { faultsOf } from './words.rules.ts'
import { asTexts, draftOf } from './write.actions.ts'

/** A message's moment and group as they are kept. */
type Kept = Pick<PlannedMessage, 'daysBefore' | 'atTime' | 'hoursBefore' | 'sendAt' | 'audience' | 'ticketTypeId'>

/** The ticket types whose holders can be written to, in their order. */
export async function groupsOf(ctx: Context, communityId: string, eventId: string) {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  return (await listTypes(ctx.db, communityId, eventId)).filter((type) => type.kind === 'ticket')
}

/** How many a message to a group (`registered`, `waiting`, a type's id) would go to now. Errors: input.invalid. */
export async function countGroup(
  ctx: Context,
  communityId: string,
  eventId: string,
  to: FreePlanInput['to'] = 'registered',
): Promise<{ mailed: number; withoutMail: number }> {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  const kept = await keep(ctx.db, event, parseInput(freePlanSchema, { to }))
  return countReceivers(ctx.db, filterOf({ ...draftOf(event, 'free', ctx.clock.now()), ...kept }, event, null))
}

/** A free text with a moment of its own that has not gone out, to be changed. Errors: access.*, thing.not_found, message.gone_out. */
export async function openFree(ctx: Context, communityId: string, eventId: string, id: string): Promise<PlannedMessage> {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  const message = (await listMessages(ctx.db, communityId, eventId)).find((one) => one.id === id)
  return requireChangeable(message, eventId)
}

function requireChangeable(message: PlannedMessage | undefined, eventId: string): PlannedMessage {
  if (!message || message.eventId !== eventId || message.kind !== 'free' || !isTimed(message)) throw fail('thing.not_found')
  if (message.state !== 'planned' && message.state !== 'off') throw fail('message.gone_out')
  return message
}

/**
 * Writes a text of the organisers' own: at once, at a moment beside the event that moves with it, or at one that stands;
 * to who is registered, holds a ticket type, or waits. With `id` a planned one is changed, unless somebody else changed it
 * since `revision`. The same form sent twice is one message. Returns its id.
 * Errors: input.invalid (as in `setWords`; one language is needed; message.past), message.not_now, .words_changed, .gone_out, thing.not_found.
 */
export async function writeFree(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: BothWordsInput,
  plan: FreePlanInput = {},
  { key, id = null, revision = null }: { key?: string | null; id?: string | null; revision?: number | null } = {},
): Promise<string> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const words = parseInput(bothWordsSchema, input)
  const values = parseInput(freePlanSchema, plan)
  checkWords(words, values.to === 'waiting' ? 'waiting' : 'registered')
  return transact(ctx, async (tx) => {
    const event = await requireEvent(ctx, tx.db, communityId, eventId)
    const kept = await keep(tx.db, event, values)
    const now = ctx.clock.now()
    const message = { ...draftOf(event, 'free', now), ...kept }
    if (isTimed(message) && dueAt(message, event) <= now)
      throw new KaichangError('input.invalid', {}, [{ path: PLACES[values.when], code: 'message.past' }])
    if (!isTimed(message) && event.state === 'draft') throw fail('message.not_now')
    // What is to go out at once counts from now whom it is for.
    const saved = { ...kept, ...asTexts(words), state: 'planned' as const, ...(isTimed(message) ? {} : { createdAt: now }) }
    if (id !== null) return change(tx, event, id, revision, saved)
    return createOnce(ctx, tx, { communityId, scope: `message:${eventId}`, key, body: { kind: 'free', words, values } }, async () => {
      const id = newId(ctx)
      await insertMessage(tx.db, { communityId, id, eventId, kind: 'free', ...kept, ...asTexts(words), createdAt: now })
      const subject = { communityId, eventId, kind: 'message', id }
      if (isTimed(message)) tx.journal(messagesJournal.message_planned, subject, { message: 'free', on: true })
      else {
        const { mailed } = await countReceivers(tx.db, filterOf(message, event, null))
        tx.journal(messagesJournal.message_written, subject, { message: 'free', receivers: mailed })
      }
      tx.enqueue('messages.due', {})
      return id
    })
  })
}

/** At which field a moment that has passed is said. */
const PLACES = { now: 'when', days: 'daysBefore', hours: 'hoursBefore', date: 'sendAt' } as const

function checkWords(words: BothWords, audience: PlannedMessage['audience']): void {
  const kind = findKind(mailFor({ kind: 'free', audience }).name)
  const faults = kind ? faultsOf(kind, words) : []
  if (words.zh.body === '' && words.en.body === '') faults.push({ path: 'zh.body', code: 'field.required' })
  if (faults.length > 0) throw new KaichangError('input.invalid', {}, faults)
}

async function keep(db: Db, event: Event, { when, daysBefore, atTime, hoursBefore, sendAt, to }: FreePlan): Promise<Kept> {
  const typed = to !== 'registered' && to !== 'waiting'
  if (typed && !(await listTypes(db, event.communityId, event.id)).some(({ id, kind }) => id === to && kind === 'ticket'))
    throw new KaichangError('input.invalid', {}, [{ path: 'to', code: 'registration.type_unknown' }])
  if (when === 'date' && sendAt === null) throw new KaichangError('input.invalid', {}, [{ path: 'sendAt', code: 'field.required' }])
  return {
    daysBefore: when === 'days' ? daysBefore : null,
    atTime: when === 'days' ? atTime : null,
    hoursBefore: when === 'hours' ? hoursBefore : null,
    sendAt: when === 'date' ? sendAt : null,
    audience: typed ? 'type' : to,
    ticketTypeId: typed ? to : null,
  }
}

async function change(
  tx: Tx,
  { communityId, id: eventId }: Event,
  id: string,
  revision: number | null,
  values: Kept & Pick<PlannedMessage, 'subject' | 'body' | 'state'> & { createdAt?: Date },
): Promise<string> {
  const message = requireChangeable(await lockMessage(tx.db, communityId, id), eventId)
  if (revision !== null && revision !== message.revision) throw fail('message.words_changed')
  await updateMessage(tx.db, communityId, id, { ...values, revision: message.revision + 1 })
  tx.journal(messagesJournal.message_planned, { communityId, eventId, kind: 'message', id }, { message: 'free', on: true })
  tx.enqueue('messages.due', {})
  return id
}
