import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSite, type Site } from '../tests/setup/server.ts'
import { makeActors, type Actors } from './doors/actors.ts'
import { bare } from './doors/bare.ts'
import { ask, codeIn, fingerprint, send } from './doors/ask.ts'
import { foundCommunity, furnish, type Furnished } from './doors/furnish.ts'
import { addressFor } from './doors/knock.ts'
import { endpoints, programs } from './doors/endpoints.ts'
import { doors } from './doors/table.ts'

let site: Site
let here: Furnished
let actors: Actors
beforeAll(async () => {
  site = await openSite()
  const alpha = await foundCommunity(site, 'alpha')
  here = await furnish(site, alpha, 'main')
  const elsewhere = await furnish(site, alpha, 'other')
  actors = await makeActors(site, { here, elsewhere, neighbour: await furnish(site, await foundCommunity(site, 'beta'), 'main') })
})
afterAll(() => site.close())

const forms = Object.entries(doors).flatMap(([route, door]) =>
  Object.entries(door.actions ?? {}).map(([name, action]) => ({ route, name, fields: action.fields })),
)
const reading = [...Object.keys(doors), ...Object.keys(endpoints).flatMap((name) => (name.startsWith('GET ') ? [name.slice(4)] : []))]

test('no form and no address that changes something takes what another site sends', async () => {
  const before = await fingerprint(site, { without: ['sign_in_link'] })
  const cookie = actors.administrator.cookie ?? ''
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example', cookie },
    { origin: 'null', cookie },
    { origin: `${site.url}.evil.example`, cookie },
    { cookie },
    { 'sec-fetch-site': 'cross-site', cookie },
    { 'sec-fetch-site': 'same-site', cookie },
    { referer: 'https://evil.example/', cookie },
    { origin: 'https://evil.example' },
  ]
  const unsafe = [
    ...(await Promise.all(
      forms.map(async ({ route, name, fields }) => ({
        method: 'POST',
        path: `${await addressFor(site, route, here, actors, 'ticket')}${name === 'default' ? '' : `?/${name}`}`,
        body: new URLSearchParams(asPairs(fields?.(here) ?? {})).toString(),
      })),
    )),
    ...(await Promise.all(
      Object.keys(endpoints)
        .filter((name) => name.startsWith('POST '))
        .map(async (name) => ({ method: 'POST', path: await addressFor(site, name.slice(5), here, actors, 'ticket'), body: '' })),
    )),
    ...Object.keys(programs)
      .filter((name) => !name.startsWith('GET '))
      .map((name) => {
        const [method = '', path = ''] = name.split(' ')
        return {
          method,
          path: path.replace(':community', 'alpha').replace(':event', 'main').replace(/:\w+/, '0192f3a0-0000-7000-8000-0000000000aa'),
          body: '{}',
        }
      }),
  ]
  expect(unsafe.length).toBeGreaterThan(100)
  const taken: string[] = []
  for (const { method, path, body } of unsafe) {
    const answers = await Promise.all(
      foreign.map((headers) => bare(site, method, path, { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body)),
    )
    answers.forEach(({ status }, i) => {
      if (status !== 403) taken.push(`${method} ${path} ${JSON.stringify(Object.keys(foreign[i] ?? {}))}: ${status}`)
    })
  }
  expect(taken).toEqual([])
  expect(await fingerprint(site, { without: ['sign_in_link'] })).toEqual(before)
})

test('looking changes nothing, however often', async () => {
  const before = await fingerprint(site, { without: ['sign_in_link'] })
  for (const route of [
    ...reading,
    ...Object.keys(programs).flatMap((name) =>
      name.startsWith('GET ')
        ? [name.slice(4).replace(':community', 'alpha').replace(':event', 'main').replace(/:\w+/g, here.ids.recording)]
        : [],
    ),
  ]) {
    const who = route.startsWith('/v/') ? 'stage link' : route.startsWith('/p/') ? 'partner link' : 'ticket'
    const address = await addressFor(site, route, here, actors, who)
    for (const _ of [1, 2])
      await Promise.all([ask(site, address, actors.administrator), ask(site, address), ask(site, address, {}, { method: 'HEAD' })])
  }
  expect(await fingerprint(site, { without: ['sign_in_link'] })).toEqual(before)
})

