import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

/** What is decided by the forecast. */
export const forecastJournal = defineJournal('registration', {
  advice_taken: {
    facts: z.object({ cap: z.number(), seats: z.number(), events: z.number() }),
    public: false,
    zh: '报名上限按建议设为 {cap}：{seats} 个座位，二十次里最多一次坐不下（参考往期 {events} 场）',
    en: 'The cap was set to the advised {cap}: for {seats} seats, too many at most one time in twenty (from {events} past events)',
  },
})
