import { listCommunities, findCommunity, findEvent } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import type { Community, Event } from '#core/community/model.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Locale } from '#core/kernel/text.ts'
import { wakeMails } from '#core/people/mail/deliver.ts'
import { wordsOf, type Letter } from '#core/people/mail/letter.ts'
import { ownLink } from '#core/people/mail/rules.ts'
import { insertLetters } from '#core/people/mail/store.ts'
import { changedWords } from '#core/people/mail/words.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { ticketPath } from '../tickets.ts'
import { waitingPath } from '../waiting/path.ts'
import { closeAsking } from './closing.ts'
import { letterOf, mailFor, ownWords, type Occasion } from './compose.ts'
import { messagesJournal } from './journal.ts'
import type { PlannedMessage } from './model.ts'
import { answerUntil, receiversBefore, stepOf } from './plan.rules.ts'
import { mayLeave } from './quiet.rules.ts'
import type { ReceiverFilter } from './receivers.model.ts'
import { countReceivers, insertReceipts, listReceivers, markAsked } from './receivers.store.ts'
import { insertMessage, listMessages, listOpenEvents, listUnremindedEvents, lockMessage, quietOf, updateMessage } from './store.ts'

/** Mails that are written in one transaction: few round trips, and little to do again after a stop. */
const BATCH = 500

/**
 * Does what is due, in all communities: begins reminders that nobody switched off, sends messages, deals with silent ones,
 * and wakes mails whose quiet hours are over. Run every few minutes; stopped anywhere, the next run goes on, and nobody
 * gets a message twice.
 */
export async function workOffMessages(ctx: Context): Promise<void> {
  const communities = await listCommunities(ctx.db)
  for (const community of communities) {
    // The people of the examples are made up: nobody is to be written to.
    if (!community.example) await workOffCommunity(ctx, community)
  }
  await wakeMails(
    ctx,
    communities.map(({ communityId }) => communityId),
  )
}

async function workOffCommunity(ctx: Context, community: Community): Promise<void> {
  const { communityId } = community
  authorise(ctx.actor, 'community.manage', { communityId })
  const now = ctx.clock.now()
  for (const eventId of await listUnremindedEvents(ctx.db, communityId, now)) {
    await insertMessage(ctx.db, { ...defaultReminder, communityId, id: newId(ctx), eventId, createdAt: now })
  }
  for (const eventId of await listOpenEvents(ctx.db, communityId)) await workOffEvent(ctx, communityId, eventId)
}

/** The reminder that every event has until somebody changes it: the evening before at eight. */
export const defaultReminder = { kind: 'reminder', state: 'planned', daysBefore: 1, atTime: '20:00', hoursBefore: null } as const

/** Does what is due for one event; the caller has authorised. */
export async function workOffEvent(ctx: Context, communityId: string, eventId: string): Promise<void> {
  for (const message of await listMessages(ctx.db, communityId, eventId)) {
    const [community, event] = await Promise.all([findCommunity(ctx.db, communityId), findEvent(ctx.db, communityId, eventId)])
    if (!community || !event) return
    const step = stepOf(message, event, ctx.clock.now())
    if (step === 'missed') await endMessage(ctx, event, message, 'missed')
    if (step === 'send') await sendMessage(ctx, community, event, message)
    if (message.kind === 'reconfirm') await closeAsking(ctx, community, event, message)
  }
}

/** Sends a message to all who have not got it yet, in batches; false when another worker has it in hand. */
export async function sendMessage(
  ctx: Context,
  community: Community,
  event: Event,
  message: PlannedMessage,
  size = BATCH,
): Promise<boolean> {
  const { communityId } = event
  const messages = await listMessages(ctx.db, communityId, event.id)
  const asking = messages.find((one) => one.kind === 'reconfirm') ?? null
  const words = await changedWords(ctx.db, communityId, event.id, mailFor(message).name)
  const occasion: Occasion = { community, event, message, asking, words }
  for (let after = ''; ;) {
    const last = await sendBatch(ctx, occasion, message, asking, after, size)
    if (last === null) return false
    // Once more from the beginning: a cancellation may have been taken back meanwhile.
    if (last === '' && after === '') break
    after = last
  }
  await endMessage(ctx, event, message, 'sent')
  return true
}

