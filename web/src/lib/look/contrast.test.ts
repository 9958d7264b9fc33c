import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { accentFor, accentStyle } from './accent.ts'
import { contrast, luminance, parseHex } from './contrast.ts'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** The colours of one block of tokens.css, `var(--own-…, #hex)` read as its fall-back. */
function colours(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(?:var\([^,]+,\s*)?(#[0-9a-f]{6})/g)].map((m) => [m[1] ?? '', m[2] ?? '']))
}

const darkStart = css.indexOf('@media (prefers-color-scheme: dark)')
const stageStart = css.indexOf('.dark {')
const modes = {
  light: colours(css.slice(0, darkStart)),
  dark: colours(css.slice(darkStart, stageStart)),
  stage: colours(css.slice(stageStart)),
}

const text: [string, string][] = [
  ...['ink', 'soft', 'accent', 'done', 'late'].flatMap((t): [string, string][] => [
    [t, 'paper'],
    [t, 'raised'],
  ]),
  ...['ink', 'soft', 'accent'].map((t): [string, string] => [t, 'accent-wash']),
  ...['ink', 'soft', 'done'].map((t): [string, string] => [t, 'done-wash']),
  ...['ink', 'soft', 'late'].map((t): [string, string] => [t, 'late-wash']),
  ['accent-ink', 'accent'],
]
const shapes: [string, string][] = [
  ['edge', 'paper'],
  ['edge', 'raised'],
  ['accent', 'paper'],
]

describe.each(Object.entries(modes))('tokens, %s', (_mode, tokens) => {
  it.each(text)('%s on %s is readable (4.5)', (front, back) => {
    expect(contrast(tokens[front] ?? '', tokens[back] ?? '')).toBeGreaterThanOrEqual(4.5)
  })
  it.each(shapes)('%s against %s is visible (3.0)', (front, back) => {
    expect(contrast(tokens[front] ?? '', tokens[back] ?? '')).toBeGreaterThanOrEqual(3)
  })
})

describe('accentFor', () => {
  const asked = ['#d0412b', '#ffff00', '#000000', '#ffffff', '#00a0e9', '#2f6b4f', '#7f7f7f', '#123', '#FF69B4']
  it.each(asked)('%s becomes readable on both grounds', (color) => {
    const own = accentFor(color)
    for (const mode of ['light', 'dark'] as const) {
      const t = own?.[mode]
      const ground = modes[mode]
      for (const back of [ground['paper'], ground['raised'], t?.accentWash])
        expect(contrast(t?.accent ?? '', back ?? '')).toBeGreaterThanOrEqual(4.5)
      expect(contrast(t?.accentInk ?? '', t?.accent ?? '')).toBeGreaterThanOrEqual(4.5)
      expect(contrast(ground['ink'] ?? '', t?.accentWash ?? '')).toBeGreaterThanOrEqual(4.5)
    }
  })
  it('leaves a colour alone that is readable already', () => {
    expect(accentFor('#2f6b4f')?.light.accent).toBe('#2f6b4f')
  })
  it('refuses what is not a colour, so that nothing else gets into a style attribute', () => {
    for (const bad of ['red;background:url(x)', '', null, undefined, '#12', 'rgb(1,2,3)', '#1234567'])
      expect(accentStyle(bad)).toBeUndefined()
    expect(accentStyle('#2f6b4f')).toMatch(/^(--own-accent[a-z-]*:#[0-9a-f]{6};?){6}$/)
  })
})

describe('contrast', () => {
  it('follows WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBe(21)
    expect(luminance('#ffffff')).toBe(1)
    expect(parseHex('#abc')).toEqual([170, 187, 204])
  })
})
