import { createTransport, type Transporter } from 'nodemailer'
import { cleanLine } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { isPermanent, MAX_ATTEMPTS } from './rules.ts'
import { INSTALLATION, type Mail } from './model.ts'
import { findDelayedKey, listDueKeys, takeQueued, updateMail } from './store.ts'
import { secretMails } from './templates.ts'

/** How many waiting mails one job sends beside its own, so that 400 tickets need one job; then the next job goes on. */
const ALONG = 1_000

export interface MailDelivery {
  /** Sends one queued mail and then others that wait in the same outbox. Throws when the queue should try again. */
  deliver(payload: { communityId: string; id: string }): Promise<void>
}

/** Opens the road to the SMTP server of the settings; null without one. */
export function openMailDelivery(ctx: Context): MailDelivery | null {
  const { smtp } = ctx.settings
  if (smtp === undefined) return null
  // Shorter than the database allows an idle transaction: the row stays locked while its mail is sent.
  const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }
  const connect = (): Transporter =>
    createTransport({ url: smtp, pool: true, maxConnections: 2, ...timeouts, disableFileAccess: true, disableUrlAccess: true })
  return {
    deliver: async ({ communityId, id }) => {
      // One connection per job, closed with it: an idle one would keep a stopping process alive.
      const transport = connect()
      try {
        const own = await deliverOne(ctx, transport, communityId, id)
        if (own?.problem) throw new Error(`mail ${id} was not sent: ${own.problem}`)
        for (let i = 0; ; i += 1) {
          const next = i < ALONG ? await deliverOne(ctx, transport, communityId) : await findNext(ctx, communityId)
          if (!next) break
          if (next.problem === undefined) continue
          // What could not be sent now, or waits beyond our share, gets a job of its own, which takes the rest along.
          await transact(ctx, async (tx) => tx.enqueue('mail.deliver', { communityId, id: next.id }))
          break
        }
      } finally {
        transport.close()
      }
    },
  }
}

/** Works on the queue of mails in this process; mails that lost their job (written by the command line) are queued again. */
export async function startMailDelivery(ctx: Context): Promise<MailDelivery | null> {
  const delivery = openMailDelivery(ctx)
  await ctx.jobs.work('mail.deliver', async (payload) => delivery?.deliver(payload))
  if (!delivery) return null
  const waiting = await listDueKeys(ctx.db, ctx.clock.now())
  if (waiting.length > 0) await transact(ctx, async (tx) => waiting.forEach((key) => tx.enqueue('mail.deliver', key)))
  return delivery
}

/** Queues the delivery of mails that waited for the end of quiet hours; run by the clock, once is enough. */
export async function wakeMails(ctx: Context, communityIds: readonly string[]): Promise<void> {
  for (const communityId of [INSTALLATION, ...communityIds]) {
    const key = await findDelayedKey(ctx.db, communityId, ctx.clock.now())
    if (key) await transact(ctx, async (tx) => tx.enqueue('mail.deliver', key))
  }
}

/** A mail that was taken up; `problem` when it should be tried again, undefined when it went out or was given up. */
interface Tried {
  id: string
  problem: string | undefined
}

/** The mail whose turn is next, untouched; null when nothing waits. */
async function findNext(ctx: Context, communityId: string): Promise<Tried | null> {
  const next = await ctx.db.transaction().execute((db) => takeQueued(db, communityId, ctx.clock.now()))
  return next ? { id: next.id, problem: 'its turn is next' } : null
}

/** Sends one mail while its row is locked, so that no two workers send it. Null when nothing waits. */
async function deliverOne(ctx: Context, transport: Transporter, communityId: string, id?: string): Promise<Tried | null> {
  return ctx.db.transaction().execute(async (db) => {
    const mail = await takeQueued(db, communityId, ctx.clock.now(), id)
    if (!mail) return null
    const attempts = mail.attempts + 1
    try {
      await transport.sendMail(asMessage(ctx, mail))
      const gone = secretMails.includes(mail.template) ? { body: '', subject: '' } : {}
      await updateMail(db, communityId, mail.id, { state: 'sent', attempts, problem: null, sentAt: ctx.clock.now(), ...gone })
      return { id: mail.id, problem: undefined }
    } catch (error) {
      const given = isPermanent(error) || attempts >= MAX_ATTEMPTS
      const problem = cleanLine(error instanceof Error ? error.message : String(error)).slice(0, 300)
      await updateMail(db, communityId, mail.id, { state: given ? 'failed' : 'queued', attempts, problem })
      return { id: mail.id, problem: given ? undefined : problem }
    }
  })
}

function asMessage(ctx: Context, mail: Mail) {
  const host = new URL(ctx.settings.publicUrl).hostname
  return {
    from: ctx.settings.mailFrom,
    // As an object, so that an address is never parsed as a list of several.
    to: { name: '', address: mail.toAddress },
    subject: mail.subject,
    text: mail.body,
    // The same each time, so that a receiver can drop what it got twice.
    messageId: `<${mail.id}@${host}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.locale === 'en' ? 'en' : 'zh-CN' },
    attachments:
      mail.calendar === null
        ? []
        : [{ filename: 'event.ics', content: mail.calendar, contentType: 'text/calendar; charset=utf-8; method=PUBLISH' }],
  }
}
