import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listEntries } from '#core/store/journal.ts'
import { newId } from '#core/kernel/ids.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import {
  hideRecordings,
  matchAgain,
  matchByHand,
  matchByItself,
  proposeActuals,
  publishRecordings,
  recordingsReport,
  removeRecording,
} from './actions.ts'
import { communityFiles } from '#core/store/files.ts'
import { recordingsInFolder } from './folder.ts'
import { importRecordings, receiveRecording } from './intake.actions.ts'
import { openFile } from './serve.actions.ts'
import { silentMp3 } from './silence.ts'
import { publicRecordingsOf } from './store.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp({ now: '2019-10-27T10:00:00+08:00' })))
afterAll(() => app.close())

const nanningDay = { startsAt: new Date('2019-10-26T13:30:00+08:00'), endsAt: new Date('2019-10-26T18:30:00+08:00') }

async function* bytes(content: Uint8Array, parts = 1): AsyncGenerator<Uint8Array> {
  const size = Math.ceil(content.length / parts)
  for (let i = 0; i < content.length; i += size) yield content.subarray(i, i + size)
}

async function addSession(place: { communityId: string; eventId: string }, no: number, planned: string, mayRecord = true): Promise<string> {
  const id = newId(app)
  await app.db
    .insertInto('session')
    .values({
      ...place,
      id,
      no,
      slug: `item-${no}`,
      kind: 'talk',
      title: { zh: `第 ${no} 项` },
      mayRecord,
      minutes: 30,
      startsAt: new Date(`2019-10-26T${planned}:00+08:00`),
      createdAt: app.clock.now(),
    })
    .execute()
  return id
}

async function begin(community: string) {
  const { communityId, event } = await makeEvent(app.ctx, { community, ...nanningDay })
  const place = { communityId, eventId: event.id }
  const sessions = [await addSession(place, 4, '14:10'), await addSession(place, 6, '14:40'), await addSession(place, 7, '15:10', false)]
  const receive = (name: string, mark = name) =>
    receiveRecording(app.ctx, communityId, event.id, { name, content: bytes(silentMp3(1, mark), 7) })
  return { communityId, eventId: event.id, sessions, receive }
}

test('a recording comes in under its checksum, is matched by time, and a second time changes nothing', async () => {
  const { communityId, eventId, sessions, receive } = await begin('intake')
  const first = await receive('191026-04-yolo-141104.MP3')
  expect(first).toMatchObject({
    name: '191026-04-yolo-141104.MP3',
    size: silentMp3(1, first.name).length,
    already: false,
    match: { sessionId: sessions[0], matchedBy: 'time', offsetSeconds: 64 },
  })
  expect(await receive('191026-04-yolo-141104.MP3')).toEqual({ ...first, already: true })
  await expect(receive('191026-04-yolo-141104.MP3', 'another content')).rejects.toMatchObject({ code: 'recording.name_taken' })
  const [recording] = (await recordingsReport(app.ctx, communityId, eventId)).recordings
  const folder = communityFiles(app.settings.dataDirectory, communityId)
  expect(readdirSync(folder).sort()).toEqual([recording?.sha256, 'incoming'])
  expect(readdirSync(join(folder, 'incoming'))).toEqual([])
  expect(recording).toMatchObject({
    recordedOn: '2019-10-26',
    no: 4,
    slug: 'yolo',
    startedAt: new Date('2019-10-26T14:11:04+08:00'),
    published: false,
    mediaType: 'audio/mpeg',
  })
  const entries = await listEntries(app.db, { communityId, eventId, rooms: ['archive'] })
  expect(entries.map((e) => [e.kind, e.facts])).toEqual([
    ['archive.received', { name: first.name, size: first.size }],
    ['archive.matched', { name: first.name, title: { zh: '第 4 项' }, by: 'time' }],
  ])
})

