import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const name = z.object({ zh: z.string().optional(), en: z.string().optional() })
const changed = z.object({ name, revision: z.number(), before: z.record(z.string(), z.unknown()) })

/** What happens to what can be registered for. */
export const typeJournal = defineJournal('registration', {
  type_added: {
    facts: z.object({ name, kind: z.enum(['ticket', 'addon']), priceFen: z.number() }),
    public: true,
    zh: '新的票种「{name}」',
    en: 'New ticket type “{name}”',
  },
  type_changed: { facts: changed, public: true, zh: '票种「{name}」有修改', en: 'The ticket type “{name}” was changed' },
  type_removed: { facts: z.object({ name }), public: true, zh: '去掉了票种「{name}」', en: 'The ticket type “{name}” was removed' },
  type_retired: {
    facts: z.object({ name, taken: z.number(), vouchers: z.number() }),
    public: true,
    zh: '停售「{name}」，已有的 {taken} 份仍然有效',
    en: '“{name}” is no longer given out; the {taken} there are stay valid',
  },
  type_restored: { facts: z.object({ name }), public: true, zh: '「{name}」恢复了', en: '“{name}” is given out again' },
  types_ordered: {
    facts: z.object({ count: z.number() }),
    public: true,
    zh: '票种换了顺序',
    en: 'The ticket types were put in another order',
  },
  quota_added: {
    facts: z.object({ name, size: z.number().nullable() }),
    public: true,
    zh: '新的名额「{name}」',
    en: 'New quota “{name}”',
  },
  quota_changed: { facts: changed, public: true, zh: '名额「{name}」有修改', en: 'The quota “{name}” was changed' },
  quota_removed: { facts: z.object({ name }), public: true, zh: '去掉了名额「{name}」', en: 'The quota “{name}” was removed' },
})
