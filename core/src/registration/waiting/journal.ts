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
  resized: {
    facts: z.object({ from: z.number(), to: z.number() }),
    public: true,
    zh: '候补的人数从 {from} 改成 {to}',
    en: 'A party in the waiting list went from {from} to {to}',
  },
  removed: {
    facts: z.object({ seats: z.number() }),
    public: false,
    zh: '移除了一组候补（{seats} 人）',
    en: 'A party of {seats} was taken off the waiting list',
  },
  called: {
    facts: z.object({ seats: z.number() }),
    public: false,
    zh: '手工叫了一组候补（{seats} 人）',
    en: 'A party of {seats} was called by hand',
  },
  opened: { facts: z.object({}), public: true, zh: '候补开放了', en: 'The waiting list was opened' },
  closed: { facts: z.object({}), public: true, zh: '候补关闭了', en: 'The waiting list was closed' },
  erased: {
    facts: z.object({}),
    public: false,
    zh: '按本人要求删除了一条候补资料',
    en: 'The data of a place in the waiting list was erased on request',
  },
  moved: {
    facts: z.object({ priority: z.number() }),
    public: false,
    zh: '调整了一位候补的先后',
    en: 'Somebody’s place in the waiting list was changed',
  },
})
