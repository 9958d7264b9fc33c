import type { Locale, Text } from '#core/kernel/text.ts'
import type { MailTemplate } from '#core/people/mail/model.ts'
import { placesOf } from '#core/people/mail/words.ts'
import { cancelledMail, ticketMail } from '../mails.ts'
import { fapiaoEndedMail, fapiaoIssuedMail } from '../fapiao/mails.ts'
import { handedOnMail, handedOverMail } from '../orders/handover.mails.ts'
import { orderAskedMail, orderCancelledMail, orderDeclinedMail, orderDoneMail, orderPlacedMail } from '../orders/mails.ts'
import { keptMail, moneyBackMail, notTakenMail, refundedMail } from '../payment/mails.ts'
import { missedMail, offerMail, waitingMail, waitingRemovedMail } from '../waiting/mails.ts'
import { calledOffMail, changedMail, freeMail, freeWaitingMail, reconfirmMail, releasedMail, reminderMail } from './mails.ts'
import { placeMeanings } from './places.ts'

/** A kind of mail about registration whose words organisers may change. */
export interface MailKind {
  mail: MailTemplate
  label: Text
  /** When it is sent. */
  about: Text
  /** Under what it is listed. */
  group: 'registering' | 'order' | 'waiting' | 'event'
  /** Places without which the mail would be of no use. */
  needs: readonly string[]
}

