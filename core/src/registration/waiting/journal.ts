import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

/** What happens in the waiting list; never who waits. */
export const waitingJournal = defineJournal('waiting', {
  joined: {
    facts: z.object({ seats: z.number() }),
    public: true,
    zh: '有人开始候补（{seats} 人）',
    en: 'Somebody began to wait for {seats}',
  },
  offered: {
    facts: z.object({ seats: z.number() }),
    public: true,
    zh: '候补轮到了（{seats} 人）',
    en: 'Somebody who waited was offered {seats}',
  },
  left: { facts: z.object({ seats: z.number() }), public: true, zh: '有人不再候补', en: 'Somebody stopped waiting' },
  moved: {
    facts: z.object({ priority: z.number() }),
    public: false,
    zh: '调整了一位候补的先后',
    en: 'Somebody’s place in the waiting list was changed',
  },
})
