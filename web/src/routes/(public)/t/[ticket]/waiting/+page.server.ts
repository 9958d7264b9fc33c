import { pickText } from '@kaichang/core/kernel/text.ts'
import { openTicket } from '@kaichang/core/registration/actions.ts'
import { joinWaitingFor } from '@kaichang/core/registration/waiting/join.actions.ts'
import { extrasToWaitFor } from '@kaichang/core/registration/waiting/wanted.ts'
import { goOn, submit } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
  const { ctx, locale } = locals
  setHeaders({ 'cache-control': 'private, no-cache' })
  const ticket = await openTicket(ctx, params.ticket)
  const { community, event, registration, links } = ticket
  const { taking, extras, offerHours, quiet } = await extrasToWaitFor(ctx, ticket)
  const address = `/${community.slug}/${event.slug}`
  return {
    ticket: links.path,
    email: registration.email,
    extras: taking ? extras.map(({ id, name }) => ({ id, name: pickText(name, locale) })) : [],
    offerHours,
    quiet: quiet.from === quiet.until ? null : { from: quiet.from, until: quiet.until },
    event: { name: pickText(event.name, locale) },
    frame: {
      crumbs: [
        { label: pickText(community.name, locale), href: `/${community.slug}` },
        { label: pickText(event.name, locale), href: address },
      ],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
    },
  }
}

export const actions: Actions = {
  default: (event) =>
    submit(event, async ({ text, key }) => {
      const { path } = await joinWaitingFor(event.locals.ctx, event.params.ticket, text('type'), key)
      goOn(path, 'joined')
    }),
}
