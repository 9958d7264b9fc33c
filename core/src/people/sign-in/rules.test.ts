import { expect, test } from 'vitest'
import { clientOf, readCookie } from './rules.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
])('counts %s as %s', (ip, client) => {
  expect(clientOf(ip)).toBe(client)
})

test('finds a cookie by its whole name', () => {
  expect(readCookie('a=1; kc-session=x=y; b=2', 'kc-session')).toBe('x=y')
  expect(readCookie('xkc-session=1; kc-session2=2', 'kc-session')).toBeNull()
  expect(readCookie(null, 'kc-session')).toBeNull()
})
