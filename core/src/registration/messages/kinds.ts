import type { Locale, Text } from '#core/kernel/text.ts'
import type { MailTemplate } from '#core/people/mail/model.ts'
import { placesOf } from '#core/people/mail/words.ts'
import { cancelledMail, ticketMail } from '../mails.ts'
import { offerMail, waitingMail, waitingRemovedMail } from '../waiting/mails.ts'
import { calledOffMail, changedMail, freeMail, reconfirmMail, releasedMail, reminderMail } from './mails.ts'

/** A kind of mail about registration whose words organisers may change. */
export interface MailKind {
  mail: MailTemplate
  label: Text
  /** When it is sent. */
  about: Text
  /** Places without which the mail would be of no use. */
  needs: readonly string[]
}

/** The kinds in the order in which people get them. Each mail of this room stands here; a test holds that. */
export const mailKinds: readonly MailKind[] = [
  {
    mail: ticketMail,
    label: { zh: '报名成功', en: 'Confirmation' },
    about: {
      zh: '报名后马上发，带日历；再要链接时也是这封',
      en: 'At once after registering, with a calendar entry; also when the link is asked for again',
    },
    needs: ['ticket'],
  },
  {
    mail: reconfirmMail,
    label: { zh: '确认到场', en: 'Re-confirmation' },
    about: { zh: '活动前几天问还来不来', en: 'Some days before: are you still coming?' },
    needs: ['coming', 'not_coming'],
  },
  {
    mail: releasedMail,
    label: { zh: '名额已让出', en: 'Seat given on' },
    about: { zh: '到期没有回复，名额给了候补', en: 'No answer came in time and the seat went to those who wait' },
    needs: [],
  },
  {
    mail: reminderMail,
    label: { zh: '提醒', en: 'Reminder' },
    about: { zh: '活动前一晚，或您定的时间', en: 'The evening before, or when you plan it' },
    needs: ['ticket'],
  },
  {
    mail: changedMail,
    label: { zh: '时间地点有变', en: 'Change of time or place' },
    about: { zh: '改了时间地点，由您决定告诉大家时', en: 'When you decide to tell about a change' },
    needs: ['changes'],
  },
  {
    mail: calledOffMail,
    label: { zh: '延期或取消活动', en: 'Postponed or called off' },
    about: { zh: '活动延期或取消，由您决定告诉大家时', en: 'When you decide to tell that the event is off' },
    needs: [],
  },
  {
    mail: cancelledMail,
    label: { zh: '取消了报名', en: 'Registration cancelled' },
    about: { zh: '有人取消报名后马上发', en: 'At once after a seat was given back' },
    needs: [],
  },
  {
    mail: waitingMail,
    label: { zh: '加入候补', en: 'On the waiting list' },
    about: { zh: '登记候补后马上发；再要链接时也是这封', en: 'At once after joining; also when the link is asked for again' },
    needs: ['waiting'],
  },
  {
    mail: offerMail,
    label: { zh: '候补轮到了', en: 'Waiting list: your turn' },
    about: { zh: '空出位置、轮到这一位时马上发', en: 'At once when seats came free for somebody who waited' },
    needs: ['order', 'until'],
  },
  {
    mail: waitingRemovedMail,
    label: { zh: '候补被移除', en: 'Taken off the waiting list' },
    about: { zh: '您从候补里移除一组时', en: 'When you take a party off the list' },
    needs: ['reason'],
  },
  {
    mail: freeMail,
    label: { zh: '写给所有人', en: 'Written to all' },
    about: { zh: '您自己写信时的开头和结尾', en: 'How your own letters to all begin and end' },
    needs: [],
  },
]

export function findKind(name: string): MailKind | undefined {
  return mailKinds.find(({ mail }) => mail.name === name)
}

/** What a place means, and what stands there in an example. Addresses of examples open nothing. */
interface PlaceMeaning {
  label: Text
  example: Text
}

const both = (text: string): Text => ({ zh: text, en: text })

