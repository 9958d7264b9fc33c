import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const seats = z.number()

/** What happens to orders. Facts tell how many and how much, never who. */
export const orderJournal = defineJournal('order', {
  held: {
    facts: z.object({ seats, totalFen: z.number() }),
    public: true,
    zh: '占下 {seats} 个位置，等填写',
    en: '{seats} places are held while a form is filled in',
  },
  asked: { facts: z.object({ seats }), public: false, zh: '一份报名等待审核（{seats} 人）', en: 'A request for {seats} waits for review' },
  placed: {
    facts: z.object({ seats, totalFen: z.number() }),
    public: false,
    zh: '一份订单等待付款（{seats} 人）',
    en: 'An order for {seats} awaits payment',
  },
  done: {
    facts: z.object({ seats, totalFen: z.number() }),
    public: true,
    zh: '一份订单完成（{seats} 人）',
    en: 'An order for {seats} is complete',
  },
  approved: { facts: z.object({ seats }), public: false, zh: '审核通过一份报名（{seats} 人）', en: 'A request for {seats} was approved' },
  declined: { facts: z.object({ seats }), public: false, zh: '没有通过一份报名（{seats} 人）', en: 'A request for {seats} was declined' },
  expired: {
    facts: z.object({ seats }),
    public: true,
    zh: '占位到时没有完成，{seats} 个位置放回',
    en: 'A hold ran out; {seats} places came back',
  },
  cancelled: {
    facts: z.object({ seats }),
    public: true,
    zh: '一份订单取消，{seats} 个位置放回',
    en: 'An order was cancelled; {seats} places came back',
  },
  revived: {
    facts: z.object({ seats }),
    public: true,
    zh: '迟到的付款仍有位置，{seats} 个位置重新登记',
    en: 'A late payment still found its {seats} places',
  },
  copied: { facts: z.object({}), public: false, zh: '有人下载了订单里自己的资料', en: 'Somebody took a copy of their order’s data' },
  erased: { facts: z.object({}), public: false, zh: '有人删除了订单里自己的资料', en: 'Somebody erased their data from an order' },
  type_changed: {
    facts: z.object({ from: z.string(), to: z.string() }),
    public: false,
    zh: '有人换了票种',
    en: 'Somebody changed their ticket type',
  },
  handed_over: { facts: z.object({}), public: false, zh: '有人把票转给了别人', en: 'Somebody handed their ticket to another person' },
})
