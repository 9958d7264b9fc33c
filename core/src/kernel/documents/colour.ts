/** Grounds and inks of the printed look, as in the pages' tokens. */
export const paper = '#FBFAF7'
export const ink = '#1C1B18'

/** A colour `#rrggbb` as its three channels, 0–255. */
function channels(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/** Contrast of two colours as WCAG 2.2 defines it, 1–21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [r, g, b] = channels(colour).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** The accent darkened in small steps until text in it reads on paper (WCAG AA, 4.5). */
export function accentOnPaper(accent: string): string {
  let colour = accent
  for (let share = 0.96; contrast(colour, paper) < 4.5 && share > 0; share -= 0.04) {
    colour = `#${channels(accent)
      .map((c) =>
        Math.round(c * share)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`
  }
  return colour
}

/** White or ink, whichever reads better on the accent. */
export function inkOnAccent(accent: string): string {
  return contrast(accent, '#FFFFFF') >= contrast(accent, ink) || contrast(accent, '#FFFFFF') >= 4.5 ? '#FFFFFF' : ink
}
