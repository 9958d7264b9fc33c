import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

/** What an edit left behind, so that two people's edits can be merged: the revision it made, and the old values. */
const edit = { revision: z.number(), before: z.record(z.string(), z.unknown()) }
const text = z.object({ zh: z.string().optional(), en: z.string().optional() })

/** What happens to a community and its events. */
export const communityJournal = defineJournal('community', {
  created: { facts: z.object({ name: text }), public: true, zh: '社区「{name}」建立', en: 'Community “{name}” was founded' },
  changed: {
    facts: z.object({ fields: z.array(z.string()) }),
    public: true,
    zh: '社区资料有修改',
    en: 'The community’s details were changed',
  },
  member_added: { facts: z.object({ role: text }), public: false, zh: '有人加入，角色：{role}', en: 'Somebody joined as {role}' },
  member_removed: { facts: z.object({ role: text }), public: false, zh: '有人离开，角色：{role}', en: 'Somebody left the role {role}' },
})

export const eventJournal = defineJournal('event', {
  created: { facts: z.object({ name: text }), public: true, zh: '活动「{name}」有了第一张纸', en: 'The event “{name}” was begun' },
  changed: {
    facts: z.object({ fields: z.array(z.string()), ...edit }),
    public: true,
    zh: '活动资料有修改',
    en: 'The event’s details were changed',
  },
  moved: {
    facts: z.object({ from: z.string(), to: z.string(), ...edit }),
    public: true,
    zh: '时间从 {from} 改到 {to}',
    en: 'Moved from {from} to {to}',
  },
  cap_changed: {
    facts: z.object({ from: z.number().nullable(), to: z.number().nullable(), ...edit }),
    public: true,
    zh: '报名上限从 {from} 改为 {to}',
    en: 'The cap was changed from {from} to {to}',
  },
  published: { facts: z.object({}), public: true, zh: '活动页公开', en: 'The event page was published' },
  hidden: { facts: z.object({}), public: true, zh: '活动页收回为草稿', en: 'The event page was taken back to draft' },
  over: { facts: z.object({}), public: true, zh: '活动结束', en: 'The event is over' },
  postponed: { facts: z.object({}), public: true, zh: '活动延期', en: 'The event was postponed' },
  cancelled: { facts: z.object({}), public: true, zh: '活动取消', en: 'The event was cancelled' },
})
