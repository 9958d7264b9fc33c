import type { MailTemplate } from './model.ts'

/**
 * Declares a kind of mail; rooms declare theirs beside their actions. Chinese says which places exist.
 * A line whose places are all empty is left out.
 */
export function defineMail<const T extends MailTemplate>(mail: T): T {
  return mail
}

/** The six digits that somebody asked for on the sign-in page. */
export const signInCodeMail = defineMail({
  name: 'people.sign_in_code',
  zh: {
    subject: '{code} 是您的登录验证码',
    body: `您好，

登录「开场」的验证码是：

    {code}

{minutes} 分钟内有效，只能用一次。登录页：{page}

如果不是您本人在登录，不用理会这封邮件，也不要把验证码告诉任何人。`,
  },
  en: {
    subject: '{code} is your sign-in code',
    body: `Hello,

your code for signing in to Kaichang is:

    {code}

It is valid for {minutes} minutes and can be used once. Sign-in page: {page}

If it was not you who asked for it, ignore this mail and give the code to no one.`,
  },
})

/** Somebody was invited to help in a community; `link` signs them in once. */
export const invitationMail = defineMail({
  name: 'people.invitation',
  zh: {
    subject: '邀请您加入「{place}」',
    body: `您好，

{inviter} 邀请您加入「{place}」，一起办活动。

打开下面的链接，点一下按钮就能登录（{hours} 小时内有效，只能用一次）：
{link}

链接过期了也没关系：用这个邮箱在登录页要一个验证码即可。`,
  },
  en: {
    subject: 'You are invited to “{place}”',
    body: `Hello,

{inviter} invites you to “{place}”, to run events together.

Open this link and press the button to sign in (valid for {hours} hours, once):
{link}

Should it have expired, ask for a code on the sign-in page with this e-mail address.`,
  },
})

/** Kinds whose words open a door: their body is emptied as soon as it was sent. */
export const secretMails: readonly string[] = [signInCodeMail.name, invitationMail.name]
