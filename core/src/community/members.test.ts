import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../../tests/setup/app.ts'
import { makeEvent } from '../../../tests/setup/samples.ts'
import { inviteMember, openMembers, removeMember } from './members.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

test('somebody invited by their address has the role, once, and gets a link to sign in', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'inviting' })
  const owner = app.as('owner', communityId)
  await inviteMember(owner, communityId, { email: 'Door@Example.org', role: 'door', eventId: event.id }, 'zh')
  await inviteMember(owner, communityId, { email: 'door@example.org', role: 'door', eventId: event.id }, 'zh')
  expect(await openMembers(owner, communityId)).toMatchObject([{ email: 'door@example.org', role: 'door', eventId: event.id }])
  const mails = await app.db.selectFrom('outbox').select(['toAddress', 'body']).where('toAddress', '=', 'door@example.org').execute()
  expect(mails.map((mail) => /\/sign-in\/link\/\S+/.test(mail.body))).toEqual([true, true])
})

test('only leads invite, and not to the events of others', async () => {
  const here = await makeEvent(app.ctx, { community: 'here' })
  const there = await makeEvent(app.ctx, { community: 'there' })
  await expect(
    inviteMember(app.as('organiser', here.communityId), here.communityId, { email: 'a@example.org', role: 'owner', eventId: '' }, 'zh'),
  ).rejects.toMatchObject({ code: 'access.denied' })
  await expect(
    inviteMember(
      app.as('owner', here.communityId),
      here.communityId,
      { email: 'a@example.org', role: 'door', eventId: there.event.id },
      'zh',
    ),
  ).rejects.toMatchObject({ code: 'event.not_found' })
  await expect(openMembers(app.as('owner', here.communityId), there.communityId)).rejects.toMatchObject({ code: 'access.denied' })
})

test('the last lead stays, also when two leads remove each other at once', async () => {
  const { communityId } = await makeEvent(app.ctx, { community: 'leads' })
  for (const email of ['one@example.org', 'two@example.org'])
    await inviteMember(app.ctx, communityId, { email, role: 'owner', eventId: null }, 'zh')
  const [one, two] = await openMembers(app.ctx, communityId)
  if (!one || !two) throw new Error('two leads were invited')
  const results = await Promise.allSettled([removeMember(app.ctx, communityId, one.id), removeMember(app.ctx, communityId, two.id)])
  expect(results.filter((r) => r.status === 'rejected').map((r) => r.reason)).toMatchObject([{ code: 'community.last_owner' }])
  expect(await openMembers(app.ctx, communityId)).toHaveLength(1)
})
