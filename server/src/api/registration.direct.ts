import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '@kaichang/core/app.ts'
import { actorBy, errorAnswer, localeBy } from './answer.ts'
import { LARGEST_JSON } from './limits.ts'
import { rememberPlaces } from './places.ts'
import { registerOne } from './registration.ts'

/** Names and values in turn, as they go out. */
const NO_STORE = ['cache-control', 'no-store']
const PATH = /^\/api\/v1\/communities\/([a-z0-9-]+)\/events\/([a-z0-9-]+)\/registrations$/

/**
 * Registration straight from the socket. In a rush, what a framework puts around a request (a Request, its Headers, a
 * Response with a stream for its body) costs as much as the booking itself. Only what a rush sends is answered here, a
 * plain JSON body of known length; for everything else it returns false and the route of `registration.ts` answers, which
 * says the same by the same functions. `common`: headers that every answer carries, names and values in turn.
 */
export function directRegistration(app: App): (request: IncomingMessage, response: ServerResponse, common: readonly string[]) => boolean {
  const openPlace = rememberPlaces(app)
  return (request, response, common) => {
    const { headers, method } = request
    const path = method === 'POST' ? PATH.exec(request.url ?? '') : null
    const length = Number(headers['content-length'] ?? -1)
    if (!path || !(length >= 0 && length <= LARGEST_JSON) || headers['content-type']?.includes('json') !== true) return false
    const [, community = '', event = ''] = path
    const locale = localeBy(null, headers.cookie, headers['accept-language'])
    const send = (status: number, body: unknown, more: readonly string[] = NO_STORE): void => {
      const text = JSON.stringify(body)
      const length = String(Buffer.byteLength(text))
      const own = ['content-type', 'application/json', 'content-length', length, ...more]
      // As a flat list they go out as they are; set one by one, each is looked at and copied twice.
      response.writeHead(status, [...common, ...own])
      response.end(text)
    }
    const register = async (body: unknown): Promise<void> => {
      try {
        const ctx = app.context(await actorBy(app, headers.authorization, headers))
        const key = headers['idempotency-key']
        const line = headers['kaichang-line']
        const sent = { key: typeof key === 'string' ? key : null, line: typeof line === 'string' ? line : null }
        const answer = await registerOne(ctx, openPlace, { community, event, body, locale, ...sent })
        send(answer.status, answer.body)
      } catch (error) {
        const answer = errorAnswer(app, error, locale, 'POST …/registrations')
        send(answer.status, answer.body, Object.entries(answer.headers).flat())
      }
    }
    readJson(request, (body) => void register(body))
    return true
  }
}

/** Hands over the parsed body; undefined when it is no JSON, nothing when the sender went away. */
function readJson(request: IncomingMessage, done: (body: unknown) => void): void {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => void parts.push(part))
  request.once('end', () => {
    const [first = Buffer.alloc(0)] = parts
    done(parseJson((parts.length > 1 ? Buffer.concat(parts) : first).toString()))
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