/** Every place of every kind, by its flat name. */
export const placeMeanings: Readonly<Record<string, PlaceMeaning>> = {
  name: { label: { zh: '报名人的名字', en: 'Name of who registered' }, example: { zh: '王小明', en: 'Wang Xiaoming' } },
  event: { label: { zh: '活动名', en: 'Name of the event' }, example: { zh: '示例活动', en: 'Example event' } },
  when: {
    label: { zh: '时间', en: 'Time' },
    example: { zh: '2026年12月5日（周六）13:30 – 18:30', en: 'Sat 5 December 2026, 13:30 – 18:30' },
  },
  where: { label: { zh: '地点和地址', en: 'Venue and address' }, example: { zh: '图书馆 · 一号路 1 号', en: 'Library · 1 First Road' } },
  way: {
    label: { zh: '怎么走（没写就整行省略）', en: 'The way in (its line is left out when empty)' },
    example: { zh: '东门进，三楼', en: 'East gate, third floor' },
  },
  code: { label: { zh: '短码', en: 'Short code' }, example: both('K7MP2Q') },
  ticket: { label: { zh: '票的链接', en: 'Link to the ticket' }, example: both('https://example.org/t/…') },
  community: { label: { zh: '社区名', en: 'Name of the community' }, example: { zh: '示例社区', en: 'Example community' } },
  page: { label: { zh: '活动页的链接', en: 'Link to the event’s page' }, example: both('https://example.org/…') },
  coming: { label: { zh: '「我会来」的链接', en: 'Link “I am coming”' }, example: both('https://example.org/t/…?answer=yes') },
  not_coming: { label: { zh: '「来不了」的链接', en: 'Link “I cannot come”' }, example: both('https://example.org/t/…?answer=no') },
  until: { label: { zh: '回复的期限', en: 'Until when to answer' }, example: { zh: '12月3日 10:00', en: '3 December, 10:00' } },
  rule: {
    label: { zh: '不回复会怎样（按您的设置）', en: 'What happens without an answer (as you set it)' },
    example: { zh: '没有回复也不影响您的名额。', en: 'Without an answer you keep your seat.' },
  },
  changes: {
    label: { zh: '变动：旧 → 新', en: 'What changed: old → new' },
    example: { zh: '地点：图书馆 → 市民中心', en: 'Place: Library → Civic Centre' },
  },
  what: { label: { zh: '候补的是什么', en: 'What is waited for' }, example: { zh: '名额', en: 'seat' } },
  seats: { label: { zh: '几个位置', en: 'How many seats' }, example: both('2') },
  waiting: { label: { zh: '候补的链接', en: 'Link to the place in the list' }, example: both('https://example.org/w/…') },
  order: { label: { zh: '订单的链接', en: 'Link to the order' }, example: both('https://example.org/o/…') },
  reason: { label: { zh: '原因', en: 'Reason' }, example: { zh: '人数报重了。', en: 'The party was entered twice.' } },
  state: { label: { zh: '「延期」或「取消」', en: '“postponed” or “cancelled”' }, example: { zh: '延期', en: 'postponed' } },
}

/** The places of a kind with what they mean. */
export function placesIn(kind: MailKind): { name: string; label: Text; example: Text; needed: boolean }[] {
  return placesOf(kind.mail).map((name) => {
    const { label, example } = placeMeanings[name] ?? { label: both(name), example: both(name) }
    return { name, label, example, needed: kind.needs.includes(name) }
  })
}

/** The places that organisers may use in a letter of their own, beside those of its kind. */
export const freePlaces: readonly string[] = ['name', 'event', 'when', 'where', 'way', 'code', 'ticket', 'page', 'community']

/** The names that may stand in braces in a kind's words. */
export function knownPlaces(kind: MailKind): string[] {
  return kind.mail.name === freeMail.name ? [...freePlaces] : placesOf(kind.mail)
}

/** Example values of places in one language. */
export function exampleValues(names: readonly string[], locale: Locale): Record<string, { href: string }> {
  return Object.fromEntries(names.map((name) => [name, { href: placeMeanings[name]?.example[locale] ?? name }]))
}