/** One batch: the cursor of its last receiver; '' when nobody is left; null when another worker has the message in hand. */
async function sendBatch(
  ctx: Context,
  occasion: Occasion,
  { communityId, id, eventId }: PlannedMessage,
  asking: PlannedMessage | null,
  after: string,
  size: number,
): Promise<string | null> {
  const { community, event } = occasion
  return transact(ctx, async (tx) => {
    const message = await lockMessage(tx.db, communityId, id, true)
    const now = ctx.clock.now()
    if (!message || stepOf(message, event, now) !== 'send') return null
    const receivers = await listReceivers(tx.db, filterOf(message, event, asking), after, size)
    if (receivers.length === 0) return ''
    const letters = new Map<Locale, Letter>()
    const mailIds = receivers.map(() => newId(ctx))
    const fresh = await insertReceipts(
      tx.db,
      { communityId, messageId: id, at: now },
      receivers.map((one, i) => ({ id: one.id, mailId: mailIds[i] ?? '' })),
      message.audience === 'waiting',
    )
    const question = questionOf(message, event, asking, now)
    const sends = ctx.settings.smtp !== undefined
    // Once the event has begun, nothing is of less use in the morning.
    const useless = now < event.startsAt ? event.startsAt : null
    const notBefore = mayLeave(now, await quietOf(tx.db, communityId, event.timeZone), useless)
    const rows = receivers.flatMap((one, i) => {
      if (!fresh.has(one.id)) return []
      const letter = letters.get(one.locale) ?? letterOf(ctx, { ...occasion, asking: question }, one.locale)
      letters.set(one.locale, letter)
      const own =
        message.audience === 'waiting'
          ? { name: one.name, waiting: ownLink(ctx.settings, waitingPath(ctx, community.no, one)) }
          : ownWords(ctx, { name: one.name, code: one.code, path: ticketPath(ctx, community.no, one) })
      return [
        {
          id: mailIds[i] ?? '',
          template: mailFor(message).name,
          toAddress: one.email,
          locale: one.locale,
          letterId: letter.id,
          places: JSON.stringify(wordsOf({ ...own })),
          state: sends ? ('queued' as const) : ('kept' as const),
          createdAt: now,
          notBefore: notBefore > now ? notBefore : null,
        },
      ]
    })
    await insertLetters(tx.db, { communityId, eventId }, [...letters.values()], rows, now)
    if (message.kind === 'reconfirm') await markAsked(tx.db, communityId, [...fresh], now)
    await updateMessage(tx.db, communityId, id, {
      state: 'sending',
      startedAt: message.startedAt ?? now,
      ...(message.kind === 'reconfirm' ? { answerUntil: question?.answerUntil ?? null } : {}),
      mailed: message.mailed + rows.length,
    })
    const [first] = rows
    // The job of one mail takes those along that wait beside it.
    if (sends && first && notBefore <= now) tx.enqueue('mail.deliver', { communityId, id: first.id })
    return receivers.at(-1)?.cursor ?? ''
  })
}

/** The question as a letter tells of it: with the time for answers that will stand, or asked for the last time. */
function questionOf(message: PlannedMessage, event: Event, asking: PlannedMessage | null, now: Date): PlannedMessage | null {
  if (message.kind === 'reconfirm') {
    return { ...message, answerUntil: answerUntil({ ...message, startedAt: message.startedAt ?? now }, event) }
  }
  // Asked once more, nothing is taken from who stays silent: there is time until it begins.
  if (message.kind === 'reconfirm_again' && asking) return { ...asking, silent: 'keep', answerUntil: event.startsAt }
  return asking
}

/** Whom a message is for. */
export function filterOf(message: PlannedMessage, event: Event, asking: PlannedMessage | null): ReceiverFilter {
  return {
    communityId: message.communityId,
    eventId: message.eventId,
    messageId: message.id,
    registeredBefore: receiversBefore(message, event),
    silentOf: message.kind === 'reconfirm_again' ? (asking?.id ?? message.id) : null,
    typeId: message.audience === 'type' ? message.ticketTypeId : null,
    waiting: message.audience === 'waiting',
  }
}

/** Closes a message, once: nobody is left to be written to, or its moment has passed. */
async function endMessage(
  ctx: Context,
  event: Event,
  { id, communityId, eventId }: PlannedMessage,
  state: 'sent' | 'missed',
): Promise<void> {
  await transact(ctx, async (tx) => {
    const message = await lockMessage(tx.db, communityId, id)
    if (!message || (message.state !== 'planned' && message.state !== 'sending')) return
    const now = ctx.clock.now()
    const asking = (await listMessages(tx.db, communityId, eventId)).find((one) => one.kind === 'reconfirm') ?? null
    const { withoutMail } = await countReceivers(tx.db, filterOf(message, event, asking))
    // What was begun and could not be finished in time was sent to some.
    const ended = state === 'missed' && message.state === 'sending' ? 'sent' : state
    await updateMessage(tx.db, communityId, id, { state: ended, startedAt: message.startedAt ?? now, sentAt: now, withoutMail })
    const subject = { communityId, eventId, kind: 'message', id }
    if (ended === 'missed') tx.journal(messagesJournal.message_missed, subject, { message: message.kind })
    else tx.journal(messagesJournal.message_sent, subject, { message: message.kind, mailed: message.mailed, withoutMail })
  })
}
