import { isKaichangError, KaichangError, type Issue } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import { takeAnswers } from '../questions/asked.ts'
import type { GivenAnswer } from '../questions/model.ts'
import type { Order, OrderLine } from './model.ts'

/** A seat's answers as they were typed. */
interface Typed {
  lineId?: unknown
  answers?: Readonly<Record<string, unknown>> | undefined
}

/** The seats of an order that somebody new sits on, in their order; the first one is asked for the whole order, too. */
export function askedSeats(lines: readonly OrderLine[]): OrderLine[] {
  return lines.filter((line) => line.forLineId === null && line.registrationId === null)
}

/**
 * Holds every seat's answers against what the event asks of its type; the questions of the whole order go with the first
 * seat. By the lines' ids, in the order of what was typed. Errors: input.invalid with all seats' issues, at
 * `seats.{n}.answers.{key}`.
 */
export async function takeSeatAnswers(
  ctx: Context,
  order: Pick<Order, 'communityId' | 'eventId'>,
  lines: readonly OrderLine[],
  seats: readonly Typed[],
): Promise<Map<string, GivenAnswer[]>> {
  const asked = askedSeats(lines)
  const taken = new Map<string, GivenAnswer[]>()
  const issues: Issue[] = []
  for (const [n, seat] of seats.entries()) {
    const line = asked.find(({ id }) => id === seat.lineId)
    if (!line) continue
    const of = line === asked[0] ? 'both' : 'person'
    const place = { communityId: order.communityId, eventId: order.eventId }
    try {
      taken.set(line.id, await takeAnswers(ctx, place, seat.answers ?? {}, { typeId: line.ticketTypeId, of, path: `seats.${n}.answers` }))
    } catch (error) {
      if (!isKaichangError(error, 'input.invalid')) throw error
      issues.push(...error.issues)
    }
  }
  if (issues.length > 0) throw new KaichangError('input.invalid', {}, issues)
  return taken
}
