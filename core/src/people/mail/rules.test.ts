import { expect, test } from 'vitest'
import { composeMail, isPermanent, ownLink, webLink } from './rules.ts'
import { defineMail, invitationMail, signInCodeMail } from './templates.ts'

const ticket = defineMail({
  name: 'test.ticket',
  zh: { subject: '{name}，您的票', body: '{name}，您好\n\n地点：{venue}\n\n票：{ticket}' },
  en: { subject: 'Your ticket, {name}', body: 'Hello {name}\n\nVenue: {venue}\n\nTicket: {ticket}' },
})
const settings = { publicUrl: 'https://kai.example.org' }
const link = ownLink(settings, '/t/1.abc-_D')

test('fills both languages and leaves out the row of what is not known', () => {
  expect(composeMail(ticket, 'zh', { name: '黄峣', venue: '会议室', ticket: link })).toEqual({
    subject: '黄峣，您的票',
    body: '黄峣，您好\n\n地点：会议室\n\n票：https://kai.example.org/t/1.abc-_D',
  })
  expect(composeMail(ticket, 'en', { name: 'Yao', venue: '', ticket: link }).body).toBe(
    'Hello Yao\n\nTicket: https://kai.example.org/t/1.abc-_D',
  )
})

test('a name can neither add a header, nor reach another value, nor become a link', () => {
  const name = 'Yao\r\nBcc: all@example.org {ticket} {constructor} https://evil.example www.evil.example \u202e<b>x</b>'
  const { subject, body } = composeMail(ticket, 'en', { name, venue: '-', ticket: link })
  expect(subject).toBe('Your ticket, Yao Bcc: all@example.org {ticket} {constructor} https：//evil.example www．evil.example <b>x</b>')
  expect(body.match(/https?:\/\/\S+/g)).toEqual(['https://kai.example.org/t/1.abc-_D'])
})

test.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/a b', '/t/{name}', '/t/<b>', 't/1', ''])(
  'does not make a link of our own from %s',
  (path) => {
    expect(() => ownLink(settings, path)).toThrow(TypeError)
  },
)

test('takes only web addresses as links of organisers', () => {
  expect(webLink('https://live.example.org/房间').href).toBe('https://live.example.org/%E6%88%BF%E9%97%B4')
  expect(() => webLink('javascript:alert(1)')).toThrow(TypeError)
})

test('our own mails have the same places in both languages', () => {
  const places = (text: { subject: string; body: string }): string[] => [...new Set(`${text.subject}${text.body}`.match(/\{\w+\}/g))].sort()
  for (const mail of [signInCodeMail, invitationMail]) expect(places(mail.en)).toEqual(places(mail.zh))
})

test('knows which refusals are final', () => {
  expect(isPermanent(Object.assign(new Error('no such user'), { responseCode: 550 }))).toBe(true)
  expect(isPermanent(Object.assign(new Error('try later'), { responseCode: 451 }))).toBe(false)
  expect(isPermanent(new Error('connect ECONNREFUSED'))).toBe(false)
})
