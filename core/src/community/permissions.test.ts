import { expect, test } from 'vitest'
import type { Actor } from '#core/kernel/actor.ts'
import { authorise, can, permissions, roles, type Permission } from './permissions.ts'

const community = '00000000-0000-7000-8000-000000000001'
const other = '00000000-0000-7000-8000-000000000002'
const event = '00000000-0000-7000-8000-000000000011'
const account = (role: string, eventId: string | null, communityId = community): Actor => ({
  kind: 'account',
  accountId: 'a',
  name: 'A',
  email: 'a@example.org',
  administrator: false,
  grants: [{ communityId, eventId, role }],
})
const all = Object.keys(permissions).filter((p): p is Permission => p in permissions)

test('each role may do exactly what the list says, in its community only', () => {
  for (const permission of all) {
    for (const role of roles) {
      const allowed: readonly string[] = permissions[permission]
      expect(can(account(role, null), permission, { communityId: community, eventId: event })).toBe(allowed.includes(role))
      expect(can(account(role, null), permission, { communityId: other, eventId: event })).toBe(false)
    }
  }
})

test('a role in one event reaches neither another event nor the community', () => {
  expect(can(account('owner', event), 'event.manage', { communityId: community, eventId: event })).toBe(true)
  expect(can(account('owner', event), 'event.manage', { communityId: community, eventId: other })).toBe(false)
  expect(can(account('owner', event), 'community.manage', { communityId: community })).toBe(false)
})

test('a stranger is asked to sign in, a known person is refused', () => {
  expect(() => authorise({ kind: 'visitor' }, 'plan.edit', { communityId: community })).toThrowError(
    expect.objectContaining({ code: 'access.sign_in' }),
  )
  expect(() => authorise(account('door', null), 'plan.edit', { communityId: community })).toThrowError(
    expect.objectContaining({ code: 'access.denied' }),
  )
})
