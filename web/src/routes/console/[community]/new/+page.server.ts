import { openCommunity } from '@kaichang/core/community/actions.ts'
import type { SixQuestions } from '@kaichang/core/community/model.ts'
import { authorise } from '@kaichang/core/community/permissions.ts'
import { isKaichangError } from '@kaichang/core/kernel/errors.ts'
import { pickText, slugify } from '@kaichang/core/kernel/text.ts'
import { beginEvent, openPlan } from '@kaichang/core/plan/actions.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { dayKey, fromLocal } from '#lib/format.ts'
import { goOn, submit } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const community = await openCommunity(locals.ctx, params.community)
  authorise(locals.actor, 'event.create', community)
  return {
    name: pickText(community.name, locals.locale),
    city: pickText(community.city, locals.locale),
    accent: community.accent,
    today: dayKey(locals.ctx.clock.now()),
  }
}

export const actions: Actions = {
  default: (request) =>
    submit(request, async ({ text, key }) => {
      const { ctx, locale } = request.locals
      const community = await openCommunity(ctx, request.params.community)
      const answers = {
        what: text('what'),
        why: text('why'),
        forWhom: text('forWhom'),
        howMany: text('howMany'),
        city: text('city'),
        where: text('where'),
        startsAt: fromLocal(text('startsAt')),
        endsAt: fromLocal(text('endsAt')),
        locale,
        key,
      }
      const event = await begin(ctx, community.communityId, answers, text('slug').trim())
      const { tasks } = await openPlan(ctx, community.communityId, event.id)
      goOn(`/console/${community.slug}/${event.slug}/plan?count=${tasks.length}`, 'begun')
    }),
}

/** Begins the event under the typed name in the address; without one, under a name made of the title or the day that is still free. */
async function begin(ctx: Context, communityId: string, answers: Omit<SixQuestions, 'slug'> & { key: string | null }, typed: string) {
  if (typed !== '') return beginEvent(ctx, communityId, { ...answers, slug: typed })
  const made = slugify(answers.what)
  const base = made.length >= 3 ? made.slice(0, 50).replace(/-+$/, '') : String(answers.startsAt).slice(0, 10)
  for (let n = 1; ; n += 1) {
    try {
      return await beginEvent(ctx, communityId, { ...answers, slug: n === 1 ? base : `${base}-${n}` })
    } catch (error) {
      if (!isKaichangError(error, 'event.slug_taken') || n >= 9) throw error
    }
  }
}
