import { markCoverage } from './cmap.ts'
import { coverageFiles } from './fonts.ts'

/** Characters that turn or hide text (bidirectional and other controls, zero-width, soft hyphen), but not tab and line ends. */
// oxlint-disable-next-line no-control-regex
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u
/** They choose a variant of the character before them; a font without the variant prints the plain form. */
const VARIANT = /[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu

/** What stands in print for a character that no font has: 〓, the mark printers have always used. */
export const standIn = '〓'

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' })
let coverage: Uint8Array | undefined

function covers(point: number): boolean {
  if (!coverage) {
    coverage = new Uint8Array(0x110000 / 8)
    for (const file of coverageFiles) markCoverage(file, coverage)
  }
  return ((coverage[point >> 3] ?? 0) & (1 << (point & 7))) !== 0
}

function printable(character: string): boolean {
  if (/^[\t\n\r]+$/.test(character)) return true
  if (HIDDEN.test(character)) return false
  for (const letter of character.replace(VARIANT, '').normalize('NFC')) if (!covers(letter.codePointAt(0) ?? 0)) return false
  return true
}

/**
 * The characters of a text that cannot be printed as typed, each once, in order: those that no bundled font
 * has (emoji, some rare Han), and hidden controls. What a reader sees as one character is one entry.
 */
export function missingGlyphs(text: string): string[] {
  if (printable(text)) return []
  const missing = new Set<string>()
  for (const { segment } of graphemes.segment(text)) {
    if (printable(segment)) continue
    for (const part of atoms(segment)) if (!printable(part)) missing.add(part)
  }
  return [...missing]
}

/** The text with what cannot be printed taken out: emoji and controls fall away, other characters become 〓. */
export function replaceMissing(text: string): string {
  if (printable(text)) return text
  let out = ''
  for (const { segment } of graphemes.segment(text)) {
    if (printable(segment)) out += segment
    else for (const part of atoms(segment)) out += printable(part) ? part : /\p{Letter}|\p{Number}/u.test(part) ? standIn : ''
  }
  return out.replace(/ {2,}/g, ' ').trim()
}

/** A character as an error names it: itself and its number, hidden ones by their number alone. */
export function nameGlyph(character: string): string {
  const numbers = [...character].map((c) => `U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`).join(' ')
  return HIDDEN.test(character) && !/\p{Extended_Pictographic}/u.test(character) ? numbers : `${character} (${numbers})`
}

/** A joined emoji stays whole; of anything else each code point is judged, so that a control is found beside a letter. */
function atoms(segment: string): string[] {
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(segment) ? [segment] : [...segment]
}
