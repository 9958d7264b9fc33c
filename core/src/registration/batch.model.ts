import type { Community, Event } from '#core/community/model.ts'
import type { Actor } from '#core/kernel/actor.ts'
import type { ErrorCode } from '#core/kernel/errors.ts'
import type { Person } from '#core/people/person/model.ts'
import type { Registration, RegistrationValues } from './model.ts'
import type { GivenAnswer } from './questions/model.ts'
import type { Verdict } from './rules.ts'

/** One request as it waits. */
export interface Asking {
  /** The id of the booking that may come of it: made beforehand, so that it can be looked up when an end was not heard. */
  id: string
  values: RegistrationValues
  /** Answers to the event's own questions, held against them already. */
  answers?: readonly GivenAnswer[]
  actor: Actor
  /** Staff: the window does not bind them, the cap does. */
  anyTime: boolean
  mail: boolean
  at: Date | null
  key: string | null
  bodyHash: string | null
  /** The token of the line before the form: a place in it, or a let-in. */
  line?: string | null
}

/** What became of one request. */
export type Answer =
  | {
      kind: 'booked'
      repeated: boolean
      registration: Registration
      person: Person
      /** Path of the personal link, when it has been signed already. */
      path?: string
      community: Community
      event: Event
    }
  | { kind: 'refused'; verdict: Exclude<Verdict, { ok: true }> }
  | { kind: 'failed'; code: ErrorCode }

/** What the scope of an event's request keys is called. */
export const keyScope = (eventId: string): string => `register:${eventId}`

/** A request that was accepted, with its holder (undefined: somebody new), its entrance and its short code. */
export interface Accepted {
  request: Asking
  personId: string | undefined
  typeId: string | null
  channelId: string | null
  code: string
  /** The order that it comes with. */
  orderId?: string | null
}
