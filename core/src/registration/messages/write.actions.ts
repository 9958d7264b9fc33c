import { requireEvent } from '#core/community/actions.ts'
import type { Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail, KaichangError } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Text } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { listEntries } from '#core/store/journal.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact } from '#core/store/transaction.ts'
import { changesOf, latestCallOff, type Before } from './change.rules.ts'
import { mailOf } from './compose.ts'
import { messagesJournal } from './journal.ts'
import { findKind } from './kinds.ts'
import { bothWordsSchema, toAll, type BothWords, type BothWordsInput, type Change, type PlannedMessage } from './model.ts'
import { filterOf } from './sending.ts'
import { countReceivers, findFirstBooking } from './receivers.store.ts'
import { insertMessage, listMessages, lockMessage, updateMessage } from './store.ts'
import { faultsOf } from './words.rules.ts'

/** What happened to the event that people who are registered have not been told. */
export interface ToTell {
  kind: 'changed' | 'called_off'
  changes: Change[]
  /** When it last changed. */
  at: Date
  receivers: { mailed: number; withoutMail: number }
}

/** What is to be told, if anything: since the last time that it was told or decided that nobody need be. */
export async function toTell(ctx: Context, communityId: string, eventId: string): Promise<ToTell | null> {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  return findToTell(ctx, ctx.db, event)
}

async function findToTell(ctx: Context, db: Context['db'], event: Event): Promise<ToTell | null> {
  const { communityId, id: eventId } = event
  if (event.state === 'draft' || event.state === 'over' || ctx.clock.now() >= event.endsAt) return null
  const first = await findFirstBooking(db, communityId, eventId)
  if (!first) return null
  const told = (await listMessages(db, communityId, eventId)).filter(({ kind }) => kind === 'changed' || kind === 'called_off')
  const since = new Date(Math.max(first.getTime(), ...told.map(({ createdAt }) => createdAt.getTime())))
  const kinds = ['event.moved', 'event.changed', 'event.postponed', 'event.cancelled']
  const entries = await listEntries(db, { communityId, eventId, kinds, after: since })
  const off = latestCallOff(event, entries)
  const { changes, at } = changesOf(
    event,
    entries.map((entry): Before => ({ at: entry.at, before: entry.facts['before'] })),
  )
  const kind = off ? 'called_off' : 'changed'
  const moment = off ?? at
  if (moment === null || (!off && changes.length === 0)) return null
  const receivers = await countReceivers(db, filterOf(draftOf(event, kind, ctx.clock.now()), event, null))
  return receivers.mailed + receivers.withoutMail === 0 ? null : { kind, changes, at: moment, receivers }
}

/** A message that is not written yet, to count whom it would reach. */
export function draftOf(event: Event, kind: PlannedMessage['kind'], now: Date): PlannedMessage {
  const none = {
    daysBefore: null,
    atTime: null,
    hoursBefore: null,
    untilDays: null,
    answerUntil: null,
    startedAt: null,
    sentAt: null,
    closedAt: null,
  }
  return {
    ...none,
    ...toAll,
    communityId: event.communityId,
    id: '00000000-0000-0000-0000-000000000000',
    eventId: event.id,
    kind,
    state: 'planned',
    silent: 'keep',
    subject: {},
    body: {},
    changes: [],
    revision: 0,
    // Whoever registered in this very millisecond is to be counted.
    createdAt: new Date(now.getTime() + 1),
    mailed: 0,
    withoutMail: 0,
    released: 0,
  }
}

/**
 * Tells all who are registered what changed, at once (outside quiet hours), in the built-in words or the organisers' own.
 * The same form sent twice is one message. Returns its id. Errors: input.invalid (as in `setWords`), message.not_now.
 */
export async function writeMessage(
  ctx: Context,
  communityId: string,
  eventId: string,
  kind: 'changed' | 'called_off',
  input: BothWordsInput,
  options: { key?: string | null } = {},
): Promise<string> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const words = parseInput(bothWordsSchema, input)
  const mailKind = findKind(mailOf[kind].name)
  const faults = mailKind ? faultsOf(mailKind, words) : []
  if (faults.length > 0) throw new KaichangError('input.invalid', {}, faults)
  return transact(ctx, (tx) =>
    createOnce(ctx, tx, { communityId, scope: `message:${eventId}`, key: options.key, body: { kind, words } }, async () => {
      const event = await requireEvent(ctx, tx.db, communityId, eventId)
      const told = await findToTell(ctx, tx.db, event)
      if (event.state === 'draft' || told?.kind !== kind) throw fail('message.not_now')
      const now = ctx.clock.now()
      const id = newId(ctx)
      const facts = { changes: told.changes }
      await insertMessage(tx.db, { communityId, id, eventId, kind, ...asTexts(words), facts, createdAt: now })
      const { mailed } = await countReceivers(tx.db, filterOf(draftOf(event, kind, now), event, null))
      tx.journal(messagesJournal.message_written, { communityId, eventId, kind: 'message', id }, { message: kind, receivers: mailed })
      tx.enqueue('messages.due', {})
      return id
    }),
  )
}

/** What was typed, by part: a language without words is left out. */
export function asTexts(words: BothWords): { subject: Text; body: Text } {
  const text = (part: 'subject' | 'body'): Text => ({
    ...(words.zh[part] ? { zh: words.zh[part] } : {}),
    ...(words.en[part] ? { en: words.en[part] } : {}),
  })
  return { subject: text('subject'), body: text('body') }
}

/** Decides that a change need not be told to everybody. Nothing to tell: changes nothing. */
export async function dropChange(ctx: Context, communityId: string, eventId: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const event = await requireEvent(ctx, tx.db, communityId, eventId)
    const told = await findToTell(ctx, tx.db, event)
    if (!told) return
    const id = newId(ctx)
    await insertMessage(tx.db, { communityId, id, eventId, kind: told.kind, state: 'dropped', createdAt: ctx.clock.now() })
    tx.journal(messagesJournal.message_dropped, { communityId, eventId, kind: 'message', id }, { message: told.kind })
  })
}

/** Takes a message back that has not begun to go out. Errors: thing.not_found, message.gone_out. */
export async function withdrawMessage(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const message = await lockMessage(tx.db, communityId, id)
    if (!message || message.eventId !== eventId) throw fail('thing.not_found')
    if (message.state === 'off') return
    if (message.state !== 'planned') throw fail('message.gone_out')
    await updateMessage(tx.db, communityId, id, { state: 'off' })
    tx.journal(messagesJournal.message_planned, { communityId, eventId, kind: 'message', id }, { message: message.kind, on: false })
  })
}
