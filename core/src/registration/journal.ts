import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const text = z.object({ zh: z.string().optional(), en: z.string().optional() })
const channel = z.string()

/** What happens to an event's registration. Facts tell through which entrance, never who. */
export const registrationJournal = defineJournal('registration', {
  opened: { facts: z.object({ cap: z.number().nullable() }), public: true, zh: '报名开始', en: 'Registration opened' },
  closed: { facts: z.object({ taken: z.number() }), public: true, zh: '报名关闭，共 {taken} 人', en: 'Registration closed at {taken}' },
  window_set: {
    facts: z.object({ opensAt: z.string().nullable(), closesAt: z.string().nullable() }),
    public: true,
    zh: '报名的起止时间有调整',
    en: 'The registration window was changed',
  },
  channel_added: {
    facts: z.object({ slug: z.string(), name: text, share: z.number().nullable() }),
    public: false,
    zh: '新的报名渠道「{name}」',
    en: 'New registration channel “{name}”',
  },
  channel_changed: {
    facts: z.object({ slug: z.string(), name: text, share: z.number().nullable() }),
    public: false,
    zh: '报名渠道「{name}」有修改',
    en: 'The channel “{name}” was changed',
  },
  channel_removed: {
    facts: z.object({ slug: z.string(), name: text }),
    public: false,
    zh: '去掉了报名渠道「{name}」',
    en: 'The channel “{name}” was removed',
  },
  channel_retired: {
    facts: z.object({ slug: z.string(), name: text }),
    public: false,
    zh: '停用了报名渠道「{name}」，旧链接照常能用',
    en: 'The channel “{name}” was retired; its old link goes on',
  },
  channel_restored: {
    facts: z.object({ slug: z.string(), name: text }),
    public: false,
    zh: '恢复了报名渠道「{name}」',
    en: 'The channel “{name}” is back',
  },
  counted: {
    facts: z.object({ count: z.number() }),
    public: true,
    zh: '按名单重新数了名额，改正 {count} 处',
    en: 'Seats were counted anew by the list; {count} counters were mended',
  },
  holding_set: {
    facts: z.object({
      holdMinutes: z.number(),
      payMinutes: z.number(),
      offerHours: z.number(),
      waitingOpen: z.boolean(),
      handoverUntil: z.string().nullable(),
    }),
    public: true,
    zh: '占位、付款和候补的时间有调整',
    en: 'The times for holding, paying and waiting were changed',
  },
  registered: { facts: z.object({ channel, taken: z.number() }), public: true, zh: '第 {taken} 人报名', en: 'Registration number {taken}' },
  cancelled: {
    facts: z.object({ channel, taken: z.number() }),
    public: true,
    zh: '有人取消报名，还有 {taken} 人',
    en: 'Somebody cancelled; {taken} remain',
  },
  restored: {
    facts: z.object({ channel, taken: z.number() }),
    public: true,
    zh: '有人收回了取消，共 {taken} 人',
    en: 'A cancellation was taken back; {taken} registered',
  },
  changed: {
    facts: z.object({ fields: z.array(z.string()) }),
    public: false,
    zh: '有人改了报名资料',
    en: 'Somebody changed their booking',
  },
  copied: { facts: z.object({}), public: false, zh: '有人下载了自己的资料', en: 'Somebody took a copy of their data' },
  erased: { facts: z.object({}), public: true, zh: '有人删除了自己的资料', en: 'Somebody erased their data' },
  resent: { facts: z.object({}), public: false, zh: '票的链接又发了一次', en: 'A ticket link was sent again' },
  exported: {
    facts: z.object({ purpose: z.string(), rows: z.number() }),
    public: false,
    zh: '导出名单 {rows} 行（用途：{purpose}）',
    en: 'The list was exported: {rows} rows, purpose {purpose}',
  },
  retained: {
    facts: z.object({ people: z.number(), days: z.number() }),
    public: false,
    zh: '保存期 {days} 天已到，{people} 人的资料已匿名',
    en: 'After {days} days the data of {people} people was anonymised',
  },
})
