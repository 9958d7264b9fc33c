import { afterEach, expect, test } from 'vitest'
import { editEvent, setEventState } from '#core/community/actions.ts'
import type { EventInput } from '#core/community/model.ts'
import { findEvent } from '#core/community/store.ts'
import { openMailDelivery } from '#core/people/mail/deliver.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { crowd, mailsOf } from '../../../../tests/setup/crowd.ts'
import { smtpServer } from '../../../../tests/setup/smtp.ts'
import {
  openMail,
  readMails,
  retryMails,
  toTell,
  dropChange,
  withdrawMessage,
  workOffMessages,
  writeFree,
  writeMessage,
} from './actions.ts'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})
async function start(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await testApp({ env })
  opened.push(app)
  return app
}
async function edit(app: TestApp, communityId: string, eventId: string, changed: Partial<EventInput>): Promise<void> {
  app.clock.advance(60_000)
  const event = await findEvent(app.db, communityId, eventId)
  if (!event) throw new Error('no event')
  const { communityId: _, id: __, state: ___, revision: ____, createdAt: _____, ...values } = event
  await editEvent(app.ctx, communityId, eventId, { ...values, ...changed })
}
const nothing = { zh: {}, en: {} }
const moved = { startsAt: new Date('2026-12-12T13:30:00+08:00'), endsAt: new Date('2026-12-12T18:30:00+08:00') }

test('what changed since people registered is offered to be told, never told by itself', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 2)
  expect(await toTell(app.ctx, communityId, event.id)).toBeNull()
  await edit(app, communityId, event.id, { summary: { zh: '新的简介' } })
  expect(await toTell(app.ctx, communityId, event.id)).toBeNull()
  await edit(app, communityId, event.id, moved)
  await edit(app, communityId, event.id, { venue: { zh: '图书馆', en: 'Library' } })
  await edit(app, communityId, event.id, { venue: { zh: '市民中心', en: 'Civic Centre' } })
  expect(await toTell(app.ctx, communityId, event.id)).toEqual({
    kind: 'changed',
    at: new Date('2026-11-20T12:04:00+08:00'),
    receivers: { mailed: 2, withoutMail: 0 },
    changes: [
      {
        field: 'when',
        from: { zh: '2026年12月5日（周六）13:30 – 18:30', en: 'Saturday 5 December 2026, 13:30 – 18:30' },
        to: { zh: '2026年12月12日（周六）13:30 – 18:30', en: 'Saturday 12 December 2026, 13:30 – 18:30' },
      },
      { field: 'where', from: { zh: '会议室', en: 'Meeting room' }, to: { zh: '市民中心', en: 'Civic Centre' } },
    ],
  })
  await workOffMessages(app.ctx)
  expect(await mailsOf(app, communityId)).toEqual([])
})

test('told once: old and new in each language, with the calendar entry in its newest version', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 3)
  await edit(app, communityId, event.id, moved)
  const revision = (await findEvent(app.db, communityId, event.id))?.revision ?? 0
  const id = await writeMessage(app.ctx, communityId, event.id, 'changed', nothing, { key: 'a-key-of-a-form' })
  expect(await writeMessage(app.ctx, communityId, event.id, 'changed', nothing, { key: 'a-key-of-a-form' })).toBe(id)
  await expect(writeMessage(app.ctx, communityId, event.id, 'changed', nothing)).rejects.toMatchObject({ code: 'message.not_now' })
  expect(await toTell(app.ctx, communityId, event.id)).toBeNull()
  await workOffMessages(app.ctx)
  const { rows } = await readMails(app.ctx, communityId, event.id)
  expect(rows.map(({ subject }) => subject).sort()).toEqual(['Changed: Nanning', '有变动：南宁场', '有变动：南宁场'])
  const mail = await openMail(app.ctx, communityId, event.id, rows.find(({ locale }) => locale === 'zh')?.id ?? '')
  expect(mail.body).toContain('时间：2026年12月5日（周六）13:30 – 18:30 → 2026年12月12日（周六）13:30 – 18:30')
  expect(mail.calendar).toContain(`SEQUENCE:${revision}\r\n`)
  expect(mail.calendar).toContain('METHOD:PUBLISH\r\n')
  expect(mail.calendar).toContain('DTSTART:20261212T053000Z\r\n')
  await edit(app, communityId, event.id, { venue: { zh: '图书馆' } })
  expect((await toTell(app.ctx, communityId, event.id))?.changes.map(({ field }) => field)).toEqual(['where'])
})

test('what is changed back, or need not be told, is not offered any more', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 1)
  await edit(app, communityId, event.id, moved)
  await edit(app, communityId, event.id, { startsAt: event.startsAt, endsAt: event.endsAt })
  expect(await toTell(app.ctx, communityId, event.id)).toBeNull()
  await edit(app, communityId, event.id, moved)
  await dropChange(app.ctx, communityId, event.id)
  expect(await toTell(app.ctx, communityId, event.id)).toBeNull()
})

