const words = new Intl.Segmenter('zh', { granularity: 'word' })
const HAN = /^\p{Script=Han}{2,4}$/u

/**
 * A title with its Chinese words held together (U+2060 between their characters), so that a line never ends
 * in the middle of one. The joiner has no width and is not printed.
 */
export function phrases(title: string): string {
  let out = ''
  for (const { segment } of words.segment(title)) out += HAN.test(segment) ? [...segment].join('\u2060') : segment
  return out
}
