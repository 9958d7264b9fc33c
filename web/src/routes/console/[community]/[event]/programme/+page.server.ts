import type { RequestEvent } from '@sveltejs/kit'
import { openEvent } from '@kaichang/core/community/actions.ts'
import { can } from '@kaichang/core/community/permissions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { addSession, cancelSession, moveSession, openProgramme, restoreSession } from '@kaichang/core/programme/actions.ts'
import { endOf, isTalk, sessionKinds } from '@kaichang/core/programme/model.ts'
import { addHall, editHall, pendingChanges, releaseSchedule } from '@kaichang/core/programme/release.actions.ts'
import { changeSentence } from '@kaichang/core/programme/release.rules.ts'
import { talkMinutes, warningsOf } from '@kaichang/core/programme/rules.ts'
import { formatTime, toLocal } from '#lib/format.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { isOneDay, momentField, pairField, sessionFields, speakerFields } from '#lib/server/programme-form.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const { ctx, locale, actor } = locals
  const { event } = await openEvent(ctx, params.community, params.event)
  const place = { communityId: event.communityId, eventId: event.id }
  const { halls, sessions } = await openProgramme(ctx, event.communityId, event.id)
  const pending = await pendingChanges(ctx, event.communityId, event.id)
  const oneDay = isOneDay(event)
  const timeField = (at: Date | null) => (at ? (oneDay ? formatTime(at, event.timeZone) : toLocal(at, event.timeZone)) : '')
  const ends = sessions.flatMap((s) => (s.state === 'cancelled' ? [] : [endOf(s)?.getTime() ?? 0]))
  const free = new Date(Math.max(event.startsAt.getTime(), ...ends))
  return {
    mayEdit: can(actor, 'programme.edit', place),
    oneDay,
    timeZone: event.timeZone,
    kinds: [...sessionKinds],
    nextTime: timeField(free),
    halls: halls.map((hall) => ({ id: hall.id, name: pickText(hall.name, locale), both: hall.name, seats: hall.seats })),
    sessions: sessions.map((s) => ({
      id: s.id,
      no: s.no,
      kind: s.kind,
      title: pickText(s.title, locale),
      speakers: s.speakers.map((one) => one.name),
      startsAt: s.startsAt,
      time: timeField(s.startsAt),
      earlier: timeField(s.startsAt && new Date(s.startsAt.getTime() - 300_000)),
      later: timeField(s.startsAt && new Date(s.startsAt.getTime() + 300_000)),
      minutes: s.minutes,
      hallId: s.hallId,
      hall: pickText(halls.find((hall) => hall.id === s.hallId)?.name, locale),
      state: s.state,
      talk: isTalk(s),
    })),
    talks: { count: sessions.filter((s) => isTalk(s) && s.state === 'confirmed').length, minutes: talkMinutes(sessions) },
    warnings: warningsOf({ halls, sessions }, event).map((w) => ({
      kind: w.kind,
      first: pickText(w.first.title, locale),
      second: 'second' in w ? pickText(w.second.title, locale) : '',
      name: 'name' in w ? w.name : '',
      minutes: 'minutes' in w ? w.minutes : 0,
      id: w.first.id,
    })),
    release: {
      version: pending.version,
      changes: pending.changes.map((change) => changeSentence(change, locale, event.timeZone, halls)),
    },
  }
}

export const actions: Actions = {
  add: (request) =>
    here(request, 'added', async (sent, { ctx, event }) => {
      const fields = sessionFields(sent, event)
      await addSession(ctx, event.communityId, event.id, {
        ...fields,
        mayRecord: true,
        language: 'zh',
        no: sent.text('no'),
        slug: sent.text('slug'),
        speakers: speakerFields(sent.data),
        key: sent.key,
      })
    }),
  move: (request) =>
    here(request, 'moved', async ({ text }, { ctx, event }) => {
      await moveSession(ctx, event.communityId, event.id, text('id'), {
        startsAt: momentField(text('startsAt'), event),
        minutes: Number(text('minutes')),
        shift: text('shift') === 'on',
      })
    }),
  cancel: (request) =>
    here(request, 'was_cancelled', ({ text }, { ctx, event }) => cancelSession(ctx, event.communityId, event.id, text('id'))),
  restore: (request) =>
    here(request, 'was_restored', ({ text }, { ctx, event }) => restoreSession(ctx, event.communityId, event.id, text('id'))),
  hall: (request) =>
    here(request, 'hall_saved', async ({ data, text, key }, { ctx, event }) => {
      await addHall(ctx, event.communityId, event.id, { name: pairField(data['name']), seats: text('seats'), key })
    }),
  hall_edit: (request) =>
    here(request, 'hall_saved', ({ data, text }, { ctx, event }) =>
      editHall(ctx, event.communityId, event.id, text('id'), { name: pairField(data['name']), seats: text('seats') }),
    ),
  release: (request) =>
    here(request, 'released', async (_sent, { ctx, event }) => {
      const { released } = await releaseSchedule(ctx, event.communityId, event.id)
      return released ? 'released' : 'nothing_new'
    }),
}

type Opened = { ctx: RequestEvent['locals']['ctx']; event: Awaited<ReturnType<typeof openEvent>>['event'] }

/** Runs one action of this page and comes back to it. */
function here(request: RequestEvent, done: string, run: (sent: Sent, opened: Opened) => Promise<string | void>) {
  return submit(request, async (sent) => {
    const { ctx } = request.locals
    const { community, event } = await openEvent(ctx, request.params['community'] ?? '', request.params['event'] ?? '')
    const said = await run(sent, { ctx, event })
    goOn(`/console/${community.slug}/${event.slug}/programme`, said ?? done)
  })
}
