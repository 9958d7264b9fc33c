import { pickText } from '#core/kernel/text.ts'
import { queueMail } from '#core/people/mail/actions.ts'
import { ownLink } from '#core/people/mail/rules.ts'
import { defineMail } from '#core/people/mail/templates.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { eventCalendar } from '../calendar.ts'
import { whenLine } from '../mails.ts'
import type { Ticket } from '../tickets.ts'

/** To whoever gets a ticket from somebody else: the way to it, and what is kept of them. */
export const handedOverMail = defineMail({
  name: 'registration.handed_over',
  zh: {
    subject: '有人把票转给了您：{event}',
    body: `{name}，您好：

有人把「{event}」的票转给了您，现在这张票是您的。

时间：{when}
地点：{where}
短码：{code}

您的票（签到时出示二维码或短码）：
{ticket}

对方说您同意把姓名和联系方式交给主办方，只用于这场活动的通知和签到。保存了什么、保存多久，见个人信息说明：
{notice}

如果您不想要这张票，或不同意保存，请在票的页面取消或删除资料。链接请不要转发。

{community}`,
  },
  en: {
    subject: 'A ticket was handed to you: {event}',
    body: `Hello {name},

somebody handed their ticket for “{event}” to you; it is yours now.

When: {when}
Where: {where}
Short code: {code}

Your ticket (show its QR code or the short code at the door):
{ticket}

They told us that you agree to your name and contact being passed on to the organisers, for notices and the door of this event only. What is kept, and for how long:
{notice}

If you do not want the ticket, or do not agree, cancel it or erase your data on the ticket's page. Do not pass the link on.

{community}`,
  },
})

/** To whoever handed a ticket on. */
export const handedOnMail = defineMail({
  name: 'registration.handed_on',
  zh: {
    subject: '票已转让：{event}',
    body: `{name}，您好：

您的「{event}」的票已经转给了别人，原来的链接和二维码不再有效，您的回答和同意也已删除。

如果这不是您做的，请尽快联系主办方。

{community}`,
  },
  en: {
    subject: 'Your ticket was handed over: {event}',
    body: `Hello {name},

your ticket for “{event}” now belongs to somebody else. Its old link and QR code are no longer valid; your answers and consents are gone.

If this was not you, please tell the organisers soon.

{community}`,
  },
})

/** Writes to the new holder; the ticket is theirs already. */
export async function mailHandedOver(ctx: Context, tx: Tx, ticket: Ticket): Promise<void> {
  const { registration, event, community, person, links } = ticket
  const { locale } = registration
  await queueMail(ctx, tx, {
    communityId: event.communityId,
    eventId: event.id,
    mail: handedOverMail,
    to: registration.email,
    locale,
    values: {
      name: person.name,
      event: pickText(event.name, locale),
      when: whenLine(event, locale),
      where: [pickText(event.venue, locale), pickText(event.address, locale)].filter(Boolean).join(' · '),
      code: registration.code,
      ticket: ownLink(ctx.settings, links.path),
      notice: ownLink(ctx.settings, `/${community.slug}/notice`),
      community: pickText(community.name, locale),
    },
    calendar: eventCalendar({ community, event, locale, url: links.url }),
  })
}

/** Writes to the one who gave the ticket away, while the ticket is still theirs. */
export async function mailHandedOn(ctx: Context, tx: Tx, { registration, event, community, person }: Ticket): Promise<void> {
  if (registration.email === '') return
  const { locale } = registration
  await queueMail(ctx, tx, {
    communityId: event.communityId,
    eventId: event.id,
    mail: handedOnMail,
    to: registration.email,
    locale,
    values: { name: person.name, event: pickText(event.name, locale), community: pickText(community.name, locale) },
    calendar: eventCalendar({
      community,
      event,
      locale,
      url: `${ctx.settings.publicUrl}/${community.slug}/${event.slug}`,
      cancelled: true,
    }),
  })
}
