import { defineWords } from './define.ts'

/** Where organisers write a letter of their own: to whom it goes, and when. */
export const letterWords = defineWords({
  zh: {
    to_waiting: '给候补的人写信',
    to_waiting_hint: '会发给现在在候补、留了邮箱的 {count} 人。',
    to_waiting_none: '现在没有能收到邮件的人在候补。',
    to_waiting_instead: '给候补的 {count} 人写信',
    none_yet: '可以先写好，定个以后的时刻。',
    to_whom: '写给谁',
    to_registered: '所有报了名的人',
    when: '什么时候发',
    when_now: '马上',
    when_date: '定一个日子',
    when_date_hint: '活动改期也不跟着动；活动之后的日子也行，例如发感谢信',
    send_at: '哪天、几点',
    plan_free: '定好，到时自动发',
    draft_plan: '活动还没公开，现在发不了；可以定一个以后的时刻。',
  },
  en: {
    to_waiting: 'Write to the waiting list',
    to_waiting_hint: 'Goes to the {count} {count|person|people} in the waiting list who left an address.',
    to_waiting_none: 'Nobody in the waiting list can get a mail now.',
    to_waiting_instead: 'Write to the {count} {count|person|people} who wait instead',
    none_yet: 'You may write now and choose a later moment.',
    to_whom: 'To whom',
    to_registered: 'Everybody who is registered',
    when: 'When',
    when_now: 'At once',
    when_date: 'On a date',
    when_date_hint: 'Stays when the event moves; may be after the event, such as a thank-you',
    send_at: 'Day and time',
    plan_free: 'Plan it, it goes out by itself',
    draft_plan: 'The event is not public yet, so nothing is sent now; choose a later moment.',
  },
})
