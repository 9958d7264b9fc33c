import { z } from 'zod'
import { isKaichangError, KaichangError } from '#core/kernel/errors.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
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
 * something awaits payment at the order's own page, what is reviewed awaits that. The same key is the same order. Errors:
 * those of `holdSeats` and `fillOrder`; of the latter nothing stays held.
 */
export async function orderForOne(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: RegistrationInput & WishInput,
  key: string | null,
): Promise<OpenOrder> {
  const { voucher, extras, amountFen } = parseInput(wishSchema, input)
  const { name, phone, email, locale, channel, consents, answers, ticketType } = parseInput(registrationSchema, input)
  const lines = [{ typeId: ticketType, seats: 1, chosenFen: amountFen }, ...extras.map((typeId) => ({ typeId, seats: 1 }))]
  const held = await holdSeats(ctx, communityId, eventId, { lines, voucher, channel, locale }, key)
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
    await cancelOrder(ctx, token).catch(() => undefined)
    if (!isKaichangError(error, 'input.invalid')) throw error
    // A program knows of one person, not of seats.
    throw new KaichangError(
      error.code,
      error.params,
      error.issues.map((issue) => ({ ...issue, path: issue.path.replace(/^seats\.0\./, '') })),
    )
  }
}
