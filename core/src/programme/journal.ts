import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const text = z.object({ zh: z.string().optional(), en: z.string().optional() })
const title = z.object({ title: text })

/** What happens to a programme. Only a release changes what signed-out visitors see. */
export const programmeJournal = defineJournal('programme', {
  hall_added: { facts: z.object({ name: text }), public: false, zh: '添加会场「{name}」', en: 'The hall “{name}” was added' },
  hall_changed: { facts: z.object({ name: text }), public: false, zh: '会场「{name}」有修改', en: 'The hall “{name}” was changed' },
  session_added: {
    facts: title.extend({ no: z.number(), kind: z.string() }),
    public: false,
    zh: '议程加入「{title}」',
    en: '“{title}” was put on the programme',
  },
  session_changed: {
    facts: title.extend({ revision: z.number(), before: z.record(z.string(), z.unknown()), what: text }),
    public: false,
    zh: '「{title}」{what}',
    en: '“{title}”: {what}',
  },
  session_cancelled: { facts: title, public: false, zh: '「{title}」取消', en: '“{title}” was cancelled' },
  session_restored: { facts: title, public: false, zh: '「{title}」恢复', en: '“{title}” is back on the programme' },
  session_removed: { facts: title, public: false, zh: '「{title}」从议程删去', en: '“{title}” was removed from the programme' },
  speakers_set: {
    facts: title.extend({ count: z.number() }),
    public: false,
    zh: '「{title}」定下 {count} 位讲师',
    en: 'Speakers of “{title}”: {count}',
  },
  released: {
    facts: z.object({ version: z.number(), count: z.number(), changes: z.number() }),
    public: true,
    zh: '议程第 {version} 版发布，共 {count} 项',
    en: 'Version {version} of the programme was released, {count} items',
  },
})
