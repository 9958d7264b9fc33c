import { communityFeed } from '@kaichang/core/story/feed.actions.ts'
import { publicPage } from '#lib/server/public-page.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async (event) => {
  const { xml, communityId } = await communityFeed(event.locals.ctx, event.params.community, event.locals.locale)
  publicPage(event, { communityId })
  return new Response(xml, { headers: { 'content-type': 'application/rss+xml; charset=utf-8', 'access-control-allow-origin': '*' } })
}
