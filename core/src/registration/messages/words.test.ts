import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { setEventState } from '#core/community/actions.ts'
import type { KaichangError } from '#core/kernel/errors.ts'
import { checkWords, placesOf } from '#core/people/mail/words.ts'
import { composeMail } from '#core/people/mail/rules.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { crowd } from '../../../../tests/setup/crowd.ts'
import { registerAttendee } from '../register.actions.ts'
import { openRegistration } from '../window.actions.ts'
import { ticketMail } from '../mails.ts'
import { openMail, previewWords, readKinds, readMails, readWords, resetWords, sendTest, setWords } from './actions.ts'
import { findShort, freePlaces, knownPlaces, mailKinds, shortName } from './kinds.ts'
import { placeMeanings } from './places.ts'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})
async function start(): Promise<TestApp> {
  const app = await testApp()
  opened.push(app)
  return app
}
const own = {
  zh: { subject: '位子留好了：{event}', body: '{name}，\n\n票在这里：{ticket}' },
  en: { subject: 'Got you a seat: {event}', body: '{name},\n\nhere it is: {ticket}' },
}
const only = (zh: { subject: string; body: string }) => ({ zh, en: {} })
const issuesOf = async (work: Promise<unknown>): Promise<unknown[]> => {
  try {
    await work
  } catch (error) {
    if (error instanceof Error && 'issues' in error)
      return (error as KaichangError).issues.map(({ path, code, params }) => [path, code, params])
  }
  return []
}
async function confirm(app: TestApp, communityId: string, eventId: string, name: string, email: string, locale = 'zh') {
  await registerAttendee(app.ctx, communityId, eventId, { name, email, locale, consents: { registration: true } })
  const { rows } = await readMails(app.ctx, communityId, eventId, { query: email })
  const { subject, body } = await openMail(app.ctx, communityId, eventId, rows[0]?.id ?? '')
  return { subject, body }
}

test('changed words are used for the confirmation, the event’s before the community’s, and built-in ones come back', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 0)
  await openRegistration(app.ctx, communityId, event.id)
  await setWords(app.ctx, communityId, null, ticketMail.name, own)
  expect((await confirm(app, communityId, event.id, '王一', 'one@example.org')).subject).toBe('位子留好了：南宁场')
  expect((await confirm(app, communityId, event.id, 'Two', 'two@example.org', 'en')).subject).toBe('Got you a seat: Nanning')
  await setWords(app.ctx, communityId, event.id, ticketMail.name, only({ subject: '见！', body: '{name}：{ticket}' }))
  expect(await confirm(app, communityId, event.id, '王三', 'three@example.org')).toEqual({
    subject: '见！',
    body: '王三：http://localhost:0/t/…',
  })
  expect((await confirm(app, communityId, event.id, 'Four', 'four@example.org', 'en')).subject).toBe('Got you a seat: Nanning')
  expect((await readKinds(app.ctx, communityId, event.id))[0]).toMatchObject({ event: ['zh'], community: ['en', 'zh'] })
  await resetWords(app.ctx, communityId, event.id, ticketMail.name)
  expect((await confirm(app, communityId, event.id, '王五', 'five@example.org')).subject).toBe('位子留好了：南宁场')
  await resetWords(app.ctx, communityId, null, ticketMail.name)
  expect((await confirm(app, communityId, event.id, '王六', 'six@example.org')).subject).toBe('报名成功：南宁场')
})

test('another community’s words are neither used nor changed', async () => {
  const app = await start()
  const one = await crowd(app, 0, { community: 'one' })
  const two = await crowd(app, 0, { community: 'two' })
  await setWords(app.ctx, one.communityId, null, ticketMail.name, own)
  await openRegistration(app.ctx, two.communityId, two.event.id)
  expect((await confirm(app, two.communityId, two.event.id, '王一', 'one@example.org')).subject).toBe('报名成功：南宁场')
  const stranger = app.as('owner', two.communityId)
  await expect(setWords(stranger, one.communityId, null, ticketMail.name, own)).rejects.toMatchObject({ code: 'access.denied' })
  await expect(setWords(stranger, one.communityId, one.event.id, ticketMail.name, own)).rejects.toMatchObject({ code: 'access.denied' })
  await expect(setWords(app.ctx, two.communityId, one.event.id, ticketMail.name, own)).rejects.toMatchObject({ code: 'event.not_found' })
  // An organiser of one event may write its words, not those of all events.
  const here = app.as('organiser', one.communityId, one.event.id)
  await setWords(here, one.communityId, one.event.id, ticketMail.name, own)
  await expect(setWords(here, one.communityId, null, ticketMail.name, own)).rejects.toMatchObject({ code: 'access.denied' })
})

