import { can } from '#core/community/permissions.ts'
import { isPublic } from '#core/community/rules.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId, shortCode } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact } from '#core/store/transaction.ts'
import { inTurn } from '../crowd/gate.ts'
import { openingOf } from '../rules.ts'
import { withSeats } from '../seats/door.ts'
import { take } from '../seats/rules.ts'
import { orderJournal } from './journal.ts'
import { holdSchema, type HoldInput } from './model.ts'
import { openOrderOf, type OpenOrder } from './open.ts'
import { planOrder, wantsOf } from './rules.ts'
import { insertOrders } from './store.ts'

/** A hold takes its own transaction, which is so many times as long as a single seat's part of a batch. */
const HOLDS = 10

/**
 * Holds seats and extras for the event's time of holding, while names are filled in; types that are reviewed hold
 * nothing yet. The same form sent twice is one hold. Errors: input.invalid, event.not_found, registration.closed, .full,
 * .type_full, .channel_full, .waited_for, .type_*, .too_many, .nothing_chosen, .addon_alone, .voucher_*, .crowded.
 */
export async function holdSeats(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: HoldInput,
  key: string | null = null,
  /** The token of the line before the form, when somebody stood in it. */
  line: string | null = null,
): Promise<OpenOrder> {
  const values = parseInput(holdSchema, input)
  const place = { communityId, eventId }
  const anyTime = can(ctx.actor, 'registration.edit', place)
  const hold = () =>
    transact(ctx, (tx) =>
      withSeats(
        ctx,
        tx,
        place,
        (book) => {
          if (!isPublic(book.event) && !anyTime) throw fail('event.not_found')
          return createOnce(ctx, tx, { communityId, scope: `hold:${eventId}`, key, body: values }, async () => {
            const { stock, now, blocked, event, counter } = book
            const opening = openingOf(event, counter, now)
            const channelId = [...stock.channels.values()].find((one) => one.slug === values.channel)?.id ?? null
            const plan = planOrder({ opening, now, stock, blocked, anyTime, channelId }, values.lines, values.voucher)
            if (!plan.ok) throw fail(plan.code, plan.params)
            const { lines, voucher, totalFen, review } = plan
            const orderId = newId(ctx)
            if (!review) for (const want of wantsOf(lines, channelId, voucher?.id ?? null)) take(stock, want)
            const ids = lines.map(() => newId(ctx))
            const rows = lines.map((line, n) => ({
              communityId,
              orderId,
              eventId,
              position: n,
              id: ids[n] ?? '',
              ticketTypeId: line.typeId,
              forLineId: line.forLine === null ? null : (ids[line.forLine] ?? null),
              priceFen: line.priceFen,
              byVoucher: line.byVoucher,
              state: review ? ('asked' as const) : ('held' as const),
            }))
            const order = {
              communityId,
              id: orderId,
              eventId,
              totalFen,
              channelId,
              code: shortCode(ctx.random, 8),
              state: 'held' as const,
              locale: values.locale,
              voucherId: voucher?.id ?? null,
              createdAt: now,
              expiresAt: new Date(now.getTime() + counter.holdMinutes * 6e4),
            }
            await insertOrders(tx.db, [order], rows)
            const seats = lines.filter((line) => line.forLine === null).length
            tx.journal(orderJournal.held, { communityId, eventId, kind: 'order', id: orderId }, { seats, totalFen })
            return orderId
          })
        },
        { codes: values.voucher === '' ? [] : [values.voucher] },
      ),
    )
  const room = Math.max(1, Math.floor(ctx.settings.room / HOLDS))
  const id = await inTurn(ctx, place, room, { token: line, staff: anyTime }, hold)
  return openOrderOf(ctx, communityId, id)
}
