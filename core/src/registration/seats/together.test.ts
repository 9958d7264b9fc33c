import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { faultOf, lostSeat } from '../../../../tests/setup/seat-faults.ts'
import { openWorld } from '../../../../tests/setup/seat-place.ts'
import { commandsOf } from '../../../../tests/setup/seat-commands.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

test(
  'holds, orders, payments, refunds, waiting list, vouchers, lists and caps, one after the other: every limit, booking and fen in its place',
  { timeout: 240_000 },
  async () => {
    const told = new Set<string>()
    await fc.assert(
      fc.asyncProperty(commandsOf(50), async (commands) => {
        const world = await openWorld(app, { alone: true })
        await fc.asyncModelRun(() => world, commands)
        for (const what of world.model.told.keys()) told.add(what)
        expect([await faultOf(world.model, world.real), await lostSeat(world.real)]).toEqual([null, null])
      }),
      { numRuns: 16, seed: 20_261_121, endOnFailure: true },
    )
    // The runs are full of what they are to show.
    const wanted = [
      'hold',
      'fill',
      'buy',
      'confirm',
      'refund',
      'cancelOrder',
      'cancelTicket',
      'restore',
      'wait',
      'takeOffer',
      'time',
      'cap',
      'bring',
      'list',
      'again',
      'changeType',
      'handOver',
      'erase',
    ]
    const refused = ['hold: registration.full', 'wait: registration.seats_left']
    expect([...wanted, 'voucher', 'approve', 'register', ...refused].filter((what) => !told.has(what))).toEqual([])
  },
)

test('the same at once, in the order that a scheduler draws', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), commandsOf(50), async (scheduler, commands) => {
      const world = await openWorld(app, { alone: false })
      await fc.scheduledModelRun(scheduler, () => world, commands)
      expect([await faultOf(world.model, world.real), await lostSeat(world.real)]).toEqual([null, null])
    }),
    { numRuns: 16, seed: 20_261_121, endOnFailure: true },
  )
})