test('braces that are no place of the kind are refused with their line and the known names', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 0)
  const tried = (typed: string) =>
    issuesOf(setWords(app.ctx, communityId, event.id, ticketMail.name, only({ subject: '您好', body: `第一行\n{ticket}\n这里：${typed}` })))
  const known = '{event} {name} {when} {where} {code} {ticket} {community}'
  for (const [typed, found] of [
    ['{constructor}', '{constructor}'],
    ['{__proto__}', '{__proto__}'],
    ['{toString}', '{toString}'],
    ['{event.name}', '{event.name}'],
    ['{{name}}', '{'],
    ['{ name }', '{ name }'],
    ['{名字}', '{名字}'],
    ['{0}', '{0}'],
    ['{name', '{name'],
    ['name}', '}'],
  ] as const)
    expect(await tried(typed)).toEqual([['zh.body', 'message.place_unknown', { line: 3, found, known }]])
  const subject = only({ subject: '{changes}', body: '{ticket}' })
  expect(await issuesOf(setWords(app.ctx, communityId, event.id, ticketMail.name, subject))).toEqual([
    ['zh.subject', 'message.place_unknown', { line: 1, found: '{changes}', known }],
  ])
  // A dollar before a place is a dollar.
  expect(await tried('${name}')).toEqual([])
})

test('words without the place that the mail is for are refused, and half a pair is', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 0)
  const set = (words: Parameters<typeof setWords>[4], kind = ticketMail.name) =>
    issuesOf(setWords(app.ctx, communityId, event.id, kind, words))
  expect(await set(only({ subject: '您好', body: '{name}' }))).toEqual([['zh.body', 'message.place_missing', { found: '{ticket}' }]])
  expect(await set(only({ subject: '', body: '{ticket}' }))).toEqual([['zh.subject', 'field.required', undefined]])
  expect(await set({ zh: {}, en: { subject: 'Hi', body: '' } })).toEqual([['en.body', 'field.required', undefined]])
  expect(await set(only({ subject: '长'.repeat(151), body: '{ticket}' }))).toEqual([['zh.subject', 'field.too_long', { maximum: 150 }]])
  expect(await set(only({ subject: '您好', body: `{ticket}${'长'.repeat(10_000)}` }))).toEqual([
    ['zh.body', 'field.too_long', { maximum: 10_000 }],
  ])
  await expect(setWords(app.ctx, communityId, event.id, 'registration.nothing', own)).rejects.toMatchObject({ code: 'thing.not_found' })
})

test('what is saved twice at once is told, not lost', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 0)
  const set = (body: string, revision: number | null) =>
    setWords(app.ctx, communityId, event.id, ticketMail.name, only({ subject: '您好', body: `${body} {ticket}` }), {
      zh: revision,
      en: null,
    })
  await set('甲', null)
  await expect(set('乙', null)).rejects.toMatchObject({ code: 'message.words_changed' })
  await set('乙', 1)
  await expect(set('丙', 1)).rejects.toMatchObject({ code: 'message.words_changed' })
  const { words } = await readWords(app.ctx, communityId, event.id, ticketMail.name, 'event')
  expect(words.zh).toEqual({ text: { subject: '您好', body: '乙 {ticket}' }, revision: 2 })
  expect(words.en.revision).toBe(null)
  expect(words.en.text).toEqual({ subject: ticketMail.en.subject, body: ticketMail.en.body })
})

test('an attendee’s name adds no header, no place and no link to changed words', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 0)
  await openRegistration(app.ctx, communityId, event.id)
  await setWords(app.ctx, communityId, event.id, ticketMail.name, only({ subject: '{name}，您好', body: '{name}\n{ticket}' }))
  const { subject, body } = await confirm(
    app,
    communityId,
    event.id,
    '{ticket} https://evil.example <b>x</b>\r\nBcc: all@example.org',
    'evil@example.org',
  )
  expect(subject).toBe('{ticket} https：//evil.example <b>x</b> Bcc: all@example.org，您好')
  expect(body).toBe('{ticket} https：//evil.example <b>x</b> Bcc: all@example.org\nhttp://localhost:0/t/…')
})

