import { eventFeed } from '@kaichang/core/story/feed.actions.ts'
import { feed } from '#lib/server/feed.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async (event) => {
  const { xml, ...scope } = await eventFeed(event.locals.ctx, event.params.community, event.params.event, event.locals.locale)
  return feed(event, scope, xml, 'application/rss+xml; charset=utf-8')
}
