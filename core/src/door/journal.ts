import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const at = { list: z.string(), desk: z.string() }

/** What happens at the door. Facts tell where and on which list, never who. */
export const doorJournal = defineJournal('door', {
  admitted: { facts: z.object(at), public: false, zh: '有人签到（{desk}）', en: 'Somebody checked in ({desk})' },
  refused: {
    facts: z.object({ ...at, verdict: z.string() }),
    public: false,
    zh: '一次扫码没有放行（{desk}）',
    en: 'A scan was not admitted ({desk})',
  },
  undone: { facts: z.object(at), public: false, zh: '撤销了一次签到（{desk}）', en: 'A check-in was taken back ({desk})' },
})
