import { setTimeout as sleep } from 'node:timers/promises'
import type { Context as Request } from 'hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { App } from '@kaichang/core/app.ts'
import { visitor } from '@kaichang/core/kernel/actor.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { takeNotice } from '@kaichang/core/registration/payment/notice.actions.ts'
import { providerNames } from '@kaichang/core/registration/payment/providers/provider.ts'
import { answer as answerCode, localeOf } from './answer.ts'

/** A notice is a few kilobytes; whatever is larger is none. */
const LARGEST_NOTICE = 64 * 1024
/** Providers give up after five seconds and tell again; milliseconds. */
const PATIENCE = 4_000

/** Where payment providers tell that money came or went back. Believed by its signature alone, so nobody signs in here. */
export function paymentRoutes(app: App, api: OpenAPIHono): void {
  api.post('/api/v1/payments/:provider/notices', (request) => receive(app, request))
}

async function receive(app: App, request: Request): Promise<Response> {
  const provider = providerNames.find((name) => name === request.req.param('provider'))
  if (!provider || provider === 'offline') throw fail('page.not_found')
  const body = await readBody(request)
  const work = takeNotice(app.context(visitor), provider, request.req.header(), body)
  const answer = await Promise.race([work, sleep(PATIENCE, null, { ref: false })])
  if (answer === null) {
    // The work goes on to its end; told again, the provider hears what became of it.
    app.aside(`payments ${provider}`, work)
    return answerCode(request, 'machine.database_away', localeOf(request), {})
  }
  return new Response(answer.status === 204 ? null : answer.body, {
    status: answer.status,
    headers: { 'content-type': answer.type, 'cache-control': 'no-store' },
  })
}

/** The body exactly as it was signed. */
async function readBody(request: Request): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  const body: ReadableStream<Uint8Array> | null = request.req.raw.body
  if (!body) return ''
  for await (const part of body) {
    size += part.length
    if (size > LARGEST_NOTICE) throw fail('input.invalid')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
