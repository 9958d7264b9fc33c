import { request as ask, type IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCommunity, createEvent, setEventState } from '@kaichang/core/community/actions.ts'
import { Hono } from 'hono'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { createHttpServer, type HttpServer } from './server.ts'

let app: TestApp
let server: HttpServer
let communityId: string
let eventId: string
const logged: string[] = []
/** What reached the pages, and with which of our private headers. */
let seen: IncomingHttpHeaders = {}

beforeAll(async () => {
  app = await testApp()
  await app.journalFeed.ready
  const community = await createCommunity(app.ctx, { slug: 'nanning', name: { zh: '南宁' } })
  communityId = community.communityId
  const event = await createEvent(app.ctx, communityId, {
    slug: 'pycon',
    name: { zh: '南宁场' },
    startsAt: '2026-12-26T13:30:00+08:00',
    endsAt: '2026-12-26T18:30:00+08:00',
    seats: null,
    cap: 50,
    expected: null,
  })
  eventId = event.id
  await setEventState(app.ctx, communityId, eventId, 'published')
  server = await createHttpServer(
    { ...app, log: (line: string) => void logged.push(line) },
    {
      port: 0,
      host: '127.0.0.1',
      log: 'all',
      routes: new Hono().post('/api/v1/echo', (c) => c.text('done')).get('/api/v1/echo', (c) => c.text('read')),
      render: (request, response) => {
        seen = { ...request.headers }
        if (request.url?.startsWith('/slow')) return
        response.writeHead(200, { 'content-type': 'text/html' })
        response.end(`page ${'x'.repeat(3000)}`)
      },
    },
  )
})

