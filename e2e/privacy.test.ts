import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApi } from '@kaichang/server/api/index.ts'
import { createHttpServer } from '@kaichang/server/http/server.ts'
import { createSignInLink } from '@kaichang/core/people/sign-in.ts'
import { openSite, type Site } from '../tests/setup/server.ts'
import { makeAccount } from './doors/actors.ts'
import { ask, send, type As } from './doors/ask.ts'
import { endpoints } from './doors/endpoints.ts'
import { doors } from './doors/table.ts'
import { examplePlaces, type Place } from './places.ts'

let site: Site
let places: Place[]
/** What is known of the examples' attendees: names that no speaker, helper or partner bears, and every way to reach them. */
let names: Set<string>
let contacts: string[]
beforeAll(async () => {
  site = await openSite({ examples: true, now: '2019-10-30T12:00:00+08:00' })
  places = await examplePlaces(site)
  const { db } = site.app
  const people = await db
    .selectFrom('registration')
    .innerJoin('person', (join) =>
      join.onRef('person.communityId', '=', 'registration.communityId').onRef('person.id', '=', 'registration.personId'),
    )
    .select(['person.name', 'registration.phone', 'registration.email'])
    .execute()
  const known = new Set(
    [
      ...(await db
        .selectFrom('sessionSpeaker')
        .innerJoin('person', (join) =>
          join.onRef('person.communityId', '=', 'sessionSpeaker.communityId').onRef('person.id', '=', 'sessionSpeaker.personId'),
        )
        .select('person.name')
        .execute()),
      ...(await db
        .selectFrom('volunteer')
        .innerJoin('person', (join) =>
          join.onRef('person.communityId', '=', 'volunteer.communityId').onRef('person.id', '=', 'volunteer.personId'),
        )
        .select('person.name')
        .execute()),
      ...(await db.selectFrom('pledge').select('name').execute()),
      ...(await db.selectFrom('contact').select('name').execute()),
    ].map(({ name }) => name),
  )
  names = new Set(people.map(({ name }) => name).filter((name) => name.length > 1 && !known.has(name)))
  const points = await db.selectFrom('contactPoint').select('value').execute()
  contacts = [...new Set([...people.flatMap(({ phone, email }) => [phone, email]), ...points.map(({ value }) => value)])]
    .filter(Boolean)
    .map((one) => one.replace(/^\+86/, ''))
})
afterAll(() => site.close())

/** What of the attendees stands in a text. */
function told(text: string, { masked = true } = {}): string[] {
  const found = contacts.filter((contact) => text.includes(contact))
  if (masked) for (const name of names) if (text.includes(name)) found.push(name)
  return found
}

function addressesOf(place: Place, routes: readonly string[]): string[] {
  return routes.flatMap((route) =>
    (route.includes('[talk]') ? place.talks : ['']).map((talk) =>
      route.replaceAll(
        /\[(\w+)\]/g,
        (_, name: string) =>
          ({
            community: place.community,
            event: place.event,
            talk,
            session: place.sessions[0] ?? '',
            volunteer: place.volunteer,
            partner: place.partner,
          })[name] ?? 'none',
      ),
    ),
  )
}

test('the examples have attendees, and who looks for them finds them', async () => {
  expect(names.size).toBeGreaterThan(100)
  expect(contacts.length).toBeGreaterThan(400)
  for (const { community, event } of places) {
    const { communityId } = await site.app.db
      .selectFrom('community')
      .select('communityId')
      .where('slug', '=', community)
      .executeTakeFirstOrThrow()
    const owner = await makeAccount(site, `owner-${community}@example.org`, { role: 'owner', communityId })
    expect(told((await ask(site, `/console/${community}/${event}/registration`, owner)).text).length).toBeGreaterThan(5)
    const list = await ask(site, `/console/${community}/${event}/registration/list.csv`, owner, {
      method: 'POST',
      body: new URLSearchParams({ purpose: 'event' }),
    })
    expect(told(list.text).length).toBeGreaterThan(50)
  }
})

test('no page, feed or answer for everybody tells of an attendee', async () => {
  const open = [
    ...Object.entries(doors).flatMap(([route, { may }]) => (may.includes('visitor') && !route.includes('[token]') ? [route] : [])),
    ...Object.entries(endpoints).flatMap(([name, may]) =>
      may.includes('visitor') && /^GET .*\.(xml|json|ics)$/.test(name) ? [name.slice(4)] : [],
    ),
    '/api/v1/communities/[community]/events/[event]/availability',
    '/api/v1/openapi.json',
    '/p/[partner]',
    '/metrics',
  ]
  const found: string[] = []
  for (const place of places) {
    for (const address of addressesOf(place, open)) {
      const { text } = await ask(site, address)
      found.push(...told(text).map((what) => `${address}: ${what}`))
    }
  }
  expect(found).toEqual([])
})

