import { can } from '@kaichang/core/community/permissions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { readOwnCommunities } from '@kaichang/core/community/read.ts'
import { copyEvent, originOf, previewCopy } from '@kaichang/core/handover/actions.ts'
import { copyParts } from '@kaichang/core/handover/model.ts'
import { fromLocal } from '#lib/format.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { placeOf } from '#lib/server/place.ts'
import { readText } from '#lib/server/read.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, communityId, eventId } = await placeOf(request)
  const counts = await previewCopy(ctx, { communityId, eventId })
  const origin = await originOf(ctx, { communityId, eventId })
  const own = await readOwnCommunities(ctx)
  return {
    parts: copyParts.map((part) => ({ part, count: counts[part] })),
    origin: origin && { name: pickText(origin.fromName, locale), counts: origin.counts, copiedAt: origin.copiedAt },
    communityId,
    communities: own
      .filter((one) => can(ctx.actor, 'event.create', one))
      .map((one) => ({ value: one.communityId, label: pickText(one.name, locale) })),
  }
}

export const actions: Actions = {
  default: (request) =>
    submit(request, async (sent) => {
      const { ctx, locale, communityId, eventId, event } = await placeOf(request)
      const chosen = sent.data['parts']
      const to = sent.text('to') || communityId
      const { event: made } = await copyEvent(
        ctx,
        { communityId, eventId },
        {
          toCommunityId: to,
          slug: sent.text('slug'),
          name: readText(sent, 'name'),
          city: readText(sent, 'city'),
          startsAt: fromLocal(sent.text('startsAt'), event.timeZone),
          parts: copyParts.filter((part) => Array.isArray(chosen) && chosen.includes(part)),
          locale,
          key: sent.key,
        },
      )
      const target = (await readOwnCommunities(ctx)).find((one) => one.communityId === to)
      goOn(`/console/${target?.slug ?? request.params.community}/${made.slug}/plan`, 'copied')
    }),
}
