import { editCommunity, openCommunity, removeExample } from '@kaichang/core/community/actions.ts'
import { inviteMember, openMembers, removeMember } from '@kaichang/core/community/members.ts'
import { authorise, roles } from '@kaichang/core/community/permissions.ts'
import { readOwnEvents } from '@kaichang/core/community/read.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { pairOf } from '#lib/server/pair.ts'
import { eventLine } from '#lib/server/present.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const { ctx, locale } = locals
  const community = await openCommunity(ctx, params.community)
  authorise(locals.actor, 'community.manage', community)
  const { slug, name, about, city, site, contact, accent, example } = community
  const events = await readOwnEvents(ctx, community.communityId)
  const now = ctx.clock.now()
  return {
    values: { slug, name, about, city, site, contact, accent },
    name: pickText(name, locale),
    example,
    roles,
    members: (await openMembers(ctx, community.communityId)).map((member) => ({
      ...member,
      event: pickText(events.find((e) => e.id === member.eventId)?.name, locale),
    })),
    events: events.map((event) => ({ ...eventLine(community, event, locale, now), id: event.id, href: `/console/${slug}/${event.slug}` })),
  }
}

export const actions: Actions = {
  save: (request) =>
    submit(request, async ({ data, text }) => {
      const { ctx } = request.locals
      const { communityId } = await openCommunity(ctx, request.params.community)
      const slug = text('slug').trim().toLowerCase()
      const fields = {
        slug,
        name: pairOf(data, 'name'),
        about: pairOf(data, 'about'),
        city: pairOf(data, 'city'),
        site: text('site'),
        contact: text('contact'),
        accent: text('accent'),
      }
      await editCommunity(ctx, communityId, fields)
      goOn(`/console/${slug}`, 'saved')
    }),
  invite: (request) =>
    submit(request, async ({ text }) => {
      const { ctx, locale } = request.locals
      const { communityId, slug } = await openCommunity(ctx, request.params.community)
      const role = roles.find((one) => one === text('role')) ?? 'viewer'
      await inviteMember(ctx, communityId, { email: text('email'), role, eventId: text('eventId') }, locale)
      goOn(`/console/${slug}#members`, 'added')
    }),
  remove: (request) =>
    submit(request, async ({ text }) => {
      const { communityId, slug } = await openCommunity(request.locals.ctx, request.params.community)
      await removeMember(request.locals.ctx, communityId, text('id'))
      goOn(`/console/${slug}#members`, 'removed')
    }),
  example: (request) =>
    submit(request, async () => {
      const { communityId } = await openCommunity(request.locals.ctx, request.params.community)
      await removeExample(request.locals.ctx, communityId)
      goOn('/console', 'example_removed')
    }),
}
