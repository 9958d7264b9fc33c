import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentMp3 } from '@kaichang/core/archive/silence.ts'
import { createApi } from '@kaichang/server/api/index.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { makeActors, whos, type Actors, type Who } from './doors/actors.ts'
import { ask, classOf, codeIn, fingerprint, leadsTo, send, type Answer } from './doors/ask.ts'
import { foundCommunity, furnish, type Furnished } from './doors/furnish.ts'
import { addressFor, expectedOf } from './doors/knock.ts'
import { pageRoutes, programRoutes, type Route } from './doors/routes.ts'
import { endpoints, programs } from './doors/endpoints.ts'
import { doors } from './doors/table.ts'
import type { Fields } from './doors/who.ts'

let site: Site
let here: Furnished
let elsewhere: Furnished
let neighbour: Furnished
let actors: Actors
let routes: Route[]
beforeAll(async () => {
  site = await openSite()
  const [alpha, beta] = [await foundCommunity(site, 'alpha'), await foundCommunity(site, 'beta')]
  here = await furnish(site, alpha, 'main')
  elsewhere = await furnish(site, alpha, 'other')
  neighbour = await furnish(site, beta, 'main')
  actors = await makeActors(site, { here, elsewhere, neighbour })
  routes = await pageRoutes()
})
afterAll(() => site.close())

const routeOf = (address: string): Route | undefined => routes.find((route) => route.address === address)
const wrong = (who: Who, what: string, answer: Answer, expected: string): string[] => {
  const found = classOf(answer)
  return found === expected || (expected === 'shown' && found.startsWith('shown'))
    ? []
    : [`${who}, ${what}: ${found}, not ${expected} (${answer.status} ${answer.text.slice(0, 160)})`]
}

test('every page, form and address is in the table, and nothing else is', () => {
  const pages = routes.filter((route) => route.page)
  expect(Object.keys(doors).toSorted()).toEqual(pages.map((route) => route.address).toSorted())
  expect(
    pages.map(
      (route) =>
        `${route.address}: ${Object.keys(doors[route.address]?.actions ?? {})
          .toSorted()
          .join(' ')}`,
    ),
  ).toEqual(pages.map((route) => `${route.address}: ${route.actions.toSorted().join(' ')}`))
  expect(Object.keys(endpoints).toSorted()).toEqual(
    routes.flatMap(({ methods, address }) => methods.map((method) => `${method} ${address}`)).toSorted(),
  )
  expect(Object.keys(programs).toSorted()).toEqual(programRoutes(createApi(site.app)))
})

describe('pages', () => {
  test.each(Object.entries(doors))('%s', async (route, { may }) => {
    const trouble: string[] = []
    const layouts = routeOf(route)?.layouts ?? 0
    const before = await fingerprint(site, { without: ['sign_in_link'] })
    await Promise.all(
      whos.map(async (who) => {
        const address = await addressFor(site, route, here, actors, who)
        const expected = expectedOf(route, who, may, actors)
        trouble.push(...wrong(who, 'page', await ask(site, address, actors[who]), expected))
        // The page's own data alone: the layouts around it, and their guards, are left out at the reader's wish.
        const data = await ask(
          site,
          `${address === '/' ? '' : address}/__data.json?x-sveltekit-invalidated=${'0'.repeat(layouts)}1`,
          actors[who],
        )
        if (handsOut(data) !== (expected === 'shown')) trouble.push(`${who}, data: ${data.text.slice(0, 160)}, although ${expected}`)
      }),
    )
    expect(trouble).toEqual([])
    expect(await fingerprint(site, { without: ['sign_in_link'] })).toEqual(before)
  })
})

/** True when the answer carries the page's own data. */
function handsOut({ status, text }: Answer): boolean {
  if (status !== 200) return false
  const answer: { type?: string; location?: string; nodes?: ({ type: string } | null)[] } = JSON.parse(text.split('\n')[0] ?? '')
  if (answer.type === 'redirect') return answer.location?.startsWith('/sign-in?next=') === false
  return answer.type === 'data' && answer.nodes?.at(-1)?.type === 'data'
}