test('nor does a page of those who have nothing to do with attendees, or a phone number at the door', async () => {
  const rooms = Object.keys(doors).filter((route) => route.startsWith('/console/[community]/[event]') && !route.includes('[id]'))
  const found: string[] = []
  for (const place of places) {
    const { communityId } = await site.app.db
      .selectFrom('community')
      .select('communityId')
      .where('slug', '=', place.community)
      .executeTakeFirstOrThrow()
    for (const role of ['viewer', 'treasurer', 'editor', 'programme', 'stage'] as const) {
      const as = await makeAccount(site, `${role}-${place.community}@example.org`, { role, communityId })
      for (const address of addressesOf(place, rooms))
        found.push(...told((await ask(site, address, as)).text).map((what) => `${role} ${address}: ${what}`))
    }
    const door = await makeAccount(site, `door-${place.community}@example.org`, { role: 'door', communityId })
    const desk: [string, As][] = [
      [`/v/${place.volunteer}/door?q=1`, {}],
      [`/console/${place.community}/${place.event}/door?q=a`, door],
      [`/api/v1/communities/${place.community}/events/${place.event}/door/search?q=a`, door],
    ]
    for (const [address, as] of desk)
      found.push(...told((await ask(site, address, as)).text, { masked: false }).map((what) => `${address}: ${what}`))
  }
  expect(found).toEqual([])
})

test('the log holds no link, no code, no cookie and nobody’s address', async () => {
  const log: string[] = []
  const http = await createHttpServer(
    { ...site.app, log: (line) => void log.push(line) },
    { port: 0, host: '127.0.0.1', routes: createApi(site.app), log: 'all' },
  )
  const logged: Site = { ...site, url: http.url }
  const own = { origin: site.url }
  const link = await createSignInLink(site.app, { email: 'secretive@example.org' })
  const secrets = [link.split('/').at(-1) ?? '']
  for (const { ticket, volunteer, partner, community, event } of places) {
    secrets.push(...[ticket, volunteer, partner].filter(Boolean))
    for (const path of [
      `/t/${ticket}`,
      `/t/${ticket}/event.ics`,
      `/t/${ticket}/nothing`,
      `/t/${ticket}?done=saved`,
      `/%74/${ticket}`,
      `//t/${ticket}`,
      `/v/${volunteer}`,
      `/v/${volunteer}/door?q=secretive%40example.org`,
      `/v/${volunteer}/state.json`,
      `/p/${partner}`,
      `/x/${ticket}`,
      `/?next=/t/${ticket}`,
      `/api/v1/communities/${community}/events/${event}/door/search?q=13800000000`,
    ]) {
      await ask(logged, path, { bearer: volunteer })
    }
    await ask(
      logged,
      `/t/${ticket}?/change`,
      {},
      { method: 'POST', headers: own, body: new URLSearchParams({ name: 'x', email: 'secretive@example.org' }) },
    )
    await ask(logged, `/t/${ticket}/data.json`, {}, { method: 'POST', headers: own })
  }
  await ask(logged, link)
  const entered = await ask(logged, link, {}, { method: 'POST', headers: own, body: new URLSearchParams() })
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(cookie).toMatch(/=.{40}/)
  secrets.push(cookie.split('=')[1] ?? '')
  await ask(logged, '/console', { cookie })
  await ask(logged, '/sign-in?/code', {}, { method: 'POST', headers: own, body: new URLSearchParams({ email: 'secretive@example.org' }) })
  const { body } = await site.app.db
    .selectFrom('outbox')
    .select('body')
    .where('toAddress', '=', 'secretive@example.org')
    .executeTakeFirstOrThrow()
  secrets.push(/\b\d{6}\b/.exec(body)?.[0] ?? 'no code')
  await http.close()
  expect(log.length).toBeGreaterThan(20)
  const whole = log.join('\n')
  expect([...secrets, 'secretive', '13800000000'].filter((secret) => whole.includes(secret))).toEqual([])
  expect(site.log.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([])
})

test('signing in, registering twice and asking for a link again say nothing about who is known', async () => {
  const [nanning] = places
  const address = `/${nanning?.community ?? ''}/${nanning?.event ?? ''}/register`
  const known = await site.app.db
    .selectFrom('registration')
    .select('phone')
    .where('phone', '!=', '')
    .where('state', '=', 'registered')
    .executeTakeFirstOrThrow()
  const answers = await Promise.all([known.phone, '13999999999'].map((phone) => send(site, address, 'again', { phone })))
  expect(answers[0]?.text).toBe(answers[1]?.text)
  await makeAccount(site, 'known@example.org')
  const [a, b] = await Promise.all(
    ['known@example.org', 'other@example.org'].map(async (email) =>
      (await send(site, '/sign-in', 'code', { email })).text.replaceAll(email, '…'),
    ),
  )
  expect(a).toBe(b)
})
