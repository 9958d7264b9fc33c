import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { App } from '@kaichang/core/app.ts'
import { errorText } from '@kaichang/core/kernel/errors.ts'
import { directRegistration } from '../api/registration.direct.ts'
import { ADDRESS_HEADER, clientAddress, fromOurselves, HOST_HEADER, PROTOCOL_HEADER, publicAddress, requestHost } from './address.ts'
import { makeFigures } from './figures.ts'
import { healthRoutes } from './health.ts'
import { openLive } from './live.ts'
import { createPageCache, type PageCache } from './page-cache.ts'
import { loadPages, type Render } from './pages.ts'
import { finishHeaders, maskPath, securityHeaders } from './response.ts'

export interface HttpServerOptions {
  port: number
  host: string
  /** Programs' side: `/api/…` and `/files/…`. */
  routes?: Hono
  /** Pages; the built ones unless a test brings its own. */
  render?: Render
  /** Which requests are logged: those that failed or were slow, or all. */
  log?: 'trouble' | 'all'
}

export interface HttpServer {
  /** Where it listens, with the port that was really taken. */
  url: string
  port: number
  cache: PageCache
  /** Ends streams, lets running requests finish, and is closed within two seconds. */
  close: () => Promise<void>
}

/** Paths that programs ask for; everything else is a page. */
const PROGRAMS = /^\/(?:api|files|sandbox)\/|^\/(?:healthz|readyz|metrics)(?:\?|$)/
const SLOW = 1_000

/** The one HTTP server: programs' side by Hono, live streams, pages by SvelteKit behind the page cache. */
export async function createHttpServer(app: App, options: HttpServerOptions): Promise<HttpServer> {
  const render = options.render ?? (await loadPages())
  const figures = makeFigures()
  const live = openLive(app)
  const cache = createPageCache({ render, feed: app.journalFeed, now: () => app.clock.now().getTime() })
  figures.gauge('kaichang_live_readers', 'Open live streams.', live.readers)
  for (const name of ['hits', 'misses', 'stale', 'pages', 'bytes'] as const) {
    figures.gauge(`kaichang_page_cache_${name}`, `Page cache: ${name}.`, () => cache.stats[name])
  }

  const programs = new Hono()
  programs.route('/', healthRoutes(app, figures))
  if (options.routes) programs.route('/', options.routes)
  const answerPrograms = getRequestListener(programs.fetch, { overrideGlobalObjects: false })
  const answeredDirectly = options.routes ? directRegistration(app) : () => false

  const address = publicAddress(app.settings.publicUrl)
  const always = securityHeaders(address.protocol)
  const alwaysFlat = always.flat()

  const handle = (request: IncomingMessage & Carried, response: ServerResponse): void => {
    const started = performance.now()
    const path = request.url ?? '/'
    const program = PROGRAMS.test(path)
    const kind = program ? 'program' : path.startsWith('/live/') ? 'live' : path.startsWith('/_app/') ? 'asset' : 'page'
    const host = requestHost(request, address)
    const origin = `${address.protocol}://${host}`
    request.app = app
    request.requestId = randomUUID()
    request.headers[PROTOCOL_HEADER] = address.protocol
    request.headers[HOST_HEADER] = host
    request.headers[ADDRESS_HEADER] = clientAddress(request, address)
    response.once('close', () => {
      const milliseconds = performance.now() - started
      figures.count(kind, response.statusCode, milliseconds / 1000)
      const trouble = response.statusCode >= 500 || (milliseconds > SLOW && kind !== 'live')
      if (trouble || options.log === 'all') {
        app.log(
          `${request.method ?? ''} ${maskPath(path)} ${response.statusCode} ${Math.round(milliseconds)} ms ${request.requestId ?? ''}`,
        )
      }
    })

    const setHeaders = (): void => {
      for (const [name, value] of always) response.setHeader(name, value)
      response.setHeader('x-request-id', request.requestId ?? '')
    }
    const safe = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS'
    if (!safe) {
      if (!fromOurselves(request, origin) && !bearsToken(request)) {
        setHeaders()
        refuseOrigin(request, response)
        return
      }
      // Old in-app browsers leave the header out; the pages' own check wants it, and ours has just been passed.
      request.headers.origin ??= origin
    }
    // What is answered straight from the socket writes all headers at once.
    if (program && answeredDirectly(request, response, [...alwaysFlat, 'x-request-id', request.requestId])) return
    setHeaders()
    if (program) void answerPrograms(request, response)
    else if (kind === 'live' && safe) {
      live.handle(request, response)
    } else {
      finishHeaders(request, response, address, path)
      if (safe) cache.handle(request, response)
      else render(request, response)
    }
  }

  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 30 * 60_000, noDelay: true }, handle)
  await listen(server, options.port, options.host)
  const port = (server.address() as AddressInfo).port
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    port,
    cache,
    close: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
      live.close()
      cache.close()
      server.closeIdleConnections()
      const force = setTimeout(() => server.closeAllConnections(), 1_500)
      await closed
      clearTimeout(force)
    },
  }
}

/** What we put on a request for whoever answers it. */
export interface Carried {
  app?: App
  requestId?: string
}

/** A program with a token of its own sends no cookie along by accident, so its origin says nothing. */
function bearsToken(request: IncomingMessage): boolean {
  return request.headers.authorization?.startsWith('Bearer ') === true && request.headers.cookie === undefined
}

function refuseOrigin(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  const sentences = [errorText('access.origin', 'zh'), errorText('access.origin', 'en')]
  if (/text\/html/.test(request.headers.accept ?? '')) {
    response.writeHead(403, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    response.end(
      `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>403</title><link rel="stylesheet" href="/plain.css"><main><h1>${sentences[0] ?? ''}</h1><p lang="en">${sentences[1] ?? ''}</p><p><a href="/">开场 · Kaichang</a></p></main></html>`,
    )
    return
  }
  response.writeHead(403, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify({ error: { code: 'access.origin', message: sentences[1] } }))
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