afterAll(async () => {
  await server.close()
  await app.close()
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

function send(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = ask(
      { port: server.port, host: '127.0.0.1', path, method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

describe('headers', () => {
  it('protect every answer', async () => {
    for (const path of ['/', '/healthz', '/live/none/none', '/api/v1/echo']) {
      const { headers } = await send(path)
      expect([path, headers['x-content-type-options'], headers['referrer-policy'], headers['x-frame-options']]).toEqual([
        path,
        'nosniff',
        'same-origin',
        'DENY',
      ])
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('bring our own view of host, scheme and address to the pages, whatever a client claims', async () => {
    await send('/', {
      headers: {
        host: 'evil.example',
        'x-kaichang-host': 'evil.example',
        'x-kaichang-protocol': 'javascript',
        'x-kaichang-address': '6.6.6.6',
        'x-forwarded-for': '6.6.6.6',
      },
    })
    expect([seen['x-kaichang-host'], seen['x-kaichang-protocol'], seen['x-kaichang-address']]).toEqual(['localhost:0', 'http', '127.0.0.1'])
    await send('/', { headers: { host: '192.168.1.7:3000' } })
    expect(seen['x-kaichang-host']).toBe('192.168.1.7:3000')
  })

  it('remember the language that the address asks for, and no other', async () => {
    expect((await send('/?lang=en')).headers['set-cookie']).toEqual(['kc-lang=en; Path=/; Max-Age=31536000; SameSite=Lax'])
    expect((await send('/?lang=en', { headers: { cookie: 'kc-lang=en' } })).headers['set-cookie']).toBeUndefined()
    expect((await send('/?lang=fr')).headers['set-cookie']).toBeUndefined()
  })

  it('compress pages of one reader', async () => {
    const { headers } = await send('/', { headers: { 'accept-encoding': 'gzip', cookie: 'x=1' } })
    expect([headers['content-encoding'], headers['content-length']]).toEqual(['gzip', undefined])
  })
})

describe('requests that change something', () => {
  const own = 'http://localhost:0'
  it.each([
    ['own origin', { origin: own }, 200],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['the origin “null”', { origin: 'null' }, 403],
    ['another site by fetch metadata', { 'sec-fetch-site': 'cross-site', cookie: 'kaichang=1' }, 403],
    ['an old browser with our referrer', { referer: `${own}/register`, cookie: 'kaichang=1' }, 200],
    ['an old browser with another referrer', { referer: `${own}.evil.example/`, cookie: 'kaichang=1' }, 403],
    ['a cookie and nothing else', { cookie: 'kaichang=1' }, 403],
    ['a program without a cookie', {}, 200],
    ['a program with a token', { authorization: 'Bearer abc', origin: 'https://other.example' }, 200],
    ['a token and a cookie', { authorization: 'Bearer abc', origin: 'https://other.example', cookie: 'kaichang=1' }, 403],
  ])('from %s', async (_from, headers, status) => {
    for (const path of ['/register', '/api/v1/echo'])
      expect([path, (await send(path, { method: 'POST', headers: { host: 'localhost:0', ...headers } })).status]).toEqual([path, status])
  })

  it('are refused in a sentence', async () => {
    const program = await send('/api/v1/echo', { method: 'POST', headers: { origin: 'https://evil.example' } })
    expect(JSON.parse(program.text)).toMatchObject({ error: { code: 'access.origin' } })
    const person = await send('/register', { method: 'POST', headers: { origin: 'https://evil.example', accept: 'text/html' } })
    expect(person.text).toContain('这个表单来自别的网站')
  })
})

describe('watching', () => {
  it('healthz, readyz, metrics', async () => {
    expect((await send('/healthz')).text).toBe('ok')
    expect((await send('/readyz')).text).toBe('ready')
    const metrics = (await send('/metrics')).text
    expect(metrics).toMatch(/^kaichang_requests_total\{kind="page",status="2xx"\} \d+$/m)
    expect(metrics).toMatch(/^process_resident_memory_bytes \d+$/m)
  })

  it('the log has no secrets', async () => {
    logged.length = 0
    await send('/t/1a.AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abc/cancel?code=123456')
    await send('/sign-in/link/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abc')
    await expect.poll(() => logged.length).toBe(2)
    expect(logged[0]).toMatch(/^GET \/t\/…\/cancel\?… 200 \d+ ms /)
    expect(logged[1]).toMatch(/^GET \/sign-in\/link\/… 200 /)
  })
})

/** Reads a live stream; `heard` is what came so far. */
function listenTo(path: string, headers: Record<string, string> = {}): { heard: () => string; ended: Promise<void>; stop: () => void } {
  let text = ''
  let done: () => void = () => undefined
  const ended = new Promise<void>((resolve) => (done = resolve))
  const sent = ask({ port: server.port, host: '127.0.0.1', path, headers, agent: false }, (answer) => {
    answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    answer.on('close', done)
  })
  sent.on('error', done)
  sent.end()
  return { heard: () => text, ended, stop: () => sent.destroy() }
}

describe('live', () => {
  it('says that something public changed, and to whom comes back, what he missed', async () => {
    const stream = listenTo('/live/nanning/pycon')
    await expect.poll(stream.heard).toMatch(/^retry: \d{4}\nid: (\d+)\nevent: hello\ndata: \{"revision":\1\}\n\n$/)
    const revision = Number(/id: (\d+)/.exec(stream.heard())?.[1])
    await setEventState(app.ctx, communityId, eventId, 'postponed')
    await expect.poll(stream.heard).toContain(`id: ${revision + 1}\nevent: change\n`)
    stream.stop()
    const back = listenTo('/live/nanning/pycon', { 'last-event-id': String(revision) })
    await expect.poll(back.heard).toContain(`id: ${revision + 1}\nevent: change\n`)
    back.stop()
    const current = listenTo('/live/nanning/pycon', { 'last-event-id': String(revision + 1) })
    await expect.poll(current.heard).toContain('event: hello\n')
    current.stop()
  })

  it('does not admit what is not public', async () => {
    await createEvent(app.ctx, communityId, {
      slug: 'secret',
      name: { zh: '草稿' },
      startsAt: '2026-12-27T13:30:00+08:00',
      endsAt: '2026-12-27T18:30:00+08:00',
      seats: null,
      cap: 50,
      expected: null,
    })
    expect((await send('/live/nanning/secret')).status).toBe(404)
    expect((await send('/live/nanning/none')).status).toBe(404)
    expect((await send('/live/%ff/%')).status).toBe(404)
  })
})

it('closes within two seconds, with streams open and a request that never ends', async () => {
  const other = await createHttpServer(app, { port: 0, host: '127.0.0.1', render: () => undefined })
  const port = other.port
  const hang = ask({ port, host: '127.0.0.1', path: '/slow', agent: false }).on('error', () => undefined)
  hang.end()
  const stream = ask({ port, host: '127.0.0.1', path: '/live/nanning/pycon', agent: false }, (answer) => answer.resume()).on(
    'error',
    () => undefined,
  )
  stream.end()
  await new Promise((resolve) => setTimeout(resolve, 300))
  const started = performance.now()
  await other.close()
  expect(performance.now() - started).toBeLessThan(2_000)
})
