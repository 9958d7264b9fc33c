import { visitor } from '@kaichang/core/kernel/actor.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import type { TestApp } from './app.ts'
import { makeEvent } from './samples.ts'
import { furnishTypes } from './seat-counts.ts'
import { setPaymentSetting } from '@kaichang/core/registration/payment/setting.actions.ts'
import { makeVouchers } from '@kaichang/core/registration/vouchers/actions.ts'
import { addChannel, openRegistration } from '@kaichang/core/registration/window.actions.ts'

/** What is remembered of a run: the links that people were given, and what they were promised. */
export interface Memory {
  people: number
  orders: string[]
  payments: { id: string; token: string }[]
  tickets: string[]
  /** The list that came in last. */
  list: string
  /** Every cap that was set or is being set; Infinity for none. */
  caps: number[]
  /** Bookings that somebody was told of. */
  acknowledged: Set<string>
  /** How often what was done: the command's name, and what it was refused with. */
  told: Map<string, number>
}

/** One event with everything, and the actions that people and staff do. */
export interface Real {
  app: TestApp
  place: readonly [string, string]
  ids: Record<'free' | 'paid' | 'open' | 'looked' | 'dinner' | 'freeDinner', string>
  /** The channel with a share. */
  poster: string
  /** One command at a time: nobody else acts between what is seen before and after. */
  alone: boolean
  staff: Context
  stranger: Context
}

let runs = 0

/** A fresh event with types, extras, a channel with a share, two vouchers and transfers as the way to pay. */
export async function openWorld(app: TestApp, { alone }: { alone: boolean }): Promise<{ model: Memory; real: Real }> {
  runs += 1
  const { communityId, event } = await makeEvent(app.ctx, { community: `together-${runs}`, cap: 4 })
  const place = [communityId, event.id] as const
  await openRegistration(app.ctx, ...place)
  const { id: poster } = await addChannel(app.ctx, ...place, { slug: 'poster', name: { zh: '海报' }, share: '3' })
  const ids = await furnishTypes(app, ...place)
  await setPaymentSetting(app.ctx, { communityId, eventId: event.id }, { offline: true, instructions: { zh: '转到社区账户' } })
  await makeVouchers(app.ctx, ...place, { code: 'KEEP', ticketTypeId: ids.free, maxUses: 2, reserves: true, effect: 'none', batch: 'keep' })
  await makeVouchers(app.ctx, ...place, { code: 'HALF', effect: 'percent', value: 50, maxUses: 3 })
  return {
    model: { people: 0, orders: [], payments: [], tickets: [], list: '', caps: [4], acknowledged: new Set(), told: new Map() },
    real: { app, place, ids, poster, alone, staff: app.ctx, stranger: app.context(visitor) },
  }
}
