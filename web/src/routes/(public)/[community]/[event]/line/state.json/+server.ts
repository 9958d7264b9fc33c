import { openEvent } from '@kaichang/core/community/actions.ts'
import { json } from '@sveltejs/kit'
import { lookInLine } from '#lib/server/crowd.ts'
import { crowdWords } from '#lib/words/crowd.ts'
import { words } from '#lib/words/define.ts'
import type { RequestHandler } from './$types'

/** Where the reader stands in the line, for a page that waits to send its form. */
export const GET: RequestHandler = async (event) => {
  const { ctx, locale } = event.locals
  const { community, event: it } = await openEvent(ctx, event.params.community, event.params.event)
  const turn = lookInLine(event, { communityId: it.communityId, eventId: it.id, address: `/${community.slug}/${it.slug}` })
  const t = words(crowdWords, locale)
  const where = turn.in
    ? { in: true, line: turn.token }
    : {
        in: false,
        line: turn.token,
        ahead: turn.ahead,
        seconds: turn.seconds,
        said: turn.ahead === 0 ? t('first') : t('ahead', { ahead: turn.ahead }),
      }
  return json(where, { headers: { 'cache-control': 'private, no-store' } })
}
