import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { communityFiles } from '#core/store/files.ts'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { eventInput, makeEvent } from '../../../tests/setup/samples.ts'
import { seenOf } from '../../../tests/setup/seen.ts'
import { createCommunity, createEvent, createEventFromAnswers, editEvent, openEvent, removeExample, setEventState } from './actions.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const community = (slug: string, example = false) => ({
  slug,
  name: { zh: '社区' },
  about: {},
  city: {},
  site: '',
  contact: '',
  accent: '',
  example,
})

test('whoever founds a community owns it, and the slug is taken afterwards', async () => {
  const ctx = app.as('viewer', '00000000-0000-7000-8000-000000000000')
  const { communityId } = await createCommunity(ctx, community('founded'))
  const members = await app.db.selectFrom('membership').select(['role', 'eventId']).where('communityId', '=', communityId).execute()
  expect(members).toEqual([{ role: 'owner', eventId: null }])
  await expect(createCommunity(ctx, community('founded'))).rejects.toMatchObject({ code: 'community.slug_taken' })
})

test('an event begins as a draft that strangers cannot see, and appears when published', async () => {
  const { communityId } = await createCommunity(app.ctx, community('drafts'))
  const event = await createEvent(app.ctx, communityId, eventInput({ slug: 'one' }))
  const stranger = app.context({ kind: 'visitor' })
  await expect(openEvent(stranger, 'drafts', 'one')).rejects.toMatchObject({ code: 'event.not_found' })
  await setEventState(app.ctx, communityId, event.id, 'published')
  expect((await openEvent(stranger, 'drafts', 'one')).event).toMatchObject({ id: event.id, state: 'published', cap: 50, revision: 3 })
})

test('six answers make an event', async () => {
  const { communityId } = await createCommunity(app.ctx, community('six'))
  const event = await createEventFromAnswers(app.ctx, communityId, {
    what: '第一次聚会',
    why: '认识彼此',
    forWhom: '写代码的人',
    howMany: 30,
    city: '长沙',
    where: '咖啡馆',
    slug: 'first',
    locale: 'zh',
    startsAt: new Date('2026-12-12T14:00:00+08:00'),
    endsAt: new Date('2026-12-12T17:00:00+08:00'),
  })
  expect(event).toMatchObject({
    name: { zh: '第一次聚会' },
    purpose: { zh: '认识彼此' },
    cap: 30,
    state: 'draft',
    timeZone: 'Asia/Shanghai',
  })
})

test('saving the same details again writes nothing; a move and a cap have entries of their own', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'edits' })
  const before = await listEntries(app.db, { communityId })
  await editEvent(app.ctx, communityId, event.id, eventInput())
  expect(await listEntries(app.db, { communityId })).toEqual(before)
  await editEvent(
    app.ctx,
    communityId,
    event.id,
    eventInput({ cap: 40, startsAt: new Date('2026-12-05T14:00:00+08:00'), audience: { zh: '学生' } }),
  )
  const added = (await listEntries(app.db, { communityId })).slice(before.length)
  expect(added.map((e) => [e.kind, e.facts])).toEqual([
    [
      'event.moved',
      { from: '2026-12-05T05:30:00.000Z', to: '2026-12-05T06:00:00.000Z', revision: 4, before: { startsAt: '2026-12-05T05:30:00.000Z' } },
    ],
    ['event.cap_changed', { from: 50, to: 40, revision: 4, before: { cap: 50 } }],
    ['event.changed', { fields: ['audience'], revision: 4, before: { audience: {} } }],
  ])
})

test('two people edit one event: other fields merge, the same field is shown to the second', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'pairs' })
  const first = app.as('owner', communityId)
  const second = app.as('organiser', communityId)
  const { revision } = (await openEvent(app.ctx, 'pairs', 'nanning')).event
  await editEvent(first, communityId, event.id, eventInput({ cap: 40, audience: { zh: '学生' } }), { revision })
  const merged = await editEvent(second, communityId, event.id, eventInput({ seats: 80 }), { revision })
  expect(merged).toMatchObject({ cap: 40, seats: 80, audience: { zh: '学生' } })
  const mine = eventInput({ audience: { zh: '老师' }, seats: 90 })
  await expect(editEvent(second, communityId, event.id, mine, { revision })).rejects.toMatchObject({
    code: 'thing.changed',
    params: { fields: ['audience', 'seats'], theirs: { audience: { zh: '学生' }, cap: 40 } },
  })
  const seen = await seenOf(editEvent(second, communityId, event.id, mine, { revision }))
  // Whatever else happens in public in between does not ask again.
  await setEventState(app.ctx, communityId, event.id, 'over')
  const saved = await editEvent(second, communityId, event.id, { ...mine, expected: 30 }, { revision, seen })
  expect(saved).toMatchObject({ audience: { zh: '老师' }, seats: 90, cap: 40, expected: 30 })
})

test('bad input names every field and its reason', async () => {
  const { communityId } = await createCommunity(app.ctx, community('bad'))
  const wrong = eventInput({
    slug: 'x',
    name: { zh: '', en: '' },
    endsAt: new Date('2026-12-05T10:00:00+08:00'),
    liveUrl: 'javascript:alert(1)',
  })
  await expect(createEvent(app.ctx, communityId, wrong)).rejects.toMatchObject({
    code: 'input.invalid',
    issues: [
      { path: 'slug', code: 'field.slug' },
      { path: 'name.zh', code: 'field.required' },
      { path: 'liveUrl', code: 'field.url' },
      { path: 'endsAt', code: 'event.ends_before_start' },
    ],
  })
})

test('only the example communities can be removed with one button', async () => {
  const real = await createCommunity(app.ctx, community('real'))
  const example = await createCommunity(app.ctx, community('shown', true))
  await createEvent(app.ctx, example.communityId, eventInput())
  await expect(removeExample(app.ctx, real.communityId)).rejects.toMatchObject({ code: 'access.denied' })
  const files = communityFiles(app.settings.dataDirectory, example.communityId)
  mkdirSync(files, { recursive: true })
  writeFileSync(join(files, 'a'.repeat(64)), 'a recording')
  await removeExample(app.ctx, example.communityId)
  expect(existsSync(files)).toBe(false)
  await expect(openEvent(app.ctx, 'shown', 'nanning')).rejects.toMatchObject({ code: 'community.not_found' })
  expect(await app.db.selectFrom('journal').select('id').where('communityId', '=', example.communityId).execute()).toEqual([])
})
