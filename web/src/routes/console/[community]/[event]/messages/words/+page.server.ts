import { pickText } from '@kaichang/core/kernel/text.ts'
import { readKinds } from '@kaichang/core/registration/messages/actions.ts'
import { shortName } from '@kaichang/core/registration/messages/kinds.ts'
import { placeOf } from '#lib/server/place.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, communityId, eventId } = await placeOf(request)
  const kinds = await readKinds(ctx, communityId, eventId)
  return {
    kinds: kinds.map(({ mail, group, label, about, event, community }) => ({
      group,
      path: shortName(mail.name),
      label: pickText(label, locale),
      about: pickText(about, locale),
      changed: event.length > 0 ? ('event' as const) : community.length > 0 ? ('community' as const) : null,
    })),
  }
}
