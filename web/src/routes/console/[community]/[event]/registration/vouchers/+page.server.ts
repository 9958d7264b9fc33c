import { authorise } from '@kaichang/core/community/permissions.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { openTypes } from '@kaichang/core/registration/types/actions.ts'
import { bringVouchers, makeVouchers, openVouchers, startVouchers, stopVouchers } from '@kaichang/core/registration/vouchers/actions.ts'
import { editVoucher, openVoucher } from '@kaichang/core/registration/vouchers/edit.actions.ts'
import { effects, type TermsInput } from '@kaichang/core/registration/vouchers/model.ts'
import { voucherState } from '@kaichang/core/registration/vouchers/rules.ts'
import { fromLocal, toLocal } from '#lib/format.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { readOpened, readYuan } from '#lib/server/read.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, community, communityId, eventId } = await placeOf(request)
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const search = request.url.searchParams
  const query = (search.get('q') ?? '').slice(0, 60)
  const found = await openVouchers(ctx, communityId, eventId, { query, page: Number(search.get('page') ?? 1) })
  const { types } = await openTypes(ctx, communityId, eventId)
  const names = new Map(types.map(({ id, name, parentId }) => [id, { name: pickText(name, locale), parentId }]))
  const nameOf = (id: string): string => {
    const own = names.get(id)
    const parent = own?.parentId ? names.get(own.parentId) : undefined
    return [parent?.name, own?.name].filter(Boolean).join(' ')
  }
  const editing = search.get('edit')
  const edited = editing !== null && isId(editing) ? await openVoucher(ctx, communityId, eventId, editing) : null
  const local = (at: Date | null): string => (at === null ? '' : toLocal(at, event.timeZone))
  const now = ctx.clock.now()
  const page = `${ctx.settings.publicUrl}/${community.slug}/${event.slug}/register`
  return {
    query,
    done: search.get('done'),
    made: Number(search.get('made') ?? 0),
    // What was just made stands at the top of the list; a single one is shown with its link.
    rows: found.rows.map(({ ticketTypeId, ...row }) => ({
      ...row,
      type: ticketTypeId === null ? '' : nameOf(ticketTypeId),
      state: voucherState(row, now),
      link: `${page}?v=${encodeURIComponent(row.code)}`,
    })),
    total: found.total,
    page: found.page,
    pages: found.pages,
    batches: found.batches,
    edited: edited && {
      id: edited.id,
      code: edited.code,
      ticketTypeId: edited.ticketTypeId ?? '',
      maxUses: edited.maxUses,
      used: edited.used,
      reserves: edited.reserves,
      validFrom: local(edited.validFrom),
      validUntil: local(edited.validUntil),
      note: edited.note,
      revision: edited.revision,
    },
    // The one that it is for stays choosable, also when it is no longer given out.
    editTypes: types
      .filter(({ id, retiredAt }) => retiredAt === null || id === edited?.ticketTypeId)
      .map(({ id }) => ({ value: id, label: nameOf(id) })),
    types: types.filter((type) => type.retiredAt === null).map(({ id }) => ({ value: id, label: nameOf(id) })),
    timeZone: event.timeZone,
  }
}

function readTerms(sent: Sent, { event }: Place): TermsInput {
  const effect = effects.find((one) => one === sent.text('effect')) ?? 'none'
  const at = (name: string): string => fromLocal(sent.text(name), event.timeZone)
  return {
    effect,
    value: effect === 'percent' ? sent.text('value').replace(/[%％\s]/g, '') || 0 : effect === 'none' ? 0 : readYuan(sent, 'value', 0),
    ticketTypeId: sent.text('ticketTypeId'),
    maxUses: sent.text('maxUses') || 1,
    reserves: sent.text('reserves'),
    validFrom: at('validFrom'),
    validUntil: at('validUntil'),
    note: sent.text('note'),
    batch: sent.text('batch'),
  }
}

const pathOf = ({ base }: Place): string => `${base}/registration/vouchers`

const isId = (typed: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(typed)

async function turnBy(request: RequestEvent, sent: Sent, work: typeof stopVouchers, done: string): Promise<never> {
  const place = await placeOf(request)
  const [id, batch] = [sent.text('id'), sent.text('batch')]
  const which = isId(id) ? { id } : batch !== '' ? { batch } : null
  if (!which) throw fail('thing.not_found')
  await work(place.ctx, place.communityId, place.eventId, which)
  goOn(pathOf(place), done)
}

export const actions: Actions = {
  make: (request) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const input = { ...readTerms(sent, place), code: sent.text('code'), count: sent.text('count') || 1, prefix: sent.text('prefix') }
      const codes = await makeVouchers(place.ctx, place.communityId, place.eventId, { ...input, key: sent.key })
      goOn(`${pathOf(place)}?made=${codes.length}`, 'made')
    }),
  bring: (request) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const [file] = sent.files('file')
      const bytes = file ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array()
      const count = await bringVouchers(place.ctx, place.communityId, place.eventId, bytes, readTerms(sent, place))
      goOn(`${pathOf(place)}?made=${count}`, 'brought')
    }),
  edit: (request) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const id = sent.text('id')
      if (!isId(id)) throw fail('thing.not_found')
      const at = (name: string): string => fromLocal(sent.text(name), place.event.timeZone)
      await editVoucher(place.ctx, place.communityId, place.eventId, id, {
        ticketTypeId: sent.text('ticketTypeId'),
        maxUses: sent.text('maxUses'),
        reserves: sent.text('reserves'),
        validFrom: at('validFrom'),
        validUntil: at('validUntil'),
        note: sent.text('note'),
        noteWas: sent.text('noteWas'),
        ...readOpened(sent),
      })
      goOn(`${pathOf(place)}#v-${id}`, 'changed')
    }),
  stop: (request) => submit(request, (sent) => turnBy(request, sent, stopVouchers, 'stopped')),
  start: (request) => submit(request, (sent) => turnBy(request, sent, startVouchers, 'started')),
}
