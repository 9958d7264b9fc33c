import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { editEvent } from '#core/community/actions.ts'
import { findEvent } from '#core/community/store.ts'
import { openMailDelivery } from '#core/people/mail/deliver.ts'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { crowd, mailsOf } from '../../../../tests/setup/crowd.ts'
import { smtpServer } from '../../../../tests/setup/smtp.ts'
import { cancelByTicket, restoreByTicket } from '../ticket.actions.ts'
import { openTicket } from '../tickets.ts'
import { openRegistration, seatsOf } from '../window.actions.ts'
import { askingOf, openMail, planReconfirm, readMails, readPlans, sayComing, workOffMessages } from './actions.ts'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})
const at = (iso: string): Date => new Date(iso)
const ASKED = at('2026-11-30T10:00:00+08:00')
const DUE = at('2026-12-03T10:00:00+08:00')

/** Four people are asked five days before by mails that go out, but for the last one's; answers are due two days before. */
async function asked(silent: 'keep' | 'remind' | 'release') {
  const smtp = await smtpServer((to) => (to === 'a3@example.org' ? '550 5.1.1 no such user' : undefined))
  opened.push(smtp)
  const app = await testApp({ env: { KAICHANG_SMTP: smtp.url } })
  opened.push(app)
  const made = await crowd(app, 4)
  const { communityId, event } = made
  await openRegistration(app.ctx, communityId, event.id)
  await planReconfirm(app.ctx, communityId, event.id, { on: true, daysBefore: 5, untilDays: 2, silent })
  app.clock.set(ASKED)
  await workOffMessages(app.ctx)
  await deliver(app, communityId)
  return { app, smtp, ...made }
}
async function deliver(app: TestApp, communityId: string): Promise<void> {
  const delivery = openMailDelivery(app.ctx)
  const keys = await app.db
    .selectFrom('outbox')
    .select(['communityId', 'id'])
    .where('communityId', '=', communityId)
    .where('state', '=', 'queued')
    .execute()
  for (const key of keys) await delivery?.deliver(key)
}
const live = async (app: TestApp, communityId: string): Promise<string[]> =>
  (
    await app.db
      .selectFrom('registration')
      .select('email')
      .where('communityId', '=', communityId)
      .where('state', '=', 'registered')
      .orderBy('email')
      .execute()
  ).map(({ email }) => email.slice(0, 2))
const kinds = async (app: TestApp, communityId: string, kind: string): Promise<string[]> =>
  (await mailsOf(app, communityId)).filter(({ template }) => template === `registration.${kind}`).map(({ to }) => to.slice(0, 2))

test('everybody is asked once; whoever says to come keeps the seat, the silent ones give theirs on', async () => {
  const { app, communityId, event, tokens, smtp } = await asked('release')
  expect(smtp.mails.flatMap(({ to }) => to).toSorted()).toEqual(['a0@example.org', 'a1@example.org', 'a2@example.org'])
  await sayComing(app.ctx, tokens[0] ?? '')
  await sayComing(app.ctx, tokens[0] ?? '')
  await cancelByTicket(app.ctx, tokens[1] ?? '')
  app.clock.set(new Date(DUE.getTime() - 1))
  await workOffMessages(app.ctx)
  expect(await live(app, communityId)).toEqual(['a0', 'a2', 'a3'])
  app.clock.set(DUE)
  await workOffMessages(app.ctx)
  await workOffMessages(app.ctx)
  // The last one's mail was refused: nobody was asked, so nothing is taken.
  expect(await live(app, communityId)).toEqual(['a0', 'a3'])
  expect((await seatsOf(app.ctx, event)).taken).toBe(2)
  expect(await kinds(app, communityId, 'released')).toEqual(['a2'])
  const entries = await listEntries(app.db, { communityId, rooms: ['registration'] })
  const found = entries.filter(({ kind }) => /coming|released|asking/.test(kind)).map(({ kind, facts }) => [kind.split('.')[1], facts])
  expect(found).toEqual([
    ['coming', {}],
    ['seat_released', {}],
    ['asking_closed', { rule: 'release', coming: 1, silent: 1, released: 1 }],
  ])
  const { answers } = await readPlans(app.ctx, communityId, event.id)
  expect(answers).toEqual({ asked: 2, coming: 1, silent: 1 })
})

