import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSite, type Site } from '../tests/setup/server.ts'
import { makeActors, type Actors } from './doors/actors.ts'
import { ask, classOf, codeIn, fingerprint, send, type As } from './doors/ask.ts'
import { foundCommunity, furnish, type Furnished } from './doors/furnish.ts'
import { addressFor } from './doors/knock.ts'
import { doors } from './doors/table.ts'
import type { Fields } from './doors/who.ts'

let site: Site
let alpha: Furnished
let other: Furnished
let beta: Furnished
let actors: Actors
beforeAll(async () => {
  site = await openSite()
  const [one, two] = [await foundCommunity(site, 'alpha'), await foundCommunity(site, 'beta')]
  alpha = await furnish(site, one, 'main')
  other = await furnish(site, one, 'other')
  beta = await furnish(site, two, 'main')
  actors = await makeActors(site, { here: alpha, elsewhere: other, neighbour: beta })
})
afterAll(() => site.close())

/** Ids that tell which of them a form names. */
const sample = { ids: new Proxy({}, { get: (_, name) => `an id of ${String(name)}` }) } as Furnished
const naming = Object.entries(doors).flatMap(([route, door]) =>
  Object.entries(door.actions ?? {}).flatMap(([name, { fields }]) =>
    fields && JSON.stringify(fields(sample)).includes('an id of') ? [{ route, name, fields }] : [],
  ),
)

/** Sends a form to `place` that names things of `foreign`; nothing may come of it, neither there nor here. */
async function misuse(
  place: Furnished,
  foreign: Furnished,
  as: As,
  route: string,
  name: string,
  fields: (here: Furnished) => Fields,
  link: 'visitor' | 'order link' = 'visitor',
): Promise<string[]> {
  const before = await fingerprint(site)
  const mixed = { ...place, ids: foreign.ids }
  const answer = await send(site, await addressFor(site, route, place, actors, link), name, fields(mixed), as)
  const after = await fingerprint(site)
  const changed = Object.keys(after).filter((table) => after[table] !== before[table])
  const said = codeIn(answer.text) ?? 'done'
  return changed.length > 0 || !/^(thing\.not_found|input\.invalid|access\.denied|registration\.order_(seats|closed)|done)$/.test(said)
    ? [`${said}: ${changed.join(' ')}`]
    : []
}

describe('things of another community or event, named in one’s own forms', () => {
  test('there are such forms', () => expect(naming.length).toBeGreaterThan(25))
  test.each(naming)('$route ?/$name', async ({ route, name, fields }) => {
    if (route.startsWith('/o/')) {
      // Whoever holds an order's link names things of another order, event and community.
      const named = [other, beta].map((foreign) => misuse(alpha, foreign, {}, route, name, fields, 'order link'))
      return expect((await Promise.all(named)).flat()).toEqual([])
    }
    const foreign = route.startsWith('/v/') ? [] : await misuse(beta, alpha, actors.neighbour, route, name, fields)
    const sister = route.startsWith('/v/') ? [] : await misuse(alpha, other, actors['organiser here'], route, name, fields)
    expect([...foreign, ...sister]).toEqual([])
  })

  const more: { what: string; path: string; name: string; fields: (of: Furnished) => Fields }[] = [
    {
      what: 'owner of a task',
      path: '/plan',
      name: 'add',
      fields: ({ ids }) => ({ 'title.zh': '任务', due: '2026-12-01', room: 'plan', ownerId: ids.person }),
    },
    {
      what: 'hall of a talk',
      path: '/programme',
      name: 'add',
      fields: ({ ids }) => ({ 'title.zh': '议题', kind: 'talk', language: 'zh', minutes: '30', hallId: ids.hall }),
    },
    {
      what: 'speaker',
      path: '/programme',
      name: 'add',
      fields: ({ ids }) => ({
        'title.zh': '议题',
        kind: 'talk',
        language: 'zh',
        minutes: '30',
        'speakers.0.name': '讲者',
        'people.0': ids.person,
      }),
    },
    {
      what: 'contact of a partner',
      path: '/partners',
      name: 'add',
      fields: ({ ids }) => ({ name: '伙伴', kinds: ['media', 'advice'], contactId: ids.contact }),
    },
    {
      what: 'session of a recording',
      path: '/archive',
      name: 'match',
      fields: (of) => ({ recordingId: beta.ids.recording, sessionId: of.ids.session }),
    },
    {
      what: 'community of a copy',
      path: '/handover',
      name: 'default',
      fields: (of) => ({
        slug: 'copied',
        'name.zh': '新城',
        startsAt: '2027-03-06T13:30',
        parts: ['tasks', 'programme'],
        to: of.communityId,
      }),
    },
  ]
  test.each(more)('$what', async ({ path, name, fields }) => {
    const before = await fingerprint(site, { without: ['scan'] })
    const answer = await send(site, `/console/beta/main${path}`, name, fields(alpha), actors.neighbour)
    expect(codeIn(answer.text), answer.text).toMatch(/^(thing\.not_found|input\.invalid|access\.denied|event\.not_found)$/)
    expect(await fingerprint(site, { without: ['scan'] })).toEqual(before)
  })

  test('an invitation to another community’s event', async () => {
    const before = await fingerprint(site)
    const answer = await send(
      site,
      '/console/beta',
      'invite',
      { email: 'friend@example.org', role: 'door', eventId: alpha.eventId },
      actors.neighbour,
    )
    expect(codeIn(answer.text)).toBe('event.not_found')
    expect(await fingerprint(site)).toEqual(before)
  })

  test('an address below one’s own event', async () => {
    for (const path of [`/programme/${alpha.ids.session}`, `/registration/${alpha.ids.registration}`]) {
      const answer = await ask(site, `/console/beta/main${path}`, actors.neighbour)
      expect([path, answer.status]).toEqual([path, 404])
    }
  })
})

