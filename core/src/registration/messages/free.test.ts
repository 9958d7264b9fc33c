import { afterEach, expect, test } from 'vitest'
import { editEvent, setEventState } from '#core/community/actions.ts'
import { listOutbox } from '#core/people/mail/store.ts'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { crowd } from '../../../../tests/setup/crowd.ts'
import { eventInput } from '../../../../tests/setup/samples.ts'
import { waitingIn } from '../../../../tests/setup/waiting-line.ts'
import { registerAttendee } from '../register.actions.ts'
import { addType, removeType } from '../types/actions.ts'
import { leaveWaiting } from '../waiting/own.actions.ts'
import { openRegistration } from '../window.actions.ts'
import { countGroup, openFree, planReminder, readPlans, withdrawMessage, workOffMessages, writeFree } from './actions.ts'
import { freeMail, freeWaitingMail } from './mails.ts'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})
async function start(): Promise<TestApp> {
  const app = await testApp({ env: { KAICHANG_SMTP: 'smtp://127.0.0.1:9' } })
  opened.push(app)
  return app
}
const at = (iso: string): Date => new Date(iso)
const words = {
  zh: { subject: '停车', body: '{name}，停车请走东门。{ticket}' },
  en: { subject: 'Parking', body: '{name}, please park at the east gate.' },
}
const only = (body: string) => ({ zh: { subject: '候补', body }, en: {} })
/** Who got a letter of organisers, and from when it may leave. */
const got = async (app: TestApp, communityId: string) =>
  (await listOutbox(app.db, { communityId }))
    .filter(({ template }) => template === freeMail.name || template === freeWaitingMail.name)
    .map(({ toAddress, subject, notBefore }) => `${toAddress} ${subject}${notBefore ? ` ${notBefore.toISOString()}` : ''}`)
    .toSorted()
const goTo = async (app: TestApp, iso: string): Promise<void> => {
  app.clock.set(at(iso))
  await workOffMessages(app.ctx)
}

test('a free text goes out at its moment beside the event, which moves with it, in each one’s language, once', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 3)
  const here = [communityId, event.id] as const
  await planReminder(app.ctx, ...here, {})
  const id = await writeFree(app.ctx, ...here, words, { when: 'days', daysBefore: 3, atTime: '23:00' }, { key: 'one-form-sent-twice' })
  expect(await writeFree(app.ctx, ...here, words, { when: 'days', daysBefore: 3, atTime: '23:00' }, { key: 'one-form-sent-twice' })).toBe(
    id,
  )
  const plan = async () => (await readPlans(app.ctx, ...here)).plans.find((one) => one.id === id)
  expect(await plan()).toMatchObject({ state: 'planned', dueAt: at('2026-12-02T23:00:00+08:00'), waiting: { mailed: 3 } })
  const { slug, ...input } = eventInput()
  await editEvent(app.ctx, ...here, { ...input, slug, startsAt: at('2026-12-12T13:30:00+08:00'), endsAt: at('2026-12-12T18:30:00+08:00') })
  await goTo(app, '2026-12-02T23:00:00+08:00')
  expect(await got(app, communityId)).toEqual([])
  await goTo(app, '2026-12-09T23:00:00+08:00')
  await goTo(app, '2026-12-09T23:05:00+08:00')
  const morning = '2026-12-10T00:00:00.000Z'
  expect(await got(app, communityId)).toEqual([
    `a0@example.org 停车 ${morning}`,
    `a1@example.org 停车 ${morning}`,
    `a2@example.org Parking ${morning}`,
  ])
  expect(await plan()).toMatchObject({ state: 'sent', mailed: 3 })
  const told = (await listEntries(app.db, { communityId, kinds: ['registration.message_planned', 'registration.message_sent'] })).map(
    ({ kind, facts }) => [kind.slice('registration.'.length), facts],
  )
  expect(told).toContainEqual(['message_planned', { message: 'free', on: true }])
  expect(told).toContainEqual(['message_sent', { message: 'free', mailed: 3, withoutMail: 0 }])
  expect(JSON.stringify(told)).not.toContain('停车')
})

test('a date that stands is kept when the event moves, also after its end; called off, nothing goes out', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 1)
  const here = [communityId, event.id] as const
  await writeFree(app.ctx, ...here, words, { when: 'date', sendAt: '2026-12-06T23:30:00+08:00' })
  await writeFree(app.ctx, ...here, words, { when: 'hours', hoursBefore: 2 })
  await setEventState(app.ctx, ...here, 'cancelled')
  await goTo(app, '2026-12-05T11:30:00+08:00')
  expect(await got(app, communityId)).toEqual([])
  await setEventState(app.ctx, ...here, 'published')
  await goTo(app, '2026-12-05T13:30:00+08:00')
  expect((await readPlans(app.ctx, ...here)).plans.map(({ hoursBefore, state }) => [hoursBefore, state])).toContainEqual([2, 'missed'])
  await goTo(app, '2026-12-06T23:30:00+08:00')
  // The night is quiet after the event, too.
  expect(await got(app, communityId)).toEqual(['a0@example.org 停车 2026-12-07T00:00:00.000Z'])
})