test('a seat that was given on can be taken back while there is one, and is not given on again', async () => {
  const { app, communityId, tokens } = await asked('release')
  app.clock.set(DUE)
  await workOffMessages(app.ctx)
  await expect(sayComing(app.ctx, tokens[2] ?? '')).rejects.toMatchObject({ code: 'registration.cancelled' })
  await restoreByTicket(app.ctx, tokens[2] ?? '')
  await workOffMessages(app.ctx)
  expect(await live(app, communityId)).toEqual(['a2', 'a3'])
})

test('kept: silence costs nothing', async () => {
  const { app, communityId } = await asked('keep')
  app.clock.set(DUE)
  await workOffMessages(app.ctx)
  expect(await live(app, communityId)).toEqual(['a0', 'a1', 'a2', 'a3'])
  expect(await kinds(app, communityId, 'reconfirm')).toEqual(['a0', 'a1', 'a2', 'a3'])
})

test('asked once more: only the silent ones, only once, and then silence costs nothing', async () => {
  const { app, communityId, tokens } = await asked('remind')
  await sayComing(app.ctx, tokens[0] ?? '')
  app.clock.set(DUE)
  for (let n = 0; n < 3; n += 1) await workOffMessages(app.ctx)
  app.clock.set(at('2026-12-05T09:00:00+08:00'))
  await workOffMessages(app.ctx)
  expect(await kinds(app, communityId, 'reconfirm')).toEqual(['a0', 'a1', 'a1', 'a2', 'a2', 'a3', 'a3'])
  expect(await live(app, communityId)).toEqual(['a0', 'a1', 'a2', 'a3'])
})

test('the time for answers stands as it was told, wherever the event moves', async () => {
  const { app, communityId, event, tokens } = await asked('release')
  const now = await findEvent(app.db, communityId, event.id)
  if (!now) throw new Error('no event')
  const { communityId: _, id: __, state: ___, revision: ____, createdAt: _____, ...values } = now
  const day = { startsAt: at('2026-12-04T13:30:00+08:00'), endsAt: at('2026-12-04T18:30:00+08:00') }
  await editEvent(app.ctx, communityId, event.id, { ...values, ...day })
  // A day earlier would be the second of December.
  app.clock.set(new Date(DUE.getTime() - 1))
  await workOffMessages(app.ctx)
  expect(await live(app, communityId)).toEqual(['a0', 'a1', 'a2', 'a3'])
  expect((await askingOf(app.ctx, await openTicket(app.ctx, tokens[0] ?? '')))?.until).toEqual(DUE)
})

test('each mail names the time that stands, and what silence costs; the second one costs nothing', async () => {
  const { app, communityId, event } = await asked('remind')
  app.clock.set(DUE)
  for (let n = 0; n < 2; n += 1) await workOffMessages(app.ctx)
  const { rows } = await readMails(app.ctx, communityId, event.id, { query: 'a0@' })
  const bodies = await Promise.all(rows.map(async ({ id }) => (await openMail(app.ctx, communityId, event.id, id)).body))
  expect(bodies.map((body) => body.split('\n').find((row) => row.startsWith('请在')))).toEqual([
    '请在 12月5日 13:30 之前回复。没有回复也不影响您的名额。',
    '请在 12月3日 10:00 之前回复。没有回复的话，我们会再问一次。',
  ])
})

test('who was asked late has a day to answer, whatever was planned', async () => {
  const smtp = await smtpServer()
  opened.push(smtp)
  const app = await testApp({ env: { KAICHANG_SMTP: smtp.url } })
  opened.push(app)
  const { communityId, event } = await crowd(app, 1)
  await planReconfirm(app.ctx, communityId, event.id, { on: true, daysBefore: 5, untilDays: 2, silent: 'release' })
  // The machine was off until an hour before the answers were due.
  app.clock.set(new Date(DUE.getTime() - 3_600_000))
  await workOffMessages(app.ctx)
  await deliver(app, communityId)
  app.clock.set(DUE)
  await workOffMessages(app.ctx)
  expect(await live(app, communityId)).toEqual(['a0'])
  app.clock.set(new Date(DUE.getTime() + 23 * 3_600_000))
  await workOffMessages(app.ctx)
  expect(await live(app, communityId)).toEqual([])
})

