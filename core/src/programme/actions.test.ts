import { afterAll, beforeAll, expect, test } from 'vitest'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { addSession, cancelSession, editSession, moveSession, openProgramme, removeSession, restoreSession } from './actions.ts'
import type { NewSessionInput, SessionInput } from './model.ts'
import { addHall, editHall, pendingChanges, releaseSchedule, setSpeakers } from './release.actions.ts'
import { latestRelease } from './release.store.ts'
import { speakersMark } from './rules.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

const at = (time: string): Date => new Date(`2026-12-05T${time}:00+08:00`)
const talk = (title: string, time: string | null, minutes = 30, more: Partial<NewSessionInput> = {}): NewSessionInput => ({
  title: { zh: title, en: '' },
  kind: 'talk',
  abstract: {},
  level: '',
  language: 'zh',
  slidesUrl: '',
  note: {},
  mayRecord: true,
  hallId: null,
  startsAt: time ? at(time) : null,
  minutes,
  state: 'confirmed',
  no: null,
  slug: null,
  speakers: [],
  ...more,
})
const edit = (title: string, time: string, minutes = 30, more: Partial<SessionInput> = {}): SessionInput => {
  const { no: _, slug: __, speakers: ___, ...rest } = talk(title, time, minutes)
  return { ...rest, ...more }
}

test('items get the next free number and an address; a number cannot be used twice', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'numbers' })
  const made = [
    await addSession(app.ctx, communityId, event.id, talk('暖场', '13:30', 5, { no: 0 })),
    await addSession(app.ctx, communityId, event.id, talk('用 Yolo 数人', '13:40')),
    await addSession(app.ctx, communityId, event.id, talk('Yolo', '14:10', 30, { no: 7 })),
    await addSession(app.ctx, communityId, event.id, talk('DevOps 体系', '15:00')),
  ]
  expect(made.map(({ no, slug }) => [no, slug])).toEqual([
    [0, 'talk-0'],
    [1, 'yolo'],
    [7, 'yolo-7'],
    [8, 'devops'],
  ])
  await expect(addSession(app.ctx, communityId, event.id, talk('再来', '16:00', 5, { no: 7 }))).rejects.toMatchObject({
    code: 'programme.number_taken',
  })
  await expect(addSession(app.ctx, communityId, event.id, talk('再来', '16:00', 5, { slug: 'yolo' }))).rejects.toMatchObject({
    code: 'programme.slug_taken',
  })
})

test('items added at once have numbers of their own', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'at-once' })
  const made = await Promise.all(['一', '二', '三', '四', '五'].map((t) => addSession(app.ctx, communityId, event.id, talk(t, '14:00'))))
  expect(made.map((m) => m.no).sort()).toEqual([1, 2, 3, 4, 5])
})

test('a form that is sent twice makes one item and one hall; the same form with other content makes another', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'sent-twice' })
  const one = { ...talk('题目', '14:00', 30, { speakers: [{ personId: null, name: '姜原', affiliation: {} }] }), key: 'form-key-1' }
  const made = await Promise.all([addSession(app.ctx, communityId, event.id, one), addSession(app.ctx, communityId, event.id, one)])
  expect(made[0]).toEqual(made[1])
  const other = await addSession(app.ctx, communityId, event.id, { ...one, title: { zh: '另一题', en: '' } })
  expect([made[0]?.no, other.no]).toEqual([1, 2])
  const hall = { name: { zh: '一厅' }, seats: 80, key: 'form-key-2' }
  const halls = await Promise.all([addHall(app.ctx, communityId, event.id, hall), addHall(app.ctx, communityId, event.id, hall)])
  expect(halls[0]).toEqual(halls[1])
  const programme = await openProgramme(app.ctx, communityId, event.id)
  expect([programme.halls.length, programme.sessions.length]).toEqual([1, 2])
  const entries = await listEntries(app.db, { communityId, kinds: ['programme.session_added', 'programme.hall_added'] })
  expect(entries).toHaveLength(3)
})

