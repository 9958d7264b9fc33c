import { afterEach, expect, test } from 'vitest'
import { transact } from '#core/store/transaction.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { smtpServer } from '../../../../tests/setup/smtp.ts'
import { queueMail, readOutbox, resendMail } from './actions.ts'
import { openMailDelivery, startMailDelivery } from './deliver.ts'
import { INSTALLATION, type Mail } from './model.ts'
import { defineMail, signInCodeMail } from './templates.ts'
import { ownLink } from './rules.ts'

const hello = defineMail({
  name: 'test.hello',
  zh: { subject: '{name}，您好', body: '第一行\n.点开头\n{name}' },
  en: { subject: 'Hello {name}', body: '{name}' },
})

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})
async function open(env: Record<string, string> = {}, jobs = false): Promise<TestApp> {
  const app = await testApp({ env, jobs })
  opened.push(app)
  return app
}
const write = (app: TestApp, to: string, more: { calendar?: string } = {}) =>
  transact(app.ctx, (tx) =>
    queueMail(app.ctx, tx, { communityId: INSTALLATION, mail: hello, values: { name: '黄峣' }, to, locale: 'zh', ...more }),
  )
const states = (mails: Mail[]) =>
  mails.map((m) => [m.toAddress, m.state, m.attempts, m.problem]).sort((a, b) => String(a[0]).localeCompare(String(b[0])))

test('without SMTP a mail is kept and only shown; only administrators read the outbox', async () => {
  const app = await open()
  await write(app, 'Yao@Example.org')
  expect(states(await readOutbox(app.ctx))).toEqual([['yao@example.org', 'kept', 0, null]])
  expect(openMailDelivery(app.ctx)).toBeNull()
  await expect(readOutbox(app.context({ kind: 'visitor' }))).rejects.toMatchObject({ code: 'access.sign_in' })
  await expect(readOutbox(app.as('owner', INSTALLATION))).rejects.toMatchObject({ code: 'access.denied' })
  await expect(write(app, 'a@example.org,b@example.org')).rejects.toMatchObject({ code: 'field.email' })
})

test('a mail is written only when its action commits', async () => {
  const app = await open()
  const work = transact(app.ctx, async (tx) => {
    await queueMail(app.ctx, tx, { communityId: INSTALLATION, mail: hello, values: { name: 'x' }, to: 'a@example.org', locale: 'zh' })
    throw new Error('changed my mind')
  })
  await expect(work).rejects.toThrow('changed my mind')
  expect(await readOutbox(app.ctx)).toEqual([])
})

test('the job sends by SMTP: subject, text, calendar, one receiver; once', async () => {
  const smtp = await smtpServer()
  opened.push(smtp)
  const app = await open(
    { KAICHANG_SMTP: smtp.url, KAICHANG_MAIL_FROM: '开场 <kaichang@example.org>', KAICHANG_URL: 'https://kai.example.org' },
    true,
  )
  const delivery = await startMailDelivery(app.ctx)
  const id = await write(app, 'yao@example.org', { calendar: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n' })
  await expect.poll(async () => states(await readOutbox(app.ctx)), { timeout: 20_000 }).toEqual([['yao@example.org', 'sent', 1, null]])
  await delivery?.deliver({ communityId: INSTALLATION, id })
  expect(smtp.mails.map((m) => m.to)).toEqual([['yao@example.org']])
  const data = smtp.mails[0]?.data ?? ''
  expect(data).toContain(`Message-ID: <${id}@kai.example.org>`)
  expect(data).toContain('Auto-Submitted: auto-generated')
  expect(data).toContain('text/calendar; charset=utf-8; method=PUBLISH')
  expect(data).toContain('=?UTF-8?')
  const text = Buffer.from(/Content-Transfer-Encoding: base64\n\n([A-Za-z0-9+/=\n]+)/.exec(data)?.[1] ?? '', 'base64').toString()
  expect(text === '' ? data : text).toMatch(/第一行|=E7=AC=AC=E4=B8=80=E8=A1=8C/)
})

test('one job sends what else waits, two workers send nothing twice, and codes are emptied once sent', async () => {
  const smtp = await smtpServer()
  opened.push(smtp)
  const app = await open({ KAICHANG_SMTP: smtp.url })
  const ids: string[] = []
  for (let i = 0; i < 6; i += 1) ids.push(await write(app, `a${i}@example.org`))
  const values = { code: '123456', minutes: 10, page: ownLink(app.settings, '/sign-in') }
  await transact(app.ctx, (tx) =>
    queueMail(app.ctx, tx, { communityId: INSTALLATION, mail: signInCodeMail, values, to: 'code@example.org', locale: 'zh' }),
  )
  const [one, other] = [openMailDelivery(app.ctx), openMailDelivery(app.ctx)]
  if (!one || !other) throw new Error('no delivery')
  await Promise.all([
    one.deliver({ communityId: INSTALLATION, id: ids[0] ?? '' }),
    other.deliver({ communityId: INSTALLATION, id: ids[1] ?? '' }),
  ])
  expect(smtp.mails.flatMap((m) => m.to).sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'code'].map((name) => `${name}@example.org`))
  const outbox = await readOutbox(app.ctx)
  expect(outbox.map((m) => m.state)).toEqual(Array.from({ length: 7 }, () => 'sent'))
  expect(outbox.filter((m) => m.body === '').map((m) => m.toAddress)).toEqual(['code@example.org'])
  expect(JSON.stringify(outbox)).not.toContain('123456')
})

test('a final refusal is kept with its reason and can be sent again; a passing one is tried again', async () => {
  let broken = true
  const smtp = await smtpServer((to) =>
    !broken ? undefined : to.startsWith('gone') ? '550 5.1.1 no such user' : to.startsWith('busy') ? '451 try later' : undefined,
  )
  opened.push(smtp)
  const app = await open({ KAICHANG_SMTP: smtp.url })
  const delivery = openMailDelivery(app.ctx)
  if (!delivery) throw new Error('no delivery')
  const gone = await write(app, 'gone@example.org')
  const busy = await write(app, 'busy@example.org')
  await delivery.deliver({ communityId: INSTALLATION, id: gone })
  await expect(delivery.deliver({ communityId: INSTALLATION, id: busy })).rejects.toThrow('451')
  const before = await readOutbox(app.ctx)
  expect(states(before).map(([to, state]) => [to, state])).toEqual([
    ['busy@example.org', 'queued'],
    ['gone@example.org', 'failed'],
  ])
  expect(before.find((m) => m.id === gone)?.problem).toContain('550 5.1.1 no such user')
  broken = false
  await resendMail(app.ctx, INSTALLATION, gone)
  for (const id of [gone, busy]) await delivery.deliver({ communityId: INSTALLATION, id })
  expect((await readOutbox(app.ctx)).map((m) => [m.state, m.problem])).toEqual([
    ['sent', null],
    ['sent', null],
  ])
})

test('a server that is away leaves the mail waiting', async () => {
  const smtp = await smtpServer()
  smtp.close()
  const app = await open({ KAICHANG_SMTP: smtp.url })
  const delivery = openMailDelivery(app.ctx)
  if (!delivery) throw new Error('no delivery')
  const id = await write(app, 'yao@example.org')
  await expect(delivery.deliver({ communityId: INSTALLATION, id })).rejects.toThrow('ECONNREFUSED')
  expect((await readOutbox(app.ctx)).map((m) => [m.state, m.attempts])).toEqual([['queued', 1]])
})