test('answers and releases at the same moment: each seat is either confirmed or given on, never both', async () => {
  const smtp = await smtpServer()
  opened.push(smtp)
  const app = await testApp({ env: { KAICHANG_SMTP: smtp.url } })
  opened.push(app)
  const { communityId, event, tokens } = await crowd(app, 30)
  await planReconfirm(app.ctx, communityId, event.id, { on: true, daysBefore: 5, untilDays: 2, silent: 'release' })
  app.clock.set(ASKED)
  await workOffMessages(app.ctx)
  await deliver(app, communityId)
  app.clock.set(DUE)
  const said = Promise.allSettled(tokens.map((token) => sayComing(app.ctx, token)))
  await Promise.all([workOffMessages(app.ctx), workOffMessages(app.ctx)])
  const answered = (await said).filter(({ status }) => status === 'fulfilled').length
  const rows = await app.db.selectFrom('registration').select(['state', 'reconfirmedAt']).where('communityId', '=', communityId).execute()
  expect(rows.filter(({ state, reconfirmedAt }) => (state === 'registered') !== (reconfirmedAt !== null))).toEqual([])
  expect(rows.filter(({ state }) => state === 'registered')).toHaveLength(answered)
  expect((await seatsOf(app.ctx, event)).taken).toBe(answered)
  expect(await kinds(app, communityId, 'released')).toHaveLength(30 - answered)
})

test('an answer that is on its way when the seat is to be given on wins', async () => {
  const { app, communityId, event, ids } = await asked('release')
  app.clock.set(DUE)
  let release: Promise<void> | undefined
  await app.db.transaction().execute(async (db) => {
    // The answer holds its row; the release has chosen the booking and waits for the row.
    await db
      .updateTable('registration')
      .set({ reconfirmedAt: DUE })
      .where('communityId', '=', communityId)
      .where('id', '=', ids[0] ?? '')
      .execute()
    release = workOffMessages(app.ctx)
    await expect
      .poll(async () => {
        const waiting = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`.execute(app.db)
        return waiting.rows[0]?.n
      })
      .toBe(1)
  })
  await release
  expect(await live(app, communityId)).toEqual(['a0', 'a3'])
  expect((await seatsOf(app.ctx, event)).taken).toBe(2)
  expect(await kinds(app, communityId, 'released')).toEqual(['a1', 'a2'])
})

test('the ticket tells of the question before it comes, awaits the answer, and knows it', async () => {
  const smtp = await smtpServer()
  opened.push(smtp)
  const app = await testApp({ env: { KAICHANG_SMTP: smtp.url } })
  opened.push(app)
  const { communityId, event, tokens } = await crowd(app, 1)
  const see = async () => askingOf(app.ctx, await openTicket(app.ctx, tokens[0] ?? ''))
  expect(await see()).toBeNull()
  await planReconfirm(app.ctx, communityId, event.id, { on: true, daysBefore: 5, untilDays: 2, silent: 'release' })
  expect(await see()).toEqual({ state: 'announced', asksAt: ASKED, until: DUE, silent: 'release', closed: false })
  app.clock.set(ASKED)
  await workOffMessages(app.ctx)
  expect(await see()).toMatchObject({ state: 'asked', until: DUE, closed: false })
  await sayComing(app.ctx, tokens[0] ?? '')
  expect(await see()).toMatchObject({ state: 'coming' })
  await expect(sayComing(app.ctx, 'not-a-link')).rejects.toMatchObject({ code: 'access.link_invalid' })
})

test('the answer must be due after the question, and only organisers plan it', async () => {
  const app = await testApp()
  opened.push(app)
  const { communityId, event } = await crowd(app, 1)
  await expect(planReconfirm(app.ctx, communityId, event.id, { on: true, daysBefore: 2, untilDays: 2 })).rejects.toMatchObject({
    issues: [{ path: 'untilDays', code: 'message.until' }],
  })
  for (const role of ['programme', 'treasurer', 'door', 'stage', 'editor', 'viewer'])
    await expect(planReconfirm(app.as(role, communityId), communityId, event.id, { on: true })).rejects.toMatchObject({
      code: 'access.denied',
    })
})
