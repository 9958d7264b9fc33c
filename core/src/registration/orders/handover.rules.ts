import type { Event } from '#core/community/model.ts'
import type { SeatCounter } from '../model.ts'

/** The last moment at which a ticket of an event can be handed over: what organisers set, the event's beginning at the latest. */
export function handoverEnd(event: Pick<Event, 'startsAt'>, counter: Pick<SeatCounter, 'handoverUntil'> | undefined): Date {
  const until = counter?.handoverUntil
  return until && until < event.startsAt ? until : event.startsAt
}

/** Whether a ticket can be handed over now. */
export function mayHandOver(
  { event, state, now }: { event: Pick<Event, 'startsAt' | 'state'>; state: 'registered' | 'cancelled'; now: Date },
  counter: Pick<SeatCounter, 'handoverUntil'> | undefined,
): boolean {
  return state === 'registered' && event.state === 'published' && now < handoverEnd(event, counter)
}
