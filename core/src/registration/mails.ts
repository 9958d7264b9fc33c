import { dateLine } from '#core/kernel/documents/dates.ts'
import { localDay } from '#core/community/rules.ts'
import type { Community, Event } from '#core/community/model.ts'
import { newId } from '#core/kernel/ids.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import { queueMail } from '#core/people/mail/actions.ts'
import { composeLetter, mark, wordsOf, type Letter } from '#core/people/mail/letter.ts'
import { ownLink } from '#core/people/mail/rules.ts'
import { withWords, type ChangedWords } from '#core/people/mail/words.ts'
import { defineMail } from '#core/people/mail/templates.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { NewBooking } from './batch.store.ts'
import { eventCalendar } from './calendar.ts'
import type { Registration } from './model.ts'
import type { Ticket } from './tickets.ts'

/** The confirmation, also sent when somebody asks for their link again. */
export const ticketMail = defineMail({
  name: 'registration.ticket',
  zh: {
    subject: '报名成功：{event}',
    body: `{name}，您好：

您已报名「{event}」。

时间：{when}
地点：{where}
短码：{code}

您的票（签到时出示二维码或短码）：
{ticket}

来不了的话，请在这个页面取消，名额马上留给别人。资料也在那里查看、修改、删除；链接请不要转发。

{community}`,
  },
  en: {
    subject: 'You are registered: {event}',
    body: `Hello {name},

you are registered for “{event}”.

When: {when}
Where: {where}
Short code: {code}

Your ticket (show its QR code or the short code at the door):
{ticket}

If you cannot come, please cancel on that page, so that somebody else gets the seat. There you can also see, change and erase your data; do not pass the link on.

{community}`,
  },
})

/** That a seat was given back. */
export const cancelledMail = defineMail({
  name: 'registration.cancelled',
  zh: {
    subject: '已取消报名：{event}',
    body: `{name}，您好：

「{event}」的报名已经取消，名额已让出来。改变主意的话，有空位时可以再报一次：
{page}

{community}`,
  },
  en: {
    subject: 'Cancelled: {event}',
    body: `Hello {name},

your registration for “{event}” is cancelled and the seat is free. Should you change your mind while there are seats, register again:
{page}

{community}`,
  },
})

/** The event's time as a sentence: `2019年10月26日（周六）13:30 – 18:30`. */
export function whenLine(event: Pick<Event, 'startsAt' | 'endsAt' | 'timeZone'>, locale: Locale): string {
  let time = times.get(event.timeZone)
  if (!time)
    times.set(event.timeZone, (time = new Intl.DateTimeFormat('en-GB', { timeZone: event.timeZone, hour: '2-digit', minute: '2-digit' })))
  const [start, end] = [localDay(event.startsAt, event.timeZone), localDay(event.endsAt, event.timeZone)]
  return dateLine({ start, end, time: `${time.format(event.startsAt)} – ${time.format(event.endsAt)}` }, locale)
}

/** By time zone: each batch of a rush says it anew, and making one takes long. */
const times = new Map<string, Intl.DateTimeFormat>()

/** Queues the confirmation with its calendar entry, when an address was given. */
export async function mailTicket(ctx: Context, tx: Tx, ticket: Ticket): Promise<void> {
  const { registration, event, community, person, links } = ticket
  if (registration.email === '') return
  const { locale } = registration
  await queueMail(ctx, tx, {
    communityId: event.communityId,
    eventId: event.id,
    mail: ticketMail,
    to: registration.email,
    locale,
    values: {
      name: person.name,
      code: registration.code,
      ticket: ownLink(ctx.settings, links.path),
      ...shared(community, event, locale),
    },
    calendar: eventCalendar({ community, event, locale, url: links.url }),
  })
}

/** The confirmations of a batch: one letter for each language, and each mail's own words. */
export function makeTicketMails(
  ctx: Context,
  community: Community,
  event: Event,
  /** As changed by organisers: looked up once a batch. */
  words: ChangedWords = {},
): {
  /** `path` of the booking's personal link. */
  of: (registration: Registration, name: string, path: string) => NonNullable<NewBooking['mail']>
  letters: () => Letter[]
} {
  const letters = new Map<Locale, Letter>()
  const letterIn = (locale: Locale): Letter => {
    const values = { name: mark('name'), code: mark('code'), ticket: mark('ticket'), ...shared(community, event, locale) }
    return composeLetter(
      withWords(ticketMail, words),
      locale,
      values,
      eventCalendar({ community, event, locale, url: mark('ticket').href }),
    )
  }
  return {
    of: (registration, name, path) => {
      const letter = letters.get(registration.locale) ?? letterIn(registration.locale)
      letters.set(registration.locale, letter)
      const ticket = ownLink(ctx.settings, path)
      return {
        id: newId(ctx),
        letterId: letter.id,
        places: wordsOf({ name, code: registration.code, ticket }),
        state: ctx.settings.smtp === undefined ? 'kept' : 'queued',
      }
    },
    letters: () => [...letters.values()],
  }
}

/** What a confirmation says of the event. */
function shared(community: Community, event: Event, locale: Locale) {
  return {
    event: pickText(event.name, locale),
    when: whenLine(event, locale),
    where: [pickText(event.venue, locale), pickText(event.address, locale)].filter(Boolean).join(' · '),
    community: pickText(community.name, locale),
  }
}

/** Tells the holder that the seat was given back, when an address was given. */
export async function mailCancelled(ctx: Context, tx: Tx, ticket: Ticket): Promise<void> {
  const { registration, event, community, person } = ticket
  if (registration.email === '') return
  const { locale } = registration
  await queueMail(ctx, tx, {
    communityId: event.communityId,
    eventId: event.id,
    mail: cancelledMail,
    to: registration.email,
    locale,
    values: {
      name: person.name,
      event: pickText(event.name, locale),
      page: ownLink(ctx.settings, `/${community.slug}/${event.slug}`),
      community: pickText(community.name, locale),
    },
    calendar: eventCalendar({
      community,
      event,
      locale,
      url: `${ctx.settings.publicUrl}/${community.slug}/${event.slug}`,
      cancelled: true,
    }),
  })
}
