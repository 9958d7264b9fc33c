import { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { keptUntil } from '@kaichang/core/registration/actions.ts'
import { joinAgain } from '@kaichang/core/registration/waiting/join.actions.ts'
import { openWaiting } from '@kaichang/core/registration/waiting/open.ts'
import { eraseMyWaiting, leaveWaiting, resizeWaiting } from '@kaichang/core/registration/waiting/own.actions.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { words } from '#lib/words/define.ts'
import { waitingWords } from '#lib/words/waiting.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url, setHeaders }) => {
  const { ctx, locale } = locals
  // The link is the key: nothing of it may stay in a shared cache.
  setHeaders({ 'cache-control': 'private, no-cache' })
  const { community, event, waiting, type, offers, quiet, ...open } = await openWaiting(ctx, params.waiting)
  const address = `/${community.slug}/${event.slug}`
  const { state, seats, together, name, phone, email, joinedAt } = waiting
  return {
    address,
    path: open.path,
    done: url.searchParams.get('done'),
    state: state === 'offered' && offers.at(-1)?.state === 'expired' ? ('missed' as const) : state,
    seats,
    together,
    joinedAt,
    maximum: open.maximum,
    what: type ? pickText(type.name, locale) : words(waitingWords, locale)('seat'),
    ahead: open.ahead,
    reason: open.reason,
    calling: open.calling,
    taking: open.taking,
    offerHours: open.offerHours,
    quiet: quiet.from === quiet.until ? null : { from: quiet.from, until: quiet.until },
    offers,
    who: { name, phone, email },
    keptUntil: keptUntil(event),
    event: { name: pickText(event.name, locale), startsAt: event.startsAt, endsAt: event.endsAt, timeZone: event.timeZone },
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
  resize: (event) =>
    submit(event, async ({ text }) => {
      await resizeWaiting(event.locals.ctx, event.params.waiting, { seats: text('seats'), together: text('together') !== 'some' })
      goOn(`/w/${event.params.waiting}`, 'saved')
    }),
  leave: (event) =>
    submit(event, async () => {
      await leaveWaiting(event.locals.ctx, event.params.waiting)
      goOn(`/w/${event.params.waiting}`, 'left')
    }),
  again: (event) =>
    submit(event, async () => {
      const { path } = await joinAgain(event.locals.ctx, event.params.waiting)
      goOn(path, 'joined')
    }),
  erase: (event) =>
    submit(event, async ({ text }) => {
      const { ctx } = event.locals
      if (text('sure') !== 'on') throw new KaichangError('input.invalid', {}, [{ path: 'sure', code: 'field.consent' }])
      const { community, event: it } = await openWaiting(ctx, event.params.waiting)
      await eraseMyWaiting(ctx, event.params.waiting)
      goOn(`/t/erased?to=${community.slug}/${it.slug}`)
    }),
}
