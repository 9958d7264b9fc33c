import type { IncomingHttpHeaders } from 'node:http'
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
      place: z.int().optional().openapi({ description: 'With registration.crowded: the place in the line.' }),
      line: z
        .string()
        .optional()
        .openapi({ description: 'With registration.crowded: send it along as `Kaichang-Line` to keep the place.' }),
      wait: z.url().optional().openapi({
        description: 'When it is sold out and the waiting list is open: the page where to wait for a seat.',
        example: 'https://events.example.org/pychina/nanning-2019/waiting',
      }),
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
export function actorOf(app: App, request: Request): Promise<Actor> {
  return actorBy(app, request.req.header('authorization'), request.req.raw.headers)
}

/** Who asks, by the headers of a request. Errors: access.link_*. */
export async function actorBy(app: App, authorization: string | undefined, headers: Headers | IncomingHttpHeaders): Promise<Actor> {
  const bearer = /^Bearer (\S{1,200})$/.exec(authorization ?? '')?.[1]
  if (bearer !== undefined) return (await actorOfVolunteerLink(app, bearer)).actor
  return readSession(app, headers)
}

/** A core context for the one who asks. */
export async function contextOf(app: App, request: Request): Promise<Context> {
  return app.context(await actorOf(app, request))
}

/** The language to answer in. */
export function localeOf(request: Request): Locale {
  return localeBy(request.req.query('lang') ?? null, request.req.header('cookie'), request.req.header('accept-language'))
}

const CHOSEN = new RegExp(`(?:^|;\\s*)${LOCALE_COOKIE}=(\\w+)`)

/** The language to answer in, by what a request says. */
export function localeBy(asked: string | null, cookies: string | undefined, accepted: string | undefined): Locale {
  return chooseLocale(asked, cookies === undefined ? undefined : CHOSEN.exec(cookies)?.[1], accepted ?? null)
}

/** Anything thrown, as an answer: ours by its code, the rest hidden behind a number. */
export function answerError(app: App, error: unknown, request: Request): Response {
  const { status, body, headers } = errorAnswer(app, error, localeOf(request), `${request.req.method} ${request.req.routePath}`)
  return Response.json(body, { status, headers })
}

/** What is said to an error; `asked` names the route in the log. */
export function errorAnswer(app: App, error: unknown, locale: Locale, asked: string): ErrorAnswer {
  if (isKaichangError(error)) return makeAnswer(error.code, locale, error.params, error.issues)
  if (namesNothing(error)) return makeAnswer('thing.not_found', locale, {})
  const fault = machineFault(error)
  if (fault) return makeAnswer(fault, locale, {})
  // A body that is no JSON, a wrong content type.
  if (error instanceof HTTPException && error.status < 500) return makeAnswer('input.invalid', locale, {})
  const id = crypto.randomUUID().slice(0, 8)
  app.log(`api ${id} ${asked}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return makeAnswer('machine.unknown', locale, { id })
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
  const { status, body, headers } = makeAnswer(code, locale, params, issues)
  return Response.json(body, { status, headers })
}

/** A refusal, however it is sent. */
export interface ErrorAnswer {
  status: number
  body: z.infer<typeof errorSchema>
  headers: Record<string, string>
}

function makeAnswer(
  code: ErrorCode,
  locale: Locale,
  params: Readonly<Record<string, unknown>>,
  issues: readonly Issue[] = [],
): ErrorAnswer {
  const { status } = catalogue[code]
  const crowded = code === 'registration.crowded'
  const body = {
    error: {
      code,
      message: errorText(code, locale, params),
      ...(crowded ? { place: Number(params['place']), line: String(params['line'] ?? '') } : {}),
      ...(typeof params['wait'] === 'string' ? { wait: params['wait'] } : {}),
      ...(issues.length > 0
        ? { issues: issues.map((one) => ({ path: one.path, code: one.code, message: errorText(one.code, locale, one.params) })) }
        : {}),
    },
  }
  return { status, body, headers: { 'cache-control': 'no-store', ...(status === 503 ? { 'retry-after': waitOf(params['seconds']) } : {}) } }
}

/** When to come again, in seconds: by the line's estimate, but often enough to stay in it. */
const waitOf = (seconds: unknown): string => String(typeof seconds === 'number' ? Math.min(Math.max(seconds, 1), 20) : 5)
