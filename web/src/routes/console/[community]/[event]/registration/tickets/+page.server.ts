import { KaichangError, isKaichangError } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { readHolding, setHolding } from '@kaichang/core/registration/actions.ts'
import { readOutlook } from '@kaichang/core/registration/forecast/actions.ts'
import {
  addType,
  addUsualTypes,
  editType,
  moveType,
  openTypes,
  readVariants,
  removeType,
  restoreType,
} from '@kaichang/core/registration/types/actions.ts'
import { categories, type TicketType, type TypeInput } from '@kaichang/core/registration/types/model.ts'
import { addQuota, editQuota, removeQuota } from '@kaichang/core/registration/types/quota.actions.ts'
import { mendCounters } from '@kaichang/core/registration/seats/recount.ts'
import { EARLY_DAYS } from '@kaichang/core/registration/types/rules.ts'
import { seatsOf } from '@kaichang/core/registration/actions.ts'
import { fromLocal, toLocal } from '#lib/format.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { asYuan, readOpened, readText, readYuan } from '#lib/server/read.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'
import { showLimits } from './limits.server.ts'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, communityId, eventId, may } = await placeOf(request)
  const { types, quotas } = await openTypes(ctx, communityId, eventId)
  const seats = await seatsOf(ctx, event)
  const { forecast } = await readOutlook(ctx, communityId, eventId)
  const holding = await readHolding(ctx, communityId, eventId)
  const search = request.url.searchParams
  const local = (at: Date | null): string => (at === null ? '' : toLocal(at, event.timeZone))
  const form = ({ id, ...type }: TicketType) => ({
    ...type,
    id,
    price: asYuan(type.priceFen),
    early: asYuan(type.earlyFen),
    earlyUntil: local(type.earlyUntil),
    sellsFrom: local(type.sellsFrom),
    sellsUntil: local(type.sellsUntil),
  })
  const editing = types.find((type) => type.id === search.get('edit'))
  const quota = quotas.find((one) => one.id === search.get('quota'))
  const add = search.get('add')
  const parent = types.find((type) => type.id === search.get('under') && type.parentId === null && type.kind === 'addon')
  return {
    mayEdit: may('registration.edit'),
    done: search.get('done'),
    adding: add === 'ticket' || add === 'addon' || add === 'quota' ? add : null,
    parent: parent ? { id: parent.id, name: pickText(parent.name, locale), price: asYuan(parent.priceFen) } : null,
    editing: editing ? form(editing) : null,
    editingQuota: quota ?? null,
    types: types.map(({ name, about, ...type }) => ({
      ...type,
      name: pickText(name, locale),
      about: pickText(about, locale),
      isEarly:
        type.earlyFen !== null &&
        (type.earlyUntil === null || ctx.clock.now() < type.earlyUntil) &&
        (type.earlyCount === null || type.taken < type.earlyCount),
      quotas: quotas.filter(({ typeIds }) => typeIds.includes(type.id)).map((one) => pickText(one.name, locale)),
    })),
    quotas: quotas.map(({ name, ...one }) => ({ ...one, name: pickText(name, locale) })),
    picture: showLimits({ types, quotas, taken: seats.taken, cap: event.cap, locale }),
    hall: event.seats,
    expected: forecast.registered > 0 ? forecast.total : null,
    earlyUntil: new Date(event.startsAt.getTime() - EARLY_DAYS * 86_400_000),
    holding: { ...holding, handoverUntil: local(holding.handoverUntil) },
    timeZone: event.timeZone,
  }
}

/** Money fields carry other names in the form; faults are told at those. */
const TYPED: Readonly<Record<string, string>> = { priceFen: 'price', earlyFen: 'early', standardFen: 'standard', studentFen: 'student' }

async function placing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isKaichangError(error, 'input.invalid')) throw error
    throw new KaichangError(
      error.code,
      error.params,
      error.issues.map((issue) => ({ ...issue, path: TYPED[issue.path] ?? issue.path })),
    )
  }
}

