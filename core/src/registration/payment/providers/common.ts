/** What a provider sent as JSON; null when it is none. */
export function parseJson(body: Buffer | string): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}

/** A text cut to so many bytes of UTF-8, never inside a character. */
export function cutBytes(text: string, bytes: number): string {
  let cut = ''
  let size = 0
  for (const character of text) {
    size += Buffer.byteLength(character)
    if (size > bytes) break
    cut += character
  }
  return cut
}

/** A provider's refusal as a short line; only what it said itself, cut. */
export function sayProblem(code: string, message: string): string {
  return [code, message].filter(Boolean).join(' ').slice(0, 200) || '—'
}

/** Fen as a provider's yuan: 1280 → "12.80". */
export function asYuan(fen: number): string {
  const sign = fen < 0 ? '-' : ''
  const whole = Math.abs(fen)
  return `${sign}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`
}

/** A provider's yuan as fen; null when it is no amount with at most two decimals. */
export function asFen(yuan: string): number | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?0*$/.exec(yuan.trim())
  if (!match) return null
  const fen = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'))
  return match[1] === '-' && fen !== 0 ? -fen : fen
}
