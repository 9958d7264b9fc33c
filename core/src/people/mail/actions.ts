import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { normaliseEmail } from '../person/rules.ts'
import { INSTALLATION, type Mail, type MailTemplate, type NewMail } from './model.ts'
import { composeMail } from './rules.ts'
import { changedWords, withWords } from './words.ts'
import { findMail, insertMail, listOutbox, updateMail } from './store.ts'

/**
 * Writes a mail to the outbox, in the transaction of the action that it tells of: no commit, no mail.
 * With SMTP it is sent by the job `mail.deliver`, without it is kept and only shown. Returns its id. Errors: field.email.
 */
export async function queueMail<T extends MailTemplate>(ctx: Context, tx: Tx, mail: NewMail<T>): Promise<string> {
  const to = normaliseEmail(mail.to)
  if (to === null) throw fail('field.email')
  const id = newId(ctx)
  const words = await changedWords(tx.db, mail.communityId, mail.eventId ?? null, mail.mail.name)
  const sends = ctx.settings.smtp !== undefined
  await insertMail(tx.db, {
    communityId: mail.communityId,
    id,
    eventId: mail.eventId ?? null,
    template: mail.mail.name,
    toAddress: to,
    locale: mail.locale,
    ...composeMail(withWords(mail.mail, words), mail.locale, mail.values),
    calendar: mail.calendar ?? null,
    state: sends ? 'queued' : 'kept',
    createdAt: ctx.clock.now(),
    notBefore: mail.notBefore ?? null,
  })
  if (sends) tx.enqueue('mail.deliver', { communityId: mail.communityId, id })
  return id
}

/**
 * Queues a failed or kept mail once more; without SMTP nothing changes. The room above authorises (`mail.view`).
 * Errors: thing.not_found.
 */
export async function retryMail(ctx: Context, tx: Tx, communityId: string, id: string): Promise<void> {
  const mail = await findMail(tx.db, communityId, id)
  if (!mail) throw fail('thing.not_found')
  if (ctx.settings.smtp === undefined || mail.body === '' || (mail.state !== 'failed' && mail.state !== 'kept')) return
  await updateMail(tx.db, communityId, id, { state: 'queued', attempts: 0, problem: null, notBefore: null })
  tx.enqueue('mail.deliver', { communityId, id })
}

/** The mails of one outbox, for administrators: the installation's own, or a community's. */
export async function readOutbox(ctx: Context, communityId: string = INSTALLATION): Promise<Mail[]> {
  requireAdministrator(ctx)
  return listOutbox(ctx.db, { communityId })
}

/** Sends a mail again, for administrators. Errors: thing.not_found. */
export async function resendMail(ctx: Context, communityId: string, id: string): Promise<void> {
  requireAdministrator(ctx)
  await transact(ctx, (tx) => retryMail(ctx, tx, communityId, id))
}

/** Errors: access.sign_in, access.denied. */
export function requireAdministrator({ actor }: Pick<Context, 'actor'>): void {
  if (actor.kind === 'system' || (actor.kind === 'account' && actor.administrator)) return
  throw fail(actor.kind === 'visitor' ? 'access.sign_in' : 'access.denied')
}
