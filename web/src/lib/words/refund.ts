import { defineWords } from './define.ts'

/** What whoever ordered reads about money that goes back. */
export const refundWords = defineWords({
  zh: {
    title: '退款',
    ask: '只退钱，票留着',
    ask_text: '例如不吃晚宴了。申请交给财务，答复会发给您；最多 {left}。不来了就在下面退票。',
    amount: '退多少（元）',
    reason: '为什么',
    send: '申请退款',
    sent: '申请已交给财务，答复会发给您。',
    state_asked: '退款申请已收到，等财务答复',
    state_due: '退款即将发出',
    state_sent: '退款已发出，等付款平台到账',
    state_done: '已退回',
    state_failed: '退款没有成功，会自动再试；一直不到账请联系主办方',
    state_refused: '退款没有同意',
  },
  en: {
    title: 'Refund',
    ask: 'Money back, tickets stay',
    ask_text:
      'When you skip the dinner, for example. The treasurer gets the request and answers you; {left} at most. If you cannot come, give your ticket back below.',
    amount: 'How much (yuan)',
    reason: 'Why',
    send: 'Ask for it',
    sent: 'The treasurer has your request and will answer you.',
    state_asked: 'Your request is here; the treasurer will answer',
    state_due: 'The refund is about to be sent',
    state_sent: 'The refund is on its way through the provider',
    state_done: 'Given back',
    state_failed: 'The refund failed and is tried again; should it not arrive, ask the organisers',
    state_refused: 'The refund was not granted',
  },
})
