import type { RequestEvent } from '@sveltejs/kit'

/** The header by which a page says that everybody may see it; it never leaves the process. */
export const PUBLIC_HEADER = 'x-kaichang-public'

type Scope = { communityId: string; eventId?: string | null } | 'everything'

/**
 * Says that this answer is the same for every signed-out reader, so that it may be kept and shared until the
 * journal reports a change in its scope: one event, a whole community, or everything (lists of communities).
 * Does nothing for anybody who is known; call it at most once in a load, after the page's rights were checked.
 */
export function publicPage(event: Pick<RequestEvent, 'locals' | 'setHeaders'>, scope: Scope): void {
  if (event.locals.actor.kind !== 'visitor') return
  const value = scope === 'everything' ? '*' : `${scope.communityId}/${scope.eventId ?? ''}`
  event.setHeaders({ [PUBLIC_HEADER]: value })
}
