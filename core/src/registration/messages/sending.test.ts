import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { editEvent, setEventState } from '#core/community/actions.ts'
import { findEvent } from '#core/community/store.ts'
import { openMailDelivery } from '#core/people/mail/deliver.ts'
import { INSTALLATION } from '#core/people/mail/model.ts'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { crowd, mailsOf } from '../../../../tests/setup/crowd.ts'
import { smtpServer } from '../../../../tests/setup/smtp.ts'
import { cancelByTicket } from '../ticket.actions.ts'
import { openMail, planReminder, readMails, readPlans, setQuiet, workOffMessages, writeFree } from './actions.ts'
import { listMessages } from './store.ts'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})
async function start(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await testApp({ env })
  opened.push(app)
  return app
}
const at = (iso: string): Date => new Date(iso)
const free = {
  zh: { subject: '停车', body: '{name}，停车请走东门。' },
  en: { subject: 'Parking', body: '{name}, please park at the east gate.' },
}
const told = async (app: TestApp, communityId: string): Promise<unknown[]> =>
  (await listEntries(app.db, { communityId, rooms: ['registration'] }))
    .filter(({ kind }) => kind.startsWith('registration.message'))
    .map(({ kind, facts }) => [kind.slice('registration.'.length), facts])

test('the evening before at eight everybody is reminded, once, though nobody planned it', async () => {
  const app = await start()
  const { communityId, event, tokens } = await crowd(app, 4)
  await cancelByTicket(app.ctx, tokens[3] ?? '')
  app.clock.set(at('2026-12-04T19:55:00+08:00'))
  await workOffMessages(app.ctx)
  expect((await mailsOf(app, communityId)).filter(({ template }) => template === 'registration.reminder')).toEqual([])
  app.clock.set(at('2026-12-04T20:00:00+08:00'))
  await workOffMessages(app.ctx)
  app.clock.set(at('2026-12-04T20:05:00+08:00'))
  await workOffMessages(app.ctx)
  expect((await mailsOf(app, communityId)).filter(({ template }) => template === 'registration.reminder')).toEqual([
    { template: 'registration.reminder', to: 'a0@example.org', notBefore: null },
    { template: 'registration.reminder', to: 'a1@example.org', notBefore: null },
    { template: 'registration.reminder', to: 'a2@example.org', notBefore: null },
  ])
  const { plans } = await readPlans(app.ctx, communityId, event.id)
  expect(plans.map(({ kind, state, mailed, withoutMail, sentAt }) => ({ kind, state, mailed, withoutMail, sentAt }))).toEqual([
    { kind: 'reminder', state: 'sent', mailed: 3, withoutMail: 0, sentAt: at('2026-12-04T20:00:00+08:00') },
  ])
  expect(await told(app, communityId)).toEqual([['message_sent', { message: 'reminder', mailed: 3, withoutMail: 0 }]])
})

test('a reminder that is switched off, of a draft, or of an event that has begun is not sent', async () => {
  const app = await start()
  const off = await crowd(app, 1, { community: 'off' })
  await planReminder(app.ctx, off.communityId, off.event.id, { on: false })
  const late = await crowd(app, 1, { community: 'late' })
  await planReminder(app.ctx, late.communityId, late.event.id, { on: true })
  const draft = await crowd(app, 1, { community: 'draft' })
  await planReminder(app.ctx, draft.communityId, draft.event.id, { on: true })
  await setEventState(app.ctx, draft.communityId, draft.event.id, 'draft')
  app.clock.set(at('2026-12-05T14:00:00+08:00'))
  await workOffMessages(app.ctx)
  for (const { communityId } of [off, late, draft]) expect(await mailsOf(app, communityId)).toEqual([])
  expect((await listMessages(app.db, late.communityId, late.event.id)).map(({ state }) => state)).toEqual(['missed'])
})

test('a reminder moves with the event, and may go out again for another date', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 1)
  await planReminder(app.ctx, communityId, event.id, { on: true, unit: 'hours', hoursBefore: 3 })
  app.clock.set(at('2026-12-05T10:30:00+08:00'))
  await workOffMessages(app.ctx)
  expect(await mailsOf(app, communityId)).toHaveLength(1)
  await expect(planReminder(app.ctx, communityId, event.id, { on: true })).rejects.toMatchObject({ code: 'message.gone_out' })
  const {
    communityId: _,
    id: __,
    state: ___,
    revision: ____,
    createdAt: _____,
    ...values
  } = (await findEvent(app.db, communityId, event.id)) ?? event
  await editEvent(app.ctx, communityId, event.id, {
    ...values,
    startsAt: at('2026-12-12T13:30:00+08:00'),
    endsAt: at('2026-12-12T18:30:00+08:00'),
  })
  await planReminder(app.ctx, communityId, event.id, { on: true, unit: 'days', daysBefore: 1, atTime: '20:00' })
  await workOffMessages(app.ctx)
  expect(await mailsOf(app, communityId)).toHaveLength(1)
  app.clock.set(at('2026-12-11T20:00:00+08:00'))
  await workOffMessages(app.ctx)
  expect(await mailsOf(app, communityId)).toHaveLength(2)
})

test('whoever registers after its moment is not reminded of what they have just been told', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 1, { startsAt: at('2026-11-19T20:00:00+08:00') })
  expect(communityId).toBeTruthy()
  // Registered at noon of the day; the reminder of the evening before was due before that.
  app.clock.set(at('2026-11-19T12:30:00+08:00'))
  await planReminder(app.ctx, communityId, event.id, { on: true })
  await workOffMessages(app.ctx)
  expect(await mailsOf(app, communityId)).toEqual([])
})

