import { printBadges } from '@kaichang/core/story/badges.actions.ts'
import { placeOf } from '#lib/server/place.ts'
import type { RequestHandler } from './$types'

/** The badges as a file. A POST, since each export is noted in the journal. */
export const POST: RequestHandler = async (request) => {
  const { ctx, locale, event, communityId, eventId } = await placeOf(request)
  const form = await request.request.formData().catch(() => new FormData())
  const layout = form.get('layout') === 'sheet' ? 'sheet' : 'single'
  const pdf = await printBadges(ctx, communityId, eventId, { locale, layout })
  return new Response(pdf, {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${event.slug}-badges.pdf"`,
      'cache-control': 'private, no-store',
    },
  })
}
