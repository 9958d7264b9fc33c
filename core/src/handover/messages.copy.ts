import { newId } from '#core/kernel/ids.ts'
import type { Locale, Text } from '#core/kernel/text.ts'
import { mailFor } from '#core/registration/messages/compose.ts'
import { findKind } from '#core/registration/messages/kinds.ts'
import type { PlannedMessage } from '#core/registration/messages/model.ts'
import { isTimed } from '#core/registration/messages/plan.rules.ts'
import { insertMessage } from '#core/registration/messages/store.ts'
import { faultsOf } from '#core/registration/messages/words.rules.ts'
import { insertWords, type SavedWords } from '#core/registration/messages/words.store.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { To } from './registration.copy.ts'

/** What is said when, as it stands at the source; words: the event's own alone. */
export interface MessagesPack {
  messages: readonly PlannedMessage[]
  words: readonly SavedWords[]
}

/** The plans that another city begins with: the reminder, the question who comes, and texts with a moment of their own. */
export function messagesToCopy({ messages }: MessagesPack, typeIds: ReadonlySet<string>): PlannedMessage[] {
  return messages.filter(
    (one) =>
      (one.kind === 'reminder' || one.kind === 'reconfirm' || (one.kind === 'free' && isTimed(one))) &&
      (one.ticketTypeId === null || typeIds.has(one.ticketTypeId)),
  )
}

/**
 * Writes plans, their moments moved, and changed words. Nothing counts as sent; a text that was written for another city
 * is switched off until somebody has looked at it. `types`: the new ids of types by their old ones.
 */
export async function copyMessages(
  ctx: Context,
  tx: Tx,
  pack: MessagesPack,
  types: ReadonlyMap<string, string>,
  { event, scrub, moved }: To,
): Promise<void> {
  const { communityId, id: eventId } = event
  const createdAt = ctx.clock.now()
  for (const message of messagesToCopy(pack, new Set(types.keys()))) {
    const { kind, daysBefore, atTime, hoursBefore, untilDays, silent, audience, ticketTypeId, sendAt } = message
    const [subject, body] = [scrub(message.subject), scrub(message.body)]
    // Where taking people out has broken a place, the text stays behind.
    if (kind === 'free' && isBroken(mailFor(message).name, { subject, body })) continue
    await insertMessage(tx.db, {
      communityId,
      id: newId(ctx),
      eventId,
      kind,
      state: kind === 'free' || message.state === 'off' ? 'off' : 'planned',
      daysBefore,
      atTime,
      hoursBefore,
      sendAt: sendAt && moved(sendAt),
      audience,
      ticketTypeId: ticketTypeId === null ? null : (types.get(ticketTypeId) ?? null),
      untilDays,
      silent,
      subject,
      body,
      createdAt,
    })
  }
  for (const { kind, locale, ...text } of pack.words) {
    const subject = scrub({ [locale]: text.subject })
    const body = scrub({ [locale]: text.body })
    if (isBroken(kind, { subject, body })) continue
    await insertWords(tx.db, {
      communityId,
      id: newId(ctx),
      eventId,
      kind,
      locale,
      subject: subject[locale] ?? '',
      body: body[locale] ?? '',
      changedAt: createdAt,
    })
  }
}

function isBroken(name: string, { subject, body }: { subject: Text; body: Text }): boolean {
  const kind = findKind(name)
  const of = (locale: Locale) => ({ subject: subject[locale] ?? '', body: body[locale] ?? '' })
  return !kind || faultsOf(kind, { zh: of('zh'), en: of('en') }).length > 0
}
