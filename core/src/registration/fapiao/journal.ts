import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const money = z.object({ yuan: z.string(), fen: z.number() })

/** What happens to invoices. Facts tell how much, never to whom. */
export const fapiaoJournal = defineJournal('fapiao', {
  asked: { facts: money, public: false, zh: '有人申请发票 ¥{yuan}', en: 'Somebody asks for an invoice of ¥{yuan}' },
  issuing: { facts: money, public: false, zh: '一张 ¥{yuan} 的发票开具中', en: 'An invoice of ¥{yuan} is being issued' },
  asked_again: { facts: money, public: false, zh: '一张 ¥{yuan} 的发票退回待开', en: 'An invoice of ¥{yuan} waits again' },
  issued: { facts: money, public: false, zh: '已开具一张 ¥{yuan} 的发票', en: 'An invoice of ¥{yuan} was issued' },
  reversed: { facts: money, public: false, zh: '一张 ¥{yuan} 的发票已冲红', en: 'An invoice of ¥{yuan} was reversed' },
  refused: { facts: money, public: false, zh: '驳回一份 ¥{yuan} 的发票申请', en: 'A request for an invoice of ¥{yuan} was refused' },
  exported: {
    facts: z.object({ rows: z.number() }),
    public: false,
    zh: '导出开票资料 {rows} 行',
    en: 'Invoice data was exported: {rows} rows',
  },
})
