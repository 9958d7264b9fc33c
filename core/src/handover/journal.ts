import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'
import { copyParts } from './model.ts'

const text = z.object({ zh: z.string().optional(), en: z.string().optional() })
const counts = z.record(z.enum(copyParts), z.number())

/** What one city leaves to the next. */
export const handoverJournal = defineJournal('handover', {
  received: {
    facts: z.object({ from: text, counts }),
    public: false,
    zh: '从「{from}」学来的都在这里了',
    en: 'What “{from}” had learned is here',
  },
  given: { facts: z.object({ to: text, counts }), public: false, zh: '把经验传给了「{to}」', en: 'Handed over to “{to}”' },
})
