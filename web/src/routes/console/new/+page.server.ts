import { createCommunity } from '@kaichang/core/community/actions.ts'
import { can } from '@kaichang/core/community/permissions.ts'
import { readOwnCommunities } from '@kaichang/core/community/read.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { redirect } from '@sveltejs/kit'
import { goOn, submit } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const { ctx, locale } = locals
  const own = (await readOwnCommunities(ctx)).filter((one) => !one.example && can(ctx.actor, 'event.create', one))
  const [only, other] = own
  if (only && !other && !url.searchParams.has('found')) redirect(303, `/console/${only.slug}/new`)
  return { communities: own.map((one) => ({ slug: one.slug, name: pickText(one.name, locale) })) }
}

export const actions: Actions = {
  default: (request) =>
    submit(request, async ({ text }) => {
      const { ctx, locale } = request.locals
      const name = { [locale]: text(`name.${locale}`) }
      const { slug } = await createCommunity(ctx, {
        slug: text('slug'),
        name,
        about: {},
        city: {},
        site: '',
        contact: text('contact'),
        accent: '',
      })
      goOn(`/console/${slug}/new`)
    }),
}
