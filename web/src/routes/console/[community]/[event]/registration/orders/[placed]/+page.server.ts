import { fail, KaichangError } from '@kaichang/core/kernel/errors.ts'
import { parseYuan } from '@kaichang/core/kernel/money.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { cancelOrderByStaff, moneyAtStake } from '@kaichang/core/registration/orders/cancel.actions.ts'
import { proposeRefund, requestRefund } from '@kaichang/core/registration/payment/refund.actions.ts'
import { readOrder } from '@kaichang/core/registration/orders/staff.actions.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { isId } from '#lib/server/ids.ts'
import { placeOf } from '#lib/server/place.ts'
import { presentAnswers } from '#lib/server/questions.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, communityId, eventId, may } = await placeOf(request)
  if (!isId(request.params.placed)) throw fail('thing.not_found')
  const { order, lines, types, answers, path } = await readOrder(ctx, communityId, eventId, request.params.placed)
  const nameOf = (id: string | null): string => {
    const type = types.get(id ?? '')
    return [types.get(type?.parentId ?? ''), type]
      .map((one) => pickText(one?.name, locale))
      .filter(Boolean)
      .join(' ')
  }
  const { id, code, state, name, phone, email, totalFen, paidFen, createdAt, expiresAt, closedAt, reason, erasedAt } = order
  return {
    mayEdit: may('registration.edit'),
    money: may('registration.edit') ? await moneyAtStake(ctx, communityId, eventId, order.id) : null,
    done: request.url.searchParams.get('done'),
    order: { id, code, state, name, phone, email, totalFen, paidFen, createdAt, expiresAt, closedAt, reason, erased: erasedAt !== null },
    // Who holds the link acts for whoever ordered; it is shown to those who may change the order anyway.
    path: may('registration.edit') && erasedAt === null ? path : null,
    lines: lines.map((line) => ({
      id: line.id,
      type: nameOf(line.ticketTypeId),
      extraFor: line.forLineId === null ? null : (lines.find((one) => one.id === line.forLineId)?.name ?? ''),
      state: line.state,
      priceFen: line.priceFen,
      name: line.name,
      phone: line.phone,
      email: line.email,
      registrationId: line.forLineId === null ? line.registrationId : null,
      answers: presentAnswers(answers.get(line.id) ?? [], locale).map(({ id: question, label, text, agreed, file }) => ({
        id: question,
        label,
        text: agreed ? '✓' : text,
        file,
      })),
    })),
    timeZone: event.timeZone,
  }
}

/** Asked only where there is money. */
const moneyOf = (chosen: string): { money?: 'back' | 'ask' | 'keep' } =>
  chosen === 'back' || chosen === 'ask' || chosen === 'keep' ? { money: chosen } : {}

export const actions: Actions = {
  cancel: (request) =>
    submit(request, async ({ text }) => {
      const { ctx, communityId, eventId, base } = await placeOf(request)
      if (!isId(request.params.placed)) throw fail('thing.not_found')
      await cancelOrderByStaff(ctx, communityId, eventId, request.params.placed, {
        reason: text('reason'),
        ...moneyOf(text('money')),
      })
      goOn(`${base}/registration/orders/${request.params.placed}`, 'cancelled')
    }),
  /** Gives money back while the tickets stay, or asks the treasurer to. */
  refund: (request) =>
    submit(request, async ({ text, key }) => {
      const { ctx, communityId, eventId, base, may } = await placeOf(request)
      const { placed } = request.params
      if (!isId(placed)) throw fail('thing.not_found')
      const amountFen = parseYuan(text('amount'))
      if (amountFen === null) throw new KaichangError('input.invalid', {}, [{ path: 'amount', code: 'field.money' }])
      const give = may('money.edit') ? requestRefund : proposeRefund
      await give(ctx, { communityId, eventId }, placed, { amountFen, reason: text('reason') }, key)
      goOn(`${base}/registration/orders/${placed}`, may('money.edit') ? 'refund_given' : 'refund_asked')
    }),
}
