import type { Text } from '#core/kernel/text.ts'

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
  until: { label: { zh: '到什么时候', en: 'Until when' }, example: { zh: '12月3日 10:00', en: '3 December, 10:00' } },
  rule: {
    label: { zh: '不回复会怎样（按您的设置）', en: 'What happens without an answer (as you set it)' },
    example: { zh: '没有回复也不影响您的名额。', en: 'Without an answer you keep your seat.' },
  },
  changes: {
    label: { zh: '变动：旧 → 新', en: 'What changed: old → new' },
    example: { zh: '地点：图书馆 → 市民中心', en: 'Place: Library → Civic Centre' },
  },
  state: { label: { zh: '「延期」或「取消」', en: '“postponed” or “cancelled”' }, example: { zh: '延期', en: 'postponed' } },
  seats: { label: { zh: '几个位置', en: 'How many places' }, example: both('2') },
  total: { label: { zh: '合计金额', en: 'Total amount' }, example: both('¥198.00') },
  yuan: { label: { zh: '金额（元）', en: 'Amount in yuan' }, example: both('99.00') },
  order: { label: { zh: '订单的链接', en: 'Link to the order' }, example: both('https://example.org/o/…') },
  waiting: { label: { zh: '候补位置的链接', en: 'Link to the place in the waiting list' }, example: both('https://example.org/w/…') },
  again: {
    label: { zh: '怎样再候补（一句话，链接在下一行）', en: 'How to wait again (one sentence; the link follows)' },
    example: {
      zh: '还想来的话，在这里重新候补，从队尾排起：',
      en: 'If you would still like to come, wait again here, at the end of the list:',
    },
  },
  notice: { label: { zh: '个人信息说明的链接', en: 'Link to the data notice' }, example: both('https://example.org/…/notice') },
  what: { label: { zh: '是什么', en: 'What it is about' }, example: { zh: '位置', en: 'seat' } },
  why: { label: { zh: '为什么', en: 'Why' }, example: { zh: '这份订单已经付过一次了', en: 'this order had been paid already' } },
  reason: {
    label: { zh: '您写的原因', en: 'The reason that you gave' },
    example: { zh: '这次名额有限。', en: 'There are few seats this time.' },
  },
  request: { label: { zh: '提交的是什么', en: 'What was handed in' }, example: { zh: '转账凭证', en: 'proof of transfer' } },
  host: { label: { zh: '开票单位', en: 'Who issues the invoice' }, example: { zh: '示例主办单位', en: 'Example host' } },
  how: { label: { zh: '「未通过」或「已冲红」', en: '“refused” or “reversed”' }, example: { zh: '未通过', en: 'refused' } },
}