test('at night nobody is written to who does not wait: the mail stays until the morning', async () => {
  const smtp = await smtpServer()
  opened.push(smtp)
  const app = await start({ KAICHANG_SMTP: smtp.url })
  const { communityId, event } = await crowd(app, 2)
  app.clock.set(at('2026-11-20T22:30:00+08:00'))
  await writeFree(app.ctx, communityId, event.id, free)
  await workOffMessages(app.ctx)
  expect((await mailsOf(app, communityId)).map(({ notBefore }) => notBefore)).toEqual([
    '2026-11-21T00:00:00.000Z',
    '2026-11-21T00:00:00.000Z',
  ])
  const delivery = openMailDelivery(app.ctx)
  const [key] = await app.db.selectFrom('outbox').select(['communityId', 'id']).where('communityId', '=', communityId).execute()
  if (!delivery || !key) throw new Error('nothing to deliver')
  await delivery.deliver(key)
  expect(smtp.mails).toEqual([])
  app.clock.set(at('2026-11-21T08:00:00+08:00'))
  await delivery.deliver(key)
  expect(smtp.mails.flatMap(({ to }) => to).sort()).toEqual(['a0@example.org', 'a1@example.org'])
})

test('the quiet hours are the community’s own', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 1)
  await setQuiet(app.ctx, communityId, { from: '00:00', until: '00:00' })
  app.clock.set(at('2026-11-20T22:30:00+08:00'))
  await writeFree(app.ctx, communityId, event.id, free)
  await workOffMessages(app.ctx)
  expect((await mailsOf(app, communityId)).map(({ notBefore }) => notBefore)).toEqual([null])
  await expect(setQuiet(app.ctx, communityId, { from: '25:00', until: '08:00' })).rejects.toMatchObject({ code: 'input.invalid' })
})

test('two workers at once write each mail once', async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 1_203)
  await writeFree(app.ctx, communityId, event.id, free)
  await Promise.all([workOffMessages(app.ctx), workOffMessages(app.ctx), workOffMessages(app.ctx)])
  const mails = await mailsOf(app, communityId)
  expect(mails).toHaveLength(1_203)
  expect(new Set(mails.map(({ to }) => to)).size).toBe(1_203)
  expect(await told(app, communityId)).toEqual([
    ['message_written', { message: 'free', receivers: 1_203 }],
    ['message_sent', { message: 'free', mailed: 1_203, withoutMail: 0 }],
  ])
})

test('stopped again and again in the middle, every one of 3,000 gets the message exactly once', { timeout: 120_000 }, async () => {
  const app = await start()
  const { communityId, event } = await crowd(app, 3_000)
  const id = await writeFree(app.ctx, communityId, event.id, free)
  const killer = new pg.Client({ connectionString: app.databaseUrl })
  await killer.connect()
  killer.on('error', () => undefined)
  let stops = 0
  for (let round = 0; round < 40; round += 1) {
    let ended = false
    const work = Promise.allSettled([workOffMessages(app.ctx), workOffMessages(app.ctx)]).finally(() => (ended = true))
    // Later in each round, so that it gets a little further each time.
    await new Promise((resolve) => setTimeout(resolve, round * 40))
    for (let killed = 0; killed === 0 && !ended;) {
      const { rowCount } = await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' and backend_xid is not null`,
      )
      killed = rowCount ?? 0
    }
    if ((await work).some(({ status }) => status === 'rejected')) stops += 1
    const [message] = await listMessages(app.db, communityId, event.id)
    if (message?.id === id && message.state === 'sent') break
  }
  await killer.end()
  await workOffMessages(app.ctx)
  expect(stops).toBeGreaterThan(0)
  const mails = await mailsOf(app, communityId)
  expect(mails).toHaveLength(3_000)
  expect(new Set(mails.map(({ to }) => to)).size).toBe(3_000)
  const receipts = await sql<{ n: number }>`select count(*)::int as n from message_receipt where community_id = ${communityId}`.execute(
    app.db,
  )
  expect(receipts.rows[0]?.n).toBe(3_000)
  const [message] = await listMessages(app.db, communityId, event.id)
  expect([message?.state, message?.mailed]).toEqual(['sent', 3_000])
})

test('the people of an example are never written to', async () => {
  const app = await start()
  const { communityId } = await crowd(app, 1)
  await app.db.updateTable('community').set({ example: true }).where('communityId', '=', communityId).execute()
  app.clock.set(at('2026-12-04T20:30:00+08:00'))
  await workOffMessages(app.ctx)
  expect(await mailsOf(app, communityId)).toEqual([])
  expect(await mailsOf(app, INSTALLATION)).toEqual([])
})

test('each gets the language and the words that are theirs', async () => {
  const app = await start()
  const { communityId, event, tokens } = await crowd(app, 3)
  app.clock.set(at('2026-12-04T20:00:00+08:00'))
  await workOffMessages(app.ctx)
  const { rows } = await readMails(app.ctx, communityId, event.id)
  const english = rows.find(({ locale }) => locale === 'en')
  expect(rows.map(({ subject }) => subject).sort()).toEqual(['See you soon: Nanning', '就要见面了：南宁场', '就要见面了：南宁场'])
  const mail = await openMail(app.ctx, communityId, event.id, english?.id ?? '')
  expect(mail.body).toContain('Hello 参会者 2,')
  expect(mail.body).toContain('When: Saturday 5 December 2026, 13:30 – 18:30')
  expect(mail.body).not.toContain('The way in')
  // The link is its holder's alone.
  expect(mail.body).toContain('/t/…')
  expect(mail.body).not.toContain(tokens[2])
  expect(mail.calendar).toContain('BEGIN:VEVENT')
  expect(mail.calendar).not.toContain(tokens[2])
})
