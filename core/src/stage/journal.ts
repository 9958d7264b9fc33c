import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const text = z.object({ zh: z.string().optional(), en: z.string().optional() })
const run = z.object({
  sessionId: z.string(),
  state: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  extraSeconds: z.number(),
  overrunSeconds: z.number().nullable(),
})
/** `press` is one per press; `before` is the run as it was, so that a press can be taken back. Moments are ISO 8601. */
const about = z.object({ title: text, no: z.number(), kind: z.string(), press: z.string(), before: run })

/** What happens on stage, to the second. */
export const stageJournal = defineJournal('stage', {
  started: {
    facts: about.extend({
      planned: z.string().nullable(),
      actual: z.string(),
      time: z.string(),
      lateSeconds: z.number().nullable(),
      lateness: text,
    }),
    public: true,
    zh: '{time} 「{title}」开始{lateness}',
    en: '{time} “{title}” began{lateness}',
  },
  ended: {
    facts: about.extend({
      planned: z.string().nullable(),
      actual: z.string(),
      time: z.string(),
      minutes: z.number(),
      overrunSeconds: z.number().nullable(),
      outcome: text,
    }),
    public: true,
    zh: '{time} 「{title}」结束{outcome}',
    en: '{time} “{title}” ended{outcome}',
  },
  skipped: { facts: about, public: true, zh: '「{title}」跳过', en: '“{title}” was skipped' },
  extended: {
    facts: about.extend({ minutes: z.number(), change: text }),
    public: true,
    zh: '「{title}」{change}',
    en: '“{title}”: {change}',
  },
  undone: {
    facts: z.object({ press: z.string(), titles: z.array(text) }),
    public: true,
    zh: '撤销一步：{titles}',
    en: 'One step was taken back: {titles}',
  },
  figure: {
    facts: z.object({ metric: z.string(), what: text, platform: z.string(), where: text, value: z.number() }),
    public: false,
    zh: '{where}{what} {value}',
    en: '{where}{what}: {value}',
  },
})
