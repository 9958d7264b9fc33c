import type { RequestEvent } from '@sveltejs/kit'
import { publicPage } from './public-page.ts'

/** A public document for programs: any site may read it; `name` makes browsers keep it as a file. */
export function feed(
  event: Pick<RequestEvent, 'locals' | 'setHeaders'>,
  scope: { communityId: string; eventId: string },
  body: string,
  type: string,
  name?: string,
): Response {
  publicPage(event, scope)
  return new Response(body, {
    headers: {
      'content-type': type,
      'access-control-allow-origin': '*',
      ...(name ? { 'content-disposition': `inline; filename="${name}"` } : {}),
    },
  })
}
