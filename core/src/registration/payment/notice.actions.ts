import { system } from '#core/kernel/actor.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { INSTALLATION } from '#core/people/mail/model.ts'
import { paymentJournal } from './journal.ts'
import type { Payment } from './model.ts'
import type { Notice, Provider, ProviderName } from './providers/provider.ts'
import { providersOf } from './providers/registry.ts'
import { communityOfNo } from './query.actions.ts'
import { receive } from './receive.ts'
import { receiveRefund } from './refund.settle.ts'
import { countNotices, findByTradeNo, insertNotice } from './store.ts'

/** What the provider is to be answered. */
export interface NoticeAnswer {
  /** False: not believed; it may tell again. */
  taken: boolean
  status: number
  type: string
  body: string
}

/** Notices that belong to nothing of ours are kept up to so many an hour: whoever sends rubbish is not to fill the disk. */
const RUBBISH_AN_HOUR = 500

/**
 * Takes a provider's notice as it came: believed only with its signature, compared with our own payment, and applied once
 * however often it is told. Everything is one row of payment_notice with its verdict; no network is used, so the answer
 * comes within the providers' five seconds. Errors: page.not_found for a provider that the installation does not have.
 */
export async function takeNotice(
  ctx: Context,
  name: ProviderName,
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
): Promise<NoticeAnswer> {
  const provider = providersOf(ctx).get(name)
  if (!provider || name === 'offline') throw fail('page.not_found')
  const read = await provider.readNotice(headers, body)
  const acting = { ...ctx, actor: system(`payments.${name}`) }
  const taken = read.ok ? await apply(acting, provider, read.notice) : await refuse(acting, name, null, read.reason)
  return { taken, ...provider.answer(taken) }
}

async function apply(ctx: Context, provider: Provider, notice: Notice): Promise<boolean> {
  const outTradeNo = notice.kind === 'paid' ? notice.paid.outTradeNo : notice.outTradeNo
  const communityId = await communityOfNo(ctx, outTradeNo)
  const payment = communityId === null ? undefined : await findByTradeNo(ctx.db, communityId, provider.name, outTradeNo)
  // Closed or waiting: nothing to do, whosever it is.
  if (!payment) return notice.kind === 'other' ? true : refuse(ctx, provider.name, notice, 'order')
  return transact(ctx, async (tx) => {
    if (notice.kind === 'other') {
      await note(ctx, tx, payment, notice, 'taken', 'moves_nothing', null)
      return true
    }
    const told =
      notice.kind === 'paid'
        ? await receive(ctx, tx, payment, notice.paid, provider.identity)
        : await receiveRefund(ctx, tx, payment, notice.refund, notice.identity, provider.identity)
    const amountFen = notice.kind === 'paid' ? notice.paid.amountFen : notice.refund.amountFen
    const reason = told.verdict === 'refused' ? told.reason : ''
    await note(ctx, tx, payment, notice, told.verdict, reason, amountFen)
    if (told.verdict === 'refused') {
      const { communityId: tenant, eventId, id } = payment
      tx.journal(paymentJournal.notice_refused, { communityId: tenant, eventId, kind: 'payment', id }, { provider: provider.name, reason })
    }
    return told.verdict !== 'refused'
  })
}

async function note(
  ctx: Context,
  tx: Tx,
  payment: Payment,
  notice: Notice,
  verdict: 'taken' | 'again' | 'late' | 'refused',
  reason: string,
  amountFen: number | null,
): Promise<void> {
  const { communityId, id: paymentId, provider } = payment
  const { kind, noticeNo } = notice
  await insertNotice(tx.db, {
    communityId,
    id: newId(ctx),
    provider,
    noticeNo,
    paymentId,
    kind,
    verdict,
    reason,
    amountFen,
    receivedAt: ctx.clock.now(),
  })
}

/** A notice that is not believed, or belongs to nothing of ours. */
async function refuse(ctx: Context, provider: ProviderName, notice: Notice | null, reason: string): Promise<false> {
  const receivedAt = ctx.clock.now()
  const kept = await countNotices(ctx.db, INSTALLATION, new Date(receivedAt.getTime() - 3_600_000))
  if (kept < RUBBISH_AN_HOUR) {
    await transact(ctx, (tx) =>
      insertNotice(tx.db, {
        communityId: INSTALLATION,
        id: newId(ctx),
        provider,
        noticeNo: notice?.noticeNo ?? '',
        paymentId: null,
        kind: notice?.kind ?? 'other',
        verdict: 'refused',
        reason,
        receivedAt,
        amountFen: notice?.kind === 'paid' ? notice.paid.amountFen : null,
      }),
    )
  }
  return false
}
