import type { App } from '@kaichang/core/app.ts'
import { openEvent } from '@kaichang/core/community/actions.ts'
import type { Community, Event } from '@kaichang/core/community/model.ts'
import { isPublic } from '@kaichang/core/community/rules.ts'
import type { Context } from '@kaichang/core/store/context.ts'

interface Place {
  community: Community
  event: Event
}

/** Which event an address means. Errors: community.not_found, event.not_found. */
export type OpenPlace = (ctx: Context, community: string, event: string) => Promise<Place>

/** So many addresses are remembered at most. */
const MOST = 1_000

/**
 * Which event an address means, remembered until anything public changes: in a rush it is asked thousands of times a
 * second. Only what everybody may see is remembered; whoever decides on a seat reads the event anew under its lock.
 */
export function rememberPlaces(app: App): OpenPlace {
  const places = new Map<string, Promise<Place | null>>()
  app.journalFeed.subscribe((change) => {
    if (change === null || change.public) places.clear()
  })
  return async (ctx, community, event) => {
    const name = `${community}/${event}`
    let asked = places.get(name)
    if (!asked) {
      asked = openEvent(ctx, community, event).then(
        (place) => (isPublic(place.event) ? place : null),
        () => null,
      )
      if (places.size >= MOST) places.clear()
      places.set(name, asked)
    }
    const place = await asked
    if (place) return place
    // Unknown, not public or failed: nobody else's answer counts.
    places.delete(name)
    return openEvent(ctx, community, event)
  }
}
