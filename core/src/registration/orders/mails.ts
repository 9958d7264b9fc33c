import type { Community, Event } from '#core/community/model.ts'
import { formatMoney } from '#core/kernel/money.ts'
import { pickText } from '#core/kernel/text.ts'
import { queueMail } from '#core/people/mail/actions.ts'
import { ownLink } from '#core/people/mail/rules.ts'
import { defineMail } from '#core/people/mail/templates.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { whenLine } from '../mails.ts'
import type { Order } from './model.ts'
import { orderPath } from './open.ts'

/** That an order is complete, with the way to all its tickets. */
export const orderDoneMail = defineMail({
  name: 'registration.order_done',
  zh: {
    subject: '订单完成：{event}',
    body: `{name}，您好：

「{event}」的 {seats} 个位置登记好了。

时间：{when}
合计：{total}

每个人的票都在订单页（链接请不要转发）：
{order}

{community}`,
  },
  en: {
    subject: 'Your order is complete: {event}',
    body: `Hello {name},

{seats} places for “{event}” are booked.

When: {when}
Total: {total}

Everybody's ticket is on the order's page (do not pass the link on):
{order}

{community}`,
  },
})

/** That an order awaits payment until a stated time. */
export const orderPlacedMail = defineMail({
  name: 'registration.order_placed',
  zh: {
    subject: '位置已占好，请付款：{event}',
    body: `{name}，您好：

「{event}」的 {seats} 个位置给您留到 {until}，合计 {total}。

付款和查看订单：
{order}

{community}`,
  },
  en: {
    subject: 'Your seats are held, please pay: {event}',
    body: `Hello {name},

{seats} places for “{event}” are held for you until {until}; the total is {total}.

Pay and see the order:
{order}

{community}`,
  },
})

/** That a request waits for somebody to look at it. */
export const orderAskedMail = defineMail({
  name: 'registration.order_asked',
  zh: {
    subject: '已收到报名，等待审核：{event}',
    body: `{name}，您好：

「{event}」的报名已经收到，组织者会看一遍再答复，还没有占位置。

查看进度：
{order}

{community}`,
  },
  en: {
    subject: 'Your request was received: {event}',
    body: `Hello {name},

your request for “{event}” was received. The organisers look at each one; no seat is taken yet.

See how it stands:
{order}

{community}`,
  },
})

/** That a request was declined, and why. */
export const orderDeclinedMail = defineMail({
  name: 'registration.order_declined',
  zh: {
    subject: '报名没有通过：{event}',
    body: `{name}，您好：

很抱歉，「{event}」的报名这次没有通过。
{reason}

{community}`,
  },
  en: {
    subject: 'Your request was declined: {event}',
    body: `Hello {name},

we are sorry: your request for “{event}” was declined this time.
{reason}

{community}`,
  },
})

/** That the organisers cancelled an order, and why. */
export const orderCancelledMail = defineMail({
  name: 'registration.order_cancelled',
  zh: {
    subject: '订单已取消：{event}',
    body: `{name}，您好：

「{event}」的组织者取消了您的订单，占着的位置已经放回。
{reason}

查看订单：
{order}

{community}`,
  },
  en: {
    subject: 'Your order was cancelled: {event}',
    body: `Hello {name},

the organisers of “{event}” cancelled your order; the places it held are free again.
{reason}

See the order:
{order}

{community}`,
  },
})

interface About {
  community: Community
  event: Event
  order: Order
}

/** Tells whoever ordered that all is booked; of one free seat alone not when its ticket was sent to them. */
export async function mailOrderDone(ctx: Context, tx: Tx, about: About, seats: number, ticketSent: boolean): Promise<void> {
  if (about.order.totalFen === 0 && (seats === 0 || (seats === 1 && ticketSent))) return
  await send(ctx, tx, about, orderDoneMail, { seats, when: whenLine(about.event, about.order.locale) })
}

/** Tells whoever ordered until when the money is awaited. */
export async function mailOrderPlaced(ctx: Context, tx: Tx, about: About, seats: number): Promise<void> {
  const { order, event } = about
  const until = new Intl.DateTimeFormat(order.locale === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: event.timeZone,
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(order.expiresAt ?? event.startsAt)
  await send(ctx, tx, about, orderPlacedMail, { seats, until })
}

export async function mailOrderAsked(ctx: Context, tx: Tx, about: About): Promise<void> {
  await send(ctx, tx, about, orderAskedMail, {})
}

export async function mailOrderDeclined(ctx: Context, tx: Tx, about: About): Promise<void> {
  await send(ctx, tx, about, orderDeclinedMail, { reason: about.order.reason })
}

export async function mailOrderCancelled(ctx: Context, tx: Tx, about: About): Promise<void> {
  await send(ctx, tx, about, orderCancelledMail, { reason: about.order.reason })
}

async function send(
  ctx: Context,
  tx: Tx,
  { community, event, order }: About,
  mail: typeof orderDoneMail | typeof orderPlacedMail | typeof orderAskedMail | typeof orderDeclinedMail | typeof orderCancelledMail,
  values: Record<string, string | number>,
): Promise<void> {
  if (order.email === '') return
  const { locale } = order
  await queueMail(ctx, tx, {
    communityId: event.communityId,
    eventId: event.id,
    mail,
    to: order.email,
    locale,
    values: {
      name: order.name,
      event: pickText(event.name, locale),
      total: formatMoney(order.totalFen, locale),
      order: ownLink(ctx.settings, orderPath(ctx, community.no, order)),
      community: pickText(community.name, locale),
      seats: '',
      when: '',
      until: '',
      reason: '',
      ...values,
    },
  })
}
