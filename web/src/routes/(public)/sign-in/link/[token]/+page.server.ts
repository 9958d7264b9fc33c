import { readSignInLink, useSignInLink } from '@kaichang/core/people/sign-in.ts'
import { redirect } from '@sveltejs/kit'
import { submit } from '#lib/server/form.ts'
import { putSession } from '#lib/server/session.ts'
import type { Actions, PageServerLoad } from './$types'

/** Only shows whom the link is for: programs that look into mails follow links, but press no buttons. */
export const load: PageServerLoad = ({ locals, params }) => readSignInLink(locals.app, params.token)

export const actions: Actions = {
  default: (event) =>
    submit(event, async () => {
      putSession(event.cookies, await useSignInLink(event.locals.app, event.params.token, event.locals.locale))
      redirect(303, '/console')
    }),
}
