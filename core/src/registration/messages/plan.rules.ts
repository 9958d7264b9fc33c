import type { Event } from '#core/community/model.ts'
import { dayAt, momentAt } from '#core/community/rules.ts'
import type { PlannedMessage } from './model.ts'

type When = Pick<Event, 'startsAt' | 'timeZone'>
type Plan = Pick<
  PlannedMessage,
  'kind' | 'state' | 'daysBefore' | 'atTime' | 'hoursBefore' | 'sendAt' | 'untilDays' | 'answerUntil' | 'startedAt' | 'createdAt'
>

const HOUR = 3_600_000

/** True when a message has a moment of its own; else it goes out at once. */
export const isTimed = (plan: Pick<Plan, 'daysBefore' | 'hoursBefore' | 'sendAt'>): boolean =>
  plan.daysBefore !== null || plan.hoursBefore !== null || plan.sendAt !== null

/** When a message is to go out; it moves with the event, unless it has a moment that stands. */
export function dueAt(plan: Plan, event: When): Date {
  if (plan.sendAt !== null) return plan.sendAt
  if (plan.daysBefore !== null && plan.atTime !== null) return momentAt(dayAt(event, -plan.daysBefore), plan.atTime, event.timeZone)
  if (plan.hoursBefore !== null) return new Date(event.startsAt.getTime() - plan.hoursBefore * HOUR)
  return plan.createdAt
}

/** People get at least so long to answer, whatever was planned: the question may have gone out late. */
export const ANSWER_HOURS = 24

/** Until when an answer is awaited: as it was told, else as it is planned. Null when the message asks nothing. */
export function answerUntil(plan: Plan, event: When): Date | null {
  if (plan.kind !== 'reconfirm' || plan.untilDays === null || plan.atTime === null) return null
  if (plan.answerUntil !== null) return plan.answerUntil
  const planned = momentAt(dayAt(event, -plan.untilDays), plan.atTime, event.timeZone)
  const asked = plan.startedAt ?? dueAt(plan, event)
  return new Date(Math.max(planned.getTime(), asked.getTime() + ANSWER_HOURS * HOUR))
}

/** wait: not yet · send: now · missed: nobody would have anything of it any more · rest: there is nothing to do. */
export type Step = 'wait' | 'send' | 'missed' | 'rest'

/** What is to be done with a message now. A draft writes to nobody; what was begun is brought to its end. */
export function stepOf(plan: Plan, event: When & Pick<Event, 'endsAt' | 'state'>, now: Date): Step {
  if (plan.state !== 'planned' && plan.state !== 'sending') return 'rest'
  if (plan.kind === 'free' && isTimed(plan)) {
    // What was written for an event that is off may not fit what comes of it.
    if (event.state === 'draft' || event.state === 'postponed' || event.state === 'cancelled') return 'wait'
    if (plan.sendAt === null && (now >= event.startsAt || event.state === 'over')) return 'missed'
    return now < dueAt(plan, event) ? 'wait' : 'send'
  }
  if (plan.kind === 'free' || plan.kind === 'changed' || plan.kind === 'called_off') {
    if (event.state === 'draft') return 'wait'
    // Who is told of a change an hour after the end is only confused.
    if (plan.kind !== 'free' && event.state === 'published' && now >= event.endsAt) return 'missed'
    return now < dueAt(plan, event) ? 'wait' : 'send'
  }
  if (now >= event.startsAt || event.state === 'over') return 'missed'
  // Postponed or cancelled events may come back, with another date.
  if (event.state !== 'published') return 'wait'
  return now < dueAt(plan, event) ? 'wait' : 'send'
}

/** Whether the silent ones are to be dealt with now. `over`: too late for it, only to be closed. */
export function closingOf(plan: PlannedMessage, event: When & Pick<Event, 'state'>, now: Date): 'wait' | 'close' | 'over' {
  const until = answerUntil(plan, event)
  if (plan.state !== 'sent' || plan.closedAt !== null || until === null) return 'wait'
  if (now >= event.startsAt || event.state === 'over') return 'over'
  return event.state === 'published' && now >= until ? 'close' : 'wait'
}

/** Only who was registered at this moment gets a message: whoever comes later has just been told everything. */
export function receiversBefore(plan: Plan & Pick<PlannedMessage, 'kind'>, event: When): Date {
  return plan.kind === 'changed' || plan.kind === 'called_off' ? plan.createdAt : dueAt(plan, event)
}
