import { join } from 'node:path'
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { markCoverage } from './cmap.ts'
import { coverageFiles, fontFolders } from './fonts.ts'
import { missingGlyphs, nameGlyph, replaceMissing } from './glyphs.ts'

describe('missingGlyphs', () => {
  test('finds nothing in what the fonts cover', () => {
    for (const text of [
      '',
      '峣 妘 㙍 䶮 龑 ① ✓ — … “引号”',
      'Łukasz Żółć, Nguyễn Ánh, Иван, Ωμέγα',
      'e\u0301 → é',
      'line\nline\ttab',
      '葛\u{e0100}',
    ]) {
      expect(missingGlyphs(text)).toEqual([])
    }
  })
  test('lists each character once, as a reader sees it', () => {
    expect(missingGlyphs('张𠮷和𠮷野 🎉👨‍👩‍👧🇨🇳 한')).toEqual(['𠮷', '🎉', '👨‍👩‍👧', '🇨🇳', '한'])
  })
  test('lists controls that turn or hide text, apart from the letter they stand by', () => {
    expect(missingGlyphs('a\u202eb\u200dc\u0000\ufeff')).toEqual(['\u202e', '\u200d', '\u0000', '\ufeff'])
  })
})

test('replaceMissing puts 〓 for letters and leaves emoji and controls out', () => {
  expect(replaceMissing('张𠮷 🎉 a\u202eb 한')).toBe('张〓 ab 〓')
  expect(replaceMissing('王小明')).toBe('王小明')
  expect(missingGlyphs(replaceMissing('𠮷🎉\u202e'))).toEqual([])
})

test('nameGlyph shows a character with its number, a hidden one by its number alone', () => {
  expect(nameGlyph('𠮷')).toBe('𠮷 (U+20BB7)')
  expect(nameGlyph('\u202e')).toBe('U+202E')
})

test('within a family every weight covers the same characters', () => {
  const coverage = (file: string): Uint8Array => {
    const covered = new Uint8Array(0x110000 / 8)
    markCoverage(file, covered)
    return covered
  }
  const standard = new Map(coverageFiles.map((file) => [join(file, '../..'), coverage(file)]))
  for (const folder of fontFolders) {
    const file = readdirSync(folder).find((name) => name.endsWith('.ttf'))
    expect(Buffer.from(coverage(join(folder, file ?? ''))).equals(standard.get(join(folder, '..')) ?? Buffer.alloc(0)), folder).toBe(true)
  }
})

test('a file that is no font is refused by name', () => {
  expect(() => markCoverage(import.meta.filename, new Uint8Array(8))).toThrow(import.meta.filename)
})
