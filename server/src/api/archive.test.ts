import { request as rawRequest } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishRecordings } from '@kaichang/core/archive/actions.ts'
import { silentMp3 } from '@kaichang/core/archive/silence.ts'
import { newId } from '@kaichang/core/kernel/ids.ts'
import { createSignInLink, useSignInLink } from '@kaichang/core/people/sign-in.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { createHttpServer, type HttpServer } from '../http/server.ts'
import { createApi } from './index.ts'
import { boundaryOf, readParts } from './multipart.ts'
import { readRange } from './ranges.ts'

let app: TestApp
let server: HttpServer
let staff: Record<string, string>
beforeAll(async () => {
  app = await testApp({ now: '2019-10-27T10:00:00+08:00' })
  server = await createHttpServer(app, { port: 0, host: '127.0.0.1', routes: createApi(app), render: (_, response) => void response.end() })
  const path = await createSignInLink(app, { email: 'lead@example.org', administrator: true })
  const cookie = await useSignInLink(app, path.split('/').at(-1) ?? '')
  staff = { cookie: `${cookie.name}=${cookie.value}`, origin: server.url, 'sec-fetch-site': 'same-origin' }
})
afterAll(async () => {
  await server.close()
  await app.close()
})

const sound = (mark: string): Uint8Array<ArrayBuffer> => new Uint8Array(silentMp3(2, mark))

async function begin(community: string) {
  const { communityId, event } = await makeEvent(app.ctx, {
    community,
    startsAt: new Date('2019-10-26T13:30:00+08:00'),
    endsAt: new Date('2019-10-26T18:30:00+08:00'),
  })
  await app.db
    .insertInto('session')
    .values({
      communityId,
      eventId: event.id,
      id: newId(app),
      no: 4,
      slug: 'yolo',
      kind: 'talk',
      title: { zh: '人流量分析' },
      minutes: 30,
      startsAt: new Date('2019-10-26T14:10:00+08:00'),
      createdAt: app.clock.now(),
    })
    .execute()
  const base = `${server.url}/api/v1/communities/${community}/events/nanning/recordings`
  const put = (name: string, body: Uint8Array<ArrayBuffer>, headers = staff) =>
    fetch(`${base}/${encodeURIComponent(name)}`, { method: 'PUT', body, headers })
  return { communityId, eventId: event.id, community, base, put }
}