test('an empty file, a wrong ending, a wrong content and a path are refused or tamed, and leave nothing behind', async () => {
  const { communityId, eventId } = await begin('refusals')
  const take = (name: string, content: Uint8Array, more = {}) =>
    receiveRecording(app.ctx, communityId, eventId, { name, content: bytes(content), ...more })
  const page = new TextEncoder().encode('<!doctype html><script>alert(1)</script>')
  await expect(take('191026-04-yolo-141104.MP3', new Uint8Array())).rejects.toMatchObject({
    code: 'file.empty',
    params: { name: '191026-04-yolo-141104.MP3' },
  })
  await expect(take('191026-04-yolo-141104.exe', silentMp3(1))).rejects.toMatchObject({ code: 'file.type', params: { type: 'exe' } })
  await expect(take('slides.pdf', new TextEncoder().encode('%PDF-1.7'))).rejects.toMatchObject({
    code: 'file.type',
    params: { type: 'pdf' },
  })
  await expect(take('talk.mp3', page)).rejects.toMatchObject({ code: 'file.type', params: { type: 'HTML / XML' } })
  await expect(take('talk.mp3', silentMp3(1), { limit: 100 })).rejects.toMatchObject({ code: 'file.too_large' })
  await expect(take('talk.mp3', silentMp3(1), { announced: 3 * 1024 ** 3 })).rejects.toMatchObject({
    code: 'file.too_large',
    params: { limit: '2 GB' },
  })
  expect(readdirSync(join(communityFiles(app.settings.dataDirectory, communityId), 'incoming'))).toEqual([])
  expect((await take('../../../etc/\u202e191026-04-yolo-141104.MP3', silentMp3(1))).name).toBe('191026-04-yolo-141104.MP3')
  const other = await begin('others')
  await expect(
    receiveRecording(app.as('viewer', communityId), communityId, eventId, { name: 'a.mp3', content: bytes(silentMp3(1)) }),
  ).rejects.toMatchObject({ code: 'access.denied' })
  await expect(
    receiveRecording(app.as('owner', other.communityId), communityId, eventId, { name: 'a.mp3', content: bytes(silentMp3(1)) }),
  ).rejects.toMatchObject({ code: 'access.denied' })
})

test('a sender that breaks off leaves nothing', async () => {
  const { communityId, eventId } = await begin('broken')
  async function* half(): AsyncGenerator<Uint8Array> {
    yield silentMp3(1)
    throw new Error('connection lost')
  }
  await expect(receiveRecording(app.ctx, communityId, eventId, { name: 'a.mp3', content: half() })).rejects.toThrow('connection lost')
  expect(readdirSync(join(communityFiles(app.settings.dataDirectory, communityId), 'incoming'))).toEqual([])
})

test('a folder goes in as a whole; what cannot be taken is named and the rest goes on', async () => {
  const { communityId, eventId, sessions } = await begin('folder')
  const folder = mkdtempSync(join(tmpdir(), 'kaichang-recordings-'))
  for (const [name, content] of [
    ['191026-04-yolo-141104.MP3', silentMp3(1, 'a')],
    ['191026-06-micropython-.MP3', silentMp3(1, 'b')],
    ['191025-07-devops-151303.MP3', silentMp3(1, 'c')],
    ['191026-08-empty-155908.MP3', new Uint8Array()],
    ['notes.txt', new Uint8Array([65])],
    ['.hidden.mp3', silentMp3(1)],
  ] as const)
    writeFileSync(join(folder, name), content)
  const result = await importRecordings(app.ctx, communityId, eventId, await recordingsInFolder(folder))
  expect(result.refused).toEqual([
    { name: '191026-08-empty-155908.MP3', code: 'file.empty', params: { name: '191026-08-empty-155908.MP3' } },
  ])
  expect(result.received.map((r) => r.name)).toEqual([
    '191025-07-devops-151303.MP3',
    '191026-04-yolo-141104.MP3',
    '191026-06-micropython-.MP3',
  ])
  const { recordings, report } = await recordingsReport(app.ctx, communityId, eventId)
  expect(recordings.map((r) => [r.name, r.sessionId, r.matchedBy, r.problems])).toEqual([
    ['191025-07-devops-151303.MP3', null, 'none', [{ code: 'other_day', day: '2019-10-25', eventDay: '2019-10-26' }]],
    ['191026-04-yolo-141104.MP3', sessions[0], 'time', []],
    ['191026-06-micropython-.MP3', sessions[1], 'number', [{ code: 'missing_time' }]],
  ])
  expect(report).toMatchObject({ gaps: [5], withoutRecording: [] })
})

