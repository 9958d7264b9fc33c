import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#core/kernel/ids.ts'
import { stopDocuments } from '#core/kernel/documents/queue.ts'
import { listEntries } from '#core/store/journal.ts'
import { addSession } from '#core/programme/actions.ts'
import { releaseSchedule } from '#core/programme/release.actions.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { checkBadges, printBadges } from './badges.actions.ts'
import { printEvent } from './print.actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(async () => {
  await stopDocuments()
  await app.close()
})

const begins = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 4)).toString('latin1')

test('poster, programme and picture of an event; a draft is shown to nobody; a public change makes a new picture', async () => {
  const {
    communityId,
    communitySlug: community,
    event,
  } = await makeEvent(app.ctx, { community: 'printed', summary: { zh: '**一天**，𠮷 与 😀' } })
  const talk = {
    no: 1,
    slug: 'yolo',
    title: { zh: '人流量分析' },
    startsAt: event.startsAt,
    minutes: 30,
    hallId: null,
    speakers: [{ personId: null, name: '姜原', affiliation: {} }],
  }
  await addSession(app.ctx, communityId, event.id, talk)
  await releaseSchedule(app.ctx, communityId, event.id)
  const visitor = app.context({ kind: 'visitor' })
  const print = (kind: 'poster.png' | 'poster.pdf' | 'programme.pdf' | 'og.png', more = {}) =>
    printEvent(visitor, { community, event: event.slug, locale: 'zh', kind, ...more })
  expect(begins((await print('poster.png')).bytes)).toBe('\u0089PNG')
  expect(begins((await print('poster.pdf')).bytes)).toBe('%PDF')
  expect(begins((await print('programme.pdf')).bytes)).toBe('%PDF')
  const plain = await print('og.png')
  const ofTalk = await print('og.png', { talk: 'yolo' })
  expect([begins(plain.bytes), begins(ofTalk.bytes), Buffer.compare(plain.bytes, ofTalk.bytes) !== 0]).toEqual([
    '\u0089PNG',
    '\u0089PNG',
    true,
  ])
  expect((await print('og.png')).bytes).toBe(plain.bytes)
  await expect(print('og.png', { talk: 'none' })).rejects.toMatchObject({ code: 'thing.not_found' })
  await addSession(app.ctx, communityId, event.id, { ...talk, no: 2, slug: 'two' })
  await releaseSchedule(app.ctx, communityId, event.id)
  expect((await print('og.png')).etag).not.toBe(plain.etag)
  await expect(printEvent(visitor, { community, event: 'nothing', locale: 'zh', kind: 'og.png' })).rejects.toMatchObject({
    code: 'event.not_found',
  })
})

test('badges: each person once with the highest of their roles; who cannot be printed is named first', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'badges' })
  const person = async (name: string): Promise<string> => {
    const id = newId(app)
    await app.db.insertInto('person').values({ communityId, id, name, createdAt: app.clock.now() }).execute()
    return id
  }
  const register = (personId: string, code: string) =>
    app.db
      .insertInto('registration')
      .values({ communityId, id: newId(app), eventId: event.id, personId, code, locale: 'zh', registeredAt: app.clock.now() })
      .execute()
  await expect(printBadges(app.ctx, communityId, event.id, { locale: 'zh', layout: 'single' })).rejects.toMatchObject({
    code: 'thing.not_found',
  })
  const helper = await person('小王')
  await register(helper, 'AAAAAA')
  await app.db
    .insertInto('volunteer')
    .values({ communityId, id: newId(app), eventId: event.id, personId: helper, duty: 'door', createdAt: app.clock.now() })
    .execute()
  expect(await checkBadges(app.ctx, communityId, event.id)).toEqual({ count: 1, unprintable: [] })
  expect(begins(await printBadges(app.ctx, communityId, event.id, { locale: 'zh', layout: 'sheet' }))).toBe('%PDF')
  expect((await listEntries(app.db, { communityId, rooms: ['registration'] })).map((e) => [e.kind, e.facts])).toEqual([
    ['registration.exported', { purpose: '胸牌', rows: 1 }],
  ])
  await register(await person('张𠮷'), 'BBBBBB')
  expect(await checkBadges(app.ctx, communityId, event.id)).toEqual({ count: 2, unprintable: [{ name: '张𠮷', characters: ['𠮷'] }] })
  await expect(printBadges(app.ctx, communityId, event.id, { locale: 'zh', layout: 'single' })).rejects.toMatchObject({
    code: 'document.missing_glyphs',
    params: { characters: expect.stringContaining('张𠮷') },
  })
  await expect(checkBadges(app.as('door', communityId), communityId, event.id)).rejects.toMatchObject({ code: 'access.denied' })
})