test('a speaker with several hats is one person; another of the same name is not', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'hats' })
  const speaker = { personId: null, name: '沈崴', affiliation: { zh: '湖州迅普' } }
  const a = await addSession(app.ctx, communityId, event.id, talk('闪电一', '14:00', 5, { speakers: [speaker] }))
  const b = await addSession(
    app.ctx,
    communityId,
    event.id,
    talk('闪电二', '14:05', 5, { speakers: [{ ...speaker, affiliation: { zh: '另一顶帽子' } }] }),
  )
  const c = await addSession(app.ctx, communityId, event.id, talk('闪电三', '14:10', 5, { speakers: [{ ...speaker, another: true }] }))
  const people = await app.db.selectFrom('person').select(['name', 'initials']).where('communityId', '=', communityId).execute()
  expect(people).toEqual([
    { name: '沈崴', initials: 'sw' },
    { name: '沈崴', initials: 'sw' },
  ])
  const { sessions } = await openProgramme(app.ctx, communityId, event.id)
  const [one, two, three] = [a, b, c].map(({ id }) => sessions.find((s) => s.id === id)?.speakers[0])
  expect(one?.personId).toBe(two?.personId)
  expect(three?.personId).not.toBe(one?.personId)
  expect([one?.affiliation, two?.affiliation]).toEqual([{ zh: '湖州迅普' }, { zh: '另一顶帽子' }])
})

test('speakers changed by somebody else since the form was opened are not overwritten', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'speakers' })
  const { id } = await addSession(app.ctx, communityId, event.id, talk('题目', '14:00'))
  await setSpeakers(app.ctx, communityId, event.id, id, {
    speakers: [{ personId: null, name: '姜原', affiliation: { zh: '优趣' } }],
    was: speakersMark([]),
  })
  const again = setSpeakers(app.ctx, communityId, event.id, id, {
    speakers: [{ personId: null, name: '小罗', affiliation: {} }],
    was: speakersMark([]),
  })
  await expect(again).rejects.toMatchObject({ code: 'thing.changed', params: { who: 'test' } })
  const speakers = async () => (await openProgramme(app.ctx, communityId, event.id)).sessions[0]?.speakers ?? []
  const [seen] = await speakers()
  expect(seen).toMatchObject({ name: '姜原', affiliation: { zh: '优趣' } })
  const set = (affiliation: { zh: string; en: string }, was: string) =>
    setSpeakers(app.ctx, communityId, event.id, id, { speakers: [{ personId: seen?.personId ?? null, name: '姜原', affiliation }], was })
  const opened = speakersMark(await speakers())
  await set({ zh: '优趣', en: 'Youqu' }, opened)
  await expect(set({ zh: '优趣天下', en: '' }, opened)).rejects.toMatchObject({ code: 'thing.changed' })
  expect((await speakers())[0]?.affiliation).toEqual({ zh: '优趣', en: 'Youqu' })
  await app.db.updateTable('person').set({ name: '', erasedAt: app.clock.now() }).where('communityId', '=', communityId).execute()
  await setSpeakers(app.ctx, communityId, event.id, id, {
    speakers: [{ personId: null, name: '小罗', affiliation: {} }],
    was: speakersMark(await speakers()),
  })
  expect((await speakers()).map((s) => s.name)).toEqual(['小罗'])
})

