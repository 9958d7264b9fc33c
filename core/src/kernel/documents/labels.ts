import type { Locale } from '../text.ts'
import type { BadgeRole } from './model.ts'

export interface DocumentLabels {
  programme: string
  partners: string
  scan: string
  /** With `{n}` for the number of entries that had no room. */
  more: string
  /** After the first names of a list: `{n}` names in all, `{rest}` of them not printed. */
  others: string
  undecided: string
  ticket: string
  showAtDoor: string
  code: string
  roles: Record<BadgeRole, string>
}

/** The fixed words of the printed matter. */
export const documentLabels: Record<Locale, DocumentLabels> = {
  zh: {
    programme: '议程',
    partners: '一起办成这件事的人',
    scan: '扫码报名',
    more: '还有 {n} 项，见活动页',
    others: '等 {n} 家',
    undecided: '日期待定',
    ticket: '入场票',
    showAtDoor: '入场时出示这个码，或报短码。',
    code: '短码',
    roles: { speaker: '讲师', volunteer: '志愿者', attendee: '参会者', media: '媒体', organiser: '组委会', partner: '伙伴' },
  },
  en: {
    programme: 'Programme',
    partners: 'Made possible by',
    scan: 'Scan to register',
    more: '{n} more on the event page',
    others: 'and {rest} more',
    undecided: 'Date to be decided',
    ticket: 'Ticket',
    showAtDoor: 'Show this code at the door, or say the short code.',
    code: 'Short code',
    roles: { speaker: 'Speaker', volunteer: 'Volunteer', attendee: 'Attendee', media: 'Media', organiser: 'Organiser', partner: 'Partner' },
  },
}