/** The kinds in the order in which people get them. Each mail of this room stands here; a test holds that. */
export const mailKinds: readonly MailKind[] = [
  {
    mail: ticketMail,
    group: 'registering',
    label: { zh: '报名成功', en: 'Confirmation' },
    about: {
      zh: '报名后马上发，带日历；再要链接时也是这封',
      en: 'At once after registering, with a calendar entry; also when the link is asked for again',
    },
    needs: ['ticket'],
  },
  {
    mail: orderAskedMail,
    group: 'order',
    label: { zh: '等待审核', en: 'Request received' },
    about: { zh: '要审核的报名，收到后马上发', en: 'At once when a request is to be looked at' },
    needs: ['order'],
  },
  {
    mail: orderDeclinedMail,
    group: 'order',
    label: { zh: '没有通过审核', en: 'Request declined' },
    about: { zh: '审核没有通过时马上发', en: 'At once when a request was declined' },
    needs: [],
  },
  {
    mail: orderPlacedMail,
    group: 'order',
    label: { zh: '请付款', en: 'Please pay' },
    about: { zh: '位置占好、等付款时马上发', en: 'At once when seats are held and money is awaited' },
    needs: ['order', 'until'],
  },
  {
    mail: orderDoneMail,
    group: 'order',
    label: { zh: '订单完成', en: 'Order complete' },
    about: { zh: '几个人一起或付了款的订单，登记好后马上发', en: 'At once when an order of several seats, or a paid one, is booked' },
    needs: ['order'],
  },
  {
    mail: orderCancelledMail,
    group: 'order',
    label: { zh: '订单被取消', en: 'Order cancelled' },
    about: { zh: '主办方取消订单时马上发', en: 'At once when staff cancel an order' },
    needs: [],
  },
  {
    mail: notTakenMail,
    group: 'order',
    label: { zh: '凭证或退款没有通过', en: 'Proof or refund not accepted' },
    about: { zh: '转账凭证或退款申请没有通过时马上发', en: 'At once when a proof of transfer or a request for money back is not accepted' },
    needs: ['order'],
  },
  {
    mail: moneyBackMail,
    group: 'order',
    label: { zh: '付款将退回', en: 'Payment goes back' },
    about: { zh: '付款到得太晚，或付了两次时马上发', en: 'At once when money came too late or twice' },
    needs: ['order'],
  },
  {
    mail: refundedMail,
    group: 'order',
    label: { zh: '已退款', en: 'Money given back' },
    about: { zh: '退款完成时马上发', en: 'At once when money was given back' },
    needs: [],
  },
  {
    mail: keptMail,
    group: 'order',
    label: { zh: '订单取消，付款不退', en: 'Order cancelled, payment kept' },
    about: { zh: '主办方取消付过款的订单、不退款时马上发', en: 'At once when staff cancel a paid order and keep its money' },
    needs: ['order', 'reason'],
  },
  {
    mail: fapiaoIssuedMail,
    group: 'order',
    label: { zh: '发票已开具', en: 'Invoice issued' },
    about: { zh: '发票文件传上来时马上发', en: 'At once when the invoice was uploaded' },
    needs: ['order'],
  },
  {
    mail: fapiaoEndedMail,
    group: 'order',
    label: { zh: '发票驳回或冲红', en: 'Invoice refused or reversed' },
    about: { zh: '发票申请没有通过，或已冲红时马上发', en: 'At once when an invoice was refused or reversed' },
    needs: [],
  },
  {
    mail: handedOverMail,
    group: 'registering',
    label: { zh: '收到转让的票', en: 'Ticket handed over' },
    about: { zh: '票转给别人时，发给新主人', en: 'To the new holder when a ticket is handed over' },
    needs: ['ticket'],
  },
  {
    mail: handedOnMail,
    group: 'registering',
    label: { zh: '票已转出', en: 'Ticket handed on' },
    about: { zh: '票转给别人时，发给原来的人', en: 'To the former holder when a ticket is handed over' },
    needs: [],
  },
  {
    mail: waitingMail,
    group: 'waiting',
    label: { zh: '加入候补', en: 'On the waiting list' },
    about: { zh: '登记候补后马上发；再要链接时也是这封', en: 'At once after joining; also when the link is asked for again' },
    needs: ['waiting'],
  },
  {
    mail: offerMail,
    group: 'waiting',
    label: { zh: '轮到候补', en: 'An offer from the waiting list' },
    about: { zh: '有位置空出来，轮到某人时马上发', en: 'At once when seats come free for somebody who waits' },
    needs: ['order', 'until'],
  },
  {
    mail: missedMail,
    group: 'waiting',
    label: { zh: '候补的位置过期了', en: 'An offer that ran out' },
    about: {
      zh: '给某人留的位置到时没有确认时发；免打扰时间里的，早上再发',
      en: 'When seats that were kept for somebody were not confirmed in time; after the quiet hours',
    },
    needs: ['waiting'],
  },
  {
    mail: waitingRemovedMail,
    group: 'waiting',
    label: { zh: '候补被取消', en: 'Taken off the waiting list' },
    about: { zh: '主办方把人移出候补时马上发', en: 'At once when staff take somebody off the list' },
    needs: ['reason'],
  },
  {
    mail: reconfirmMail,
    group: 'event',
    label: { zh: '确认到场', en: 'Re-confirmation' },
    about: { zh: '活动前几天问还来不来', en: 'Some days before: are you still coming?' },
    needs: ['coming', 'not_coming'],
  },
  {
    mail: releasedMail,
    group: 'event',
    label: { zh: '名额已让出', en: 'Seat given on' },
    about: { zh: '到期没有回复，名额给了候补', en: 'No answer came in time and the seat went to those who wait' },
    needs: [],
  },
  {
    mail: reminderMail,
    group: 'event',
    label: { zh: '提醒', en: 'Reminder' },
    about: { zh: '活动前一晚，或您定的时间', en: 'The evening before, or when you plan it' },
    needs: ['ticket'],
  },
  {
    mail: changedMail,
    group: 'event',
    label: { zh: '时间地点有变', en: 'Change of time or place' },
    about: { zh: '改了时间地点，由您决定告诉大家时', en: 'When you decide to tell about a change' },
    needs: ['changes'],
  },
  {
    mail: calledOffMail,
    group: 'event',
    label: { zh: '延期或取消活动', en: 'Postponed or called off' },
    about: { zh: '活动延期或取消，由您决定告诉大家时', en: 'When you decide to tell that the event is off' },
    needs: [],
  },
  {
    mail: cancelledMail,
    group: 'registering',
    label: { zh: '取消了报名', en: 'Registration cancelled' },
    about: { zh: '有人取消报名后马上发', en: 'At once after a seat was given back' },
    needs: [],
  },
  {
    mail: freeMail,
    group: 'event',
    label: { zh: '写给所有人', en: 'Written to all' },
    about: { zh: '您自己写信时的开头和结尾', en: 'How your own letters to all begin and end' },
    needs: [],
  },
  {
    mail: freeWaitingMail,
    group: 'waiting',
    label: { zh: '写给候补的人', en: 'Written to who waits' },
    about: { zh: '您给候补的人写信时的开头和结尾', en: 'How your own letters to the waiting list begin and end' },
    needs: [],
  },
]

export function findKind(name: string): MailKind | undefined {
  return mailKinds.find(({ mail }) => mail.name === name)
}

/** A kind's short name in addresses: `registration.order_done` is `order_done`. */
export const shortName = (name: string): string => name.slice(name.indexOf('.') + 1)

/** The kind with this short name. */
export function findShort(short: string): MailKind | undefined {
  return mailKinds.find(({ mail }) => shortName(mail.name) === short)
}

/** The places that organisers may use in a letter of their own, beside those of its kind. */
export const freePlaces: readonly string[] = ['name', 'event', 'when', 'where', 'way', 'code', 'ticket', 'page', 'community']

/** The names that may stand in braces in a kind's words. */
export function knownPlaces(kind: MailKind): string[] {
  if (kind.mail.name === freeWaitingMail.name)
    return freePlaces.filter((name) => name !== 'code').map((name) => (name === 'ticket' ? 'waiting' : name))
  return kind.mail.name === freeMail.name ? [...freePlaces] : placesOf(kind.mail)
}

/** Example values of places in one language. */
export function exampleValues(names: readonly string[], locale: Locale): Record<string, { href: string }> {
  return Object.fromEntries(names.map((name) => [name, { href: placeMeanings[name]?.example[locale] ?? name }]))
}
