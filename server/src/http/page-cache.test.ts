import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Change } from '@kaichang/core/store/feed.ts'
import { askServer, type Answer } from './ask.testing.ts'
import { PUBLIC_HEADER } from './captured-response.ts'
import { createPageCache, type PageCache } from './page-cache.ts'

let server: Server
let cache: PageCache
let listeners: Set<(change: Change | null) => void>
let clock: number
let renders: string[]
/** What the page framework would do; each test sets it. */
let page: (request: IncomingMessage, response: ServerResponse) => void

const announce = (change: Change | null): void => listeners.forEach((l) => l(change))
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const html = (response: ServerResponse, body: string, headers: Record<string, string> = {}): void => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', [PUBLIC_HEADER]: 'c1/e1', ...headers })
  response.end(body)
}

beforeEach(async () => {
  listeners = new Set()
  renders = []
  clock = Date.UTC(2026, 9, 24, 5, 30, 1)
  page = (request, response) => html(response, `${request.url ?? ''} ${request.headers['accept-language'] ?? ''} #${renders.length}`)
  cache = createPageCache({
    feed: {
      subscribe: (l) => {
        listeners.add(l)
        return () => void listeners.delete(l)
      },
      ready: Promise.resolve(),
      close: () => Promise.resolve(),
    },
    now: () => clock,
    render: (request, response) => {
      renders.push(request.url ?? '')
      page(request, response)
    },
  })
  server = createServer((request, response) => cache.handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  cache.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const get = (path: string, headers?: Record<string, string>, method?: string): Promise<Answer> =>
  askServer((server.address() as AddressInfo).port, path, headers, method)

describe('what is kept', () => {
  it('a public page, made once for a crowd, and its private marker never leaves', async () => {
    page = (_request, response) => void setTimeout(() => html(response, 'event'), 40)
    const answers = await Promise.all(Array.from({ length: 40 }, () => get('/a/b')))
    expect(renders).toHaveLength(1)
    for (const answer of answers) {
      expect([answer.status, answer.text]).toEqual([200, 'event'])
      expect(answer.headers[PUBLIC_HEADER]).toBeUndefined()
    }
    expect((await get('/a/b')).headers['age']).toBeUndefined()
    expect(cache.stats).toMatchObject({ pages: 1 })
    expect(cache.stats.hits + cache.stats.misses).toBe(41)
  })

  it('one copy per language, whatever way it was asked for; noise in the address makes no copies', async () => {
    await get('/a/b', { 'accept-language': 'en-GB,en' })
    await get('/a/b?lang=en', { 'accept-language': 'zh-CN' })
    await get('/a/b', { cookie: 'kc-lang=en' })
    await get('/a/b?from=timeline&isappinstalled=0&utm_source=x', { 'accept-language': 'en' })
    expect(renders).toEqual(['/a/b?lang=en'])
    await get('/a/b?day=2&hall=1')
    await get('/a/b?hall=1&day=2')
    expect(renders.slice(1)).toEqual(['/a/b?day=2&hall=1&lang=zh'])
  })

  it('in compressed copies, with 304 for whoever has it', async () => {
    page = (_request, response) => html(response, '议程'.repeat(2000))
    const plain = await get('/a/b')
    const small = await get('/a/b', { 'accept-encoding': 'gzip, br' })
    expect(small.headers['content-encoding']).toBe('br')
    expect(small.body.length).toBeLessThan(200)
    expect(brotliDecompressSync(small.body).toString()).toBe(plain.text)
    const known = await get('/a/b', { 'if-none-match': String(plain.headers.etag) })
    expect([known.status, known.text]).toEqual([304, ''])
    const head = await get('/a/b', {}, 'HEAD')
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', String(plain.body.length)])
    expect(renders).toHaveLength(1)
  })
})

describe('what is never kept', () => {
  const cases: [string, (response: ServerResponse) => void][] = [
    ['a page without the marker', (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('mine')],
    ['an answer that sets a cookie', (r) => html(r, 'mine', { 'set-cookie': 'session=1' })],
    ['a form with its key', (r) => html(r, '<input type="hidden" name="_key" value="1">')],
    ['a page with a script’s nonce', (r) => html(r, 'mine', { 'content-security-policy': "script-src 'nonce-abc'" })],
    ['an error', (r) => r.writeHead(404, { [PUBLIC_HEADER]: 'c1/e1' }).end('mine')],
  ]
  it.each(cases)('%s', async (_name, answer) => {
    page = (_request, response) => answer(response)
    const both = [await get('/a/b'), await get('/a/b')]
    expect(renders).toHaveLength(2)
    expect(cache.stats.pages).toBe(0)
    for (const one of both) expect(one.headers[PUBLIC_HEADER]).toBeUndefined()
  })

  it('anything for a reader with a cookie, a token or a range; others’ copies are not shown to him', async () => {
    await get('/a/b')
    const readers: Record<string, string>[] = [
      { cookie: 'kaichang=abc' },
      { cookie: 'kc-lang=zh; kaichang=abc' },
      { authorization: 'Bearer x' },
      { range: 'bytes=0-1' },
    ]
    for (const headers of readers) {
      page = (request, response) => html(response, `for ${request.headers.cookie ?? 'x'}`)
      expect((await get('/a/b', headers)).text).toBe(`for ${headers['cookie'] ?? 'x'}`)
    }
    expect((await get('/a/b')).text).toContain('#1')
    expect(renders).toHaveLength(5)
  })

  it('a personal link: its page is asked for as its reader asks, with language and browser', async () => {
    const told: (string | undefined)[][] = []
    page = (request, response) => {
      told.push([request.url, request.headers['accept-language'], request.headers['user-agent']])
      html(response, 'mine')
    }
    const headers = { 'accept-language': 'en', 'user-agent': 'phone' }
    for (const path of ['/t/a', '/o/a?started', '/w/a', '/v/a/door', '/p/a']) await get(path, headers)
    expect(told).toEqual(['/t/a', '/o/a?started', '/w/a', '/v/a/door', '/p/a'].map((path) => [path, 'en', 'phone']))
  })

  it('readers who wait behind a page that turns out personal each get their own', async () => {
    let n = 0
    page = (_request, response) =>
      void setTimeout(() => {
        n += 1
        response.writeHead(200, { 'content-type': 'text/html' }).end(`reader ${n}`)
      }, 30)
    const texts = (await Promise.all([get('/t/x'), get('/t/x'), get('/t/x')])).map((a) => a.text)
    expect(new Set(texts).size).toBe(3)
  })

  it('shows the page nothing of the reader that the key does not know', async () => {
    let seen: Answer['headers'] = {}
    page = (request, response) => {
      seen = { ...request.headers }
      html(response, 'x')
    }
    await get('/a/b', { 'user-agent': 'MicroMessenger', referer: 'http://x/', 'accept-language': 'en-US,en;q=0.9,fr;q=0.1' })
    expect([seen['user-agent'], seen.referer, seen['accept-language']]).toEqual([undefined, undefined, 'en'])
  })
})

describe('how long', () => {
  it('until a public change in its scope, at once', async () => {
    await get('/a/b')
    announce({ communityId: 'c1', eventId: 'e1', public: false })
    announce({ communityId: 'c1', eventId: 'e2', public: true })
    announce({ communityId: 'c2', eventId: 'e1', public: true })
    expect((await get('/a/b')).text).toContain('#1')
    announce({ communityId: 'c1', eventId: 'e1', public: true })
    expect((await get('/a/b')).text).toContain('#2')
    announce({ communityId: 'c1', eventId: null, public: true })
    expect((await get('/a/b')).text).toContain('#3')
  })

  it('a page that was begun before a change is not kept, and later readers do not wait for it', async () => {
    let finish: (() => void) | undefined
    page = (_request, response) => void (finish = () => html(response, 'before the change'))
    const early = get('/a/b')
    await wait(30)
    announce({ communityId: 'c1', eventId: 'e1', public: true })
    page = (_request, response) => html(response, 'after the change')
    expect((await get('/a/b')).text).toBe('after the change')
    finish?.()
    expect((await early).text).toBe('before the change')
    expect((await get('/a/b')).text).toBe('after the change')
    expect(renders).toHaveLength(2)
  })

  it('at most to the end of the minute', async () => {
    await get('/a/b')
    clock += 58_000
    expect((await get('/a/b')).text).toContain('#1')
    clock += 2_000
    expect((await get('/a/b')).text).toContain('#2')
  })

  it('ten minutes when the page cannot be made: the database is away', async () => {
    const good = await get('/a/b')
    page = (_request, response) => response.writeHead(503).end('away')
    announce(null)
    expect((await get('/a/b')).text).toBe(good.text)
    clock += 9 * 60_000
    const old = await get('/a/b')
    expect([old.status, old.text, old.headers.age]).toEqual([200, good.text, '540'])
    clock += 61_000
    expect((await get('/a/b')).status).toBe(503)
    expect((await get('/other')).status).toBe(503)
  })

  it('what changed is shown at once, and for one minute its old copy when no new one can be made', async () => {
    const old = await get('/a/b')
    page = (_request, response) => void setTimeout(() => html(response, 'new'), 300)
    announce({ communityId: 'c1', eventId: 'e1', public: true })
    expect((await get('/a/b')).text).toBe('new')
    expect(old.text).not.toBe('new')
    page = (_request, response) => {
      response.writeHead(503)
      response.end('away')
    }
    announce({ communityId: 'c1', eventId: 'e1', public: true })
    clock += 59_000
    expect([(await get('/a/b')).text, cache.stats.stale]).toEqual(['new', 1])
    clock += 1_000
    expect((await get('/a/b')).status).toBe(503)
    page = (_request, response) => {
      response.writeHead(404)
      response.end('withdrawn')
    }
    expect((await get('/a/b')).text).toBe('withdrawn')
  })
  it('in a rush it is made twice a second at most, nobody waits for it, and afterwards what changed is shown at once', async () => {
    const after = async (milliseconds: number, changes = 1): Promise<number> => {
      for (let n = 0; n < changes; n += 1) announce({ communityId: 'c1', eventId: 'e1', public: true })
      clock += milliseconds
      return Number((await get('/a/b')).text.split('#')[1])
    }
    await get('/a/b')
    // Eight changes in a second are each shown at once; then it is known for a rush.
    const first: number[] = []
    for (let n = 0; n < 8; n += 1) first.push(await after(50))
    expect(first).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
    expect([await after(100), await after(300), await after(99)]).toEqual([9, 9, 9])
    // Half a second later somebody has the next one made, and still sees the last.
    expect(await after(1)).toBe(9)
    await wait(20)
    expect(await after(10)).toBe(10)
    // The next one takes long: who asks meanwhile gets the last, and it is not made twice however much changes.
    let finish: (() => void) | undefined
    page = (_request, response) => void (finish = () => html(response, 'late #11'))
    const before = renders.length
    expect([await after(500, 9), await after(100, 9), await after(750, 9), await after(750, 9)]).toEqual([10, 10, 10, 10])
    expect(renders.length).toBe(before + 1)
    // Nobody is shown one of three seconds ago.
    const late = after(999, 9)
    await wait(20)
    finish?.()
    expect(await late).toBe(11)
    // Once it is over, every change at once.
    page = (_request, response) => html(response, `#${renders.length}`)
    expect(await after(3_000, 9)).toBe(renders.length)
    clock += 1_000
    const shown = renders.length
    expect([await after(20), await after(20)]).toEqual([shown + 1, shown + 2])
  })

  it('a slow database makes nobody wait who has an old copy', async () => {
    const good = await get('/a/b')
    clock += 60_000
    page = (_request, response) => void setTimeout(() => html(response, 'new'), 600)
    const started = performance.now()
    expect((await get('/a/b')).text).toBe(good.text)
    expect(performance.now() - started).toBeLessThan(500)
    await wait(450)
    expect((await get('/a/b')).text).toBe('new')
  })

  it('not when it has stopped being public', async () => {
    await get('/a/b')
    clock += 60_000
    page = (_request, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('gone')
    expect((await get('/a/b')).status).toBe(404)
    expect(cache.stats.pages).toBe(0)
  })
})

it('lets large answers through as they come, with their back-pressure', async () => {
  page = (_request, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4' })
    let sent = 0
    const more = (): void => {
      while (sent < 200) {
        sent += 1
        if (!response.write(Buffer.alloc(64_000, sent))) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  }
  expect((await get('/video')).body.length).toBe(200 * 64_000)
  expect(cache.stats.pages).toBe(0)
})

it('stays within its memory', async () => {
  cache.close()
  cache = createPageCache({
    feed: { subscribe: () => () => undefined, ready: Promise.resolve(), close: () => Promise.resolve() },
    now: () => clock,
    maxBytes: 1_000_000,
    render: (_request, response) => html(response, Buffer.alloc(60_000, 'x').toString()),
  })
  for (let i = 0; i < 60; i += 1) await get(`/a/${i}`)
  expect(cache.stats.bytes).toBeLessThanOrEqual(1_000_000)
  expect(cache.stats.pages).toBeGreaterThan(5)
})
