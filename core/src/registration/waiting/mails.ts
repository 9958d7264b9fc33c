import type { Community, Event } from '#core/community/model.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import { queueMail } from '#core/people/mail/actions.ts'
import { ownLink } from '#core/people/mail/rules.ts'
import { defineMail } from '#core/people/mail/templates.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { Order } from '../orders/model.ts'
import { orderPath } from '../orders/open.ts'
import type { TypeStock } from '../seats/model.ts'
import { waitingPath } from './path.ts'
import type { Waiting } from './store.ts'

/** That somebody is in the waiting list, with the link to their place. */
export const waitingMail = defineMail({
  name: 'registration.waiting',
  zh: {
    subject: '已加入候补：{event}',
    body: `{name}，您好：

「{event}」的{what}您在候补了，{seats} 位。空出来的位置按先后给，轮到时马上写信，信里说明留到什么时候。

排到第几、改人数、不等了，都在这个页面（链接请不要转发）：
{waiting}

{community}`,
  },
  en: {
    subject: 'You are on the waiting list: {event}',
    body: `Hello {name},

you wait for {seats} × {what} at “{event}”. What comes free is offered in order; we write at once when it is your turn, and say until when it is kept.

Your place in the list, changing how many you are, or no longer waiting (do not pass the link on):
{waiting}

{community}`,
  },
})

/** That seats are held for somebody who waited. */
export const offerMail = defineMail({
  name: 'registration.offer',
  zh: {
    subject: '轮到您了，位置留到 {until}：{event}',
    body: `{name}，您好：

「{event}」的{what}空出来了，{seats} 位给您留到 {until}。

在这里确认（链接请不要转发）：
{order}

到时没有确认，位置就给后面的人。不来了也请在那里放弃，后面的人马上轮到。

{community}`,
  },
  en: {
    subject: 'It is your turn, kept until {until}: {event}',
    body: `Hello {name},

{seats} × {what} at “{event}” came free and are kept for you until {until}.

Confirm here (do not pass the link on):
{order}

After that they go to the next in the list. If you no longer come, give them up on that page, and the next is called at once.

{community}`,
  },
})

/** That an offer ran out, and how to wait again. */
export const missedMail = defineMail({
  name: 'registration.offer_missed',
  zh: {
    subject: '给您留的位置已经让出：{event}',
    body: `{name}，您好：

「{event}」给您留的{what}（{seats} 位）到时没有确认，已经给了后面的人。

{again}
{waiting}

{community}`,
  },
  en: {
    subject: 'The seats kept for you have gone: {event}',
    body: `Hello {name},

{seats} × {what} at “{event}” were kept for you and not confirmed in time, so they went to the next in the list.

{again}
{waiting}

{community}`,
  },
})

/** How somebody goes on who missed an offer. */
const AGAIN = {
  waits: { zh: '其余的位置您还在候补，排到第几看这里：', en: 'You still wait for the rest; see your place in the list here:' },
  open: { zh: '还想来的话，在这里重新候补，从队尾排起：', en: 'If you would still like to come, wait again here, at the end of the list:' },
  closed: {
    zh: '候补现在不收人了，情况有变可以在这里看：',
    en: 'The waiting list takes nobody any more; should that change, you see it here:',
  },
} as const

/** That somebody was taken off the list by staff, and why. */
export const waitingRemovedMail = defineMail({
  name: 'registration.waiting_removed',
  zh: {
    subject: '候补已取消：{event}',
    body: `{name}，您好：

「{event}」的候补已由主办方取消。
{reason}

{community}`,
  },
  en: {
    subject: 'You are no longer on the waiting list: {event}',
    body: `Hello {name},

the organisers took you off the waiting list of “{event}”.
{reason}

{community}`,
  },
})

/** Whose place a mail is about, and for what. */
export interface AboutWaiting {
  community: Community
  event: Event
  waiting: Waiting
  type: Pick<TypeStock, 'name'> | undefined
}

/** Sends the link to a place, when an address was given. */
export async function mailWaiting(ctx: Context, tx: Tx, about: AboutWaiting): Promise<void> {
  const { waiting, community } = about
  if (waiting.email === '') return
  await queueMail(ctx, tx, {
    ...to(about),
    mail: waitingMail,
    values: {
      ...shared(about),
      what: whatOf(about),
      seats: waiting.seats,
      waiting: ownLink(ctx.settings, waitingPath(ctx, community.no, waiting)),
    },
  })
}

/** Tells that seats are held, and until when. */
export async function mailOffer(
  ctx: Context,
  tx: Tx,
  about: AboutWaiting,
  { seats, order, until }: { seats: number; order: Pick<Order, 'id' | 'linkVersion'>; until: Date },
): Promise<void> {
  const { waiting, community, event } = about
  if (waiting.email === '') return
  const values = {
    seats,
    until: untilLine(until, event.timeZone, waiting.locale),
    order: ownLink(ctx.settings, orderPath(ctx, community.no, order)),
  }
  await queueMail(ctx, tx, { ...to(about), mail: offerMail, values: { ...shared(about), what: whatOf(about), ...values } })
}

/**
 * Tells that an offer ran out, not before `leaves`. `way`: whether they still wait with the rest of their party, may wait
 * again, or not; `at`: the place whose page says more.
 */
export async function mailMissed(
  ctx: Context,
  tx: Tx,
  about: AboutWaiting,
  { way, at, leaves }: { way: keyof typeof AGAIN; at: Pick<Waiting, 'id' | 'linkVersion'>; leaves: Date },
): Promise<void> {
  const { waiting, community } = about
  if (waiting.email === '') return
  const values = {
    ...shared(about),
    what: whatOf(about),
    seats: waiting.seats,
    again: AGAIN[way][waiting.locale],
    waiting: ownLink(ctx.settings, waitingPath(ctx, community.no, at)),
  }
  const notBefore = leaves > ctx.clock.now() ? leaves : null
  await queueMail(ctx, tx, { ...to(about), mail: missedMail, values, notBefore })
}

/** Tells why somebody was taken off the list. */
export async function mailRemoved(ctx: Context, tx: Tx, about: AboutWaiting, reason: string): Promise<void> {
  if (about.waiting.email === '') return
  await queueMail(ctx, tx, { ...to(about), mail: waitingRemovedMail, values: { ...shared(about), reason } })
}

const to = ({ event, waiting }: AboutWaiting) => ({
  communityId: event.communityId,
  eventId: event.id,
  to: waiting.email,
  locale: waiting.locale,
})

const shared = ({ community, event, waiting: { name, locale } }: AboutWaiting) => ({
  name,
  event: pickText(event.name, locale),
  community: pickText(community.name, locale),
})

const whatOf = ({ type, waiting: { locale } }: AboutWaiting): string =>
  type ? pickText(type.name, locale) : locale === 'zh' ? '名额' : 'seat'

/** `12月4日 18:30`, in the event's time zone. */
function untilLine(at: Date, timeZone: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone,
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)
}
