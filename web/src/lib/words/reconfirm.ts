import { defineWords } from './define.ts'

/** On the ticket: whether somebody still comes. */
export const reconfirmWords = defineWords({
  zh: {
    reply_title: '您还来吗？',
    reply_soon: '{asks} 我们会发邮件问您还来不来，{until} 前回复就行。',
    reply_until: '请在 {until} 前告诉我们。',
    reply_closed: '回复的时间过了，您的名额还在。',
    reply_rule_keep: '不回复也会保留您的名额，只是我们不好准备。',
    reply_rule_remind: '不回复的话，我们会再问一次。',
    reply_rule_release: '到时没有回复，名额会让给候补的人。',
    reply_yes: '我会来',
    reply_no: '来不了，让出名额',
    reply_press: '按下面的按钮才算数。',
    reply_thanks: '知道了，到时见。',
    reply_said: '您说过会来。情况有变的话，请在下面取消，名额马上给等着的人。',
  },
  en: {
    reply_title: 'Are you still coming?',
    reply_soon: 'On {asks} we ask you by mail whether you still come; an answer by {until} is enough.',
    reply_until: 'Please tell us by {until}.',
    reply_closed: 'The time for answers has ended; your seat is still yours.',
    reply_rule_keep: 'Without an answer you keep your seat; it is only harder to prepare.',
    reply_rule_remind: 'Without an answer we ask once more.',
    reply_rule_release: 'Without an answer by then, your seat goes to those who wait.',
    reply_yes: 'I am coming',
    reply_no: 'I cannot come, give my seat on',
    reply_press: 'Only the button counts.',
    reply_thanks: 'Thank you, see you there.',
    reply_said: 'You said that you come. Should that change, cancel below, and somebody who waits gets the seat.',
  },
})
