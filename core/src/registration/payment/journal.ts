import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const provider = z.string()
/** An amount as people read it: 128.00. */
const yuan = z.string()
const money = z.object({ provider, yuan, fen: z.number() })

/** What happens to money. Facts tell how much and by which way, never whose. */
export const paymentJournal = defineJournal('payment', {
  started: { facts: money, public: false, zh: '开始一笔付款 ¥{yuan}（{provider}）', en: 'A payment of ¥{yuan} was begun ({provider})' },
  paid: { facts: money, public: false, zh: '收到一笔付款 ¥{yuan}（{provider}）', en: 'A payment of ¥{yuan} came in ({provider})' },
  late: {
    facts: money,
    public: false,
    zh: '一笔付款 ¥{yuan} 来晚了，座位已经没有，将退回（{provider}）',
    en: 'A payment of ¥{yuan} came too late for its seats and goes back ({provider})',
  },
  twice: {
    facts: money,
    public: false,
    zh: '一份订单付了两次，第二笔 ¥{yuan} 将退回（{provider}）',
    en: 'An order was paid twice; the second ¥{yuan} goes back ({provider})',
  },
  ended: {
    facts: money,
    public: false,
    zh: '一笔没有完成的付款 ¥{yuan} 已关闭（{provider}）',
    en: 'An unfinished payment of ¥{yuan} was closed ({provider})',
  },
  notice_refused: {
    facts: z.object({ provider, reason: z.string() }),
    public: false,
    zh: '一个付款通知没有采信（{provider}：{reason}）',
    en: 'A payment notice was not believed ({provider}: {reason})',
  },
  proof: {
    facts: z.object({ yuan, fen: z.number() }),
    public: false,
    zh: '收到一份转账凭证，等待核对（¥{yuan}）',
    en: 'A proof of a transfer of ¥{yuan} waits to be checked',
  },
  proof_refused: {
    facts: z.object({ yuan, fen: z.number() }),
    public: false,
    zh: '一份转账凭证没有通过（¥{yuan}）',
    en: 'A proof of a transfer of ¥{yuan} was refused',
  },
  refund_asked: {
    facts: z.object({ yuan, fen: z.number() }),
    public: false,
    zh: '有人申请退款 ¥{yuan}',
    en: 'Somebody asks for ¥{yuan} back',
  },
  refund_due: {
    facts: money.extend({ cause: z.string() }),
    public: false,
    zh: '将退款 ¥{yuan}（{provider}）',
    en: '¥{yuan} is to be given back ({provider})',
  },
  refund_done: { facts: money, public: false, zh: '已退款 ¥{yuan}（{provider}）', en: '¥{yuan} was given back ({provider})' },
  refund_failed: {
    facts: money.extend({ problem: z.string() }),
    public: false,
    zh: '退款 ¥{yuan} 没有成功，会再试（{provider}：{problem}）',
    en: 'Giving back ¥{yuan} failed and is tried again ({provider}: {problem})',
  },
  refund_refused: {
    facts: z.object({ yuan, fen: z.number() }),
    public: false,
    zh: '一份退款申请没有通过（¥{yuan}）',
    en: 'A request for ¥{yuan} back was refused',
  },
  kept: {
    facts: z.object({ yuan, fen: z.number() }),
    public: false,
    zh: '取消订单，¥{yuan} 不退',
    en: 'An order was cancelled and its ¥{yuan} kept',
  },
  settings_changed: { facts: z.object({}), public: true, zh: '收款方式有调整', en: 'The ways to pay were changed' },
  booked: {
    facts: z.object({ what: z.string(), provider, yuan, fen: z.number() }),
    public: false,
    zh: '记账：{what} ¥{yuan}（{provider}）',
    en: 'Booked: {what} ¥{yuan} ({provider})',
  },
  fees: {
    facts: z.object({ provider, day: z.string(), count: z.number(), yuan, fen: z.number() }),
    public: false,
    zh: '按 {provider} {day} 的账单记手续费 ¥{yuan}（{count} 笔）',
    en: 'Fees of ¥{yuan} were booked from the statement of {provider} of {day} ({count} entries)',
  },
  reconciled: {
    facts: z.object({ provider, day: z.string(), matched: z.number(), differences: z.number() }),
    public: false,
    zh: '{day} 与 {provider} 对账：{matched} 笔相符，{differences} 处不符',
    en: 'Reconciled {day} with {provider}: {matched} agree, {differences} differ',
  },
  exported: { facts: z.object({ rows: z.number() }), public: false, zh: '导出账本 {rows} 行', en: 'The books were exported: {rows} rows' },
})
