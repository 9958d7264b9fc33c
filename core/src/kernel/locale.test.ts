import { expect, it } from 'vitest'
import { chooseLocale } from './locale.ts'

it.each([
  [null, undefined, null, 'zh'],
  ['en', 'zh', 'zh-CN', 'en'],
  ['zh', 'en', 'en', 'zh'],
  [null, 'en', 'zh-CN,zh;q=0.9', 'en'],
  [null, undefined, 'en-GB,en;q=0.9,zh;q=0.5', 'en'],
  [null, undefined, 'zh-TW', 'zh'],
  [null, undefined, 'fr-FR, en;q=0.3', 'en'],
  [null, undefined, 'fr-FR, en;q=0', 'zh'],
  ['fr', undefined, 'fr', 'zh'],
  ['<script>', undefined, null, 'zh'],
  [null, 'xx', 'en', 'zh'],
])('?lang=%s, cookie %s, accepted %s → %s', (asked, cookie, accepted, expected) => {
  expect(chooseLocale(asked, cookie, accepted)).toBe(expected)
})