test('two organisers edit one item: other fields merge, the same field is shown from both sides', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'two-edit' })
  const { id } = await addSession(app.ctx, communityId, event.id, talk('题目', '14:00'))
  const [one, two] = [app.as('programme', communityId), app.as('programme', communityId)]
  await editSession(one, communityId, event.id, id, { ...edit('新题目', '14:00'), revision: 1 })
  await editSession(two, communityId, event.id, id, { ...edit('题目', '14:30'), revision: 1 })
  const [saved] = (await openProgramme(app.ctx, communityId, event.id)).sessions
  expect([saved?.title, saved?.startsAt, saved?.revision]).toEqual([{ zh: '新题目' }, at('14:30'), 3])
  await expect(editSession(two, communityId, event.id, id, { ...edit('又一个题目', '14:30'), revision: 1 })).rejects.toMatchObject({
    code: 'thing.changed',
    params: { fields: ['title'], theirs: { title: { zh: '新题目' } } },
  })
  const seen = { revision: 3, fields: ['title'] }
  await editSession(two, communityId, event.id, id, { ...edit('又一个题目', '14:00', 20), revision: 1, seen })
  const [kept] = (await openProgramme(app.ctx, communityId, event.id)).sessions
  expect([kept?.title, kept?.startsAt, kept?.minutes]).toEqual([{ zh: '又一个题目' }, at('14:30'), 20])
  await expect(editSession(one, communityId, event.id, id, { ...edit('第三个题目', '14:00'), revision: 1, seen })).rejects.toMatchObject({
    code: 'thing.changed',
    params: { fields: ['title'], revision: 4 },
  })
  const entries = await listEntries(app.db, { communityId, kinds: ['programme.session_changed'] })
  expect(entries.map((e) => e.facts['what'])).toEqual([
    { zh: '改了标题', en: 'changed title' },
    { zh: '改了时间', en: 'changed time' },
    { zh: '改了标题、时长', en: 'changed title, length' },
  ])
})

test('a hall is renamed and gets seats; saving it as it is says nothing', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'hall-edit' })
  const { id } = await addHall(app.ctx, communityId, event.id, { name: { zh: '一厅' }, seats: 80 })
  for (let i = 0; i < 2; i += 1) await editHall(app.ctx, communityId, event.id, id, { name: { zh: '大厅', en: 'Main hall' }, seats: '' })
  expect((await openProgramme(app.ctx, communityId, event.id)).halls).toEqual([
    { id, name: { zh: '大厅', en: 'Main hall' }, seats: null, position: 0 },
  ])
  expect(await listEntries(app.db, { communityId, kinds: ['programme.hall_changed'] })).toHaveLength(1)
  const yours = await makeEvent(app.ctx, { community: 'hall-yours' })
  await expect(editHall(app.ctx, yours.communityId, yours.event.id, id, { name: { zh: '偷' }, seats: null })).rejects.toMatchObject({
    code: 'thing.not_found',
  })
})

test('moving one item moves what follows in its hall when asked', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'moves' })
  const hall = await addHall(app.ctx, communityId, event.id, { name: { zh: '一厅' }, seats: 80 })
  const other = await addHall(app.ctx, communityId, event.id, { name: { zh: '二厅' }, seats: null })
  const ids = []
  for (const [title, time, hallId] of [
    ['甲', '14:00', hall.id],
    ['乙', '14:30', hall.id],
    ['丙', '14:30', other.id],
    ['丁', '13:30', hall.id],
  ] as const) {
    ids.push((await addSession(app.ctx, communityId, event.id, talk(title, time, 30, { hallId }))).id)
  }
  await moveSession(app.ctx, communityId, event.id, ids[0] ?? '', { startsAt: at('14:10'), minutes: 35, shift: true })
  const { sessions } = await openProgramme(app.ctx, communityId, event.id)
  expect(sessions.map((s) => [s.title.zh, s.startsAt?.toISOString(), s.minutes])).toEqual([
    ['丁', at('13:30').toISOString(), 30],
    ['甲', at('14:10').toISOString(), 35],
    ['丙', at('14:30').toISOString(), 30],
    ['乙', at('14:45').toISOString(), 30],
  ])
})

