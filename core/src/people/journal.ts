import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

/**
 * What happens to people. Facts name no one: the entry's subject is the person's id, which says nothing
 * once the person has been erased. That somebody was added is told by the room that added them.
 */
export const peopleJournal = defineJournal('people', {
  changed: {
    facts: z.object({ fields: z.array(z.string()) }),
    public: false,
    zh: '有人的资料有修改',
    en: 'Somebody’s details were changed',
  },
  consent_withdrawn: {
    facts: z.object({ purposes: z.array(z.string()) }),
    public: false,
    zh: '有人撤回了同意',
    en: 'Somebody took a consent back',
  },
  exported: { facts: z.object({}), public: false, zh: '有人取走了自己的个人信息副本', en: 'Somebody took a copy of their personal data' },
  erased: { facts: z.object({}), public: true, zh: '有人的个人信息已删除', en: 'Somebody’s personal data was erased' },
})
