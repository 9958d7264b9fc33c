import { isKaichangError } from '@kaichang/core/kernel/errors.ts'
import { openEvent } from '@kaichang/core/community/actions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import type { PageServerLoad } from './$types'

/** Where somebody is who has handed a ticket on: its old address is gone. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const [community = '', event = ''] = (url.searchParams.get('to') ?? '').split('/')
  try {
    const place = await openEvent(locals.ctx, community, event)
    return {
      event: { name: pickText(place.event.name, locals.locale), href: `/${place.community.slug}/${place.event.slug}` },
      frame: { accent: place.community.accent },
    }
  } catch (error) {
    if (isKaichangError(error)) return { event: null }
    throw error
  }
}