function readType(sent: Sent, { event }: Place): TypeInput {
  const at = (name: string): string => fromLocal(sent.text(name), event.timeZone)
  const box = (name: string): boolean => sent.text(name) === 'on'
  return {
    name: readText(sent, 'name'),
    about: readText(sent, 'about'),
    category: categories.find((one) => one === sent.text('category')) ?? 'standard',
    counts: box('counts'),
    pricing: sent.text('pricing') === 'open' ? 'open' : 'fixed',
    priceFen: readYuan(sent, 'price', 0),
    earlyFen: readYuan(sent, 'early', null),
    earlyUntil: at('earlyUntil'),
    earlyCount: sent.text('earlyCount'),
    sellsFrom: at('sellsFrom'),
    sellsUntil: at('sellsUntil'),
    hidden: box('hidden'),
    review: box('review'),
    perOrder: sent.text('perOrder') || 1,
    perPerson: sent.text('perPerson') || undefined,
  }
}

const readQuota = (sent: Sent) => {
  const ids: unknown = sent.data['typeIds']
  return {
    name: readText(sent, 'name'),
    size: sent.text('size'),
    typeIds: (Array.isArray(ids) ? ids : [ids]).filter((id): id is string => typeof id === 'string' && id !== ''),
  }
}

function act(run: (sent: Sent, place: Place) => Promise<string>, part = '') {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const done = await placing(() => run(sent, place))
      goOn(`${place.base}/registration/tickets${part}`, done)
    })
}

const move = (by: -1 | 1) =>
  act(async (sent, { ctx, communityId, eventId }) => {
    await moveType(ctx, communityId, eventId, sent.text('id'), by)
    return 'moved'
  })

export const actions: Actions = {
  usual: act(async (sent, { ctx, communityId, eventId }) => {
    await addUsualTypes(ctx, communityId, eventId, {
      standardFen: readYuan(sent, 'standard', 0),
      studentFen: readYuan(sent, 'student', 0),
      earlyFen: readYuan(sent, 'early', null),
    })
    return 'usual_done'
  }),
  add: act(async (sent, place) => {
    const { ctx, communityId, eventId } = place
    const kind = sent.text('kind') === 'addon' ? 'addon' : 'ticket'
    const made = { ...readType(sent, place), kind, parentId: sent.text('parentId'), variants: readVariants(sent.text('variants')) } as const
    await addType(ctx, communityId, eventId, { ...made, key: sent.key })
    return 'added'
  }),
  edit: act(async (sent, place) => {
    const { ctx, communityId, eventId } = place
    await editType(ctx, communityId, eventId, sent.text('id'), { ...readType(sent, place), ...readOpened(sent) })
    return 'saved'
  }),
  up: move(-1),
  down: move(1),
  remove: act(async (sent, { ctx, communityId, eventId }) => removeType(ctx, communityId, eventId, sent.text('id'))),
  restore: act(async (sent, { ctx, communityId, eventId }) => {
    await restoreType(ctx, communityId, eventId, sent.text('id'))
    return 'restored'
  }),
  quota: act(async (sent, { ctx, communityId, eventId }) => {
    await addQuota(ctx, communityId, eventId, { ...readQuota(sent), key: sent.key })
    return 'added'
  }, '#quotas'),
  quota_edit: act(async (sent, { ctx, communityId, eventId }) => {
    await editQuota(ctx, communityId, eventId, sent.text('id'), { ...readQuota(sent), ...readOpened(sent) })
    return 'saved'
  }, '#quotas'),
  quota_remove: act(async (sent, { ctx, communityId, eventId }) => {
    await removeQuota(ctx, communityId, eventId, sent.text('id'))
    return 'removed'
  }, '#quotas'),
  recount: act(async (_sent, { ctx, communityId, eventId }) => ((await mendCounters(ctx, communityId, eventId)) > 0 ? 'mended' : 'right')),
  holding: act(async (sent, { ctx, communityId, eventId, event }) => {
    await setHolding(ctx, communityId, eventId, {
      holdMinutes: sent.text('holdMinutes'),
      payMinutes: sent.text('payMinutes'),
      offerHours: sent.text('offerHours'),
      waitingOpen: sent.text('waitingOpen'),
      handoverUntil: fromLocal(sent.text('handoverUntil'), event.timeZone),
    })
    return 'saved'
  }),
}
