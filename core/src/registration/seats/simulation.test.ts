import { expect, test } from 'vitest'
import { copyStock } from './book.ts'
import { lackOf } from './rules.ts'
import { drawFrom, World } from './world.testing.ts'

const RUNS = 10_000
const STEPS = 40

/** What must hold after every step; a sentence when it does not. */
function faultOf(world: World, before: Record<string, number>): string | null {
  const [counted, reckoned, sizes] = [world.counted(), world.recount(), world.sizes()]
  for (const [key, count] of Object.entries(reckoned))
    if (counted[key] !== count) return `${key} counts ${counted[key]}, there are ${count}`
  for (const [limit, size] of Object.entries(sizes)) {
    // Over a limit only as far as it was lowered under those who were in.
    if (size !== null && (counted[limit] ?? 0) > Math.max(size, before[limit] ?? 0)) return `${limit}: ${counted[limit]} of ${size}`
  }
  const [first] = world.waiters
  if (first) {
    const want = { typeId: first.typeId, channelId: first.channelId, seats: first.together ? first.seats : 1 }
    if (lackOf(copyStock(world.stock), [want]) === null) return `${first.id} waits though there is room`
  }
  const kept = world.orders.reduce((sum, order) => sum + order.paidFen, 0)
  if (world.inFen - world.outFen !== kept) return `money: ${world.inFen} in, ${world.outFen} out, ${kept} here`
  const owed = world.orders.find((order) => (order.state === 'done' ? order.paidFen !== order.totalFen : order.paidFen !== 0))
  return owed ? `an order that is ${owed.state} has ${owed.paidFen} of ${owed.totalFen}` : null
}

test(`${RUNS} seeded lives of an event: never over a limit, no seat lost, nobody waits for what is free, money fits`, () => {
  let [done, offered, late] = [0, 0, 0]
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const world = new World(drawFrom(seed))
    for (let n = 0; n < STEPS; n += 1) {
      const waited = world.waiters.length
      for (const part of ['open', 'act'] as const) {
        const before = world.counted()
        world[part]()
        const fault = faultOf(world, before)
        if (fault) throw new Error(`seed ${seed}, step ${n}, ${part}: ${fault}`)
      }
      if (world.waiters.length < waited) offered += 1
    }
    done += world.orders.filter((order) => order.state === 'done').length
    late += world.outFen > 0 ? 1 : 0
  }
  // The lives are full of what they are to show; the seeds fix how much.
  expect({ done, offered, late }).toEqual({ done: 34_434, offered: 4_929, late: 3_361 })
})