test('for any text: what passes shows only its kind’s values, what is filled in is never filled again', () => {
  const known = placesOf(ticketMail)
  const piece = fc.oneof(
    fc.constantFrom('{name}', '{ticket}', '{constructor}', '{', '}', '{{', '}}', '{name', '{a.b}', '\uf8f0name\uf8f1', '\r\n', '${code}'),
    fc.string({ maxLength: 12 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.string({ maxLength: 30 }), (pieces, name) => {
      const body = pieces.join('')
      const faults = checkWords({ subject: 'x', body }, known)
      const text = { subject: 'x', body }
      const secret = 'SECRET-FUNCTION'
      const values = { name: `${name}{ticket}`, ticket: { href: 'https://example.org/t/1' } }
      const filled = composeMail(
        { zh: text, en: text },
        'zh',
        Object.assign(Object.create({ constructor: secret, toString: secret }), values),
      )
      expect(filled.body).not.toContain(secret)
      expect(filled.body).not.toContain('native code')
      if (faults.length === 0) {
        // Every brace belongs to a known place.
        expect(body.replace(/\{(\w+)\}/g, (place, found: string) => (known.includes(found) ? '' : place))).not.toMatch(/[{}]/)
      }
      expect(faults.every(({ line }) => line >= 1 && line <= body.split('\n').length)).toBe(true)
    }),
  )
})

test('a preview shows both languages as the mail will be, with an example or a booking, and keeps links to itself', async () => {
  const app = await start()
  const { communityId, event, tokens } = await crowd(app, 1)
  const words = {
    zh: { subject: '{event}', body: '{name}（{code}）{ticket}\n地点：{where}' },
    en: { subject: '{event}', body: '{name} {ticket}' },
  }
  expect(await previewWords(app.ctx, communityId, event.id, ticketMail.name, words)).toEqual({
    zh: { subject: '南宁场', body: '王小明（K7MP2Q）http://localhost:0/t/…\n地点：会议室' },
    en: { subject: 'Nanning', body: 'Wang Xiaoming http://localhost:0/t/…' },
  })
  const [booking] = await app.db.selectFrom('registration').select('code').where('communityId', '=', communityId).execute()
  const real = await previewWords(app.ctx, communityId, event.id, ticketMail.name, words, { code: (booking?.code ?? '').toLowerCase() })
  expect(real.zh.body).toBe(`参会者 0（${booking?.code ?? ''}）http://localhost:0/t/…\n地点：会议室`)
  expect(JSON.stringify(real)).not.toContain(tokens[0])
  expect(await issuesOf(previewWords(app.ctx, communityId, event.id, ticketMail.name, words, { code: 'ZZZZZZ' }))).toEqual([
    ['code', 'thing.not_found', undefined],
  ])
  await expect(previewWords(app.as('viewer', communityId), communityId, event.id, ticketMail.name, words)).rejects.toMatchObject({
    code: 'access.denied',
  })
})

test('a test goes to whoever asks and to nobody else, and not without end', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 1)
  const organiser = app.as('organiser', communityId, event.id)
  const to = await sendTest(organiser, communityId, event.id, ticketMail.name, own)
  const { rows } = await readMails(app.ctx, communityId, event.id)
  expect(rows.map(({ subject, template }) => [subject, template]).sort()).toEqual([
    ['[Test] Got you a seat: Nanning', 'registration.test'],
    ['[试发] 位子留好了：南宁场', 'registration.test'],
  ])
  const addresses = await app.db.selectFrom('outbox').select('toAddress').where('communityId', '=', communityId).execute()
  expect(new Set(addresses.map((row) => row.toAddress))).toEqual(new Set([to]))
  for (let n = 0; n < 9; n += 1) await sendTest(organiser, communityId, event.id, ticketMail.name, own)
  await expect(sendTest(organiser, communityId, event.id, ticketMail.name, own)).rejects.toMatchObject({ code: 'message.tests_many' })
  app.clock.advance(3_700_000)
  await sendTest(organiser, communityId, event.id, ticketMail.name, own)
  await expect(sendTest(app.ctx, communityId, event.id, ticketMail.name, own)).rejects.toMatchObject({ code: 'access.denied' })
})

test('every kind has the same places in both languages, each with its meaning, and needs only what it has', () => {
  for (const kind of mailKinds) {
    const places = (text: { subject: string; body: string }): string[] =>
      [...new Set(`${text.subject}${text.body}`.match(/\{\w+\}/g))].sort()
    expect(places(kind.mail.en)).toEqual(places(kind.mail.zh))
    for (const name of knownPlaces(kind)) expect(Object.keys(placeMeanings)).toContain(name)
    for (const name of kind.needs) expect(placesOf(kind.mail)).toContain(name)
    expect(checkWords(kind.mail.zh, knownPlaces(kind))).toEqual([])
  }
  for (const name of freePlaces) expect(Object.keys(placeMeanings)).toContain(name)
})

test('the words of every mail about registration can be changed', () => {
  const folder = join(import.meta.dirname, '..')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /^(?!.*test).*\.ts$/.test(file))
  const names = sources.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/defineMail\(\{\s*name: '([^']+)'/g)].map((match) => match[1] ?? ''),
  )
  expect(names.toSorted()).toEqual(mailKinds.map(({ mail }) => mail.name).toSorted())
  for (const { mail } of mailKinds) expect(findShort(shortName(mail.name))?.mail).toBe(mail)
})

test('an event that is over keeps its words', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 0)
  await setEventState(app.ctx, communityId, event.id, 'over')
  await setWords(app.ctx, communityId, event.id, ticketMail.name, own)
  expect((await readWords(app.ctx, communityId, event.id, ticketMail.name, 'event')).words.zh.text).toEqual(own.zh)
})
