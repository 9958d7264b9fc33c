import { readPublicRecordings } from '@kaichang/core/archive/read.ts'
import { authorise } from '@kaichang/core/community/permissions.ts'
import { renderArticle } from '@kaichang/core/story/render.ts'
import { placeOf } from '#lib/server/place.ts'
import type { RequestHandler } from './$types'

/** Markdown as the public page will show it; what is typed goes nowhere else. */
export const POST: RequestHandler = async (request) => {
  const { ctx, community, event, communityId, eventId } = await placeOf(request)
  authorise(ctx.actor, 'story.view', { communityId, eventId })
  const text = (await request.request.text()).slice(0, 200_000)
  const html = renderArticle(text, community.slug, await readPublicRecordings(ctx, event))
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'no-store',
    },
  })
}