describe('links', () => {
  test('a volunteer’s link opens the door of its own event only', async () => {
    const base = '/api/v1/communities/alpha/events'
    for (const [event, expected] of [
      ['main', 'shown'],
      ['other', 'refused'],
      ['none', 'absent'],
    ] as const) {
      expect([event, classOf(await ask(site, `${base}/${event}/door/search?q=张`, { bearer: alpha.links.door }))]).toEqual([
        event,
        expected,
      ])
    }
    expect(classOf(await ask(site, '/api/v1/communities/beta/events/main/door/search?q=张', { bearer: alpha.links.door }))).toBe('refused')
  })

  test('a link of one kind is none of another, and none of another community', async () => {
    const { ticket, door, partner } = alpha.links
    for (const path of [
      `/t/${door}`,
      `/v/${ticket}`,
      `/p/${ticket}`,
      `/v/${partner}`,
      `/t/${ticket.replace('1.', '2.')}`,
      `/v/${door.replace('1.', '2.')}/door`,
    ]) {
      expect([path, (await ask(site, path)).status]).toEqual([path, 404])
    }
    expect(classOf(await ask(site, '/api/v1/communities/alpha/events/main/door/search?q=张', { bearer: ticket }))).toBe('absent')
  })

  test('a ticket of one event admits to no other, and says nothing of its holder there', async () => {
    const json = { 'content-type': 'application/json' }
    const scan = (as: As, place: Furnished, body: Record<string, string>): ReturnType<typeof ask> =>
      ask(site, `/api/v1/communities/${place.community}/events/${place.event}/door/scans`, as, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ scanId: crypto.randomUUID(), ...body }),
      })
    expect(JSON.parse((await scan({ bearer: other.links.door }, other, { code: alpha.links.code })).text)).toMatchObject({
      verdict: 'other_event',
      attendee: null,
    })
    expect(JSON.parse((await scan({ bearer: beta.links.door }, beta, { code: alpha.links.code })).text)).toMatchObject({
      verdict: 'unknown',
      attendee: null,
    })
    expect(JSON.parse((await scan({ bearer: beta.links.door }, beta, { registrationId: alpha.ids.registration })).text)).toMatchObject({
      verdict: 'unknown',
      attendee: null,
    })
    expect(JSON.parse((await scan({ bearer: alpha.links.door }, alpha, { code: alpha.links.code })).text)).toMatchObject({
      verdict: 'admitted',
    })
    expect(
      (
        await ask(
          site,
          '/api/v1/communities/beta/events/main/door/scans/' + (await scanOf(alpha)),
          { bearer: beta.links.door },
          { method: 'DELETE' },
        )
      ).status,
    ).toBe(404)
  })

  const scanOf = async ({ communityId }: Furnished): Promise<string> =>
    (
      await site.app.db
        .selectFrom('scan')
        .select('id')
        .where('communityId', '=', communityId)
        .where('verdict', '=', 'admitted')
        .executeTakeFirstOrThrow()
    ).id
})

describe('files', () => {
  const serve = async (path: string, as: As = {}): Promise<number> => (await ask(site, path, as)).status

  test('unpublished recordings are for the event’s own people', async () => {
    const path = `/files/alpha/${alpha.ids.hidden}`
    const strangers: As[] = [
      {},
      actors.nobody,
      actors.neighbour,
      actors['organiser elsewhere'],
      actors.treasurer,
      actors.door,
      actors['link elsewhere'],
      actors['door link'],
    ]
    expect(await Promise.all(strangers.map((as) => serve(path, as)))).toEqual(strangers.map(() => 404))
    expect(
      await Promise.all([actors.owner, actors.editor, actors['organiser here'], actors['stage link']].map((as) => serve(path, as))),
    ).toEqual([200, 200, 200, 200])
    expect(await serve(`/files/alpha/${alpha.ids.recording}`)).toBe(200)
  })

  test('neither by another community, nor by the stored file’s id or name, nor by guessing', async () => {
    const { fileId, sha256 } = await site.app.db
      .selectFrom('recording')
      .innerJoin('file', (join) => join.onRef('file.communityId', '=', 'recording.communityId').onRef('file.id', '=', 'recording.fileId'))
      .select(['recording.fileId', 'file.sha256'])
      .where('recording.id', '=', alpha.ids.hidden)
      .executeTakeFirstOrThrow()
    const near = alpha.ids.hidden.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    for (const path of [
      `beta/${alpha.ids.hidden}`,
      `beta/${alpha.ids.recording}`,
      `alpha/${fileId}`,
      `alpha/${sha256}`,
      `alpha/${near}`,
      `alpha/..%2f${sha256}`,
      'alpha/%00',
      'alpha/..%2f..%2fsecret',
      `${alpha.communityId}/${sha256}`,
    ]) {
      expect([path, await serve(`/files/${path}`, actors.neighbour)]).toEqual([path, 404])
    }
  })
})
