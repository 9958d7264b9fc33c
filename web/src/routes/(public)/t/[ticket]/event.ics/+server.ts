import { eventCalendar, openTicket } from '@kaichang/core/registration/actions.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async ({ locals, params }) => {
  const { community, event, registration, links } = await openTicket(locals.ctx, params.ticket)
  const calendar = eventCalendar({ community, event, locale: locals.locale, url: links.url, cancelled: registration.state === 'cancelled' })
  return new Response(calendar, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8; method=PUBLISH',
      'content-disposition': `attachment; filename="${event.slug}.ics"`,
      'cache-control': 'private, no-cache',
    },
  })
}
