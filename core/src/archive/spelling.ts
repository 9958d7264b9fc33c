/** Words that stand in recordings' names; the first aim of a correction. */
const WORDS = [
  'opening',
  'closing',
  'keynote',
  'lightning',
  'workshop',
  'welcome',
  'introself',
  'introduction',
  'question',
  'questions',
  'discussion',
  'roundtable',
  'warmup',
  'sponsor',
  'speaker',
  'python',
  'micropython',
  'django',
  'devops',
  'kubernetes',
  'docker',
  'machine',
  'learning',
  'networking',
]

/**
 * The slug with its misspelt words put right: `openning` → `opening`. `known` are the event's own slugs.
 * Only words of six letters or more, one letter off (two from nine letters on), beginning alike; else null.
 */
export function correctSpelling(slug: string, known: readonly string[]): string | null {
  const words = new Set([...WORDS, ...known.flatMap((k) => [k.toLowerCase(), ...k.toLowerCase().split('-')])].filter((w) => w.length >= 6))
  let changed = false
  const parts = slug.split('-').map((part) => {
    const better = nearest(part, words)
    if (better) changed = true
    return better ?? part
  })
  return changed ? parts.join('-') : null
}

function nearest(part: string, words: ReadonlySet<string>): string | null {
  const word = part.toLowerCase()
  if (!/^[a-z]{6,}$/.test(word) || words.has(word)) return null
  const allowed = word.length >= 9 ? 2 : 1
  const close = [...words]
    .filter((w) => w.at(0) === word.at(0) && Math.abs(w.length - word.length) <= allowed)
    .map((w) => ({ w, far: editDistance(w, word) }))
    .filter(({ far }) => far <= allowed)
    .sort((a, b) => a.far - b.far || (a.w < b.w ? -1 : 1))
  return close[0]?.w ?? null
}

/** Letters to add, drop, replace or swap with their neighbour to get from `a` to `b` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1))
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      next.push(cost)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
