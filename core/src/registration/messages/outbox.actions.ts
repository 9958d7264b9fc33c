import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { cleanLine } from '#core/kernel/text.ts'
import { retryMail } from '#core/people/mail/actions.ts'
import type { Mail, MailState } from '#core/people/mail/model.ts'
import { countMails, findMail, listOutbox, listStateIds } from '#core/people/mail/store.ts'
import { maskEmail } from '#core/people/person/rules.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { messagesJournal } from './journal.ts'

/** A mail as the list shows it: to whom it went stays covered until somebody opens it. */
export type MailRow = Pick<
  Mail,
  'id' | 'template' | 'toAddress' | 'locale' | 'state' | 'attempts' | 'problem' | 'createdAt' | 'notBefore' | 'sentAt'
> & {
  subject: string
}

export interface MailFilter {
  state?: MailState
  kind?: string
  /** Part of an address. */
  query?: string
  /** From 1. */
  page?: number
}

const SIZE = 50

/** The mails about an event, newest first, with how many there are in each state and of each kind. */
export async function readMails(
  ctx: Context,
  communityId: string,
  eventId: string,
  filter: MailFilter = {},
): Promise<{ rows: MailRow[]; total: number; page: number; pages: number; states: Record<MailState, number>; kinds: Map<string, number> }> {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  const counts = await countMails(ctx.db, communityId, eventId)
  const states: Record<MailState, number> = { queued: 0, kept: 0, sent: 0, failed: 0 }
  const kinds = new Map<string, number>()
  for (const { state, template, count } of counts) {
    states[state] += count
    kinds.set(template, (kinds.get(template) ?? 0) + count)
  }
  const address = cleanLine(filter.query ?? '').slice(0, 120)
  const wanted = {
    communityId,
    eventId,
    ...(filter.state ? { state: filter.state } : {}),
    ...(filter.kind ? { template: filter.kind } : {}),
    ...(address ? { address } : {}),
  }
  const page = Math.max(Math.trunc(filter.page ?? 1) || 1, 1)
  const found = await listOutbox(ctx.db, { ...wanted, limit: SIZE + 1, skip: (page - 1) * SIZE })
  const total = counts
    .filter((one) => (!filter.state || one.state === filter.state) && (!filter.kind || one.template === filter.kind))
    .reduce((sum, one) => sum + one.count, 0)
  const rows = found.slice(0, SIZE).map(({ toAddress, body: _, calendar: __, communityId: ___, eventId: ____, ...mail }) => ({
    ...mail,
    problem: mail.problem === null ? null : coverAddresses(mail.problem),
    toAddress: maskEmail(toAddress),
  }))
  // A search is not counted: it goes on while there is more.
  const pages = address ? page + (found.length > SIZE ? 1 : 0) : Math.max(Math.ceil(total / SIZE), 1)
  return { rows, total: address ? rows.length : total, page, pages, states, kinds }
}

/** One mail whole, with the address; personal links in it are cut short, they are their holders' alone. Errors: thing.not_found. */
export async function openMail(ctx: Context, communityId: string, eventId: string, id: string): Promise<Mail> {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  const mail = await findMail(ctx.db, communityId, id)
  if (!mail || mail.eventId !== eventId) throw fail('thing.not_found')
  const { subject, body, calendar } = mail
  // A calendar's long rows are folded; unfolded, a link stands in one piece.
  const unfolded = calendar?.replace(/\r\n[ \t]/g, '') ?? null
  return {
    ...mail,
    subject: cutPersonalLinks(subject),
    body: cutPersonalLinks(body),
    calendar: unfolded === null ? null : cutPersonalLinks(unfolded),
  }
}

/** A link that opens somebody's ticket, order or place in the line, without the part that opens it. */
export function cutPersonalLinks(text: string): string {
  return text.replace(/(\/[towvps]\/)[\w.~-]{8,}/g, '$1…')
}

/** What a server answered often names the address. */
const coverAddresses = (text: string): string => text.replace(/[\w.+-]+@[\w.-]+/g, (address) => maskEmail(address))

/**
 * Sends failed mails once more: the given one, or (null) all failed ones of the event. Returns how many.
 * Errors: thing.not_found.
 */
export async function retryMails(ctx: Context, communityId: string, eventId: string, id: string | null): Promise<number> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  return transact(ctx, async (tx) => {
    const ids = id === null ? await listStateIds(tx.db, communityId, eventId, 'failed') : [id]
    if (id !== null && (await findMail(tx.db, communityId, id))?.eventId !== eventId) throw fail('thing.not_found')
    for (const one of ids) await retryMail(ctx, tx, communityId, one)
    if (ids.length > 0) {
      tx.journal(messagesJournal.mail_retried, { communityId, eventId, kind: 'event', id: eventId }, { mails: ids.length })
    }
    return ids.length
  })
}
