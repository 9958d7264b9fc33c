import { z } from 'zod'
import { defineJournal } from '#core/store/journal.ts'

const mail = z.string()
const message = z.string()

/** What is said to all who are registered, and how. Facts tell how many, never to whom or what. */
export const messagesJournal = defineJournal('registration', {
  words_changed: {
    facts: z.object({ mail, languages: z.array(z.string()), whole: z.boolean() }),
    public: false,
    zh: '改了一种邮件的文字（{mail}）',
    en: 'The words of a kind of mail were changed ({mail})',
  },
  words_reset: {
    facts: z.object({ mail, whole: z.boolean() }),
    public: false,
    zh: '一种邮件改回了自带的文字（{mail}）',
    en: 'A kind of mail has its built-in words again ({mail})',
  },
  quiet_changed: {
    facts: z.object({ from: z.string(), until: z.string() }),
    public: false,
    zh: '免打扰时间改为 {from}–{until}',
    en: 'Quiet hours are now {from}–{until}',
  },
  message_planned: {
    facts: z.object({ message, on: z.boolean(), rule: z.string().optional() }),
    public: false,
    zh: '群发消息的计划有修改（{message}）',
    en: 'The plan of a message was changed ({message})',
  },
  message_written: {
    facts: z.object({ message, receivers: z.number() }),
    public: false,
    zh: '给 {receivers} 人写了信（{message}）',
    en: 'A message to {receivers} people was written ({message})',
  },
  message_dropped: { facts: z.object({ message }), public: false, zh: '这次变动不通知大家', en: 'A change is not told to everybody' },
  message_sent: {
    facts: z.object({ message, mailed: z.number(), withoutMail: z.number() }),
    public: false,
    zh: '消息发给了 {mailed} 人，{withoutMail} 人没留邮箱（{message}）',
    en: 'A message went to {mailed} people; {withoutMail} left no address ({message})',
  },
  message_missed: {
    facts: z.object({ message }),
    public: false,
    zh: '消息没有发：时间过了（{message}）',
    en: 'A message was not sent: its moment has passed ({message})',
  },
  asking_closed: {
    facts: z.object({ rule: z.string(), coming: z.number(), silent: z.number(), released: z.number() }),
    public: false,
    zh: '确认到场截止：{coming} 人会来，{silent} 人没回复，让出 {released} 个名额',
    en: 'Re-confirmation ended: {coming} come, {silent} gave no answer, {released} seats were given on',
  },
  seat_released: {
    facts: z.object({}),
    public: false,
    zh: '没有回复的名额让给了候补',
    en: 'The seat of somebody who did not answer was given on',
  },
  coming: { facts: z.object({}), public: false, zh: '有人确认会来', en: 'Somebody said that they come' },
  mail_retried: { facts: z.object({ mails: z.number() }), public: false, zh: '重发 {mails} 封邮件', en: '{mails} mails are sent again' },
})
