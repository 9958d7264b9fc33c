import { can } from '#core/community/permissions.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { hashBody } from '#core/store/request-keys.ts'
import { keyScope } from '../batch.model.ts'
import { askToHold } from './hold.ts'
import { holdSchema, type HoldInput } from './model.ts'
import { openOrderOf, type OpenOrder } from './open.ts'

export interface HoldOptions {
  /** The form's token: the same form with the same choice is the same hold, another choice is another one. */
  key?: string | null
  /** A program's key, with all that it sent: the same key with other content is refused. */
  program?: { key: string; body: unknown } | null
  /** The token of the line before the form, when somebody stood in it. */
  line?: string | null
}

/**
 * Holds seats and extras for the event's time of holding, while names are filled in; types that are reviewed hold
 * nothing yet. Decided together with all who ask at the same moment. Errors: input.invalid, event.not_found,
 * registration.closed, .full, .type_full, .channel_full, .waited_for, .type_*, .too_many, .nothing_chosen, .addon_alone,
 * .voucher_*, .crowded, .unheard, request.repeated_otherwise.
 */
export async function holdSeats(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: HoldInput,
  { key, program, line = null }: HoldOptions = {},
): Promise<OpenOrder> {
  const values = parseInput(holdSchema, input)
  const place = { communityId, eventId }
  const answer = await askToHold(ctx, place, {
    id: newId(ctx),
    values,
    actor: ctx.actor,
    anyTime: can(ctx.actor, 'registration.edit', place),
    request: program ? programKey(eventId, program) : key ? formKey(eventId, key, values) : null,
    line,
  })
  if (!answer.ok) throw answer.error
  return openOrderOf(ctx, communityId, answer.orderId)
}

function formKey(eventId: string, key: string, values: unknown) {
  const bodyHash = hashBody(values)
  return { scope: `hold:${eventId}`, key: `${key}.${bodyHash}`, bodyHash }
}

/** A program's keys are those of its registrations, whether one comes of a request or an order. */
function programKey(eventId: string, { key, body }: { key: string; body: unknown }) {
  return { scope: keyScope(eventId), key, bodyHash: hashBody({ order: body }) }
}
