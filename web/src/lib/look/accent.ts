import { contrast, parseHex, toHex } from './contrast.ts'

/** One accent made readable on one ground. */
export interface AccentTones {
  accent: string
  accentInk: string
  accentWash: string
}

const GROUNDS = {
  light: { paper: '#fbfaf7', raised: '#ffffff', ink: '#1c1b18', towards: '#000000', wash: 0.09, inks: ['#ffffff', '#1c1b18'] },
  dark: { paper: '#161614', raised: '#1e1d1b', ink: '#f1eee6', towards: '#ffffff', wash: 0.16, inks: ['#1c1b18', '#ffffff'] },
} as const

/** Text on a ground needs this much (WCAG AA); a little more, for rounding. */
const ENOUGH = 4.55

/**
 * A community's own accent for both modes, darkened or lightened only as far as WCAG AA asks for text on
 * paper, on raised ground, on its own wash, and for the label on a button of it. Null when the colour is
 * not `#rrggbb`, so that the house's vermilion is used.
 */
export function accentFor(color: string | null | undefined): { light: AccentTones; dark: AccentTones } | null {
  if (!color || !parseHex(color)) return null
  return { light: tones(color, 'light'), dark: tones(color, 'dark') }
}

/** The style attribute that sets a community's accent; only hex digits of ours get into it. */
export function accentStyle(color: string | null | undefined): string | undefined {
  const own = accentFor(color)
  if (!own) return undefined
  return (['light', 'dark'] as const)
    .flatMap((mode) => {
      const end = mode === 'dark' ? '-dark' : ''
      const t = own[mode]
      return [`--own-accent${end}:${t.accent}`, `--own-accent-ink${end}:${t.accentInk}`, `--own-accent-wash${end}:${t.accentWash}`]
    })
    .join(';')
}

function tones(color: string, mode: keyof typeof GROUNDS): AccentTones {
  const ground = GROUNDS[mode]
  for (let step = 0; step <= 100; step += 1) {
    const accent = mix(color, ground.towards, step / 100)
    const accentWash = mix(ground.raised, accent, ground.wash)
    const accentInk = ground.inks.find((ink) => contrast(ink, accent) >= ENOUGH)
    const readable = [ground.paper, ground.raised, accentWash].every((on) => contrast(accent, on) >= ENOUGH)
    if (accentInk && readable) return { accent, accentInk, accentWash }
  }
  return { accent: ground.ink, accentInk: ground.paper, accentWash: ground.raised }
}

function mix(from: string, to: string, share: number): string {
  const a = parseHex(from) ?? [0, 0, 0]
  const b = parseHex(to) ?? [0, 0, 0]
  return toHex(a.map((v, i) => v + ((b[i] ?? 0) - v) * share))
}