describe('a forged host', () => {
  const forged = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example',
    'x-original-host': 'evil.example',
  }

  test('reaches no page, feed or link', async () => {
    const found: string[] = []
    for (const route of reading) {
      const address = await addressFor(site, route, here, actors, 'ticket')
      const { text, headers } = await bare(site, 'GET', address, forged)
      if (`${text}${JSON.stringify(headers)}`.includes('evil.example')) found.push(address)
    }
    expect(found).toEqual([])
  })

  test('reaches no mail', async () => {
    const own = { ...forged, origin: site.url, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    await bare(
      site,
      'POST',
      '/alpha/main/register?/register',
      own,
      new URLSearchParams({ name: '张三', email: 'zhang@example.org', 'consents.registration': 'on' }).toString(),
    )
    await bare(site, 'POST', '/sign-in?/code', own, new URLSearchParams({ email: 'zhang@example.org' }).toString())
    const mails = await site.app.db
      .selectFrom('outbox')
      .select(['subject', 'body', 'calendar'])
      .where('toAddress', '=', 'zhang@example.org')
      .execute()
    expect(mails.length).toBe(2)
    expect(JSON.stringify(mails)).not.toContain('evil.example')
    expect(JSON.stringify(mails)).toContain(site.url)
  })

  test('nor a forged address of the client gets around the limit of tries', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 70 && statuses.at(-1) !== 429; i += 1) {
      const address = `203.0.113.${i}`
      const headers = {
        origin: site.url,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        'x-forwarded-for': address,
        'x-real-ip': address,
        'x-kaichang-address': address,
      }
      statuses.push((await bare(site, 'POST', '/sign-in?/verify', headers, `email=guess-${i}%40example.org&code=00000${i % 10}`)).status)
    }
    expect(statuses.at(-1)).toBe(429)
    site.clock.set(new Date(site.clock.now().getTime() + 24 * 3_600_000))
  })

  test('is no origin of ours', async () => {
    const { status } = await bare(
      site,
      'POST',
      '/sign-in?/code',
      { ...forged, origin: 'http://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      'email=a%40example.org',
    )
    expect(status).toBe(403)
  })
})

describe('nobody is led to another site', () => {
  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '///evil.example',
    'javascript:alert(1)',
    '\\\\evil.example',
    '%2f%2fevil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/社区',
  ]
  const isOurs = (location: string): boolean => new URL(location, `${site.url}/sign-in`).origin === site.url

  test('by `next`', async () => {
    for (const next of elsewhere) {
      const page = await ask(site, `/sign-in?next=${encodeURIComponent(next)}`)
      const kept = /name="next"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="next"/.exec(page.text)
      expect(isOurs(kept?.[1] ?? kept?.[2] ?? '/'), next).toBe(true)
    }
  })

  test('by `next` of somebody who signs in', async () => {
    for (const [i, next] of elsewhere.entries()) {
      const email = `reader-${i}@example.org`
      await send(site, '/sign-in', 'code', { email })
      const mail = await site.app.db.selectFrom('outbox').select('body').where('toAddress', '=', email).executeTakeFirst()
      const code = /\b\d{3} ?\d{3}\b/.exec(mail?.body ?? '')?.[0] ?? ''
      const answer = await send(site, '/sign-in', 'verify', { email, code, next })
      const { location }: { location?: string } = JSON.parse(answer.text)
      if (codeIn(answer.text) !== 'access.too_many')
        expect(isOurs(location ?? 'https://none.example'), `${next}: ${answer.text}`).toBe(true)
    }
  })

  test('by an address that looks like one', async () => {
    const paths = [
      '//evil.example',
      '//evil.example/',
      '/%2f%2fevil.example/',
      '/%5cevil.example/',
      '/evil.example//',
      '//evil.example/%2e%2e',
      '/.//evil.example/',
      '/%2f/evil.example/x/recap/wechat',
      '/\\evil.example/x/recap/wechat',
      '/%0d%0aset-cookie:a=b/x/recap/wechat',
      '/社区/活动/recap/wechat',
      '/t/erased/?to=//evil.example',
    ]
    for (const path of paths) {
      for (const as of [{}, actors.administrator]) {
        const { status, headers } = await bare(site, 'GET', encodeURI(path).replaceAll('%25', '%'), as.cookie ? { cookie: as.cookie } : {})
        expect([path, status < 500, isOurs(String(headers['location'] ?? '/')), headers['set-cookie']]).toEqual([
          path,
          true,
          true,
          undefined,
        ])
      }
    }
  })
})

function asPairs(fields: Record<string, string | readonly string[]>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]))
}