describe('addresses without a page', () => {
  test.each(Object.entries(endpoints))('%s', async (name, may) => {
    const [method = '', route = ''] = name.split(' ')
    const trouble: string[] = []
    for (const who of whos) {
      const address = await addressFor(site, route, here, actors, who)
      trouble.push(...wrong(who, name, await ask(site, address, actors[who], { method }), expectedOf(name, who, may, actors)))
    }
    if (name === 'POST /sign-out') actors = await makeActors(site, { here, elsewhere, neighbour })
    expect(trouble).toEqual([])
  })
})

describe('the programs’ side', () => {
  test.each(Object.entries(programs))('%s', async (name, may) => {
    const [method = '', route = ''] = name.split(' ')
    const values: Record<string, string> = {
      community: here.community,
      event: here.event,
      id: here.ids.recording,
      name: '261205-03-third-170000.mp3',
      provider: 'wechatpay',
      scan: '0192f3a0-0000-7000-8000-0000000000cc',
    }
    const path = route.replaceAll(/:(\w+)/g, (_, part: string) => values[part] ?? '')
    const before = await fingerprint(site)
    const use = async (who: Who): Promise<string[]> =>
      wrong(who, name, await ask(site, `${path}?q=张`, actors[who], { method, ...bodyFor(name) }), expectedOf(name, who, may, actors))
    const refused = await Promise.all(whos.filter((one) => !may.includes(one)).map(use))
    expect(await fingerprint(site)).toEqual(before)
    const allowed: string[] = []
    for (const who of may) allowed.push(...(await use(who)))
    expect([...refused.flat(), ...allowed]).toEqual([])
  })
})

function bodyFor(name: string): { headers?: Record<string, string>; body?: string | FormData | Uint8Array<ArrayBuffer> } {
  const json = (value: unknown): { headers: Record<string, string>; body: string } => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  })
  const bytes = Uint8Array.from(silentMp3(1))
  if (name.endsWith('/registrations')) return json({ name: '张三', phone: '13900000001', consents: { registration: true } })
  if (name.endsWith('/scans')) return json({ scanId: '0192f3a0-0000-7000-8000-0000000000cc', code: 'AAAAAA' })
  if (name.startsWith('PUT')) return { headers: { 'content-type': 'application/octet-stream' }, body: bytes }
  if (!name.endsWith('/recordings')) return {}
  const form = new FormData()
  form.set('files', new Blob([bytes]), '261205-04-fourth-180000.mp3')
  return { body: form }
}

describe('forms', () => {
  const forms = Object.entries(doors).flatMap(([route, door]) =>
    Object.entries(door.actions ?? {}).map(([name, action]) => ({ route, name, ...action })),
  )
  test.each(forms)('$route ?/$name', async ({ route, name, may, fields, ends, unlikely = false }) => {
    const before = await fingerprint(site, { without: ['sign_in_link'] })
    const use = async (who: Who, sent: Fields): Promise<string[]> =>
      wrong(
        who,
        JSON.stringify(sent),
        await send(site, await addressFor(site, route, here, actors, who), name, sent, actors[who]),
        expectedOf(route, who, may, actors),
      )
    const strangers = whos.filter((one) => !may.includes(one))
    const refused = await Promise.all(strangers.map((who) => use(who, fields?.(here) ?? {})))
    // What is not even filled in may be found fault with first; it must not be done either.
    const empty = await Promise.all(
      strangers.map(async (who) => ({
        who,
        done: leadsTo(await send(site, await addressFor(site, route, here, actors, who), name, {}, actors[who])),
      })),
    )
    refused.push(
      empty.flatMap(({ who, done }) =>
        done === undefined || done.startsWith('/sign-in?next=') ? [] : [`${who}, without fields: ${done}`],
      ),
    )
    expect(await fingerprint(site, { without: ['sign_in_link'] })).toEqual(before)
    const allowed: string[] = []
    // What nobody can do would be refused to everybody for another reason.
    const faults = new Set(may.length === 0 || unlikely ? [] : ['nobody succeeded'])
    for (const who of may) {
      const answer = await send(site, await addressFor(site, route, here, actors, who), name, fields?.(here) ?? {}, actors[who])
      allowed.push(...wrong(who, 'form', answer, 'shown'))
      if (/"type":"(redirect|success)"/.test(answer.text)) faults.clear()
      else if (faults.size > 0) faults.add(`${who}: ${codeIn(answer.text) ?? answer.text}`)
    }
    expect([...faults]).toEqual([])
    if (ends) actors = await makeActors(site, { here, elsewhere, neighbour })
    expect([...refused.flat(), ...allowed]).toEqual([])
  })
})
