import type { Community, Event } from '#core/community/model.ts'
import { findCommunity, findEvent } from '#core/community/store.ts'
import { pickText } from '#core/kernel/text.ts'
import { queueMail } from '#core/people/mail/actions.ts'
import { ownLink } from '#core/people/mail/rules.ts'
import { defineMail } from '#core/people/mail/templates.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { Order } from '../orders/model.ts'
import { orderPath } from '../orders/open.ts'

/** A payment came when the seats were gone, or for an order that was paid already. */
export const moneyBackMail = defineMail({
  name: 'payment.money_back',
  zh: {
    subject: '您的付款将退回：{event}',
    body: `{name}，您好：

我们收到了您为「{event}」付的 ¥{yuan}，但{why}。

这笔钱会自动按原路退回，不用申请。进展看订单页：
{order}

{community}`,
  },
  en: {
    subject: 'Your payment goes back: {event}',
    body: `Hello {name},

we received ¥{yuan} from you for “{event}”, but {why}.

The money goes back by itself the way it came; there is nothing to ask for. How it stands is shown on the order’s page:
{order}

{community}`,
  },
})

/** Money was given back. */
export const refundedMail = defineMail({
  name: 'payment.refunded',
  zh: {
    subject: '已退款 ¥{yuan}：{event}',
    body: `{name}，您好：

「{event}」的 ¥{yuan} 已按原路退回。到账时间看支付平台或银行，一般 1 到 3 个工作日。

订单页：
{order}

{community}`,
  },
  en: {
    subject: '¥{yuan} given back: {event}',
    body: `Hello {name},

¥{yuan} for “{event}” was sent back the way it came. It arrives within one to three working days, as the provider or bank takes.

The order’s page:
{order}

{community}`,
  },
})

/** A request of the buyer's was looked at and not followed: a proof of a transfer, or money back. */
export const notTakenMail = defineMail({
  name: 'payment.not_taken',
  zh: {
    subject: '{request}没有通过：{event}',
    body: `{name}，您好：

您为「{event}」提交的{request}没有通过，原因：

{reason}

可以在订单页看情况，或再提交一次：
{order}

{community}`,
  },
  en: {
    subject: '{request} was not accepted: {event}',
    body: `Hello {name},

your {request} for “{event}” was not accepted, because:

{reason}

You can look at the order’s page, or try once more there:
{order}

{community}`,
  },
})

/** Staff cancelled an order and keep its money, for a reason. */
export const keptMail = defineMail({
  name: 'payment.kept',
  zh: {
    subject: '订单已取消，¥{yuan} 不退：{event}',
    body: `{name}，您好：

您在「{event}」的订单已由主办方取消，票随之失效。付过的 ¥{yuan} 不退，原因：

{reason}

有不清楚的地方，请直接回复主办方。订单页：
{order}

{community}`,
  },
  en: {
    subject: 'Order cancelled, ¥{yuan} kept: {event}',
    body: `Hello {name},

your order for “{event}” was cancelled by the organisers, and its tickets are no longer valid. The ¥{yuan} that you paid is kept, because:

{reason}

Please ask the organisers if anything is unclear. The order’s page:
{order}

{community}`,
  },
})

const words = {
  late: { zh: '付款到的时候，订单已经过期或取消，座位没有了', en: 'when it came, the order had ended and its seats were gone' },
  twice: { zh: '这份订单已经付过一次了', en: 'this order had been paid already' },
  proof: { zh: '转账凭证', en: 'proof of transfer' },
  refund: { zh: '退款申请', en: 'request for money back' },
} as const

/** Tells that money goes back by itself, when an address was given. */
export function mailMoneyBack(ctx: Context, tx: Tx, order: Order, cause: 'late' | 'twice', yuan: string): Promise<void> {
  return write(ctx, tx, order, (to) =>
    queueMail(ctx, tx, { ...to.base, mail: moneyBackMail, values: { ...to.values, yuan, why: words[cause][order.locale] } }),
  )
}

/** Tells that money was given back, when an address was given. */
export function mailRefunded(ctx: Context, tx: Tx, order: Order, yuan: string): Promise<void> {
  return write(ctx, tx, order, (to) => queueMail(ctx, tx, { ...to.base, mail: refundedMail, values: { ...to.values, yuan } }))
}

/** Tells that money is kept, and why, when an address was given. */
export function mailKept(ctx: Context, tx: Tx, order: Order, yuan: string, reason: string): Promise<void> {
  return write(ctx, tx, order, (to) => queueMail(ctx, tx, { ...to.base, mail: keptMail, values: { ...to.values, yuan, reason } }))
}

/** Tells that a proof or a request was not accepted, and why, when an address was given. */
export function mailNotTaken(ctx: Context, tx: Tx, order: Order, what: 'proof' | 'refund', reason: string): Promise<void> {
  return write(ctx, tx, order, (to) =>
    queueMail(ctx, tx, { ...to.base, mail: notTakenMail, values: { ...to.values, request: words[what][order.locale], reason } }),
  )
}

interface Addressed {
  base: { communityId: string; eventId: string; to: string; locale: Order['locale'] }
  values: { name: string; event: string; community: string; order: ReturnType<typeof ownLink> }
}

async function write(ctx: Context, tx: Tx, order: Order, queue: (to: Addressed) => Promise<unknown>): Promise<void> {
  if (order.email === '') return
  const community: Community | undefined = await findCommunity(tx.db, order.communityId)
  const event: Event | undefined = await findEvent(tx.db, order.communityId, order.eventId)
  if (!community || !event) return
  await queue({
    base: { communityId: order.communityId, eventId: order.eventId, to: order.email, locale: order.locale },
    values: {
      name: order.name,
      event: pickText(event.name, order.locale),
      community: pickText(community.name, order.locale),
      order: ownLink(ctx.settings, orderPath(ctx, community.no, order)),
    },
  })
}
