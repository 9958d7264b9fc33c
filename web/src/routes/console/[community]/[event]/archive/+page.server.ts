import {
  hideRecordings,
  matchAgain,
  matchByHand,
  matchByItself,
  proposeActuals,
  publishRecordings,
  recordingsReport,
  removeRecording,
} from '@kaichang/core/archive/actions.ts'
import { authorise } from '@kaichang/core/community/permissions.ts'
import { catalogue } from '@kaichang/core/kernel/errors.catalogue.ts'
import { errorText, type ErrorCode } from '@kaichang/core/kernel/errors.ts'
import { recordActual } from '@kaichang/core/stage/actions.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { presentArchive } from './present.server.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, community, event, communityId, eventId, may } = await placeOf(request)
  const matched = await recordingsReport(ctx, communityId, eventId)
  const query = request.url.searchParams
  return {
    ...presentArchive(matched, locale, event, community.slug),
    timeZone: event.timeZone,
    mayEdit: may('archive.edit'),
    actuals: may('stage.run') ? (await proposeActuals(ctx, communityId, eventId)).length : 0,
    upload: `/api/v1/communities/${community.slug}/events/${event.slug}/recordings`,
    received: Number(query.get('received') ?? 0),
    refused: query.getAll('refused').flatMap((text) => readRefusal(text, locale)),
    counts: { published: Number(query.get('n') ?? 0), withheld: Number(query.get('withheld') ?? 0) },
  }
}

/** `file.empty:name` in the address, made by the upload without script; anything else is left out. */
function readRefusal(text: string, locale: Place['locale']): { name: string; message: string }[] {
  const [code = '', ...rest] = text.split(':')
  const name = rest.join(':').slice(0, 120)
  if (!isCode(code) || !/^(file|recording)\./.test(code)) return []
  return [{ name, message: errorText(code, locale, { name, type: '?', limit: '?' }) }]
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code)

function act(run: (sent: Sent, place: Place) => Promise<string>) {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const [done = '', more = ''] = (await run(sent, place)).split('?')
      const at = sent.text('recordingId')
      goOn(`${place.base}/archive${more === '' ? '' : `?${more}`}${at && done !== 'removed' ? `#r-${at}` : ''}`, done)
    })
}

export const actions: Actions = {
  publish: act(async (sent, { ctx, communityId, eventId }) => {
    const id = sent.text('recordingId')
    const { published, withheld } = await publishRecordings(ctx, communityId, eventId, { recordingIds: id === '' ? 'all' : [id] })
    return `published?n=${published}&withheld=${withheld.length}`
  }),
  hide: act(async (sent, { ctx, communityId, eventId }) => {
    await hideRecordings(ctx, communityId, eventId, { recordingIds: [sent.text('recordingId')] })
    return 'hidden'
  }),
  match: act(async (sent, { ctx, communityId, eventId }) => {
    const [recordingId, sessionId] = [sent.text('recordingId'), sent.text('sessionId')]
    if (sessionId === 'auto') await matchByItself(ctx, communityId, eventId, recordingId)
    else await matchByHand(ctx, communityId, eventId, { recordingId, sessionId })
    return 'saved'
  }),
  remove: act(async (sent, { ctx, communityId, eventId }) => {
    await removeRecording(ctx, communityId, eventId, sent.text('recordingId'))
    return 'removed'
  }),
  again: act(async (_, { ctx, communityId, eventId }) => {
    await matchAgain(ctx, communityId, eventId)
    return 'again_done'
  }),
  actuals: act(async (_, { ctx, communityId, eventId }) => {
    // Also when there is nothing to take over.
    authorise(ctx.actor, 'stage.run', { communityId, eventId })
    for (const { sessionId, startedAt } of await proposeActuals(ctx, communityId, eventId)) {
      await recordActual(ctx, communityId, eventId, { sessionId, startedAt, endedAt: null, overrunSeconds: null })
    }
    return 'actuals_taken'
  }),
}
