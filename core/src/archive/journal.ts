import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const text = z.object({ zh: z.string().optional(), en: z.string().optional() })

/** What happens to recordings and files. */
export const archiveJournal = defineJournal('archive', {
  received: {
    facts: z.object({ name: z.string(), size: z.number() }),
    public: false,
    zh: '收到录音 {name}',
    en: 'Recording {name} came in',
  },
  matched: {
    facts: z.object({ name: z.string(), title: text, by: z.string() }),
    public: false,
    zh: '录音 {name} 归到「{title}」',
    en: 'Recording {name} was matched to “{title}”',
  },
  unmatched: {
    facts: z.object({ name: z.string() }),
    public: false,
    zh: '录音 {name} 不再归到任何一项',
    en: 'Recording {name} belongs to no session any more',
  },
  published: { facts: z.object({ count: z.number() }), public: true, zh: '公开 {count} 段录音', en: '{count} recordings were published' },
  hidden: { facts: z.object({ count: z.number() }), public: true, zh: '收回 {count} 段录音', en: '{count} recordings were taken back' },
  // Taking a match or a published recording away moves what visitors see.
  changed: {
    facts: z.object({ name: z.string() }),
    public: true,
    zh: '公开的录音 {name} 换了归属',
    en: 'The published recording {name} was moved',
  },
  removed: { facts: z.object({ name: z.string() }), public: true, zh: '删除录音 {name}', en: 'Recording {name} was removed' },
})