test('a choice by hand stays through a new matching and can be given back', async () => {
  const { communityId, eventId, sessions, receive } = await begin('hand')
  const { recordingId } = await receive('191026-04-yolo-141104.MP3')
  const state = async () => (await recordingsReport(app.ctx, communityId, eventId)).recordings.map((r) => [r.sessionId, r.matchedBy])
  await matchByHand(app.ctx, communityId, eventId, { recordingId, sessionId: sessions[1] ?? null })
  await matchAgain(app.ctx, communityId, eventId)
  expect(await state()).toEqual([[sessions[1], 'hand']])
  await matchByHand(app.ctx, communityId, eventId, { recordingId, sessionId: null })
  expect(await state()).toEqual([[null, 'hand']])
  await matchByItself(app.ctx, communityId, eventId, recordingId)
  expect(await state()).toEqual([[sessions[0], 'time']])
  const elsewhere = await begin('hand-2')
  await expect(matchByHand(app.ctx, communityId, eventId, { recordingId, sessionId: elsewhere.sessions[0] ?? null })).rejects.toMatchObject(
    { code: 'thing.not_found' },
  )
})

test('only matched recordings of sessions that may be recorded become public; removing one removes its file', async () => {
  const { communityId, eventId, sessions, receive } = await begin('public')
  const a = await receive('191026-04-yolo-141104.MP3')
  const b = await receive('191026-07-devops-151303.MP3')
  const c = await receive('REC0001.mp3')
  expect(await publishRecordings(app.ctx, communityId, eventId, { recordingIds: 'all' })).toEqual({
    published: 1,
    withheld: [
      { recordingId: b.recordingId, name: b.name, reason: 'may_not_record' },
      { recordingId: c.recordingId, name: c.name, reason: 'no_session' },
    ],
  })
  expect(await publicRecordingsOf(app.db, communityId, eventId)).toEqual([
    {
      id: a.recordingId,
      sessionId: sessions[0],
      name: a.name,
      mediaType: 'audio/mpeg',
      size: a.size,
      startedAt: new Date('2019-10-26T14:11:04+08:00'),
    },
  ])
  const stranger = app.context({ kind: 'visitor' })
  const served = await openFile(stranger, communityId, a.recordingId)
  expect(served).toMatchObject({ name: a.name, size: a.size, mediaType: 'audio/mpeg', inline: true, public: true })
  await expect(openFile(stranger, communityId, b.recordingId)).rejects.toMatchObject({ code: 'thing.not_found' })
  expect(await openFile(app.as('editor', communityId), communityId, b.recordingId)).toMatchObject({ public: false })
  const other = await begin('public-other')
  await expect(openFile(app.as('owner', other.communityId), communityId, b.recordingId)).rejects.toMatchObject({ code: 'thing.not_found' })
  await expect(openFile(app.ctx, other.communityId, a.recordingId)).rejects.toMatchObject({ code: 'thing.not_found' })
  for (const id of ['../../secret', '..%2f', a.recordingId.slice(1), ''])
    await expect(openFile(app.ctx, communityId, id)).rejects.toMatchObject({ code: 'thing.not_found' })
  expect(await hideRecordings(app.ctx, communityId, eventId, { recordingIds: [a.recordingId] })).toBe(1)
  await expect(openFile(stranger, communityId, a.recordingId)).rejects.toMatchObject({ code: 'thing.not_found' })
  expect(existsSync(served.path)).toBe(true)
  await removeRecording(app.ctx, communityId, eventId, a.recordingId)
  expect(existsSync(served.path)).toBe(false)
  await expect(removeRecording(app.ctx, communityId, eventId, a.recordingId)).rejects.toMatchObject({ code: 'thing.not_found' })
})

test('recordings tell when sessions began that nobody timed', async () => {
  const { communityId, eventId, sessions, receive } = await begin('actuals')
  await receive('191026-04-yolo-141104.MP3')
  await receive('191026-06-micropython-.MP3')
  expect(await proposeActuals(app.ctx, communityId, eventId)).toEqual([
    { sessionId: sessions[0], startedAt: new Date('2019-10-26T14:11:04+08:00'), recording: '191026-04-yolo-141104.MP3' },
  ])
})