test('to who holds a type, and to nobody else', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 1)
  const here = [communityId, event.id] as const
  await openRegistration(app.ctx, ...here)
  const type = (zh: string) => addType(app.ctx, ...here, { name: { zh }, counts: true })
  const [student, speaker] = [await type('学生票'), await type('讲师票')]
  const come = (name: string, ticketType: string) =>
    registerAttendee(app.ctx, ...here, { name, email: `${name}@example.org`, ticketType, consents: { registration: true } })
  await come('ann', student)
  await come('bob', speaker)
  expect([await countGroup(app.ctx, ...here), await countGroup(app.ctx, ...here, student)]).toEqual([
    { mailed: 3, withoutMail: 0 },
    { mailed: 1, withoutMail: 0 },
  ])
  app.clock.advance(1_000)
  await writeFree(app.ctx, ...here, words, { to: student })
  await workOffMessages(app.ctx)
  expect(await got(app, communityId)).toEqual(['ann@example.org 停车'])
  const other = await crowd(app, 0, { community: 'other' })
  const strange = writeFree(app.ctx, other.communityId, other.event.id, words, { to: student })
  await expect(strange).rejects.toMatchObject({ issues: [{ path: 'to', code: 'registration.type_unknown' }] })
  // A type that is no longer given out still has its holders.
  expect(await removeType(app.ctx, ...here, student)).toBe('retired')
  expect(await countGroup(app.ctx, ...here, student)).toEqual({ mailed: 1, withoutMail: 0 })
})

test('to who waits: one letter for each address, with the link to the place, none to who has left', async () => {
  const app = await start()
  const w = waitingIn(app)
  const full = await w.full()
  // Split: one seat is offered, the rest is waited for; both are the same address.
  const first = await w.join(full, { seats: 2, together: false })
  await w.free(full.tickets[0])
  expect((await w.again(first)).offers).toHaveLength(1)
  const [second, gone] = [await w.join(full, { locale: 'en' }), await w.join(full)]
  await w.join(full, { email: '', phone: '13800138000' })
  await leaveWaiting(w.stranger, gone.path.slice(3))
  expect(await countGroup(app.ctx, ...full.place, 'waiting')).toEqual({ mailed: 2, withoutMail: 1 })
  app.clock.advance(1_000)
  const wrong = writeFree(app.ctx, ...full.place, only('{name}：{ticket}'), { to: 'waiting' })
  await expect(wrong).rejects.toMatchObject({ issues: [{ path: 'zh.body', code: 'message.place_unknown', params: { found: '{ticket}' } }] })
  await writeFree(app.ctx, ...full.place, only('{name}，还在等：{waiting}'), { to: 'waiting' })
  await workOffMessages(app.ctx)
  await workOffMessages(app.ctx)
  const mails = (await listOutbox(app.db, { communityId: full.communityId })).filter(({ template }) => template === freeWaitingMail.name)
  expect(mails.map(({ toAddress }) => toAddress).toSorted()).toEqual([first, second].map(({ waiting }) => waiting.email).toSorted())
  const own = mails.find(({ toAddress }) => toAddress === first.waiting.email)
  expect(own?.body).toBe(`${first.waiting.name}，还在等：${app.settings.publicUrl}${first.path}`)
  const sent = (await readPlans(app.ctx, ...full.place)).plans.find(({ kind }) => kind === 'free')
  expect(sent).toMatchObject({ state: 'sent', audience: 'waiting', mailed: 2, withoutMail: 1 })
})

test('until it goes out it can be changed, by one at a time, or withdrawn and planned again; a moment that has passed is none', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 1)
  const here = [communityId, event.id] as const
  const past = writeFree(app.ctx, ...here, words, { when: 'date', sendAt: '2026-11-20T12:00:00+08:00' })
  await expect(past).rejects.toMatchObject({ issues: [{ path: 'sendAt', code: 'message.past' }] })
  const none = writeFree(app.ctx, ...here, words, { when: 'date' })
  await expect(none).rejects.toMatchObject({ issues: [{ path: 'sendAt', code: 'field.required' }] })
  const empty = writeFree(app.ctx, ...here, { zh: {}, en: {} }, { when: 'hours' })
  await expect(empty).rejects.toMatchObject({ issues: [{ path: 'zh.body', code: 'field.required' }] })
  const id = await writeFree(app.ctx, ...here, words, { when: 'days' })
  const again = { zh: { subject: '停车（新）', body: '走西门。' }, en: {} }
  expect(await openFree(app.ctx, ...here, id)).toMatchObject({ revision: 1, daysBefore: 1, atTime: '10:00' })
  expect(await writeFree(app.ctx, ...here, again, { when: 'hours', hoursBefore: 5 }, { id, revision: 1 })).toBe(id)
  await expect(writeFree(app.ctx, ...here, words, { when: 'days' }, { id, revision: 1 })).rejects.toMatchObject({
    code: 'message.words_changed',
  })
  await withdrawMessage(app.ctx, ...here, id)
  await goTo(app, '2026-12-05T08:30:00+08:00')
  expect(await got(app, communityId)).toEqual([])
  await writeFree(app.ctx, ...here, again, {}, { id, revision: 2 })
  await workOffMessages(app.ctx)
  expect(await got(app, communityId)).toEqual(['a0@example.org 停车（新）'])
  await expect(openFree(app.ctx, ...here, id)).rejects.toMatchObject({ code: 'thing.not_found' })
  await expect(writeFree(app.ctx, ...here, again, {}, { id })).rejects.toMatchObject({ code: 'thing.not_found' })
  const other = await crowd(app, 0, { community: 'elsewhere' })
  const stays = await writeFree(app.ctx, ...here, words, { when: 'date', sendAt: '2026-12-06T10:00:00+08:00' })
  const foreign = writeFree(app.ctx, other.communityId, other.event.id, words, {}, { id: stays })
  await expect(foreign).rejects.toMatchObject({ code: 'thing.not_found' })
  await expect(writeFree(app.as('viewer', communityId), ...here, words)).rejects.toMatchObject({ code: 'access.denied' })
})
