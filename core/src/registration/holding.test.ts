import { afterAll, beforeAll, expect, test } from 'vitest'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { readHolding, removeChannel, restoreChannel, setHolding } from './holding.actions.ts'
import { holdSeats } from './orders/hold.actions.ts'
import { registerAttendee } from './register.actions.ts'
import { checkCounters } from './seats/recount.ts'
import { addChannel, channelsOf, openRegistration } from './window.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

async function open(community: string) {
  const { communityId, event } = await makeEvent(app.ctx, { community })
  await openRegistration(app.ctx, communityId, event.id)
  const place = [communityId, event.id] as const
  const come = (n: number, channel: string) =>
    registerAttendee(app.ctx, ...place, { name: `张${n}`, email: `p${n}@example.org`, channel, consents: { registration: true } })
  return { event, place, come, communityId, eventId: event.id }
}

test('an entrance that nobody used is removed; a used one is retired, counts on without its share, and can come back', async () => {
  const { event, place, come, ...at } = await open('channels')
  const [spare, poster] = [
    await addChannel(app.ctx, ...place, { slug: 'spare', name: { zh: '多余' }, share: null }),
    await addChannel(app.ctx, ...place, { slug: 'poster', name: { zh: '海报' }, share: 1 }),
  ]
  await come(1, 'poster')
  await expect(come(2, 'poster')).rejects.toMatchObject({ code: 'registration.channel_full' })
  expect(await removeChannel(app.ctx, ...place, spare.id)).toBe('removed')
  expect(await removeChannel(app.ctx, ...place, poster.id)).toBe('retired')
  await come(2, 'poster')
  expect(await channelsOf(app.db, event)).toMatchObject([{ slug: 'poster', share: null, taken: 2, retiredAt: app.clock.now() }])
  expect(await checkCounters(app.ctx, ...place)).toEqual([])
  await restoreChannel(app.ctx, ...place, poster.id)
  expect(await channelsOf(app.db, event)).toMatchObject([{ slug: 'poster', retiredAt: null }])
  const kinds = (await listEntries(app.db, { ...at, limit: 50 })).map(({ kind }) => kind).filter((kind) => kind.includes('channel'))
  expect(kinds).toEqual(['added', 'added', 'removed', 'retired', 'restored'].map((what) => `registration.channel_${what}`))
})

test('new holds run as long as was said; those that run keep their time', async () => {
  const { place } = await open('holding')
  const hold = async () => (await holdSeats(app.ctx, ...place, { lines: [{ typeId: '', seats: 1 }] })).order.expiresAt?.getTime()
  const now = app.clock.now().getTime()
  expect(await hold()).toBe(now + 15 * 60_000)
  const values = { holdMinutes: 40, payMinutes: 60, offerHours: 24, waitingOpen: false, handoverUntil: '2026-12-01T00:00:00+08:00' }
  await setHolding(app.ctx, ...place, values)
  expect(await hold()).toBe(now + 40 * 60_000)
  expect(await readHolding(app.ctx, ...place)).toMatchObject({ ...values, handoverUntil: new Date(values.handoverUntil) })
  await expect(setHolding(app.ctx, ...place, { ...values, holdMinutes: 0 })).rejects.toMatchObject({ issues: [{ path: 'holdMinutes' }] })
  const [communityId] = place
  await expect(setHolding(app.as('viewer', communityId), ...place, values)).rejects.toMatchObject({ code: 'access.denied' })
  await expect(removeChannel(app.as('treasurer', communityId), ...place, communityId)).rejects.toMatchObject({ code: 'access.denied' })
})
