import { defineMail } from '#core/people/mail/templates.ts'

/** The evening before, or whenever organisers plan it. */
export const reminderMail = defineMail({
  name: 'registration.reminder',
  zh: {
    subject: '就要见面了：{event}',
    body: `{name}，您好：

「{event}」就要开始了。

时间：{when}
地点：{where}
怎么走：{way}
短码：{code}

签到时出示这里的二维码，或报短码：
{ticket}

来不了也没关系，请在同一个页面取消，名额马上留给别人。

{community}`,
  },
  en: {
    subject: 'See you soon: {event}',
    body: `Hello {name},

“{event}” is about to begin.

When: {when}
Where: {where}
The way in: {way}
Short code: {code}

Show this QR code at the door, or say the short code:
{ticket}

If you cannot come, please cancel on the same page, so that somebody else gets the seat.

{community}`,
  },
})

/** Asks whether somebody still comes. Both links open a page; only its buttons answer. */
export const reconfirmMail = defineMail({
  name: 'registration.reconfirm',
  zh: {
    subject: '您还来吗？{event}',
    body: `{name}，您好：

您报名了「{event}」，时间 {when}，地点 {where}。请告诉我们您来不来，我们好准备座位，也好让等着的人来。

我会来：
{coming}

来不了，把名额让出来：
{not_coming}

请在 {until} 之前回复。{rule}

{community}`,
  },
  en: {
    subject: 'Are you still coming? {event}',
    body: `Hello {name},

you registered for “{event}”: {when}, {where}. Please tell us whether you come, so that we can prepare the seats and those who wait get one.

I am coming:
{coming}

I cannot come, give my seat on:
{not_coming}

Please answer by {until}. {rule}

{community}`,
  },
})

/** A seat was given on because no answer came in time. */
export const releasedMail = defineMail({
  name: 'registration.released',
  zh: {
    subject: '名额已让给候补：{event}',
    body: `{name}，您好：

我们问过您是否还来「{event}」，到期没有收到回复，按事先说好的，您的名额让给了候补的人。

如果您其实要来：有空位时，在这里收回即可：
{ticket}

{community}`,
  },
  en: {
    subject: 'Your seat was given on: {event}',
    body: `Hello {name},

we asked whether you still come to “{event}” and had no answer in time. As told beforehand, your seat went to those who wait.

Should you want to come after all: while there are seats, take yours back here:
{ticket}

{community}`,
  },
})

/** Time or place are others than when people registered. */
export const changedMail = defineMail({
  name: 'registration.changed',
  zh: {
    subject: '有变动：{event}',
    body: `{name}，您好：

「{event}」有变动：

{changes}

现在是：
时间：{when}
地点：{where}

您的票仍然有效，不用重新报名。附件里的日历会更新原来的那一条。来不了的话，请在这里取消：
{ticket}

{community}`,
  },
  en: {
    subject: 'Changed: {event}',
    body: `Hello {name},

something about “{event}” has changed:

{changes}

It is now:
When: {when}
Where: {where}

Your ticket stays valid; you need not register again. The attached calendar entry takes the place of the earlier one. If you cannot come, please cancel here:
{ticket}

{community}`,
  },
})

/** The event is postponed or cancelled. */
export const calledOffMail = defineMail({
  name: 'registration.called_off',
  zh: {
    subject: '{state}：{event}',
    body: `{name}，您好：

很抱歉，「{event}」{state}。原定时间：{when}。

后续消息看这里：
{page}

{community}`,
  },
  en: {
    subject: '{state}: {event}',
    body: `Hello {name},

we are sorry: “{event}” is {state}. It was planned for {when}.

News will be here:
{page}

{community}`,
  },
})

/** What organisers write themselves to who waits begins with these words. */
export const freeWaitingMail = defineMail({
  name: 'registration.free_waiting',
  zh: { subject: '{event}', body: `{name}，您好：\n\n\n\n您的候补位置：{waiting}\n\n{community}` },
  en: { subject: '{event}', body: `Hello {name},\n\n\n\nYour place in the waiting list: {waiting}\n\n{community}` },
})

/** What organisers write to all themselves begins with these words. */
export const freeMail = defineMail({
  name: 'registration.free',
  zh: { subject: '{event}', body: `{name}，您好：\n\n\n\n您的票：{ticket}\n\n{community}` },
  en: { subject: '{event}', body: `Hello {name},\n\n\n\nYour ticket: {ticket}\n\n{community}` },
})
