import { randomUUID } from 'node:crypto'
import { visitor } from '@kaichang/core/kernel/actor.ts'
import { errorText } from '@kaichang/core/kernel/errors.ts'
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks'
import { chooseLocale, LOCALE_COOKIE } from '@kaichang/core/kernel/locale.ts'
import { readSession } from '@kaichang/core/people/sign-in.ts'
import { redirect } from '@sveltejs/kit'
import { codeOfStatus, tell } from '#lib/server/errors.ts'

const LANGUAGE_TAGS = { zh: 'zh-CN', en: 'en' } as const

/** A route of the console by its id, in whichever group of layouts it stands. */
const CONSOLE = /^(?:\/\([^/]+\))*\/console(?:\/|$)/
const isReading = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD'

/** Who asks, in which language; then the page. Everything a load or an action needs is in `locals`. */
export const handle: Handle = async ({ event, resolve }) => {
  const { locals, request, url, cookies } = event
  const app = event.platform?.req.app
  if (!app) throw new Error('Pages are served by `kaichang start`, which brings the app along.')
  locals.app = app
  locals.requestId = event.platform?.req.requestId ?? randomUUID()
  locals.locale = chooseLocale(url.searchParams.get('lang'), cookies.get(LOCALE_COOKIE), request.headers.get('accept-language'))
  locals.actor = visitor
  try {
    locals.actor = await readSession(app, request.headers)
  } catch (error) {
    // Thrown again by the layouts, below which the whole error page can be shown.
    locals.trouble = error
  }
  locals.ctx = app.context(locals.actor)
  // Before any load runs: layouts are no guard, since a reader may ask for a page's data without them.
  if (isReading(request) && CONSOLE.test(event.route.id ?? '') && locals.actor.kind === 'visitor' && locals.trouble === undefined) {
    redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`)
  }
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%kaichang.lang%', LANGUAGE_TAGS[locals.locale]),
    preload: ({ type }) => type === 'css' || type === 'js',
  })
  response.headers.append('vary', 'accept-language, cookie')
  if (response.headers.get('content-type') === 'text/html') response.headers.set('content-type', 'text/html; charset=utf-8')
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-cache')
  return response
}

/** Every error, ours or not, becomes a sentence of the catalogue in the reader's language. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  const locale = event.locals.locale ?? 'zh'
  const id = (event.locals.requestId ?? '').slice(0, 8)
  if (kind === 'app') return { ...error, locale }
  if (kind === 'framework' || kind === 'validation') {
    const code = codeOfStatus(error.status)
    return { status: error.status, code, message: errorText(code, locale, { id }), locale }
  }
  const told = tell(error, locale, id)
  if (told.status >= 500)
    event.locals.app?.log(`page ${id} ${event.route.id ?? '?'}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return { ...told, locale, ...(told.status >= 500 ? { id } : {}) }
}