test('a recording is sent raw, matched, and heard by everybody once it is published', async () => {
  const { communityId, eventId, community, put } = await begin('upload')
  const body = sound('yolo')
  const response = await put('191026-04-yolo-141104.MP3', body)
  const recording: { id: string } = JSON.parse(await response.text())
  expect([response.status, recording]).toEqual([
    201,
    expect.objectContaining({
      name: '191026-04-yolo-141104.MP3',
      size: body.length,
      matchedBy: 'time',
      problems: [],
      proposedName: null,
      already: false,
    }),
  ])
  const url = `${server.url}/files/${community}/${recording.id}/191026-04-yolo-141104.MP3`
  expect((await fetch(url)).status).toBe(404)
  const draft = await fetch(url, { headers: { cookie: staff['cookie'] ?? '' } })
  expect([draft.status, draft.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
  await draft.arrayBuffer()
  await publishRecordings(app.ctx, communityId, eventId, { recordingIds: 'all' })
  const whole = await fetch(url)
  expect(Buffer.compare(Buffer.from(await whole.arrayBuffer()), Buffer.from(body))).toBe(0)
  const shown = [
    'content-type',
    'content-length',
    'accept-ranges',
    'cache-control',
    'x-content-type-options',
    'content-disposition',
    'content-security-policy',
  ]
  expect(shown.map((name) => whole.headers.get(name))).toEqual([
    'audio/mpeg',
    String(body.length),
    'bytes',
    'public, max-age=300',
    'nosniff',
    `inline; filename="191026-04-yolo-141104.MP3"; filename*=UTF-8''191026-04-yolo-141104.MP3`,
    "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
  ])
})

test('parts of a file: 206, 416, If-Range, If-None-Match and HEAD', async () => {
  const { communityId, eventId, community, put } = await begin('ranges')
  const body = sound('ranges')
  const { id }: { id: string } = JSON.parse(await (await put('191026-04-yolo-141104.MP3', body)).text())
  await publishRecordings(app.ctx, communityId, eventId, { recordingIds: 'all' })
  const url = `${server.url}/files/${community}/${id}`
  const size = body.length
  const get = async (headers: Record<string, string>, method = 'GET') => {
    const response = await fetch(url, { headers, method })
    return {
      status: response.status,
      range: response.headers.get('content-range'),
      length: response.headers.get('content-length'),
      bytes: Buffer.from(await response.arrayBuffer()),
      etag: response.headers.get('etag') ?? '',
      modified: response.headers.get('last-modified') ?? '',
    }
  }
  const { etag, modified } = await get({})
  expect(await get({ range: 'bytes=0-99' })).toMatchObject({
    status: 206,
    range: `bytes 0-99/${size}`,
    length: '100',
    bytes: Buffer.from(body.subarray(0, 100)),
  })
  expect(await get({ range: `bytes=${size - 5}-` })).toMatchObject({
    status: 206,
    range: `bytes ${size - 5}-${size - 1}/${size}`,
    bytes: Buffer.from(body.subarray(size - 5)),
  })
  expect(await get({ range: 'bytes=-7' })).toMatchObject({ status: 206, bytes: Buffer.from(body.subarray(size - 7)) })
  expect(await get({ range: `bytes=${size}-` })).toMatchObject({ status: 416, range: `bytes */${size}` })
  expect((await get({ range: 'bytes=0-9,20-29' })).status).toBe(200)
  expect((await get({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(206)
  expect((await get({ range: 'bytes=0-9', 'if-range': modified })).status).toBe(206)
  expect((await get({ range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200)
  expect((await get({ 'if-none-match': `W/"x", ${etag}` })).status).toBe(304)
  expect(await get({}, 'HEAD')).toMatchObject({ status: 200, length: String(size), bytes: Buffer.alloc(0) })
  expect(await get({ range: 'bytes=0-9' }, 'HEAD')).toMatchObject({ status: 206, length: '10' })
})

test('what is no recording is refused with its reason, strangers and other sites before that', async () => {
  const { put } = await begin('refused')
  const code = async (response: Response) => [
    response.status,
    (JSON.parse(await response.text()) as { error: { code: string } }).error.code,
  ]
  expect(await code(await put('191026-04-yolo-141104.MP3', new Uint8Array()))).toEqual([422, 'file.empty'])
  expect(await code(await put('191026-04-yolo-141104.html', sound('x')))).toEqual([422, 'file.type'])
  expect(await code(await put('a.mp3', new TextEncoder().encode('<svg onload=alert(1)>')))).toEqual([422, 'file.type'])
  expect(await code(await put('a.mp3', sound('x'), { origin: server.url }))).toEqual([401, 'access.sign_in'])
  expect(await code(await put('a.mp3', sound('x'), { ...staff, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }))).toEqual([
    403,
    'access.origin',
  ])
})

test('no path, no other community and no unknown id leads to a file', async () => {
  const { community, put } = await begin('paths')
  await begin('paths-other')
  const { id }: { id: string } = JSON.parse(await (await put('191026-04-yolo-141104.MP3', sound('p'))).text())
  const port = server.port
  const raw = (path: string) =>
    new Promise<number>((resolve, reject) => {
      rawRequest({ port, host: '127.0.0.1', path, headers: { cookie: staff['cookie'] ?? '' } }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
  expect(await raw(`/files/${community}/${id}`)).toBe(200)
  for (const path of [
    `/files/paths-other/${id}`,
    `/files/${community}/../../secret`,
    `/files/${community}/..%2f..%2fsecret`,
    `/files/${community}/%2e%2e/secret`,
    `/files/${community}/`,
    '/files/',
    `/files/${community}/00000000-0000-7000-8000-000000000000`,
    `/files/nowhere/${id}`,
    `/files/${community}/${id}/a/b`,
  ])
    expect([path, await raw(path)]).toEqual([path, 404])
})

test('a form without script brings many files; the page is told what was refused', async () => {
  const { communityId, community, base } = await begin('form')
  const form = () => {
    const data = new FormData()
    data.append('files', new File([sound('a')], '191026-04-yolo-141104.MP3'))
    data.append('files', new File([], '191026-05-empty-.MP3'))
    data.append('files', new File([sound('b')], '"引号".mp3'))
    data.append('note', 'x')
    return data
  }
  const answer = await fetch(base, { method: 'POST', body: form(), headers: { ...staff, accept: 'text/html' }, redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    `/console/${community}/nanning/archive?received=2&refused=${encodeURIComponent('file.empty:191026-05-empty-.MP3')}`,
  ])
  const names = await app.db.selectFrom('recording').select('name').where('communityId', '=', communityId).orderBy('name').execute()
  expect(names.map((r) => r.name)).toEqual(['"引号".mp3', '191026-04-yolo-141104.MP3'])
  const again = await fetch(base, { method: 'POST', body: form(), headers: staff })
  const told = JSON.parse(await again.text()) as { received: { already: boolean }[]; refused: { code: string }[] }
  expect([told.received.map((r) => r.already), told.refused.map((r) => r.code)]).toEqual([[true, true], ['file.empty']])
})

test('a multipart body is read the same wherever it is cut, and a broken one is an error', async () => {
  const text =
    '--b\r\nContent-Disposition: form-data; name="files"; filename="a%22.mp3"\r\nContent-Type: x/y\r\n\r\n12\r\n--\r\n-b\r\n--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n\r\n--b--\r\n'
  const all = new TextEncoder().encode(text)
  for (let size = 1; size <= all.length; size += 1) {
    const parts: string[][] = []
    const chunks = (async function* () {
      for (let i = 0; i < all.length; i += size) yield all.subarray(i, i + size)
    })()
    for await (const part of readParts(chunks, 'b')) {
      const content: Uint8Array[] = []
      for await (const chunk of part.content) content.push(chunk)
      parts.push([part.name, part.filename ?? '', Buffer.concat(content).toString()])
    }
    expect(parts).toEqual([
      ['files', 'a".mp3', '12\r\n--\r\n-b'],
      ['n', '', ''],
    ])
  }
  const cut = readParts(
    (async function* () {
      yield all.subarray(0, 60)
    })(),
    'b',
  )
  await expect(
    (async () => {
      for await (const part of cut) void part
    })(),
  ).rejects.toThrow('ended early')
  expect([
    boundaryOf('multipart/form-data; boundary="x y"'),
    boundaryOf('multipart/form-data;boundary=--abc'),
    boundaryOf('text/plain'),
  ]).toEqual(['x y', '--abc', null])
})

test.each([
  [undefined, 'all'],
  ['bytes=0-0', { first: 0, last: 0 }],
  ['bytes=5-', { first: 5, last: 9 }],
  ['bytes=5-99', { first: 5, last: 9 }],
  ['bytes=-3', { first: 7, last: 9 }],
  ['bytes=-99', { first: 0, last: 9 }],
  ['bytes=-0', 'outside'],
  ['bytes=10-', 'outside'],
  ['bytes=7-3', 'all'],
  ['items=0-1', 'all'],
  ['bytes=a-b', 'all'],
  ['bytes=-', 'all'],
] as const)('range %s of ten bytes', (header, wanted) => {
  expect(readRange(header, 10)).toEqual(wanted)
})
