import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const source = z.string()
const rows = z.number()

/** What happens to lists that came from elsewhere. Facts tell how many, never who. */
export const importJournal = defineJournal('registration', {
  list_read: {
    facts: z.object({ source, basis: z.string(), rows }),
    public: false,
    zh: '读入「{source}」的名单，{rows} 行，还没有登记',
    en: 'A list from “{source}” was read: {rows} rows, nobody registered yet',
  },
  list_discarded: {
    facts: z.object({ source, rows }),
    public: false,
    zh: '「{source}」的名单没有用，已删除',
    en: 'The list from “{source}” was not used and removed',
  },
  list_started: {
    facts: z.object({ source, rows }),
    public: false,
    zh: '开始登记「{source}」的名单，{rows} 行',
    en: 'The list from “{source}” is being taken in: {rows} rows',
  },
  list_stopped: {
    facts: z.object({ source, done: z.number(), rows }),
    public: false,
    zh: '「{source}」的名单登记到第 {done} 行停下',
    en: 'The list from “{source}” was stopped after {done} of {rows} rows',
  },
  list_taken: {
    facts: z.object({ source, rows, taken: z.number(), known: z.number(), left: z.number() }),
    public: false,
    zh: '「{source}」的名单登记完：新增 {taken} 人，已有 {known} 行，没收 {left} 行',
    en: 'The list from “{source}” is in: {taken} new people, {known} rows known already, {left} not taken',
  },
})
