import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const titled = z.object({ title: z.string() })
const changed = titled.extend({ revision: z.number(), before: z.record(z.string(), z.unknown()) })

/** What happens to articles. */
export const storyJournal = defineJournal('story', {
  written: { facts: titled, public: false, zh: '写下《{title}》', en: '“{title}” was written' },
  changed: { facts: changed, public: false, zh: '《{title}》有修改', en: '“{title}” was changed' },
  corrected: { facts: titled, public: true, zh: '已发布的《{title}》有更新', en: 'The published “{title}” was updated' },
  published: { facts: titled, public: true, zh: '发布《{title}》', en: '“{title}” was published' },
  unpublished: { facts: titled, public: true, zh: '收回《{title}》', en: '“{title}” was taken back' },
})
