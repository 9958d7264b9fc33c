import { z } from 'zod'
import { isKaichangError, KaichangError } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { forgetKey } from '#core/store/request-keys.ts'
import { keyScope } from '../batch.model.ts'
import { registrationSchema, type RegistrationInput } from '../model.ts'
import { cancelOrder, fillOrder } from './fill.actions.ts'
import { holdSeats } from './hold.actions.ts'
import type { OpenOrder } from './open.ts'

/** What an order for one person says beside the registration itself. */
const wishSchema = z.object({
  voucher: z.string().max(40).default(''),
  /** Ids of extras, one of each. */
  extras: z.array(z.uuid()).max(20).default([]),
  /** Where the price is open: how much, in fen. */
  amountFen: z.int().min(0).max(100_000_000).nullable().default(null),
})
export type WishInput = z.input<typeof wishSchema>

/**
 * Orders one seat with all that is known of who comes, in one step: for programs, where a page would ask in two. What costs
 * something awaits payment at the order's own page, what is reviewed awaits that. The same key with the same content is the
 * same order. Errors: those of `holdSeats` and `fillOrder`; of the latter nothing stays held, and the key is free again.
 */
export async function orderForOne(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: RegistrationInput & WishInput,
  key: string | null,
): Promise<OpenOrder> {
  const wish = parseInput(wishSchema, input)
  const values = parseInput(registrationSchema, input)
  const { voucher, extras, amountFen } = wish
  const { name, phone, email, locale, channel, consents, answers, ticketType } = values
  const lines = [{ typeId: ticketType, seats: 1, chosenFen: amountFen }, ...extras.map((typeId) => ({ typeId, seats: 1 }))]
  const program = key === null ? null : { key, body: { ...values, ...wish } }
  const held = await holdSeats(ctx, communityId, eventId, { lines, voucher, channel, locale }, { program })
  const token = held.path.slice('/o/'.length)
  const seat = held.lines.find((line) => line.forLineId === null)
  try {
    return await fillOrder(ctx, token, {
      name,
      phone,
      email,
      locale,
      consents: { registration: consents.registration },
      seats: [{ lineId: seat?.id ?? '', name, phone, email, answers: answers ?? {}, consents }],
    })
  } catch (error) {
    // An end that was not heard may have been a good one: the same key goes on with the same order.
    if (!isRefusal(error)) throw error
    await cancelOrder(ctx, token).catch(() => undefined)
    // Nothing came of it: what is sent under this key next is the request.
    if (key !== null) await forgetKey(ctx.db, communityId, { scope: keyScope(eventId), key, answer: held.order.id })
    if (!isKaichangError(error, 'input.invalid')) throw error
    // A program knows of one person, not of seats.
    throw new KaichangError(
      error.code,
      error.params,
      error.issues.map((issue) => ({ ...issue, path: issue.path.replace(/^seats\.0\./, '') })),
    )
  }
}

const isRefusal = (error: unknown): boolean => isKaichangError(error) && !error.code.startsWith('machine.')
