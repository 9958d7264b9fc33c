import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { settableClock } from './clock.ts'
import { catalogue } from './errors.catalogue.ts'
import { newId, normaliseCode, shortCode } from './ids.ts'
import { readLink, signLink } from './links.ts'
import { formatMoney, parseYuan } from './money.ts'
import { pickNumber, seededRandom } from './random.ts'
import { readSettings, SettingsError } from './settings.ts'
import { cleanLine, cleanLines, fill, pickText, slugify, textSchema } from './text.ts'
import { parseInput } from './validation.ts'

test('ids are version 7, sort by their time and repeat with a seed', () => {
  const clock = settableClock(new Date('2019-10-26T05:38:49.123Z'))
  const first = newId({ clock, random: seededRandom(7) })
  expect(first).toMatch(/^016e0693-06a3-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(newId({ clock, random: seededRandom(7) })).toBe(first)
  clock.advance(1)
  expect(newId({ clock, random: seededRandom(7) }) > first).toBe(true)
})

test('numbers are picked evenly', () => {
  const random = seededRandom(3)
  const counts = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < 60_000; i += 1) {
    const n = pickNumber(random, 6)
    counts[n] = (counts[n] ?? 0) + 1
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
})

test('codes have six letters that cannot be mistaken, and are read however typed', () => {
  expect(shortCode(seededRandom(1))).toMatch(/^[23456789BCDFGHJKMNPQRSTVWXYZ]{6}$/)
  expect(normaliseCode(' k7-ｂ２ 9q ')).toBe('K7B29Q')
})

test('a link is read back, and no altered character passes', () => {
  const claim = { purpose: 't', communityNo: 41, subjectId: '016e0683-2a43-7abc-8def-0123456789ab', version: 2 } as const
  const token = signLink('s'.repeat(40), claim)
  expect(readLink('s'.repeat(40), 't', token)).toEqual(claim)
  expect(readLink('s'.repeat(40), 'v', token)).toBeNull()
  expect(readLink('x'.repeat(40), 't', token)).toBeNull()
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'abcXYZ019._-'), (at, letter) => {
      const altered = token.slice(0, at) + letter + token.slice(at + 1)
      return altered === token || readLink('s'.repeat(40), 't', altered) === null
    }),
    { numRuns: 2000 },
  )
})

test('a link is sealed by HMAC-SHA-256, whatever the length of the secret', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      fc.uuid(),
      fc.integer({ min: 1, max: 99_999 }),
      fc.nat(255),
      (secret, subjectId, communityNo, version) => {
        const body = Buffer.from([...Buffer.from(subjectId.replaceAll('-', ''), 'hex'), version])
        const mac = createHmac('sha256', secret).update(`kaichang-link:d:${communityNo}:`).update(body).digest().subarray(0, 12)
        const token = `${communityNo.toString(36)}.${Buffer.concat([body, mac]).toString('base64url')}`
        expect(signLink(secret, { purpose: 'd', communityNo, subjectId, version })).toBe(token)
      },
    ),
  )
})

test('typed amounts become fen, others are refused', () => {
  expect(['1280', '¥1,280.5', '０．０１', '99.50元', '-3'].map(parseYuan)).toEqual([128_000, 128_050, 1, 9950, -300])
  expect(['', 'abc', '1.234', '1e3', '--1'].map(parseYuan)).toEqual([null, null, null, null, null])
  expect(formatMoney(128_000, 'zh')).toBe('¥1,280.00')
})

test('hidden and turning characters are dropped from a line, everything else is kept', () => {
  expect(cleanLine('  张\u202e三\u0000 \n 👩‍💻 ')).toBe('张三 👩‍💻')
  expect(cleanLine('=HYPERLINK("x")<script>')).toBe('=HYPERLINK("x")<script>')
  expect(cleanLine('a\ud800\ufffeb\u061c')).toBe('a\ufffdb')
  expect(cleanLines('a  \r\n\tb\t\rc ')).toBe('a\n\tb\nc')
  expect(cleanLines(`a${' '.repeat(1_000_000)}b`).length).toBe(1_000_002)
})

test('a text falls back to the other language, and one of the two is required', () => {
  expect(pickText({ zh: '中' }, 'en')).toBe('中')
  expect(pickText({ zh: '中', en: 'E' }, 'en')).toBe('E')
  expect(textSchema().parse({ en: ' E ' })).toEqual({ en: 'E' })
  expect(textSchema().safeParse({ zh: ' ' }).success).toBe(false)
})

test('sentences are filled without reading the values', () => {
  expect(fill('{a} and {b} {missing}', { a: '{b}', b: '$&' })).toBe('{b} and $& {missing}')
  expect(slugify('PyCon China 2019, Nänning!')).toBe('pycon-china-2019-nanning')
})

test('both sentences of every error have the same places', () => {
  const places = (s: string): string[] => [...s.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort()
  for (const [code, entry] of Object.entries(catalogue)) expect([code, places(entry.en)]).toEqual([code, places(entry.zh)])
})

test('wrong fields are named by catalogue codes', () => {
  const schema = z.object({
    name: z.string().min(1).max(5),
    age: z.number().max(99),
    mail: z.email({ error: 'field.email' }),
    word: z.enum(['a']),
  })
  expect(() => parseInput(schema, { name: '', age: 120, mail: 'x', word: 'b' })).toThrowError(
    expect.objectContaining({
      code: 'input.invalid',
      issues: [
        { path: 'name', code: 'field.required' },
        { path: 'age', code: 'field.too_big', params: { maximum: 99 } },
        { path: 'mail', code: 'field.email' },
        { path: 'word', code: 'field.invalid' },
      ],
    }),
  )
})

test('settings: defaults, and one readable list of everything wrong', () => {
  expect(readSettings({})).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:3000',
    examples: true,
    databaseUrl: undefined,
  })
  expect(readSettings({ KAICHANG_EXAMPLES: '0', KAICHANG_URL: 'https://kaichang.example/' })).toMatchObject({
    examples: false,
    publicUrl: 'https://kaichang.example',
  })
  const wrong = (): unknown => readSettings({ PORT: 'abc', KAICHANG_DATE: 'x', DATABASE_URL: 'mysql://x' })
  expect(wrong).toThrow(SettingsError)
  expect(wrong).toThrow(/PORT: [\s\S]*DATABASE_URL: /)
  expect(wrong).toThrow(/did you mean KAICHANG_DATA\?/)
})
