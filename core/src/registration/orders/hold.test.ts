import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import { anotherProcess, testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { cuttableLink } from '../../../../tests/setup/cuttable-link.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { countsOf, rowsOf } from '../../../../tests/setup/seat-counts.ts'
import { openRegistration } from '../window.actions.ts'
import { holdSeats } from './hold.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

async function open(community: string, cap: number) {
  const { communityId, event } = await makeEvent(app.ctx, { community, cap })
  await openRegistration(app.ctx, communityId, event.id)
  return { communityId, eventId: event.id }
}

/** What the counter says, which the rows have to say as well. */
async function taken({ communityId, eventId }: { communityId: string; eventId: string }): Promise<number | undefined> {
  const counts = await countsOf(app.db, communityId, eventId)
  expect(await rowsOf(app.db, communityId, eventId)).toEqual(counts)
  return counts['taken']
}

test('holds that wait together are decided together: as many as there are seats, each with its own verdict', async () => {
  const place = await open('holds', 30)
  const other = await anotherProcess(app)
  const wish = (seats: number) => ({ lines: [{ typeId: '', seats }] })
  try {
    const hold = (n: number, key = `form-${n}`) =>
      holdSeats((n % 2 ? other : app).context(visitor), place.communityId, place.eventId, wish(1 + (n % 3)), { key })
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, n) => hold(n)))
    const held = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
    const seats = held.flatMap(({ lines }) => lines)
    expect(seats.length).toBeGreaterThan(27)
    expect(seats.length).toBeLessThanOrEqual(30)
    expect(new Set(held.map(({ order }) => order.id)).size + refused.length).toBe(60)
    expect(new Set(refused)).toEqual(new Set(['registration.full']))
    expect(await taken(place)).toBe(seats.length)
    // The same form once more is the same hold, however often it comes at once and by whichever process.
    const n = outcomes.findIndex((one) => one.status === 'fulfilled')
    const same = await Promise.all(Array.from({ length: 6 }, () => hold(n)))
    expect(new Set(same.map(({ order }) => order.id))).toEqual(new Set([held[0]?.order.id]))
    expect(await taken(place)).toBe(seats.length)
  } finally {
    await other.close()
  }
})

test('case 38: the link is cut after a hold’s COMMIT was sent: everybody gets the order that was written', async () => {
  const place = await open('cut-holds', 50)
  const link = await cuttableLink(app.databaseUrl)
  const other = await anotherProcess(app, link.url)
  try {
    const hold = () => holdSeats(other.context(visitor), place.communityId, place.eventId, { lines: [{ typeId: '', seats: 2 }] })
    await hold()
    link.cutAfterCommit()
    const orders = await Promise.all([hold(), hold(), hold()])
    expect(link.cuts()).toBe(1)
    expect(await taken(place)).toBe(8)
    expect(new Set(orders.map(({ order }) => order.id)).size).toBe(3)
    expect(orders.every(({ lines, order }) => lines.length === 2 && order.state === 'held')).toBe(true)
  } finally {
    await other.close()
    link.close()
  }
})
