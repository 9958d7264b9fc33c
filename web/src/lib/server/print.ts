import { printEvent, type PrintKind } from '@kaichang/core/story/print.actions.ts'
import type { RequestEvent } from '@sveltejs/kit'

/** The handler of a printed document's address: rendered once per public change, 304 for whoever has it already. */
export function printer(kind: PrintKind) {
  return async (event: RequestEvent<{ community: string; event: string }>): Promise<Response> => {
    const { ctx, locale } = event.locals
    const { community, event: slug } = event.params
    const query = event.url.searchParams
    const document = await printEvent(ctx, { community, event: slug, locale, kind, talk: query.get('talk'), recap: query.has('recap') })
    const headers = {
      etag: document.etag,
      // The picture of a poster is asked for again and again by chats; a change shows within minutes.
      'cache-control': document.public ? 'public, max-age=300' : 'private, no-store',
    }
    if (event.request.headers.get('if-none-match') === document.etag) return new Response(null, { status: 304, headers })
    return new Response(document.bytes, {
      headers: { ...headers, 'content-type': document.type, 'content-disposition': `inline; filename="${slug}-${kind}"` },
    })
  }
}
