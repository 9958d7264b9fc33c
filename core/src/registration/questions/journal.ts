import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const label = z.object({ zh: z.string().optional(), en: z.string().optional() })
const purpose = label
const keepDays = z.number()
const revision = z.number()
const count = z.number()

/** What happens to the questions of the form, and that answers go: how many, never what they said or whose they were. */
export const questionJournal = defineJournal('registration', {
  question_added: {
    facts: z.object({ label, purpose, keepDays }),
    public: true,
    zh: '报名表加了一问「{label}」，用于：{purpose}，活动后保存 {keepDays} 天',
    en: 'The form asks “{label}” now, for: {purpose}; kept {keepDays} days after the event',
  },
  question_changed: {
    facts: z.object({ label, revision, before: z.record(z.string(), z.unknown()) }),
    public: true,
    zh: '报名表的「{label}」有修改',
    en: 'The question “{label}” was changed',
  },
  question_replaced: {
    facts: z.object({ label, purpose, keepDays, kept: count }),
    public: true,
    zh: '「{label}」换成了新的问法；旧的 {kept} 份回答按当时说明的用途和期限留着',
    en: '“{label}” was asked anew; {kept} earlier answers stay under the purpose and time they were given for',
  },
  question_archived: {
    facts: z.object({ label, kept: count }),
    public: true,
    zh: '报名表不再问「{label}」，已有的 {kept} 份回答到期删除',
    en: 'The form no longer asks “{label}”; its {kept} answers go when their time ends',
  },
  question_removed: { facts: z.object({ label }), public: true, zh: '报名表去掉了「{label}」', en: 'The question “{label}” was removed' },
  questions_ordered: {
    facts: z.object({ count }),
    public: true,
    zh: '报名表的问题换了顺序',
    en: 'The questions were put in another order',
  },
  answers_changed: {
    facts: z.object({ count }),
    public: false,
    zh: '有人改了报名时的回答（{count} 项）',
    en: 'Somebody changed their answers ({count})',
  },
  answers_ended: {
    facts: z.object({ label, keepDays, count, files: count }),
    public: false,
    zh: '「{label}」的保存期 {keepDays} 天已到，删除了 {count} 份回答和 {files} 个文件',
    en: 'The {keepDays} days of “{label}” have ended: {count} answers and {files} files were deleted',
  },
})
