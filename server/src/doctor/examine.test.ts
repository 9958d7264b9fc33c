import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { registerMany } from '@kaichang/core/registration/actions.ts'
import { mendCounters } from '@kaichang/core/registration/seats/recount.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { examine, type Finding } from './examine.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const ask = (env: Record<string, string> = {}): Promise<Finding[]> =>
  examine({
    settings: readSettings({ KAICHANG_DATA: app.settings.dataDirectory, ...env }),
    databaseUrl: app.databaseUrl,
    now: app.clock.now(),
  })
/** The test database may forget on a power cut, which the doctor tells every time; the rest is what these tests are about. */
const said = (findings: Finding[], state: Finding['state']): string[] =>
  findings.filter((f) => f.state === state && !/ is off: a power cut/.test(f.what.en)).map((f) => f.what.en)

test('a sound installation for real use has nothing to mend', async () => {
  const findings = await ask({ KAICHANG_URL: 'https://kaichang.example', KAICHANG_SMTP: 'smtp://localhost' })
  expect(said(findings, 'trouble')).toEqual([])
  expect(said(findings, 'good')).toEqual(
    expect.arrayContaining([
      'The tables are up to date',
      'The secret is readable by this user only',
      'Public address https://kaichang.example',
    ]),
  )
})

test('what is missing or unsafe is told with its remedy', async () => {
  const findings = await ask({ KAICHANG_URL: 'http://kaichang.example', HOST: '0.0.0.0' })
  expect(said(findings, 'trouble')).toEqual(['The public address does not use https', 'Listening on 0.0.0.0 without encryption'])
  expect(said(findings, 'advice')).toEqual(
    expect.arrayContaining(['No mail server: sign-in codes, tickets and reminders only lie on the outbox page', 'No backup yet']),
  )
  expect(findings.filter((f) => f.state !== 'good' && !f.remedy)).toEqual([])
})

test('a secret that others can read is trouble', async () => {
  const file = join(app.settings.dataDirectory, 'secret')
  chmodSync(file, 0o644)
  expect(said(await ask(), 'trouble')).toEqual([`${file} can be read by others`])
  chmodSync(file, 0o600)
})

test('a counter of seats that does not tell what the bookings tell is told, and can be mended', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'astray' })
  await registerMany(app.ctx, communityId, event.id, [{ name: '王小明', phone: '17000001234', consents: { registration: true } }])
  expect(said(await ask(), 'good')).toContain('The counters of seats tell what the bookings tell')
  await app.db.updateTable('seatCounter').set({ taken: 9 }).where('eventId', '=', event.id).execute()
  expect(said(await ask(), 'trouble')).toEqual(['The counters of seats do not tell what the bookings tell: astray/nanning'])
  expect(await mendCounters(app.ctx, communityId, event.id)).toBe(1)
  expect(said(await ask(), 'trouble')).toEqual([])
})

test('people who are kept too long are told, those of the examples are not', async () => {
  const past = { startsAt: new Date('2024-01-06T13:30:00+08:00'), endsAt: new Date('2024-01-06T18:30:00+08:00') }
  const { communityId, event } = await makeEvent(app.ctx, { community: 'kept', ...past })
  await registerMany(app.ctx, communityId, event.id, [
    { name: '王小明', phone: '17000001234', email: '', consents: { registration: true } },
  ])
  expect(said(await ask(), 'trouble')).toEqual(['The personal data of 1 attendees is kept too long'])
  await app.db.updateTable('community').set({ example: true }).where('communityId', '=', communityId).execute()
  expect(said(await ask(), 'trouble')).toEqual([])
})
