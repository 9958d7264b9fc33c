import type { App } from '@kaichang/core/app.ts'
import { momentAt } from '@kaichang/core/community/rules.ts'
import type { Event } from '@kaichang/core/community/model.ts'
import { system } from '@kaichang/core/kernel/actor.ts'
import { settableClock } from '@kaichang/core/kernel/clock.ts'
import type { Random } from '@kaichang/core/kernel/random.ts'
import type { Context } from '@kaichang/core/store/context.ts'

/** What the steps of one example share: the event, and what earlier steps made, by the names the file uses. */
export interface Scene {
  app: App
  event: Event
  random: Random
  proposals: Map<string, string>
  dates: Map<string, string>
  partners: Map<string, string>
  sessions: Map<number, string>
  /** Bookings in order of arrival. */
  bookings: string[]
}

/** A context in which it is the given local time of the event. */
export function contextAt(scene: Pick<Scene, 'app' | 'event' | 'random'>, at: Date): Context {
  const base = scene.app.context(system('examples'))
  // Ids stay unique whatever the seed; only what people are called, and when they came, repeats.
  return { ...base, clock: settableClock(at), random: scene.app.random }
}

/** A local date and time of the file as a moment. */
export function moment(text: string, timeZone: string): Date {
  const [day = '', time = ''] = text.split(' ')
  return momentAt(day, time, timeZone)
}

/** What an earlier step made under this name. */
export function known<K>(map: Map<K, string>, key: K): string {
  const id = map.get(key)
  if (id === undefined) throw new Error(`no earlier step made ${String(key)}`)
  return id
}