test('a postponed event is told as such, with a cancelled calendar entry', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 1)
  app.clock.advance(60_000)
  await setEventState(app.ctx, communityId, event.id, 'postponed')
  expect(await toTell(app.ctx, communityId, event.id)).toMatchObject({ kind: 'called_off', receivers: { mailed: 1 } })
  await writeMessage(app.ctx, communityId, event.id, 'called_off', nothing)
  await workOffMessages(app.ctx)
  const { rows } = await readMails(app.ctx, communityId, event.id)
  const mail = await openMail(app.ctx, communityId, event.id, rows[0]?.id ?? '')
  expect([mail.subject, mail.calendar?.includes('STATUS:CANCELLED')]).toEqual(['延期：南宁场', true])
})

test('a text of one’s own in one language goes to all; refused words, drafts and empty texts go to nobody', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 3)
  const words = { zh: { subject: '停车', body: '{name}，请走东门：https://map.example.org/east' }, en: {} }
  const write = (given: Parameters<typeof writeFree>[3]) => writeFree(app.ctx, communityId, event.id, given)
  await expect(write(nothing)).rejects.toMatchObject({ issues: [{ path: 'zh.body', code: 'field.required' }] })
  await expect(write({ zh: { subject: '停车', body: '{coming}' }, en: {} })).rejects.toMatchObject({
    issues: [{ path: 'zh.body', code: 'message.place_unknown' }],
  })
  const id = await write(words)
  await withdrawMessage(app.ctx, communityId, event.id, id)
  await workOffMessages(app.ctx)
  expect(await mailsOf(app, communityId)).toEqual([])
  await write(words)
  await workOffMessages(app.ctx)
  const { rows } = await readMails(app.ctx, communityId, event.id)
  expect(rows.map(({ subject }) => subject)).toEqual(['停车', '停车', '停车'])
  const english = rows.find(({ locale }) => locale === 'en')
  // An address that an organiser wrote stays one.
  expect((await openMail(app.ctx, communityId, event.id, english?.id ?? '')).body).toBe('参会者 2，请走东门：https://map.example.org/east')
  await setEventState(app.ctx, communityId, event.id, 'draft')
  await expect(write(words)).rejects.toMatchObject({ code: 'message.not_now' })
  await expect(writeFree(app.as('viewer', communityId), communityId, event.id, words)).rejects.toMatchObject({
    code: 'access.denied',
  })
})

test('the outbox of an event: masked, counted, searched, opened by who may, failed ones sent again', async () => {
  let broken = true
  const smtp = await smtpServer((to) => (broken && to === 'a1@example.org' ? `550 5.1.1 <${to}>: no such user` : undefined))
  opened.push(smtp)
  const app = await start({ KAICHANG_SMTP: smtp.url })
  const { communityId, event } = await crowd(app, 3)
  const other = await crowd(app, 1, { community: 'other' })
  await writeFree(app.ctx, communityId, event.id, { zh: { subject: '停车', body: '{name}' }, en: {} })
  await workOffMessages(app.ctx)
  const [key] = await app.db.selectFrom('outbox').select(['communityId', 'id']).where('communityId', '=', communityId).execute()
  const delivery = openMailDelivery(app.ctx)
  if (!delivery || !key) throw new Error('nothing to deliver')
  await delivery.deliver(key)
  const organiser = app.as('organiser', communityId, event.id)
  const all = await readMails(organiser, communityId, event.id)
  expect(all.states).toEqual({ queued: 0, kept: 0, sent: 2, failed: 1 })
  expect([...all.kinds]).toEqual([['registration.free', 3]])
  expect(all.rows.map(({ toAddress }) => toAddress)).toEqual(['a***@example.org', 'a***@example.org', 'a***@example.org'])
  const failed = await readMails(organiser, communityId, event.id, { state: 'failed', kind: 'registration.free' })
  expect(failed.rows.map(({ problem }) => problem)).toEqual([expect.stringContaining('<a***@example.org>: no such user')])
  const found = await readMails(organiser, communityId, event.id, { query: 'A1@' })
  expect(found.rows.map(({ id }) => id)).toEqual(failed.rows.map(({ id }) => id))
  expect((await readMails(organiser, communityId, event.id, { query: '%' })).rows).toEqual([])
  const id = failed.rows[0]?.id ?? ''
  expect((await openMail(organiser, communityId, event.id, id)).toAddress).toBe('a1@example.org')
  for (const role of ['programme', 'treasurer', 'door', 'stage', 'editor', 'viewer'])
    await expect(openMail(app.as(role, communityId), communityId, event.id, id)).rejects.toMatchObject({ code: 'access.denied' })
  // Through another event or community it is not there.
  await expect(openMail(app.ctx, other.communityId, other.event.id, id)).rejects.toMatchObject({ code: 'thing.not_found' })
  await expect(retryMails(app.ctx, communityId, other.event.id, id)).rejects.toMatchObject({ code: 'thing.not_found' })
  broken = false
  expect(await retryMails(organiser, communityId, event.id, null)).toBe(1)
  await delivery.deliver({ communityId, id })
  expect((await readMails(organiser, communityId, event.id)).states).toEqual({ queued: 0, kept: 0, sent: 3, failed: 0 })
  expect(smtp.mails.filter(({ to }) => to.includes('a1@example.org'))).toHaveLength(1)
})
