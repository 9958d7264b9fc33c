import { renameAccount, requestCode, signOut, signOutEverywhere, verifyCode } from '@kaichang/core/people/sign-in.ts'
import { redirect } from '@sveltejs/kit'
import { goOn, safeNext, submit } from '#lib/server/form.ts'
import { putSession } from '#lib/server/session.ts'
import type { Actions, PageServerLoad } from './$types'

const HOME = '/console'

export const load: PageServerLoad = ({ locals, url }) => ({
  next: safeNext(url.searchParams.get('next'), HOME),
  done: url.searchParams.get('done'),
  mailOff: locals.app.settings.smtp === undefined,
})

export const actions: Actions = {
  /** The address: a code is sent, and the page asks for it. */
  code: (event) =>
    submit(event, async ({ text }) => {
      const { app, locale } = event.locals
      const { email } = await requestCode(app, { email: text('email'), locale, ip: event.getClientAddress() })
      return { sent: email }
    }),
  /** The code: signs in. */
  verify: (event) =>
    submit(event, async ({ text }) => {
      const { app, locale } = event.locals
      putSession(event.cookies, await verifyCode(app, { email: text('email'), code: text('code'), locale, ip: event.getClientAddress() }))
      redirect(303, safeNext(text('next'), HOME))
    }),
  rename: (event) =>
    submit(event, async ({ text }) => {
      await renameAccount(event.locals.ctx, { name: text('name') })
      goOn('/sign-in', 'saved')
    }),
  everywhere: (event) =>
    submit(event, async () => {
      await signOutEverywhere(event.locals.ctx)
      putSession(event.cookies, await signOut(event.locals.app, event.request.headers))
      redirect(303, '/sign-in')
    }),
}
