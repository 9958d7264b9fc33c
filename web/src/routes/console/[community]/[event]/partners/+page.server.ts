import { fail } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import {
  addPledge,
  editPledge,
  movePledge,
  openContacts,
  openPartners,
  removePledge,
  renewPartnerLink,
} from '@kaichang/core/partners/actions.ts'
import { pledgeStates, supportKinds, type PledgeInput } from '@kaichang/core/partners/model.ts'
import { partnersByKind, supportOf, thanksFor } from '@kaichang/core/partners/rules.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { asYuan, readOpened, readText, readYuan } from '#lib/server/read.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, communityId, eventId, may } = await placeOf(request)
  const rows = await openPartners(ctx, communityId, eventId)
  const contacts = await openContacts(ctx, communityId, eventId)
  const query = request.url.searchParams
  const editing = rows.find((row) => row.id === query.get('edit'))
  const partners = rows.map(({ id, name, kinds, what, inReturn, state, amountFen, receivedFen, url, contactId, link }) => ({
    id,
    name,
    kinds,
    state,
    amountFen,
    receivedFen,
    url,
    what: pickText(what, locale),
    inReturn: pickText(inReturn, locale),
    contact: contacts.find((contact) => contact.id === contactId)?.name ?? '',
    link: may('partners.edit') ? ctx.settings.publicUrl + link : '',
  }))
  const byKind = query.get('view') === 'kind'
  return {
    byKind,
    groups: byKind
      ? partnersByKind(partners.filter((partner) => partner.state !== 'declined')).map((group) => ({
          key: group.kind,
          partners: group.partners,
        }))
      : pledgeStates
          .map((key) => ({ key, partners: partners.filter((partner) => partner.state === key) }))
          .filter((group) => group.partners.length > 0),
    count: rows.length,
    sums: supportOf(rows),
    bars: partners.filter((partner) => partner.amountFen + partner.receivedFen > 0 && partner.state !== 'declined'),
    thanks: thanksFor(rows, locale),
    contacts: contacts.map(({ id, name }) => ({ value: id, label: name })),
    kinds: supportKinds,
    states: pledgeStates,
    moved: rows.find((row) => row.id === query.get('at'))?.name ?? '',
    editing: editing ? { ...editing, link: '', amount: asYuan(editing.amountFen), received: asYuan(editing.receivedFen) } : null,
  }
}

function read(sent: Sent): PledgeInput {
  const kinds = sent.data['kinds']
  return {
    name: sent.text('name'),
    kinds: supportKinds.filter((kind) => Array.isArray(kinds) && kinds.includes(kind)),
    what: readText(sent, 'what'),
    inReturn: readText(sent, 'inReturn'),
    state: pledgeStates.find((state) => state === sent.text('state')) ?? 'lead',
    amountFen: readYuan(sent, 'amount', 0),
    receivedFen: readYuan(sent, 'received', 0),
    url: sent.text('url'),
    contactId: sent.text('contactId'),
  }
}

function act(run: (sent: Sent, place: Place) => Promise<string>, done: string) {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const id = await run(sent, place)
      const view = request.url.searchParams.get('view') === 'kind' ? '&view=kind' : ''
      goOn(`${place.base}/partners?at=${id}${view}#p-${id}`, done)
    })
}

export const actions: Actions = {
  add: act((sent, { ctx, communityId, eventId }) => addPledge(ctx, communityId, eventId, { ...read(sent), key: sent.key }), 'added'),
  edit: act(async (sent, { ctx, communityId, eventId }) => {
    await editPledge(ctx, communityId, eventId, sent.text('id'), { ...read(sent), ...readOpened(sent) })
    return sent.text('id')
  }, 'saved'),
  move: act(async (sent, { ctx, communityId, eventId }) => {
    const to = pledgeStates.find((state) => state === sent.text('to'))
    if (!to) throw fail('input.invalid')
    await movePledge(ctx, communityId, eventId, sent.text('id'), to)
    return sent.text('id')
  }, 'moved'),
  remove: act(async (sent, { ctx, communityId, eventId }) => {
    await removePledge(ctx, communityId, eventId, sent.text('id'))
    return sent.text('id')
  }, 'removed'),
  renew: act(async (sent, { ctx, communityId, eventId }) => {
    await renewPartnerLink(ctx, communityId, eventId, sent.text('id'))
    return sent.text('id')
  }, 'renewed'),
}
