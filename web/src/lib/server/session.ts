import type { Cookies } from '@sveltejs/kit'
import type { SessionCookie } from '@kaichang/core/people/sign-in.ts'

/** Sets (or, with maxAge 0, clears) the session's cookie on the answer. */
export function putSession(cookies: Cookies, { name, value, secure, maxAge }: SessionCookie): void {
  cookies.set(name, value, { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge })
}
