import { authorise } from '@kaichang/core/community/permissions.ts'
import { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { fapiaoOfEvent, issueFapiao, moveFapiao, type ListedFapiao } from '@kaichang/core/registration/fapiao/actions.ts'
import { fapiaoStateWords } from '@kaichang/core/registration/fapiao/export.actions.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { placeOf } from '#lib/server/place.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, communityId, eventId, may } = await placeOf(request)
  const all = await fapiaoOfEvent(ctx, { communityId, eventId })
  return {
    done: request.url.searchParams.get('done'),
    mayEdit: may('money.edit'),
    // What says too much comes first.
    rows: all
      .toSorted((a, b) => Number(isLate(b)) - Number(isLate(a)))
      .map((one) => ({
        id: one.id,
        orderCode: one.orderCode,
        kind: one.kind,
        title: one.title,
        taxId: one.taxId,
        amountFen: one.amountFen,
        state: one.state,
        reason: one.reason,
        number: one.number,
        askedAt: one.askedAt,
        toBeReversed: one.toBeReversed,
        leftFen: one.leftFen,
        told: fapiaoStateWords[one.state][locale],
        file: one.filePath !== null,
      })),
    timeZone: event.timeZone,
  }
}

const isLate = (one: ListedFapiao): boolean => one.toBeReversed || one.leftFen !== null

const targets = ['asked', 'issuing', 'refused', 'reversed'] as const

export const actions: Actions = {
  move: (request) =>
    submit(request, async ({ text }) => {
      const { ctx, communityId, eventId, base } = await placeOf(request)
      authorise(ctx.actor, 'money.edit', { communityId, eventId })
      const to = targets.find((one) => one === text('to'))
      if (!to) throw new KaichangError('input.invalid')
      await moveFapiao(ctx, { communityId, eventId }, text('fapiao'), to, { reason: text('reason') })
      goOn(`${base}/registration/fapiao`, 'moved')
    }),
  issue: (request) =>
    submit(request, async ({ text, files }) => {
      const { ctx, communityId, eventId, base } = await placeOf(request)
      authorise(ctx.actor, 'money.edit', { communityId, eventId })
      const [file] = files('pdf')
      if (!file) throw new KaichangError('input.invalid', {}, [{ path: 'pdf', code: 'field.required' }])
      const handed = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }
      await issueFapiao(ctx, { communityId, eventId }, text('fapiao'), { number: text('number') }, handed)
      goOn(`${base}/registration/fapiao`, 'issued')
    }),
}
