import type { Community, Event } from '@kaichang/core/community/model.ts'
import { isKaichangError, KaichangError, type ErrorCode } from '@kaichang/core/kernel/errors.ts'
import { takesWaiting } from '@kaichang/core/registration/waiting/taking.ts'
import type { Context } from '@kaichang/core/store/context.ts'

/** Refusals after which somebody can wait. */
const SOLD_OUT: ReadonlySet<ErrorCode> = new Set([
  'registration.full',
  'registration.type_full',
  'registration.channel_full',
  'registration.waited_for',
])

/** A refusal as a program is told of it: of what is sold out with the page where to wait, while the list takes people. */
export async function offerToWait(
  ctx: Context,
  place: { community: Community; event: Event },
  body: unknown,
  error: unknown,
): Promise<unknown> {
  if (!isKaichangError(error) || !SOLD_OUT.has(error.code)) return error
  // Should the list not be readable now, the refusal is what counts.
  if (!(await takesWaiting(ctx, place.event).catch(() => false))) return error
  const asked: { channel?: unknown; ticketType?: unknown } = typeof body === 'object' && body !== null ? body : {}
  const query = new URLSearchParams()
  if (typeof asked.channel === 'string' && asked.channel !== '') query.set('c', asked.channel)
  if (typeof asked.ticketType === 'string' && asked.ticketType !== '') query.set('type', asked.ticketType)
  const page = `${ctx.settings.publicUrl}/${place.community.slug}/${place.event.slug}/waiting`
  return new KaichangError(error.code, { ...error.params, wait: query.size === 0 ? page : `${page}?${query.toString()}` })
}
