import { signOut } from '@kaichang/core/people/sign-in.ts'
import { redirect, type RequestHandler } from '@sveltejs/kit'
import { putSession } from '#lib/server/session.ts'

/** Ends the session at once. Only by POST: a picture on another site must not sign anybody out. */
export const POST: RequestHandler = async ({ locals, request, cookies }) => {
  putSession(cookies, await signOut(locals.app, request.headers))
  redirect(303, '/')
}

/** Whoever types the address finds the button. */
export const GET: RequestHandler = () => redirect(303, '/sign-in')
