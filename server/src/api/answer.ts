import type { Context as Request } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { z } from '@hono/zod-openapi'
import type { App } from '@kaichang/core/app.ts'
import type { Actor } from '@kaichang/core/kernel/actor.ts'
import { catalogue, type ErrorCode } from '@kaichang/core/kernel/errors.catalogue.ts'
import { errorText, isKaichangError, type Issue } from '@kaichang/core/kernel/errors.ts'
import { chooseLocale, LOCALE_COOKIE } from '@kaichang/core/kernel/locale.ts'
import type { Locale } from '@kaichang/core/kernel/text.ts'
import { readSession } from '@kaichang/core/people/sign-in.ts'
import { machineFault, namesNothing } from '@kaichang/core/store/patience.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { actorOfVolunteerLink } from '@kaichang/core/team/access.ts'

/** Every error of the API: a stable code, a sentence, and what is wrong with which field. */
export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: 'Stable; programs decide by it.', example: 'registration.full' }),
      message: z.string().openapi({ description: 'For people, in the language of Accept-Language (zh or en).' }),
      issues: z
        .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
        .optional()
        .openapi({ description: 'With 422: each faulty field by its path.' }),
    }),
  })
  .openapi('Error')

/** The responses that every route may give beside its own. */
export const errorResponse = (description: string) => ({ description, content: { 'application/json': { schema: errorSchema } } })

/** Who asks: a personal link's token as bearer, else the session of the browser. Errors: access.link_*. */
export async function actorOf(app: App, request: Request): Promise<Actor> {
  const bearer = /^Bearer (\S{1,200})$/.exec(request.req.header('authorization') ?? '')?.[1]
  if (bearer !== undefined) return (await actorOfVolunteerLink(app, bearer)).actor
  return readSession(app, request.req.raw.headers)
}

/** A core context for the one who asks. */
export async function contextOf(app: App, request: Request): Promise<Context> {
  return app.context(await actorOf(app, request))
}

/** The language to answer in. */
export function localeOf(request: Request): Locale {
  const cookie = new RegExp(`(?:^|;\\s*)${LOCALE_COOKIE}=(\\w+)`).exec(request.req.header('cookie') ?? '')?.[1]
  return chooseLocale(request.req.query('lang') ?? null, cookie, request.req.header('accept-language') ?? null)
}

/** Anything thrown, as an answer: ours by its code, the rest hidden behind a number. */
export function answerError(app: App, error: unknown, request: Request): Response {
  const locale = localeOf(request)
  if (isKaichangError(error)) return answer(request, error.code, locale, error.params, error.issues)
  if (namesNothing(error)) return answer(request, 'thing.not_found', locale, {})
  const fault = machineFault(error)
  if (fault) return answer(request, fault, locale, {})
  // A body that is no JSON, a wrong content type.
  if (error instanceof HTTPException && error.status < 500) return answer(request, 'input.invalid', locale, {})
  const id = crypto.randomUUID().slice(0, 8)
  app.log(
    `api ${id} ${request.req.method} ${request.req.routePath}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  )
  return answer(request, 'machine.unknown', locale, { id })
}

/** What is wrong with the shape of a body, each field by its path. */
export function shapeIssues(error: z.ZodError): Issue[] {
  return error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    code: 'input' in issue && issue.input === undefined ? 'field.required' : 'field.invalid',
  }))
}

/** A refusal by code. */
export function answer(
  request: Request,
  code: ErrorCode,
  locale: Locale,
  params: Readonly<Record<string, unknown>>,
  issues: readonly Issue[] = [],
): Response {
  const { status } = catalogue[code]
  const body = {
    error: {
      code,
      message: errorText(code, locale, params),
      ...(issues.length > 0
        ? { issues: issues.map((one) => ({ path: one.path, code: one.code, message: errorText(one.code, locale, one.params) })) }
        : {}),
    },
  }
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...(status === 503 ? { 'retry-after': '5' } : {}) } })
}
