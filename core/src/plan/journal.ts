import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const text = z.object({ zh: z.string().optional(), en: z.string().optional() })
const titled = z.object({ title: text })
const dated = z.object({ day: z.string() })
const changed = z.object({ title: text, revision: z.number(), before: z.record(z.string(), z.unknown()) })

/** What happens on the road to an event. Plans are the organisers' own: nothing here is public. */
export const planJournal = defineJournal('plan', {
  proposal_written: { facts: titled, public: false, zh: '写下策划案「{title}」', en: 'The proposal “{title}” was written' },
  proposal_changed: { facts: changed, public: false, zh: '策划案「{title}」有修改', en: 'The proposal “{title}” was changed' },
  proposal_shelved: {
    facts: z.object({ title: text, reason: text }),
    public: false,
    zh: '策划案「{title}」搁置：{reason}',
    en: 'The proposal “{title}” was shelved: {reason}',
  },
  proposal_revived: { facts: titled, public: false, zh: '策划案「{title}」重启', en: 'The proposal “{title}” was revived' },
  proposal_accepted: { facts: titled, public: false, zh: '策划案「{title}」定下来了', en: 'The proposal “{title}” was accepted' },
  attempt_closed: {
    facts: z.object({ title: text, registered: z.number().nullable(), came: z.number().nullable(), lesson: text }),
    public: false,
    zh: '「{title}」办完：{registered} 人报名，{came} 人到场',
    en: '“{title}” is done: {registered} registered, {came} came',
  },
  date_considered: { facts: dated, public: false, zh: '考虑 {day} 这一天', en: '{day} was considered' },
  date_rejected: {
    facts: z.object({ day: z.string(), reason: text }),
    public: false,
    zh: '{day} 否决：{reason}',
    en: '{day} was rejected: {reason}',
  },
  date_chosen: { facts: dated, public: false, zh: '日子定在 {day}', en: '{day} was chosen' },
  drafted: {
    facts: z.object({ count: z.number() }),
    public: false,
    zh: '排出了 {count} 件倒排的事',
    en: '{count} tasks were counted back from the day',
  },
  task_added: { facts: titled, public: false, zh: '多了一件事「{title}」', en: 'The task “{title}” was added' },
  task_changed: { facts: changed, public: false, zh: '「{title}」有修改', en: 'The task “{title}” was changed' },
  task_claimed: { facts: changed, public: false, zh: '「{title}」有人负责了', en: 'Somebody took on “{title}”' },
  task_released: { facts: changed, public: false, zh: '「{title}」又等人认领', en: '“{title}” waits for somebody again' },
  task_done: { facts: titled, public: false, zh: '办好了「{title}」', en: '“{title}” is done' },
  task_reopened: { facts: titled, public: false, zh: '「{title}」重新打开', en: '“{title}” was opened again' },
  task_dropped: { facts: titled, public: false, zh: '「{title}」不做了', en: '“{title}” was dropped' },
  meeting: {
    facts: z.object({ title: text, day: z.string(), present: z.number().nullable() }),
    public: false,
    zh: '碰头：{title}',
    en: 'Meeting: {title}',
  },
  decision: { facts: z.object({ title: text, day: z.string() }), public: false, zh: '决议：{title}', en: 'Decision: {title}' },
  milestone: { facts: z.object({ title: text, day: z.string() }), public: false, zh: '{title}', en: '{title}' },
  note_removed: { facts: titled, public: false, zh: '划掉了「{title}」', en: '“{title}” was struck out' },
  budget_added: { facts: titled, public: false, zh: '预算多了一项「{title}」', en: 'The budget line “{title}” was added' },
  budget_changed: { facts: changed, public: false, zh: '预算「{title}」有修改', en: 'The budget line “{title}” was changed' },
  budget_removed: { facts: titled, public: false, zh: '预算划掉「{title}」', en: 'The budget line “{title}” was removed' },
})