test('the public sees releases only; a second release without news is none', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'releases' })
  expect(await latestRelease(app.db, communityId, event.id)).toBe(null)
  const a = await addSession(
    app.ctx,
    communityId,
    event.id,
    talk('甲', '14:00', 30, { speakers: [{ personId: null, name: '姜原', affiliation: { zh: '优趣' } }] }),
  )
  await addSession(app.ctx, communityId, event.id, talk('草稿', '15:00', 30, { state: 'draft' }))
  const released = await Promise.all([releaseSchedule(app.ctx, communityId, event.id), releaseSchedule(app.ctx, communityId, event.id)])
  expect(released.map((r) => [r.version, r.released]).sort()).toEqual([
    [1, false],
    [1, true],
  ])
  await editSession(app.ctx, communityId, event.id, a.id, edit('甲改', '14:00'))
  await cancelSession(app.ctx, communityId, event.id, a.id)
  const first = await latestRelease(app.db, communityId, event.id)
  expect(first?.sessions.map((s) => [s.title, s.state, s.speakers.map((p) => p.name)])).toEqual([[{ zh: '甲' }, 'confirmed', ['姜原']]])
  expect((await pendingChanges(app.ctx, communityId, event.id)).changes.map((c) => c.kind)).toEqual(['cancelled'])
  await expect(removeSession(app.ctx, communityId, event.id, a.id)).rejects.toMatchObject({ code: 'programme.released_already' })
  await releaseSchedule(app.ctx, communityId, event.id)
  expect((await latestRelease(app.db, communityId, event.id))?.sessions.map((s) => s.state)).toEqual(['cancelled'])
  await restoreSession(app.ctx, communityId, event.id, a.id)
  const open = await listEntries(app.db, { communityId, eventId: event.id, rooms: ['programme'] })
  expect(open.filter((e) => e.public).map((e) => [e.kind, e.facts])).toEqual([
    ['programme.released', { version: 1, count: 1, changes: 1 }],
    ['programme.released', { version: 2, count: 0, changes: 1 }],
  ])
})

test('who was erased is in no release any more', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'erased' })
  await addSession(
    app.ctx,
    communityId,
    event.id,
    talk('甲', '14:00', 30, { speakers: [{ personId: null, name: '姜原', affiliation: {} }] }),
  )
  await releaseSchedule(app.ctx, communityId, event.id)
  await app.db.updateTable('person').set({ name: '', erasedAt: app.clock.now() }).where('communityId', '=', communityId).execute()
  expect((await latestRelease(app.db, communityId, event.id))?.sessions[0]?.speakers).toEqual([])
})

test('another event’s items, and people without the right, are out of reach', async () => {
  const mine = await makeEvent(app.ctx, { community: 'mine' })
  const yours = await makeEvent(app.ctx, { community: 'yours' })
  const { id } = await addSession(app.ctx, yours.communityId, yours.event.id, talk('甲', '14:00'))
  const me = app.as('owner', mine.communityId)
  await expect(editSession(me, yours.communityId, yours.event.id, id, edit('乙', '14:00'))).rejects.toMatchObject({ code: 'access.denied' })
  await expect(cancelSession(me, mine.communityId, mine.event.id, id)).rejects.toMatchObject({ code: 'thing.not_found' })
  await expect(releaseSchedule(app.as('stage', mine.communityId), mine.communityId, mine.event.id)).rejects.toMatchObject({
    code: 'access.denied',
  })
  await expect(openProgramme(app.context({ kind: 'visitor' }), mine.communityId, mine.event.id)).rejects.toMatchObject({
    code: 'access.sign_in',
  })
})

test('bad input names its fields', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'bad-input' })
  await expect(
    addSession(app.ctx, communityId, event.id, {
      ...talk('', '14:00', 0),
      slidesUrl: 'javascript:alert(1)',
      speakers: [{ personId: null, name: '', affiliation: {} }],
    }),
  ).rejects.toMatchObject({
    code: 'input.invalid',
    issues: [
      { path: 'title.zh', code: 'field.required' },
      { path: 'slidesUrl', code: 'field.url' },
      { path: 'minutes', code: 'field.too_small' },
      { path: 'speakers.0.name', code: 'field.required' },
    ],
  })
})
