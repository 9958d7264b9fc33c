import { pickText } from '@kaichang/core/kernel/text.ts'
import { addVolunteer, editVolunteer, openTeam, removeVolunteer, renewLink, restoreVolunteer } from '@kaichang/core/team/actions.ts'
import { duties } from '@kaichang/core/team/model.ts'
import { clashes, openDuties } from '@kaichang/core/team/rules.ts'
import { fromLocal, toLocal } from '#lib/format.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { readText } from '#lib/server/read.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, communityId, eventId, may } = await placeOf(request)
  const team = await openTeam(ctx, communityId, eventId)
  const editing = team.find((one) => one.id === request.url.searchParams.get('edit'))
  const local = (at: Date | null): string => (at ? toLocal(at, event.timeZone) : '')
  return {
    mayEdit: may('team.edit'),
    duties,
    people: new Set(team.map((one) => one.personId)).size,
    open: openDuties(team),
    clashes: clashes(team).map(([a, b]) => ({ name: a.name, duties: [a.duty, b.duty] })),
    team: [...team]
      .sort((a, b) => (a.startsAt?.getTime() ?? 0) - (b.startsAt?.getTime() ?? 0))
      .map(({ id, name, duty, dutyNote, phone, link, startsAt, endsAt }) => ({
        id,
        name,
        duty,
        note: pickText(dutyNote, locale),
        phone,
        startsAt,
        endsAt,
        link: link && ctx.settings.publicUrl + link,
      })),
    editing: editing
      ? { id: editing.id, name: editing.name, dutyNote: editing.dutyNote, startsAt: local(editing.startsAt), endsAt: local(editing.endsAt) }
      : null,
    start: local(event.startsAt),
  }
}

function shift(sent: Sent, { event }: Place) {
  const moment = (name: string): string | null => (sent.text(name) === '' ? null : fromLocal(sent.text(name), event.timeZone))
  return { dutyNote: readText(sent, 'dutyNote'), startsAt: moment('startsAt'), endsAt: moment('endsAt') }
}

function act(run: (sent: Sent, place: Place) => Promise<string>, done: string) {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const id = await run(sent, place)
      goOn(`${place.base}/team?at=${id}#v-${id}`, done)
    })
}

/** An action on one member of the team, named by the field `id`. */
const onOne = (run: (place: Place, id: string) => Promise<void>, done: string) =>
  act(async (sent, place) => {
    await run(place, sent.text('id'))
    return sent.text('id')
  }, done)

export const actions: Actions = {
  add: act((sent, place) => {
    const duty = duties.find((known) => known === sent.text('duty')) ?? 'other'
    const who = { name: sent.text('name'), phone: sent.text('phone'), email: sent.text('email') }
    return addVolunteer(place.ctx, place.communityId, place.eventId, { ...who, duty, ...shift(sent, place), key: sent.key })
  }, 'added'),
  edit: act(async (sent, place) => {
    await editVolunteer(place.ctx, place.communityId, place.eventId, sent.text('id'), shift(sent, place))
    return sent.text('id')
  }, 'saved'),
  remove: onOne(({ ctx, communityId, eventId }, id) => removeVolunteer(ctx, communityId, eventId, id), 'removed'),
  restore: onOne(({ ctx, communityId, eventId }, id) => restoreVolunteer(ctx, communityId, eventId, id), 'restored'),
  renew: onOne(({ ctx, communityId, eventId }, id) => renewLink(ctx, communityId, eventId, id), 'renewed'),
}
