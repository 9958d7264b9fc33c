import { describe, expect, it } from 'vitest'
import { fillWords, placesOf, words, type Words } from './define.ts'
import { shell } from './shell.ts'

const files = import.meta.glob<Record<string, unknown>>(['./*.ts', '!./*.test.ts', '!./use.ts', '!./define.ts'], { eager: true })

const isArea = (value: unknown): value is Words<Record<string, string>> =>
  typeof value === 'object' && value !== null && 'zh' in value && 'en' in value

const areas = Object.entries(files).flatMap(([file, module]) =>
  Object.entries(module)
    .filter(([, value]) => isArea(value))
    .map(([name, value]) => ({ name: `${file}: ${name}`, area: value as Words<Record<string, string>> })),
)

describe('catalogues', () => {
  it('finds them', () => {
    expect(areas.length).toBeGreaterThanOrEqual(3)
  })

  it.each(areas)('$name has the same keys and places in both languages, and no empty sentence', ({ area }) => {
    expect(Object.keys(area.en).sort()).toEqual(Object.keys(area.zh).sort())
    for (const [key, sentence] of Object.entries(area.zh)) {
      expect([key, placesOf(area.en[key] ?? '')]).toEqual([key, placesOf(sentence)])
      expect(sentence.trim(), key).not.toBe('')
      // A Chinese measure word may have nothing to stand for it in English.
      if (sentence.trim().length > 2) expect(area.en[key]?.trim(), key).not.toBe('')
    }
  })

  it.each(areas)('$name is calm: no exclamation marks', ({ area }) => {
    for (const sentence of [...Object.values(area.zh), ...Object.values(area.en)]) expect(sentence).not.toMatch(/[!！]/)
  })
})

describe('words', () => {
  it('fills places and chooses the plural form', () => {
    const en = words(shell, 'en')
    expect(en('days_to_go', { count: 1 })).toBe('1 day to go')
    expect(en('days_to_go', { count: 9 })).toBe('9 days to go')
    expect(words(shell, 'zh')('days_to_go', { count: 9 })).toBe('距离开场还有 9 天')
  })

  it('does not interpret values', () => {
    expect(fillWords('{name}', 'zh', { name: '{id} $& <b>' })).toBe('{id} $& <b>')
    expect(fillWords('{unknown}', 'en', {})).toBe('{unknown}')
  })
})
