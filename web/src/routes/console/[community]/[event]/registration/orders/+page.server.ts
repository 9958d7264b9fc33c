import { authorise } from '@kaichang/core/community/permissions.ts'
import { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import { orderStates } from '@kaichang/core/registration/orders/model.ts'
import { approveOrders, declineOrders, type Decided } from '@kaichang/core/registration/orders/review.actions.ts'
import { listOrders, listRequests, type Request as Asked } from '@kaichang/core/registration/orders/staff.actions.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { extraName } from '#lib/server/order.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { presentAnswers } from '#lib/server/questions.ts'
import type { Actions, PageServerLoad } from './$types'

const verdicts = ['booked', 'placed', 'full', 'declined', 'gone'] as const

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, communityId, eventId, may } = await placeOf(request)
  const search = request.url.searchParams
  const query = (search.get('q') ?? '').slice(0, 60)
  const state = orderStates.find((one) => one === search.get('state'))
  const found = await listOrders(ctx, communityId, eventId, {
    query,
    page: Number(search.get('page') ?? 1),
    ...(state ? { state } : {}),
  })
  const { requests, total } = await listRequests(ctx, communityId, eventId)
  return {
    mayEdit: may('registration.edit'),
    query,
    state: state ?? '',
    none: search.get('done') === 'none',
    verdicts: verdicts.flatMap((verdict) => {
      const codes = (search.get(verdict) ?? '').split(' ').filter((code) => /^(?:—|[0-9A-Z]{4,12})$/.test(code))
      return codes.length > 0 ? [{ verdict, codes }] : []
    }),
    requests: requests.map((one) => present(one, locale)),
    waiting: total,
    rows: found.rows,
    total: found.total,
    page: found.page,
    pages: found.pages,
    states: orderStates.flatMap((one) => (found.states.has(one) ? [{ state: one, count: found.states.get(one) ?? 0 }] : [])),
    some: found.states.size > 0,
    timeZone: event.timeZone,
  }
}

function present({ order, seats, extras }: Asked, locale: Locale) {
  const { id, code, name, phone, email, totalFen, createdAt, placedAt } = order
  return {
    id,
    code,
    name,
    phone,
    email,
    totalFen,
    at: placedAt ?? createdAt,
    seats: seats.map((seat) => ({
      name: seat.name,
      type: pickText(seat.type?.name, locale),
      answers: presentAnswers(seat.answers, locale).map(({ id: question, label, text, agreed, file }) => ({
        id: question,
        label,
        text: agreed ? '✓' : text,
        file,
      })),
    })),
    extras: extras.map((extra) => extraName(extra, locale)),
  }
}

const chosen = (sent: Sent): string[] => {
  const ids: unknown = sent.data['ids']
  return (Array.isArray(ids) ? ids : [ids]).filter(
    (id): id is string => typeof id === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id),
  )
}

/** On to the list, with every request's own verdict by its short code. */
function tell({ base }: Place, decided: readonly Decided[]): never {
  const said = new URLSearchParams()
  for (const verdict of verdicts) {
    const own = decided.filter((one) => one.verdict === verdict).map(({ code }) => code || '—')
    if (own.length > 0) said.set(verdict, own.join(' '))
  }
  goOn(`${base}/registration/orders?${said}`)
}

export const actions: Actions = {
  approve: (request) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      authorise(place.ctx.actor, 'registration.edit', place)
      const ids = chosen(sent)
      if (ids.length === 0) goOn(`${place.base}/registration/orders`, 'none')
      tell(place, await approveOrders(place.ctx, place.communityId, place.eventId, ids))
    }),
  decline: (request) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      authorise(place.ctx.actor, 'registration.edit', place)
      const ids = chosen(sent)
      if (ids.length === 0) goOn(`${place.base}/registration/orders`, 'none')
      if (sent.text('reason').trim() === '') throw new KaichangError('input.invalid', {}, [{ path: 'reason', code: 'field.required' }])
      tell(place, await declineOrders(place.ctx, place.communityId, place.eventId, ids, sent.text('reason')))
    }),
}
