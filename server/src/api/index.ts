import { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import type { App } from '@kaichang/core/app.ts'
import { answer, answerError, localeOf, shapeIssues } from './answer.ts'
import { archiveRoutes } from './archive.ts'
import { doorRoutes } from './door.ts'
import { fileRoutes } from './files.ts'
import { LARGEST_JSON } from './limits.ts'
import { ownSandbox } from '../sandbox/open.ts'
import { paymentRoutes } from './payments.ts'
import { questionRoutes } from './questions.ts'
import { registrationRoutes } from './registration.ts'

/** What a route file gives: its routes on an OpenAPIHono. */
export type Routes = (app: App, api: OpenAPIHono) => void

/** One file per room; each registers its routes below /api/v1 (files: below /files). */
const rooms: readonly Routes[] = [registrationRoutes, questionRoutes, doorRoutes, archiveRoutes, fileRoutes, paymentRoutes]

/** JSON that is larger than any request of ours, or whose size is not told. Files stream elsewhere. */
function isTooLarge(headers: Headers): boolean {
  if (!headers.get('content-type')?.includes('json')) return false
  return headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > LARGEST_JSON
}

/** The programs' side of the socket: REST below /api/v1, described at /api/v1/openapi.json. */
export function createApi(app: App): Hono {
  const api = new OpenAPIHono({
    defaultHook: (result, request) => {
      if (result.success) return undefined
      return answer(request, 'input.invalid', localeOf(request), {}, shapeIssues(result.error))
    },
  })
  api.onError((error, request) => answerError(app, error, request))
  api.use('/api/*', async (request, next) => {
    if (isTooLarge(request.req.raw.headers)) return answer(request, 'input.invalid', localeOf(request), {})
    await next()
    if (!request.res.headers.has('cache-control')) request.res.headers.set('cache-control', 'no-store')
    return undefined
  })
  for (const register of rooms) register(app, api)
  api.openAPIRegistry.registerComponent('securitySchemes', 'volunteer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a volunteer’s personal link /v/{token}.',
  })
  api.doc31('/api/v1/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Kaichang',
      version: '1',
      description: 'Registration and the door of an event, for outside programs and for the scanning page.',
    },
    servers: [{ url: app.settings.publicUrl }],
  })
  api.all('/api/*', (request) => answer(request, 'page.not_found', localeOf(request), {}))
  const programs = new Hono().route('/', api)
  if (app.settings.payments.mode === 'sandbox') {
    const sandbox = ownSandbox(app.settings, app.clock)
    programs.all('/sandbox/*', (request) => sandbox(request.req.raw))
  }
  return programs
}
