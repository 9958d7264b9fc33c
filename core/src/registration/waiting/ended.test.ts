import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor } from '#core/kernel/actor.ts'
import { testApp, type TestApp } from '../../../../tests/setup/app.ts'
import { makeEvent } from '../../../../tests/setup/samples.ts'
import { addType, removeType } from '../types/actions.ts'
import { addQuota, editQuota } from '../types/quota.actions.ts'
import { openRegistration } from '../window.actions.ts'
import { joinWaiting } from './join.actions.ts'
import { openWaiting } from './open.ts'

let app: TestApp
beforeAll(async () => void (app = await testApp()))
afterAll(() => app.close())

test('who waits for a type that is no longer given out is told so and offered none of it; others wait on', async () => {
  const { communityId, event } = await makeEvent(app.ctx, { community: 'ended' })
  const here = [communityId, event.id] as const
  await openRegistration(app.ctx, ...here)
  const [student, plain] = [
    await addType(app.ctx, ...here, { name: { zh: '学生票' } }),
    await addType(app.ctx, ...here, { name: { zh: '普通' } }),
  ]
  const rows = { name: { zh: '前排' }, typeIds: [student, plain] }
  const quota = await addQuota(app.ctx, ...here, { ...rows, size: 0 })
  const wait = (ticketType: string, email: string) =>
    joinWaiting(app.context(visitor), ...here, {
      name: '王五',
      phone: '',
      email,
      ticketType,
      seats: 1,
      together: true,
      consents: { registration: true },
    })
  const [first, second] = [await wait(student, 'first@example.org'), await wait(plain, 'second@example.org')]
  expect(await removeType(app.ctx, ...here, student)).toBe('retired')
  await editQuota(app.ctx, ...here, quota, { ...rows, size: 5 })
  const stateOf = async ({ path }: { path: string }) => (await openWaiting(app.ctx, path.slice('/w/'.length))).waiting.state
  expect([await stateOf(first), await stateOf(second)]).toEqual(['left', 'offered'])
  const mails = app.db
    .selectFrom('outbox')
    .select('body')
    .where('communityId', '=', communityId)
    .where('toAddress', '=', 'first@example.org')
  const told = await mails.where('template', '=', 'registration.waiting_removed').execute()
  expect(told.map(({ body }) => body.includes('「学生票」不再提供了。'))).toEqual([true])
})
