import { afterAll, beforeAll, expect, test } from 'vitest'
import { readLink } from '#core/kernel/links.ts'
import { findCommunity } from '#core/community/store.ts'
import { listEntries } from '#core/store/journal.ts'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { addVolunteer, editVolunteer, openTeam, removeVolunteer, renewLink, restoreVolunteer, teamSize } from './actions.ts'
import { clashes, openDuties } from './rules.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

test('one person has several duties and is one person, by name among helpers or by phone', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'hats' })
  await addVolunteer(app.ctx, communityId, event.id, { name: '嘉鹏', duty: 'emcee' })
  await addVolunteer(app.ctx, communityId, event.id, { name: '嘉鹏', duty: 'door' })
  app.clock.advance(1000)
  await addVolunteer(app.ctx, communityId, event.id, { name: '海鑫', phone: '138 0013 8000', duty: 'emcee' })
  await addVolunteer(app.ctx, communityId, event.id, { name: '海鑫', phone: '13800138000', duty: 'photo' })
  const team = await openTeam(app.ctx, communityId, event.id)
  expect(team.map((v) => [v.name, v.duty, v.phone])).toEqual([
    ['嘉鹏', 'emcee', ''],
    ['海鑫', 'emcee', '138****8000'],
    ['嘉鹏', 'door', ''],
    ['海鑫', 'photo', '138****8000'],
  ])
  expect(await teamSize(app.ctx, communityId, event.id)).toBe(2)
  await expect(addVolunteer(app.ctx, communityId, event.id, { name: '嘉鹏', duty: 'door' })).rejects.toMatchObject({ code: 'team.already' })
})

test('an attendee of the same name is somebody else', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'names' })
  const attendee = '00000000-0000-7000-8000-0000000000aa'
  await app.db.insertInto('person').values({ communityId, id: attendee, name: '李文强', createdAt: app.clock.now() }).execute()
  await addVolunteer(app.ctx, communityId, event.id, { name: '李文强', duty: 'lead' })
  const [lead] = await openTeam(app.ctx, communityId, event.id)
  expect(lead?.personId).not.toBe(attendee)
})

test('the personal link names the volunteer, a renewed one and one who left have another', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'links' })
  const id = await addVolunteer(app.ctx, communityId, event.id, { name: '杨勇', duty: 'door' })
  const link = async () => (await openTeam(app.ctx, communityId, event.id))[0]?.link ?? ''
  const first = await link()
  const community = await findCommunity(app.db, communityId)
  expect(readLink(app.secret, 'v', first.replace('/v/', ''))).toEqual({
    purpose: 'v',
    communityNo: community?.no,
    subjectId: id,
    version: 1,
  })
  await renewLink(app.ctx, communityId, event.id, id)
  expect(readLink(app.secret, 'v', (await link()).replace('/v/', ''))?.version).toBe(2)
  await removeVolunteer(app.ctx, communityId, event.id, id)
  expect(await openTeam(app.ctx, communityId, event.id)).toEqual([])
  await restoreVolunteer(app.ctx, communityId, event.id, id)
  expect(readLink(app.secret, 'v', (await link()).replace('/v/', ''))?.version).toBe(3)
  const [seen] = await openTeam(app.as('door', communityId), communityId, event.id)
  expect([seen?.name, seen?.link, seen?.phone]).toEqual(['杨勇', null, ''])
})

test('a shift ends after it starts; two shifts at once clash; open duties are named', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'shifts' })
  const at = (time: string) => new Date(`2026-12-05T${time}:00+08:00`)
  const door = await addVolunteer(app.ctx, communityId, event.id, {
    name: '孙夏',
    duty: 'door',
    startsAt: at('12:00'),
    endsAt: at('14:00'),
  })
  await addVolunteer(app.ctx, communityId, event.id, { name: '孙夏', duty: 'stage', startsAt: at('13:30'), endsAt: at('18:30') })
  await expect(editVolunteer(app.ctx, communityId, event.id, door, { startsAt: at('14:00'), endsAt: at('12:00') })).rejects.toMatchObject({
    issues: [{ path: 'endsAt', code: 'team.shift' }],
  })
  const team = await openTeam(app.ctx, communityId, event.id)
  expect(clashes(team).map(([a, b]) => [a.duty, b.duty])).toEqual([['door', 'stage']])
  expect(openDuties(team)).toEqual(['lead', 'emcee', 'recording', 'photo'])
  await editVolunteer(app.ctx, communityId, event.id, door, { startsAt: at('12:00'), endsAt: at('13:30') })
  expect(clashes(await openTeam(app.ctx, communityId, event.id))).toEqual([])
})

test('no name stands in the journal', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'quiet' })
  await addVolunteer(app.ctx, communityId, event.id, { name: '吴传坚', duty: 'door' })
  const [entry] = await listEntries(app.db, { communityId, rooms: ['team'] })
  expect(entry?.facts).toEqual({ duty: { zh: '签到', en: 'door' } })
})

test('two people enter the same helper at once: it is one helper, and one of them is told', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'at-once' })
  const enter = () => addVolunteer(app.ctx, communityId, event.id, { name: '孙夏', duty: 'photo' })
  const outcomes = await Promise.allSettled([enter(), enter(), enter()])
  expect(outcomes.filter((one) => one.status === 'fulfilled').length).toBe(1)
  for (const one of outcomes) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'team.already' })
  expect(await teamSize(app.ctx, communityId, event.id)).toBe(1)
})
