import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSite, type Site } from '../tests/setup/server.ts'
import { makeActors, type Actors } from './doors/actors.ts'
import { bare } from './doors/bare.ts'
import { ask, send } from './doors/ask.ts'
import { foundCommunity, furnish, type Furnished } from './doors/furnish.ts'
import { addressFor } from './doors/knock.ts'
import { endpoints } from './doors/endpoints.ts'
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

describe('what makes no sense', () => {
  test('in an address is not found, and is no fault of ours', async () => {
    const nonsense = [
      '%00',
      '%',
      '%E0%A4%A',
      '%ff',
      'a%00b',
      '..%2f..%2fetc',
      "' or 1=1 --",
      '%F0%9F%98%80',
      'x'.repeat(5000),
      '__proto__',
      'constructor',
    ]
    const found: string[] = []
    for (const route of [
      ...reading,
      '/live/[community]/[event]',
      '/files/[community]/[id]',
      '/api/v1/communities/[community]/events/[event]/availability',
    ]) {
      const names = [...route.matchAll(/\[(\w+)\]/g)].map(([, name]) => name ?? '')
      for (const [i, broken] of names.entries()) {
        const word = nonsense[(i + route.length) % nonsense.length] ?? ''
        for (const one of route.includes('[token]') ? [word] : nonsense) {
          const path = route.replaceAll(/\[(\w+)\]/g, (_, name: string) =>
            name === broken
              ? one
              : ({
                  community: 'alpha',
                  event: 'main',
                  talk: 'talk',
                  session: here.ids.session,
                  id: here.ids.registration,
                  ticket: here.links.ticket,
                  volunteer: here.links.stage,
                  partner: here.links.partner,
                }[name] ?? 'x'),
          )
          const { status } = await bare(site, 'GET', encodeURI(path).replaceAll('%25', '%'), { cookie: actors.administrator.cookie ?? '' })
          if (status >= 500 || status === 200) found.push(`${path.slice(0, 120)}: ${status}`)
        }
      }
    }
    expect(found).toEqual([])
  })

  test('in a query is left aside', async () => {
    const query = new URLSearchParams()
    for (const name of [
      'page',
      'skip',
      'edit',
      'at',
      'hall',
      'in',
      'view',
      'show',
      'q',
      'state',
      'scan',
      'done',
      'c',
      'to',
      'talk',
      'title',
      'received',
      'refused',
      'n',
      'code',
      'room',
      'community',
      'lang',
      'd',
      'fresh',
    ])
      query.set(name, `-1'"><script>alert(1)</script>\u0000😀`)
    const found: string[] = []
    for (const route of reading) {
      const who = route.startsWith('/v/') ? 'stage link' : route.startsWith('/p/') ? 'partner link' : 'ticket'
      const { status, text } = await ask(site, `${await addressFor(site, route, here, actors, who)}?${query}`, actors.administrator)
      if (status >= 500 || text.includes('<script>alert(1)')) found.push(`${route}: ${status}`)
    }
    expect(found).toEqual([])
  })

  test('in a form is refused, and is no fault of ours', async () => {
    const found: string[] = []
    const words = ['9'.repeat(400), '\u0000', 'not-an-id', '-1', '2026-99-99T99:99']
    for (const { route, name, fields } of forms.filter((one) => one.name !== 'everywhere')) {
      const who = route.startsWith('/v/')
        ? route.endsWith('/door')
          ? 'door link'
          : 'stage link'
        : route.startsWith('/t/')
          ? 'ticket'
          : 'administrator'
      const address = await addressFor(site, route, here, actors, who)
      const sensible = fields?.(here) ?? {}
      for (const field of new Set([...Object.keys(sensible), 'id', 'revision'])) {
        // Every word for what names or counts things, two of them for the rest.
        const some = /id$|revision|number|minutes|at$/i.test(field) ? words : words.slice(0, 2)
        const answers = await Promise.all(
          some.map((word) => send(site, address, name, { ...sensible, [field]: word }, actors.administrator)),
        )
        answers.forEach(({ text }, i) => {
          const { status, type }: { status?: number; type: string } = JSON.parse(text)
          if (type === 'error' || (status ?? 0) >= 500)
            found.push(`${route} ?/${name} ${field}=${some[i]?.slice(0, 20) ?? ''}: ${text.slice(0, 100)}`)
        })
      }
    }
    expect(found).toEqual([])
    expect(site.log.filter((line) => /\b(form|page|api) \w{8}\b/.test(line))).toEqual([])
  })
})
