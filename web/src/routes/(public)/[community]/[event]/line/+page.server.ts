import { openEvent } from '@kaichang/core/community/actions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { redirect } from '@sveltejs/kit'
import { lookInLine } from '#lib/server/crowd.ts'
import type { PageServerLoad } from './$types'

/** How often the page looks by itself, in seconds. */
const LOOK = 20

export const load: PageServerLoad = async (event) => {
  const { locals, params, url, setHeaders, cookies } = event
  const { ctx, locale } = locals
  setHeaders({ 'cache-control': 'private, no-store' })
  const { community, event: it } = await openEvent(ctx, params.community, params.event)
  const address = `/${community.slug}/${it.slug}`
  const came = url.searchParams.get('at') ?? cookies.get('kc_line')
  const turn = lookInLine(event, { communityId: it.communityId, eventId: it.id, address })
  const query = new URLSearchParams(url.search)
  query.delete('at')
  // Whoever stood in it goes on by themselves.
  if (turn.in && came) {
    if (turn.token !== null) query.set('at', turn.token)
    redirect(303, `${address}/register${query.size > 0 ? `?${query}` : ''}`)
  }
  if (!turn.in) query.set('at', turn.token)
  return {
    address,
    register: `${address}/register`,
    turn: turn.in ? null : { ahead: turn.ahead, seconds: turn.seconds },
    refresh: turn.in ? '' : `${LOOK}; url=${address}/line?${query}`,
    event: { name: pickText(it.name, locale), state: it.state },
    frame: {
      crumbs: [
        { label: pickText(community.name, locale), href: `/${community.slug}` },
        { label: pickText(it.name, locale), href: address },
      ],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
    },
  }
}
