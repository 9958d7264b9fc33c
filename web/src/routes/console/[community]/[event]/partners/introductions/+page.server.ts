import { pickText } from '@kaichang/core/kernel/text.ts'
import { addIntroduction, introductionGraph, openContacts, removeIntroduction } from '@kaichang/core/partners/actions.ts'
import { contactKinds } from '@kaichang/core/partners/model.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { placeOf } from '#lib/server/place.ts'
import { readText } from '#lib/server/read.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, communityId, eventId } = await placeOf(request)
  const { nodes, edges } = await introductionGraph(ctx, communityId, eventId)
  const contacts = await openContacts(ctx, communityId, eventId)
  const name = new Map(nodes.map((node) => [node.id, node.name]))
  // What a person came to us through stands below their name.
  const note = (id: string): string => {
    const edge = edges.find((one) => one.toId === id)
    return edge ? pickText(edge.through, locale) || pickText(edge.ledTo, locale) : ''
  }
  return {
    nodes: nodes.map((node) => ({ id: node.id, label: node.name, note: note(node.id), kind: node.kind })),
    edges: edges.map(({ id, fromId, toId, through, ledTo, onDay }) => ({
      id,
      from: fromId,
      to: toId,
      fromName: name.get(fromId) ?? '',
      toName: name.get(toId) ?? '',
      through: pickText(through, locale),
      ledTo: pickText(ledTo, locale),
      onDay,
    })),
    names: contacts.map((contact) => contact.name),
    kinds: contactKinds,
  }
}

export const actions: Actions = {
  add: (request) =>
    submit(request, async (sent) => {
      const { ctx, communityId, eventId, base } = await placeOf(request)
      const kind = (field: string) => contactKinds.find((known) => known === sent.text(field)) ?? 'person'
      await addIntroduction(ctx, communityId, eventId, {
        from: { name: sent.text('from.name'), kind: kind('from.kind') },
        to: { name: sent.text('to.name'), kind: kind('to.kind') },
        through: readText(sent, 'through'),
        ledTo: readText(sent, 'ledTo'),
        onDay: sent.text('onDay'),
        key: sent.key,
      })
      goOn(`${base}/partners/introductions`, 'added')
    }),
  remove: (request) =>
    submit(request, async (sent) => {
      const { ctx, communityId, eventId, base } = await placeOf(request)
      await removeIntroduction(ctx, communityId, eventId, sent.text('id'))
      goOn(`${base}/partners/introductions`, 'removed')
    }),
}
